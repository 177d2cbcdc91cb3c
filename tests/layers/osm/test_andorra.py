"""Facts of a real file, found a second time without the reader."""

import itertools
import math
import time
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

from layers.errors import DataError
from layers.osm.roads import osm_bounds, read_osm
from layers.roads.schema import ATTRIBUTE_COLUMNS, HIGHWAYS, NODE_COLUMNS, SEGMENT_COLUMNS

UTM = "EPSG:32631"


@pytest.fixture(scope="module")
def pbf(sample_data: Path) -> Path:
    return sample_data / "andorra" / "andorra.osm.pbf"


@pytest.fixture(scope="module")
def roads(pbf):
    return read_osm(pbf, crs=UTM)


def step_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Length of a short step by the two radii of curvature of WGS 84."""
    lat = math.radians((a[1] + b[1]) / 2)
    e2 = 0.00669437999014
    across = 6378137.0 / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    along = across * (1 - e2) / (1 - e2 * math.sin(lat) ** 2)
    return math.hypot(
        math.radians(b[0] - a[0]) * across * math.cos(lat), math.radians(b[1] - a[1]) * along
    )


def test_length_equals_that_of_a_tiny_reader(pbf, roads):
    total = {}
    for way in osmium.FileProcessor(str(pbf)).with_locations():
        if not way.is_way():
            continue
        kind = way.tags.get("highway") or way.tags.get("route")
        if kind in HIGHWAYS:
            points = [(node.lon, node.lat) for node in way.nodes]
            steps = sum(step_m(a, b) for a, b in itertools.pairwise(points))
            total[kind] = total.get(kind, 0.0) + steps
    ours = roads.segments.groupby("highway", observed=True)["length_m"].sum()
    assert ours.sum() == pytest.approx(sum(total.values()), rel=1e-4)
    assert ours.to_dict() == pytest.approx(total, rel=1e-3)


def test_columns_and_types(roads):
    assert {name: str(roads.segments[name].dtype) for name in SEGMENT_COLUMNS} == SEGMENT_COLUMNS
    assert {name: str(roads.nodes[name].dtype) for name in NODE_COLUMNS} == NODE_COLUMNS
    assert roads.segments.geometry.is_valid.all()
    assert (roads.segments.geom_type == "LineString").all()
    assert (roads.segments["length_m"] > 0).all()
    assert roads.date == "2013-05-28"


def test_length_is_near_the_drawn_one(roads):
    # UTM shrinks by 0.04 % in the middle of its zone and stretches beyond 180 km from it.
    drawn = roads.segments.geometry.length.to_numpy()
    assert np.abs(drawn / roads.segments["length_m"].to_numpy() - 1).max() < 1e-3


def test_a_node_of_two_segments_is_where_something_changes(roads):
    ends = roads.segments[["u", "v"]].to_numpy()
    degree = np.bincount(ends.ravel(), minlength=len(roads.nodes))
    assert degree.min() >= 1
    held = set(roads.restrictions["via_node"])
    same = [column for column in ATTRIBUTE_COLUMNS if column != "oneway"]
    values = roads.segments[same].astype("str").to_numpy()
    oneway = roads.segments["oneway"].map({"both": 0, "forward": 1, "backward": -1}).astype(int)
    for node in np.flatnonzero(degree == 2):
        rows, sides = np.nonzero(ends == node)
        if rows[0] == rows[1] or node in held:
            continue
        away = oneway.to_numpy()[rows] * np.where(sides == 0, 1, -1)
        assert (values[rows[0]] != values[rows[1]]).any() or away[0] != -away[1]


def test_segments_meet_at_nodes_only(roads):
    geometry = roads.segments.geometry.to_numpy()
    point, segment = shapely.get_coordinates(geometry, return_index=True)
    first = np.append(True, np.diff(segment) > 0)
    last = np.append(np.diff(segment) > 0, True)
    nodes = roads.nodes[["x", "y"]].to_numpy()
    assert np.array_equal(point[first], nodes[roads.segments["u"]])
    assert np.array_equal(point[last], nodes[roads.segments["v"]])
    again = (segment[1:] == segment[:-1]) & (point[1:] == point[:-1]).all(axis=1)
    assert not again.any()


def test_shares_are_plausible(roads):
    length = roads.segments["length_m"]
    one_way = length[roads.segments["oneway"] != "both"].sum() / length.sum()
    assert 0.02 < one_way < 0.3
    assert (roads.segments["component"] == 0).mean() > 0.8
    assert roads.segments["bridge"].sum() > 50
    assert roads.segments["tunnel"].sum() > 5
    assert roads.segments["maxspeed_kph"].dropna().between(5, 130).all()
    assert {"CG1", "CG2"} <= set(roads.segments["ref"].str.replace("-", "").str.replace(" ", ""))


def test_clip(pbf, roads):
    area = shapely.box(1.50, 42.49, 1.56, 42.53)
    part = read_osm(pbf, crs=UTM, within=area)
    assert 0.05 < part.segments["length_m"].sum() / roads.segments["length_m"].sum() < 0.5
    assert part.segments.to_crs("EPSG:4326").intersects(area.buffer(1e-7)).all()
    inside = roads.segments.to_crs("EPSG:4326").within(area).to_numpy()
    assert set(roads.segments["osm_id"][inside]) <= set(part.segments["osm_id"])


def test_bounds(pbf):
    assert osm_bounds(pbf) == pytest.approx((1.4089, 42.4171, 1.8165, 42.6943), abs=1e-3)


def test_truncated(pbf, tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(pbf.read_bytes()[:300_000])
    with pytest.raises(DataError, match=r"cut\.osm\.pbf: is damaged"):
        read_osm(path, crs=UTM)


def test_reading_twice_gives_the_same_and_is_quick(pbf, roads):
    start = time.perf_counter()
    again = read_osm(pbf, crs=UTM)
    assert time.perf_counter() - start < 5  # 0.2 s on a laptop; the rest is for a busy machine
    pd.testing.assert_frame_equal(again.segments, roads.segments)
    pd.testing.assert_frame_equal(again.nodes, roads.nodes)
