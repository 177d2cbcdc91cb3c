"""Access in one season, ready to be drawn: surface, isochrones, places and districts."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.access.access import Access
from geo.study import Study
from geo.surface.isochrones import isochrones
from geo.surface.surface import Surface
from layers.tables.zones import dissolve, zones_around, zones_of


@dataclass(frozen=True, eq=False)
class SeasonView:
    """Access in one season.

    Attributes
    ----------
    season
        `dry` or `wet`: that of every figure.
    places
        Those of the answer, with `minutes` and `nearest_id` of the season.
    districts
        Their table with shapes and, of the season, `minutes` (that half of the people need),
        `population`, `share_unreached` and `share_<m>`; empty where no districts are known.
    surface, isochrones
        Seconds over the ground, and outlines of what lies within the limits.
    flat
        Whether no terrain is known, so that the ground was walked as if it were flat.
    """

    season: str
    places: pd.DataFrame
    districts: gpd.GeoDataFrame
    surface: Surface
    isochrones: gpd.GeoDataFrame
    flat: bool


def season_view(study: Study, found: Access, surface: Surface, season: str = "dry") -> SeasonView:
    """Gather what a map of one season shows.

    Parameters
    ----------
    study
        The area in its world.
    found
        Its answer.
    surface
        Of the same world, kind, vehicle and season.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    """
    when = study.season(season)
    places = found.places
    shown = places.assign(minutes=places[f"minutes_{when}"], nearest_id=places[f"nearest_{when}"])
    return SeasonView(
        when,
        shown,
        district_shapes(study, found, when),
        surface,
        isochrones(surface, found.minutes),
        study.tables.terrain is None,
    )


def district_shapes(study: Study, found: Access, season: str) -> gpd.GeoDataFrame:
    """Give districts their shapes, or else zones around their settlements (an estimate).

    Returns
    -------
    districts
        As `SeasonView.districts`, in the area's system.
    """
    table = found.districts
    shown = table.assign(
        minutes=table[f"median_minutes_{season}"],
        population=table["people"],
        share_unreached=table[f"people_unreached_{season}"] / table["people"],
        **{f"share_{m}": table[f"share_{m}_{season}"] for m in found.minutes},
    )
    if shown.empty:
        return gpd.GeoDataFrame(shown, geometry=[], crs=study.area.crs)
    drawn = zones_of(study.tables.zones, "district").to_crs(study.area.crs)
    if set(shown["code"]) <= set(drawn["code"]):
        shapes = drawn.set_index("code").geometry.reindex(shown["code"])
    else:
        zones = zones_around(study.area, found.places[found.places["district"] != ""])
        shapes = dissolve(zones, "district").geometry.reindex(shown["code"])
    return gpd.GeoDataFrame(shown, geometry=shapes.to_numpy(), crs=study.area.crs)
