"""What of an answer's own roads is measured, and what is taken for granted."""

from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.routing.path import Path
from geo.study import Study
from layers.arrays import Floats, Ints
from layers.crs import to_lon_lat
from layers.io.files import fingerprint
from layers.roads.network import RoadNetwork
from layers.store.kept import Arrays, code_fingerprint, kept_or_made
from layers.store.store import has_terrain, load_terrain
from layers.terrain.samples import FINE_M

if TYPE_CHECKING:
    from layers.terrain.terrain import Terrain

NAMED: Final = 0.02
"""A smaller share of the way is not worth a word."""


def rests_on(study: Study, path: Path) -> tuple[str, ...]:
    """Say on how much of a way heights and surfaces are not measured.

    Parameters
    ----------
    study
        With the terrain that the roads were laid over.
    path
        The way.

    Returns
    -------
    notes
        A sentence each; none where all of it is measured and tagged.
    """
    network, segment = study.network, path.segment
    metres = network.length_m[segment] * (path.stop - path.start)
    return (*_heights(study, segment, metres), *_surfaces(study, segment, metres))


def _heights(study: Study, segment: Ints, metres: Floats) -> tuple[str, ...]:
    """Say how much of the way lies where the terrain is coarse, or tells nothing."""
    by_class = (study.network.segments["source"] == "strategic").to_numpy()[segment]
    grain = None if by_class.all() else _grain_m(study, segment)
    if grain is None:
        return ()
    outside = np.isnan(grain) | by_class
    coarse = ~outside & (grain > FINE_M)
    whole = float(metres.sum())
    if not whole:
        return ()
    shares = [float(metres[one].sum()) / whole for one in (coarse, outside)]
    flat = study.network.source.flat and shares[1] >= NAMED
    told, notes = [], []
    if shares[0] >= NAMED:
        every = float(np.median(grain[coarse]))
        told.append(f"on {shares[0]:.0%} of it the terrain is told only every {every:,.0f} m")
    if shares[1] >= NAMED and not flat:
        told.append(f"{shares[1]:.0%} of it lies beyond the terrain")
    if told:
        notes.append(
            f"Heights of this way: {' and '.join(told)}; there its climb is that of roads in such "
            "country, and no single grade is measured."
        )
    if flat:
        notes.append(
            f"Heights of this way: {shares[1]:.0%} of it lies beyond the terrain and is taken for "
            "flat: its climb, fuel and hours are too low; import its roads with a --dem FILE of "
            "that ground."
        )
    return tuple(notes)


def _grain_m(study: Study, segment: Ints) -> Floats | None:
    """Return how fine the terrain is at the middle of segments, NaN beyond it; None without one.

    That of all roads is kept between runs, so that most answers open no raster.
    """
    if not study.roads_key:
        terrain = study.tables.terrain
        return None if terrain is None else _sampled(study.network, terrain)[segment]
    if not has_terrain(study.area):
        return None

    def make() -> Arrays:
        return {"grain_m": _sampled(study.network, load_terrain(study.area))}

    return kept_or_made(
        fingerprint("grain", code_fingerprint(File(__file__)), study.roads_key), make
    )["grain_m"][segment]


def _sampled(network: RoadNetwork, terrain: Terrain) -> Floats:
    """Ask the terrain itself how fine it is at the middle of every segment."""
    middle = shapely.line_interpolate_point(network.lines, 0.5, normalized=True)
    degrees = to_lon_lat(network.crs)
    lon, lat = degrees.transform(shapely.get_x(middle), shapely.get_y(middle))
    return terrain.sample_with_grain(np.asarray(lon), np.asarray(lat))[1]


def _surfaces(study: Study, segment: Ints, metres: Floats) -> tuple[str, ...]:
    """Say on how much of the way nobody tagged the surface."""
    inferred = study.network.segments["inferred"].astype(str).to_numpy(object)[segment]
    mine = np.array(["surface" in text for text in inferred.tolist()], bool)
    share = float(metres[mine].sum()) / max(float(metres.sum()), 1.0)
    if share < NAMED:
        return ()
    return (f"Surface of this way: on {share:.0%} of it nobody tagged it; it is taken by class.",)
