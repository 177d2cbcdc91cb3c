"""Whatever comes from outside is read, or refused in one line: `make fuzz`.

`FUZZ` in the environment is how many of each kind are tried; the seeds are fixed.
"""

from __future__ import annotations

import operator
import warnings

import numpy as np
import pytest
import rasterio
from commands import ROOT
from drawing import draw as drawn
from fuzzing import drivable, fuzzed, read, read_osm_of
from hypothesis import strategies as st
from odd_osm import files
from rasterio.transform import Affine
from valley import TABLES, write_valley

from geo.driving.cost import edge_costs
from geo.driving.vehicle import Vehicle, load_vehicle
from geo.scenario.scenario_file import read_scenario
from layers.area import load_area, read_boundary
from layers.io.vector import read_shapes
from layers.store.area_tables import AreaTables
from layers.strategic.network import read_strategic
from layers.terrain.terrain import open_terrain

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@fuzzed(1, text=files())
def test_openstreetmap(folder, text):
    path = folder / "a.osm"
    path.write_text(text, encoding="utf-8")
    return read_osm_of(path)


ODD = ["nan", "inf", "-1", "0", "1e400", "98.3", "2569", "9" * 19, "๑๒", "0x10", "1_000"]
CELLS = st.text(max_size=8) | st.sampled_from(
    ["", "x", "yes", "village", "town", "2026-02-30", "8;13", "\ufeff", "\x00", '"', *ODD]
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp874"])


@st.composite
def tables(draw):
    """Draw one of an area's tables with a few cells, columns or rows that are odd."""
    name = draw(st.sampled_from([one for one in TABLES if TABLES[one].count("\n") > 1]))
    rows = [line.split(",") for line in TABLES[name].splitlines()]
    for _ in range(draw(st.integers(0, 3))):
        row = rows[draw(st.integers(0, len(rows) - 1) | st.integers(1, len(rows) - 1))]
        at = draw(st.integers(0, len(row) - 1))
        how = draw(st.sampled_from(["cell", "cell", "cell", "cell", "more", "fewer", "twice"]))
        if how == "cell":
            row[at] = draw(CELLS)
        elif how == "more":
            row.insert(at, draw(CELLS))
        elif how == "fewer":
            row[at:] = [""] * (not at)
        else:
            rows.append(list(row))
    joint = draw(st.sampled_from([",", ",", ",", ";", "\t"]))
    text = "\n".join(joint.join(row) for row in rows)
    return name, text.encode(draw(ENCODINGS), "replace")


@fuzzed(2, table=tables())
def test_tables(folder, table):
    name, content = table
    home = write_valley(folder / "tables")
    (home / f"{name}.csv").write_bytes(content)
    area = read(load_area, str(home))
    if area is None:
        return False
    if name in {"highways", "waypoints"}:
        roads = read(read_strategic, area)
        if roads is not None:
            drivable(roads)
        return roads is not None
    found = read(operator.attrgetter(name), AreaTables(area))
    if found is not None:
        assert not np.isinf(found.select_dtypes("number").to_numpy(float)).any()
        read(operator.attrgetter("settlements"), AreaTables(area))
    return found is not None


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
    [
        *("1", "-1", "2.5", "0.04", "nan", "inf", "1e308", "true", "1" * 400),
        *('"x"', '"close-roads"', '"\\u0000"', "2026-02-30", "1979-05-27"),
        *("[]", "{}", "[1, 2]", "[2, 1]", "{ ref = 108 }", "[" * 600),
    ]
)
LINES = st.one_of(
    st.just("[[changes]]"),
    st.builds("{} = {}".format, WORDS, VALUES),
    st.builds("[{}]".format, WORDS),
    st.text(max_size=10),
)


def lines_of(*folder):
    """Return the lines of every good file of a folder of the program."""
    found = sorted(ROOT.joinpath(*folder).glob("*.toml"))
    return [path.read_text(encoding="utf-8").splitlines() for path in found]


@st.composite
def changed(draw, good):
    """Draw a good file with up to three lines that are odd, left out or doubled."""
    lines = list(draw(st.sampled_from(good)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines)))
        how = draw(st.sampled_from(["value", "value", "line", "drop", "twice"]))
        here = lines[at : at + 1]
        if how == "value" and here and "=" in here[0]:
            lines[at] = f"{here[0].partition('=')[0]}= {draw(VALUES)}"
        elif how == "drop":
            lines[at : at + 1] = []
        elif how == "twice":
            lines[at:at] = here
        else:
            lines.insert(at, draw(LINES))
    return "\n".join(lines)


SCENARIOS = lines_of("layers", "areas", "mae_hong_son", "scenarios")


@fuzzed(3, text=changed(SCENARIOS) | st.lists(LINES, max_size=8).map("\n".join))
def test_toml(folder, text):
    path = folder / "scenario.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    return read(read_scenario, path) is not None


STRAIGHT = drawn("A--B--C")


@fuzzed(6, text=changed(lines_of("geo", "driving", "vehicles")))
def test_vehicles(folder, text):
    """A vehicle that is read takes some time on a straight road."""
    own = folder / "data" / "vehicles"
    own.mkdir(parents=True, exist_ok=True)
    (own / "odd.toml").write_bytes(text.encode("utf-8", "replace"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(own.parent))
        vehicle = read(load_vehicle, "odd")
    if isinstance(vehicle, Vehicle):
        costs = edge_costs(STRAIGHT, vehicle)
        assert not np.isnan(costs.time_s).any()
        assert (costs.time_s > 0).all()
    return vehicle is not None


@fuzzed(
    4,
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
    return terrain is not None


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


@fuzzed(5, text=shapes())
def test_shapes(folder, text):
    home = folder / "outlined"
    home.mkdir(exist_ok=True)
    (home / "area.toml").write_text(AREA, encoding="utf-8")
    (home / "places.csv").write_text(TABLES["places"], encoding="utf-8")
    path = home / "boundary.geojson"
    path.write_text(text, encoding="utf-8")
    shapes = read(read_shapes, path)
    area = read(load_area, str(home))
    if area is not None:
        outline = read(read_boundary, area)
        assert outline is None or not outline.is_empty
    return shapes is not None
