"""Whatever comes from outside is read, or refused in one line: `make fuzz`.

`FUZZ` in the environment is how many of each kind are tried; the seed is fixed.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from odd_osm import files
from rasterio.transform import Affine

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.scenario.scenario_file import read_scenario
from layers.area import load_area, read_boundary
from layers.errors import ChaidaenError
from layers.io.vector import read_shapes
from layers.osm.points import scan_points
from layers.osm.roads import read_osm
from layers.osm.water import scan_water
from layers.roads.inference import infer
from layers.roads.network import RoadNetwork, Source
from layers.tables.places import read_places
from layers.terrain.drape import drape
from layers.terrain.terrain import open_terrain

TRIES = int(os.environ.get("FUZZ", "2000"))
FUZZED = settings(
    max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
TRUCK = load_vehicle("truck_10w")

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def read(reader, *given, **options):
    """Read something; one clear line is an answer too."""
    try:
        return reader(*given, **options)
    except ChaidaenError:
        return None


@seed(1)
@FUZZED
@given(text=files())
def test_openstreetmap(folder, text):
    path = folder / "a.osm"
    path.write_text(text, encoding="utf-8")
    read(scan_points, path)
    read(scan_water, path)
    roads = read(read_osm, path, crs="EPSG:32647")
    if roads is None:
        return
    nodes, profile = drape(roads.nodes, roads.segments, None)
    network = RoadNetwork(nodes, roads.segments, profile, roads.restrictions, Source("x", "x"))
    costs = edge_costs(infer(network, "TH"), TRUCK)
    assert not np.isnan(costs.time_s).any()
    assert (costs.time_s >= 0).all()


CELLS = st.text(max_size=8) | st.sampled_from(
    ["", "x", "nan", "inf", "-1", "1e400", "98.3", "19.3", "village", "2569", "\ufeff", "\x00", '"']
)
NAMES = ["id", "name_en", "name_th", "kind", "lon", "lat", "elevation_m", "population", "zzz"]
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp874"])


@seed(2)
@FUZZED
@given(
    header=st.lists(st.sampled_from(NAMES), max_size=10) | st.just(NAMES[:-1]),
    rows=st.lists(st.lists(CELLS, max_size=9), max_size=4),
    joint=st.sampled_from([",", ";", "\t"]),
    encoding=ENCODINGS,
)
def test_tables(folder, header, rows, joint, encoding):
    home = folder / "area"
    home.mkdir(exist_ok=True)
    (home / "area.toml").write_text(AREA, encoding="utf-8")
    (home / "boundary.geojson").write_text(SQUARE, encoding="utf-8")
    text = "\n".join(joint.join(row) for row in [header, *rows])
    (home / "places.csv").write_bytes(text.encode(encoding, "replace"))
    area = read(load_area, str(home))
    if area is not None:
        read(read_places, area)


AREA = """title_en = "X"
title_th = "X"
crs = "EPSG:32647"
[layers]
boundary = "boundary.geojson"
places = "places.csv"
"""
SQUARE = (
    '{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": '
    "[[[98, 19], [99, 19], [99, 20], [98, 20], [98, 19]]]}}"
)
WORDS = st.sampled_from(
    ["kind", "changes", "title_en", "where", "ref", "days", "close-roads", "speed", "x", "[[", "]]"]
)
VALUES = st.sampled_from(
    ["1", "-1", "nan", "inf", "true", '"x"', '"close-roads"', "[]", "{}", "1" * 400, "[" * 600]
)


@seed(3)
@FUZZED
@given(
    lines=st.lists(
        st.one_of(
            st.just("[[changes]]"),
            st.builds("{} = {}".format, WORDS, VALUES),
            st.builds("[{}]".format, WORDS),
            st.text(max_size=10),
        ),
        max_size=8,
    )
)
def test_toml(folder, lines):
    path = folder / "scenario.toml"
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    read(read_scenario, path)


@seed(4)
@FUZZED
@given(
    kind=st.sampled_from(["uint8", "int16", "float32", "int32"]),
    shape=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    value=st.sampled_from([0, 1, 500, -32768, 9999, 120]),
    nodata=st.sampled_from([None, 0, -9999]),
    step=st.tuples(st.sampled_from([0.1, -0.1, 1e-9]), st.sampled_from([0.1, -0.1])),
    turn=st.sampled_from([0.0, 0.01]),
    crs=st.sampled_from(["EPSG:4326", "EPSG:32647", "EPSG:3857", None]),
    origin=st.sampled_from([(98.0, 19.0), (458.0, 19.0), (0.0, 95.0)]),
)
def test_rasters(folder, kind, shape, value, nodata, step, turn, crs, origin):
    path = folder / "dem.tif"
    data = np.full(shape, 0, kind)
    with np.errstate(all="ignore"):
        data[...] = np.array(value).astype(kind)
    transform = Affine(step[0], turn, origin[0], turn, step[1], origin[1])
    nodata = None if nodata is not None and kind == "uint8" and nodata < 0 else nodata
    with (
        warnings.catch_warnings(action="ignore"),
        rasterio.open(
            path, "w", "GTiff", shape[1], shape[0], 1, crs, transform, kind, nodata
        ) as out,
    ):
        out.write(data, 1)
    terrain = read(open_terrain, path)
    if terrain is not None:
        heights = read(terrain.sample, np.array([98.05, 200.0]), np.array([18.95, 95.0]))
        assert heights is None or len(heights) == 2


NUMBERS = st.sampled_from(
    ["98.3", "19.4", "98", "19", "0", "-200", "1e308", "1e999", "NaN", "null", '"x"', "[]"]
)
POSITIONS = st.lists(NUMBERS, min_size=1, max_size=3).map(lambda some: f"[{', '.join(some)}]")
GEOMETRIES = st.sampled_from(
    ["Point", "MultiPoint", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "X"]
)
SYSTEMS = st.sampled_from(
    [
        "",
        ', "crs": null',
        ', "crs": {"type": "name", "properties": {"name": "EPSG:32647"}}',
        ', "crs": {"type": "name", "properties": {"name": "nowhere"}}',
    ]
)


@st.composite
def shapes(draw):
    """Write a GeoJSON file, right or wrong."""
    depth = draw(st.integers(0, 3))
    inner = draw(st.lists(POSITIONS, max_size=6) | st.just(RING))
    corners = f"[{', '.join(inner)}]" if depth else draw(POSITIONS)
    corners = "[" * max(depth - 1, 0) + corners + "]" * max(depth - 1, 0)
    part = draw(st.sampled_from(["coordinates", "geometries", "x"]))
    shape = f'{{"type": "{draw(GEOMETRIES)}", "{part}": {corners}}}'
    of = draw(st.sampled_from(["null", "{}", '{"id": 1}', '{"id": "\\u0000"}', "[]"]))
    feature = f'{{"type": "Feature", "properties": {of}, "geometry": {shape}}}'
    features = ", ".join([feature] * draw(st.integers(0, 2)))
    whole = f'{{"type": "FeatureCollection"{draw(SYSTEMS)}, "features": [{features}]}}'
    return draw(st.sampled_from([whole, feature, shape, whole[:-1], "\ufeff" + whole]))


RING = ["[98, 19]", "[99, 19]", "[99, 20]", "[98, 20]", "[98, 19]"]


@seed(5)
@FUZZED
@given(text=shapes())
def test_shapes(folder, text):
    home = folder / "outlined"
    home.mkdir(exist_ok=True)
    (home / "area.toml").write_text(AREA, encoding="utf-8")
    (home / "places.csv").write_text(",".join(NAMES[:-1]), encoding="utf-8")
    path = home / "boundary.geojson"
    path.write_text(text, encoding="utf-8")
    read(read_shapes, path)
    area = read(load_area, str(home))
    if area is not None:
        outline = read(read_boundary, area)
        assert outline is None or not outline.is_empty
