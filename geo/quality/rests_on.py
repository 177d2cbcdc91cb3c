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

PIECE_M: Final = 500.0
"""Along longer segments the terrain is asked more than once."""

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
    ground = None if by_class.all() else _ground(study)
    if ground is None:
        return ()
    outside = np.where(by_class, 1.0, ground["outside"][segment]) * metres
    coarse = np.where(by_class, 0.0, ground["coarse"][segment]) * metres
    whole = float(metres.sum())
    if not whole:
        return ()
    shares = [float(part.sum()) / whole for part in (coarse, outside)]
    flat = study.network.source.flat and shares[1] >= NAMED
    told, notes = [], []
    if shares[0] >= NAMED:
        every = float(np.median(ground["grain_m"][segment][coarse > 0]))
        told.append(f"on {shares[0]:.0%} of it the terrain is told only every {every:,.0f} m")
    if shares[1] >= NAMED and not flat:
        told.append(f"for {shares[1]:.0%} of it the terrain has no data")
    if told:
        notes.append(
            f"Heights of this way: {' and '.join(told)}; there its climb is that of the ground "
            "around it or of roads in such country, and no single grade is measured."
        )
    if flat:
        notes.append(
            f"Heights of this way: for {shares[1]:.0%} of it the terrain has no data and it is "
            "taken for flat: its climb, fuel and hours are too low; import its roads with a --dem "
            "FILE of that ground."
        )
    return tuple(notes)


def _ground(study: Study) -> Arrays | None:
    """Return how well the terrain knows segments, as `_sampled`; None without a terrain.

    That of all roads is kept between runs, so that most answers open no raster.
    """
    if not study.roads_key:
        terrain = study.tables.terrain
        return None if terrain is None else _sampled(study.network, terrain)
    if not has_terrain(study.area):
        return None
    return kept_or_made(
        fingerprint("grain", code_fingerprint(File(__file__)), study.roads_key),
        lambda: _sampled(study.network, load_terrain(study.area)),
    )


def _sampled(network: RoadNetwork, terrain: Terrain) -> Arrays:
    """Ask the terrain itself how fine it is along every segment.

    Returns
    -------
    ground
        By segment: `outside` and `coarse`, which shares of it lie beyond the terrain and where
        that is coarse; `grain_m`, how coarse it is there, 0 where it is not.
    """
    pieces = np.maximum(np.ceil(network.length_m / PIECE_M), 1).astype(np.int64)
    row = np.repeat(np.arange(len(pieces)), pieces)
    at = (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces) + 0.5) / pieces[row]
    middle = shapely.line_interpolate_point(network.lines[row], at, normalized=True)
    lon, lat = to_lon_lat(network.crs).transform(shapely.get_x(middle), shapely.get_y(middle))
    grain = terrain.sample_with_grain(np.asarray(lon), np.asarray(lat))[1]
    coarse = np.nan_to_num(grain) > FINE_M
    outside, rough, sum_m = (
        np.bincount(row, weight, len(pieces))
        for weight in (np.isnan(grain), coarse, np.where(coarse, grain, 0.0))
    )
    return {
        "outside": outside / pieces,
        "coarse": rough / pieces,
        "grain_m": sum_m / np.maximum(rough, 1),
    }


def _surfaces(study: Study, segment: Ints, metres: Floats) -> tuple[str, ...]:
    """Say on how much of the way nobody tagged the surface."""
    inferred = study.network.segments["inferred"].astype(str).to_numpy(object)[segment]
    mine = np.array(["surface" in text for text in inferred.tolist()], bool)
    share = float(metres[mine].sum()) / max(float(metres.sum()), 1.0)
    if share < NAMED:
        return ()
    return (f"Surface of this way: on {share:.0%} of it nobody tagged it; it is taken by class.",)
