"""How many days a year hazards close each link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from geo.driving.season import CUTS, passable
from geo.driving.vehicle import Traveller
from geo.risk.exposure import exposure, on_cells
from geo.risk.hazard import flood_days, landslide_days, landslide_on_roads
from geo.risk.loaded_roads import Roads
from geo.study import Study
from layers.arrays import Floats
from layers.errors import DataError
from layers.rasters.hazard import read_hazard_raster
from layers.store.kept import kept_or_made

FINE_M: Final = 100.0
"""Over coarser cells slopes are far too gentle for the landslide index."""


@dataclass(frozen=True)
class HazardFile:
    """A raster: `flood`, metres of water once in so many years, or `landslide`, 0 to 1."""

    kind: str
    years: float
    path: Path


def closed_days(roads: Roads, rasters: Sequence[HazardFile]) -> tuple[Floats, tuple[str, ...]]:
    """Add up the days on which recorded cuts, landslides and floods close each link.

    Parameters
    ----------
    roads
        The roads.
    rasters
        A raster of landslides takes the place of the index of slope and curvature.

    Returns
    -------
    days, notes
        Expected days per year, shape (links,), and what they come from.

    Raises
    ------
    DataError
        A raster cannot be used, or susceptibility is not 0 to 1.
    """
    days, notes = _recorded(roads)
    more, said = other_days(roads, rasters)
    return np.minimum(days + more, 365.0), (*notes, *said)


def other_days(roads: Roads, rasters: Sequence[HazardFile]) -> tuple[Floats, tuple[str, ...]]:
    """Add up the days on which landslides and floods that nobody recorded close each link.

    Parameters
    ----------
    roads, rasters
        As for `closed_days`.

    Returns
    -------
    days, notes
        Expected days per year, shape (links,), and what they come from.

    Raises
    ------
    DataError
        As `closed_days`.
    """
    slides = [one for one in rasters if one.kind == "landslide"]
    days, said = _susceptible(roads, slides) if slides else _slopes(roads)
    floods = [one for one in rasters if one.kind == "flood"]
    if floods:
        days = days + _floods(roads, floods)
        periods = ", ".join(f"{one.years:g}" for one in floods)
        said = (*said, f"Floods: rasters of once in {periods} years.")
    return np.minimum(days, 365.0), said


def _recorded(roads: Roads) -> tuple[Floats, tuple[str, ...]]:
    """Spread the recorded cuts of each segment over its links."""
    study, rain = roads.study, roads.study.rules.seasons
    days = recorded_days(study, roads.flows[0].trip.vehicle)
    split, cuts = roads.split, int(study.world.hazards["kind"].isin(CUTS).sum())
    text = (
        f"Recorded cuts: {cuts}, each of {rain.cut_days:g} days once in "
        f"{rain.cut_every_years:g} years (unsourced), on {int((days > 0).sum())} segments."
    )
    return days[split.segment] * (split.stop - split.start), (text,) if cuts else ()


def recorded_days(study: Study, vehicle: Traveller) -> Floats:
    """Return the days per year on which recorded cuts close each segment, shape (segments,)."""
    hazards, rain = study.world.hazards, study.rules.seasons
    with_cuts, without = (
        passable(study.network, vehicle, "wet", hazards=table, rain=rain)
        for table in (hazards, hazards.iloc[:0])
    )
    share = np.divide(with_cuts, without, out=np.ones_like(without), where=without > 0)
    days: Floats = (1 - share) * rain.season_days
    return days


def _slopes(roads: Roads) -> tuple[Floats, tuple[str, ...]]:
    """Take the index of slope and curvature, where there is a terrain."""
    terrain, rules = roads.study.tables.terrain, roads.study.rules.risk.landslide
    if terrain is None:
        return np.zeros(len(roads.chain)), ("Landslides: no terrain and no raster, not counted.",)
    cell = terrain.usual_grain_m(roads.study.tables.boundary.bounds)
    notes = ["Landslides: an index of slope and curvature (unsourced), no raster was given."]
    if cell > FINE_M:
        notes.append(
            f"The terrain has cells of {cell:,.0f} m, in which slopes vanish: landslides are far "
            "too few here; a raster of them among the hazards takes its place."
        )
    split = roads.split
    parts = (np.ascontiguousarray(one) for one in (split.segment, split.start, split.stop))
    key = roads.study.key_of("landslides", *(one.tobytes() for one in parts))
    found = kept_or_made(key, lambda: {"index": landslide_on_roads(roads.network, terrain, rules)})
    index = found["index"]
    return landslide_days(index, roads.network.length_m, rules), tuple(notes)


def _susceptible(roads: Roads, rasters: Sequence[HazardFile]) -> tuple[Floats, tuple[str, ...]]:
    """Take the mean susceptibility along each link, the greatest of several rasters."""
    index = np.zeros(len(roads.chain))
    for one in rasters:
        mean = _cells(roads, one, "mean")
        if not (np.isnan(mean) | ((mean >= 0) & (mean <= 1))).all():
            raise DataError(
                f"{one.path}: susceptibility runs from {np.nanmin(mean):g} to {np.nanmax(mean):g} "
                "along the roads; it must be 0 to 1"
            )
        index = np.fmax(index, mean)
    names = ", ".join(one.path.name for one in rasters)
    days = landslide_days(index, roads.network.length_m, roads.study.rules.risk.landslide)
    return days, (f"Landslides: {names}.",)


def _floods(roads: Roads, rasters: Sequence[HazardFile]) -> Floats:
    """Weigh floods of several return periods."""
    years, risk = np.array([one.years for one in rasters]), roads.study.rules.risk
    depth = np.stack([_cells(roads, one, "largest") for one in rasters])
    if len(rasters) > 1:
        return flood_days(depth, years, risk)
    # One period makes no area under a curve: such a flood comes once in so many years.
    closed = np.nan_to_num(depth[0]) > risk.closing_depth_m
    return np.where(closed, risk.flood_days / years[0], 0.0)


def _cells(roads: Roads, one: HazardFile, column: str) -> Floats:
    """Lay a raster over the links."""
    west, south, east, north = roads.study.tables.boundary.bounds
    nodes = roads.network.nodes
    around = (
        min(west, nodes["lon"].min()),
        min(south, nodes["lat"].min()),
        max(east, nodes["lon"].max()),
        max(north, nodes["lat"].max()),
    )
    pieces = on_cells(roads.network, read_hazard_raster(one.path, around))
    found: Floats = exposure(pieces, roads.network.length_m)[column].to_numpy(np.float64)
    return found
