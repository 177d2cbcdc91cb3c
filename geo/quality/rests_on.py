"""What of an answer's own roads is measured, and what is taken for granted."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from geo.routing.path import Path
from geo.study import Study
from layers.arrays import Floats, Ints
from layers.crs import to_lon_lat
from layers.terrain.samples import FINE_M

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
    network = study.network
    by_class = (network.segments["source"] == "strategic").to_numpy()[segment]
    terrain = None if by_class.all() else study.tables.terrain
    if terrain is None:
        return ()
    middle = shapely.line_interpolate_point(network.lines[segment], 0.5, normalized=True)
    degrees = to_lon_lat(network.segments.crs)
    lon, lat = degrees.transform(shapely.get_x(middle), shapely.get_y(middle))
    grain = terrain.sample_with_grain(np.asarray(lon), np.asarray(lat))[1]
    outside = np.isnan(grain) | by_class
    coarse = ~outside & (grain > FINE_M)
    whole = float(metres.sum())
    if not whole:
        return ()
    shares = [float(metres[one].sum()) / whole for one in (coarse, outside)]
    told = []
    if shares[0] >= NAMED:
        every = float(np.median(grain[coarse]))
        told.append(f"on {shares[0]:.0%} of it the terrain is told only every {every:,.0f} m")
    if shares[1] >= NAMED:
        told.append(f"{shares[1]:.0%} of it lies beyond the terrain")
    if not told:
        return ()
    note = (
        f"Heights of this way: {' and '.join(told)}; there its climb is that of roads in such "
        "country, and no single grade is measured."
    )
    return (note,)


def _surfaces(study: Study, segment: Ints, metres: Floats) -> tuple[str, ...]:
    """Say on how much of the way nobody tagged the surface."""
    inferred = study.network.segments["inferred"].astype(str).to_numpy(object)[segment]
    mine = np.array(["surface" in text for text in inferred.tolist()], bool)
    share = float(metres[mine].sum()) / max(float(metres.sum()), 1.0)
    if share < NAMED:
        return ()
    return (f"Surface of this way: on {share:.0%} of it nobody tagged it; it is taken by class.",)
