"""Networks that several benchmarks share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.area import load_area
from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile
from layers.store.importing import import_area
from layers.store.store import load_network

# Programs, and what runs in the environment of the peers: nothing to import here.
collect_ignore_glob = ["peers/*.py", "side_by_side.py", "measuring_maps.py"]


@pytest.fixture(scope="session")
def andorra(sample_data: Path) -> RoadNetwork:
    folder = sample_data / "andorra"
    dem = (folder / "andorra_srtm3.tif",)
    import_area("andorra", folder / "andorra.osm.pbf", dem=dem)
    return load_network(load_area("andorra"))


@pytest.fixture(scope="session")
def large(andorra: RoadNetwork) -> RoadNetwork:
    """Lay 12 by 11 copies side by side, each joined to its neighbours by four roads.

    Copies of a real network keep the small separators that roads have and grids have not.
    """
    across, down = 12, 11
    count, copies = len(andorra.nodes), [(i, j) for j in range(11) for i in range(12)]
    nodes = pd.concat([andorra.nodes] * len(copies), ignore_index=True)
    shift = np.repeat(np.array(copies, float) * (0.5, 0.3), count, axis=0)
    nodes = nodes.assign(lon=nodes["lon"] + shift[:, 0], lat=nodes["lat"] + shift[:, 1])
    ends = [andorra.ends + at * count for at in range(len(copies))]
    gates = np.linspace(0, count - 1, 4).astype(int)
    links = [
        np.column_stack([gates + at * count, gates + (at + step) * count])
        for at, (i, j) in enumerate(copies)
        for step, inside in ((1, i + 1 < across), (across, j + 1 < down))
        if inside
    ]
    joints = np.concatenate(links)
    whole = np.concatenate([*ends, joints])
    rows = np.concatenate(
        [*[np.arange(len(andorra.segments))] * len(copies), np.zeros(len(joints), int)]
    )
    segments = (
        andorra.segments.iloc[rows].reset_index(drop=True).assign(u=whole[:, 0], v=whole[:, 1])
    )
    profile = andorra.profile
    sizes = np.diff(profile.offsets)[rows]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    at = np.repeat(profile.offsets[:-1][rows] - offsets[:-1], sizes) + np.arange(offsets[-1])
    arrays = (profile.distance_m[at], profile.elevation_m[at], profile.radius_m[at])
    return replace(andorra, nodes=nodes, segments=segments, profile=Profile(offsets, *arrays))
