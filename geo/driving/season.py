"""Seasons: which roads can be driven when it rains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.driving.limits import SURFACE_COLUMNS, by_category
from geo.driving.permits import by_text
from geo.driving.vehicle import Traveller
from geo.rules.seasons import Rain, read_rain
from layers.arrays import Floats
from layers.crs import from_lon_lat
from layers.osm.tags import word
from layers.roads.network import RoadNetwork

CUTS: Final = ("landslide", "flood", "closure")
"""Kinds of hazard that close a road."""


def passable_per_reference(
    network: RoadNetwork, traveller: Traveller, season: str, rain: Rain
) -> Floats:
    """Compute the probability that a reference length of each segment can be passed.

    The lowest of surface, tracktype and smoothness counts; steep unpaved roads are worse.
    Longer than the reference, the probability falls by its power, so that splitting a
    road changes nothing.

    Parameters
    ----------
    network
        The roads.
    traveller
        Whose table counts.
    season
        In the dry season every road is passable.
    rain
        Parameters.

    Returns
    -------
    probability
        Shape (segments,), for `rain.reference_km` of such a road.
    """
    if season == "dry":
        return np.ones(len(network.segments))
    by_tag = [
        np.nan_to_num(by_category(network, column, traveller.passable_wet), nan=1.0)
        for column in SURFACE_COLUMNS
    ]
    probability: Floats = np.minimum.reduce(by_tag)
    steep = network.profile.rise_and_fall_m > rain.steep_grade * network.length_m
    worse: Floats = probability * rain.steep_factor
    return np.where(steep & (probability < 1), worse, probability)


def passable(
    network: RoadNetwork,
    traveller: Traveller,
    season: str,
    *,
    hazards: pd.DataFrame | None = None,
    rain: Rain | None = None,
) -> Floats:
    """Compute the probability that each whole segment can be passed on a day of a season.

    Parameters
    ----------
    network, traveller, season
        As for `passable_per_reference`.
    hazards
        Places where roads were cut, columns `layers.tables.hazards.HAZARD_COLUMNS`.
    rain
        Parameters; those shipped by default.

    Returns
    -------
    probability
        Shape (segments,); a route's is the product of its segments'.
    """
    rain = rain or read_rain()
    by_length = passable_per_reference(network, traveller, season, rain)
    probability: Floats = by_length ** (network.length_m / 1000 / rain.reference_km)
    if season == "dry":
        return probability
    fords, per_km = water_passable(network, rain)
    probability = probability * fords * per_km ** (network.length_m / 1000)
    if hazards is None or hazards.empty:
        return probability
    cut = rain.cut_days / (rain.cut_every_years * rain.season_days)
    places = _cuts_on_segments(network, hazards, rain.cut_reach_m)
    return probability * (1 - cut) ** np.bincount(places, minlength=len(network.segments))


def all_season(
    network: RoadNetwork, traveller: Traveller, rain: Rain | None = None
) -> NDArray[np.bool_]:
    """Say which segments are all-season roads, shape (segments,)."""
    rain = rain or read_rain()
    probability = passable_per_reference(network, traveller, "wet", rain)
    least = np.minimum.reduce([probability, *water_passable(network, rain)])
    return np.asarray(least > rain.all_season)


def water_passable(network: RoadNetwork, rain: Rain) -> tuple[Floats, Floats]:
    """Return the probability that water lets one pass on a day of the rains.

    Returns
    -------
    places, per_km
        Of all fords of a segment, 0 where a road is there in other seasons only; and of a
        kilometre of road that is tagged as prone to floods. Shape (segments,) each.
    """

    def own(signs: Mapping[str, str]) -> list[float]:
        through = rain.ford if "ford" in signs or "intermittent" in signs else 1.0
        if word(signs.get("seasonal", "wet_season")) not in {"wet_season", "rainy_season"}:
            through = 0.0
        return [through, rain.flood_prone if "flood_prone" in signs else 1.0]

    places, per_km = by_text(network, own, (1.0, 1.0)).T
    return places, per_km


def roads_of_season(
    network: RoadNetwork, traveller: Traveller, season: str, rain: Rain | None = None
) -> NDArray[np.bool_] | None:
    """Say which segments a journey of a season may count on.

    In the wet season these are the all-season roads alone: who depends on others is not
    reached.

    Parameters
    ----------
    network, traveller, rain
        As for `all_season`.
    season
        `dry` or `wet`.

    Returns
    -------
    usable
        Shape (segments,), for `geo.routing.travel_times.od_times`; None in the dry season:
        all that are open.
    """
    return all_season(network, traveller, rain) if season == "wet" else None


def _cuts_on_segments(
    network: RoadNetwork, hazards: pd.DataFrame, reach_m: float
) -> NDArray[np.int64]:
    """Find the segment that each recorded cut lies on, leaving out those far from any.

    A hazard that names a road is looked for on segments of that number only.
    """
    cuts = hazards[hazards["kind"].isin(CUTS)]
    to_metric = from_lon_lat(network.crs)
    x, y = to_metric.transform(cuts["lon"].to_numpy(), cuts["lat"].to_numpy())
    points = shapely.points(x, y)
    refs = network.segments["ref"].astype(str).to_numpy()
    lines = network.segments.geometry.to_numpy()
    found = []
    for ref, mine in cuts.reset_index(drop=True).groupby("ref").indices.items():
        own = np.flatnonzero((refs == ref) | (ref == ""))
        if not len(own):
            continue
        pairs, distance = shapely.STRtree(lines[own]).query_nearest(
            points[mine], all_matches=False, return_distance=True
        )
        found.append(own[pairs[1][distance <= reach_m]])
    return np.concatenate(found) if found else np.zeros(0, np.int64)
