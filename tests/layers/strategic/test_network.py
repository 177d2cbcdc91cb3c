"""Strategic networks from small tables, drawn by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.area import Area, Layers
from layers.errors import DataError
from layers.setup.checking import check_area
from layers.strategic.network import read_strategic
from layers.strategic.profile import Controls, read_terrain_classes, strategic_profile
from layers.strategic.sections import HIGHWAY_COLUMNS, parse_summits
from layers.tables.crossings import CROSSING_COLUMNS

#   A ---------- M ---------- B        A-B is published as 30 km, M is on its trace a third of
#                |                     the way; M-C leads over a summit; X is a crossing beyond
#                C ---- X ---- F       C, and F lies abroad.
PLACES = """id,name_en,name_th,kind,lon,lat,elevation_m,population,code,province,source,date,quality
a,Alpha,ก,town,98.00,19.00,300,,,,drawn,,E
b,Beta,ข,town,98.30,19.00,400,,,,drawn,,E
m,Mid,ค,junction,98.10,19.00,,,,,drawn,,E
c,Gamma,ง,village,98.10,18.90,600,,,,drawn,,E
f,Foreign,จ,foreign_city,98.30,18.90,500,,,,drawn,,E
"""
CROSSINGS = f"""{",".join(column.name for column in CROSSING_COLUMNS if not column.optional)}
x,Gate,ด่าน,,Myanmar,,98.20,18.90,700,permanent,STATUS,,,yes,yes,yes,,,drawn,,E
"""
HIGHWAYS = f"""{",".join(column.name for column in HIGHWAY_COLUMNS if not column.optional)}
ab,1,Road one,ถนน,a,b,30,primary,flat,asphalt,2,7,,,,,,drawn,2020,A
mc,2,Road two,,m,c,15,secondary,very_winding,asphalt,2,6,,7:900,,,,drawn,2021,B
cx,,To the gate,,c,x,12,track,mountainous,dirt,1,4,,,,,,drawn,,E
xf,9,Abroad,,x,f,11,primary,hilly,asphalt,2,7,,,,,,drawn,,E
"""
WAYPOINTS = """section,seq,lon,lat,node,source
ab,0,98.05,19.00,,drawn
ab,1,98.10,19.00,m,drawn
"""


@pytest.fixture
def area(tmp_path: Path) -> Area:
    return write_area(tmp_path)


def write_area(folder: Path, status: str = "open", **tables: str) -> Area:
    texts = {"places": PLACES, "crossings": CROSSINGS, "highways": HIGHWAYS, "waypoints": WAYPOINTS}
    for name, text in (texts | tables).items():
        (folder / f"{name}.csv").write_text(text.replace("STATUS", status), encoding="utf-8")
    layers = Layers(
        boundary=folder / "none.geojson", **{name: folder / f"{name}.csv" for name in texts}
    )
    return Area("drawn", folder, "Drawn", "วาด", "EPSG:32647", layers)


def by_name(network):
    return network.segments.set_index("name_en")


def test_published_lengths_are_kept_and_shared_at_named_waypoints(area):
    network = read_strategic(area)
    parts = by_name(network)["length_m"]
    assert parts["Road one"].sum() == pytest.approx(30_000, abs=1e-6)
    assert sorted(parts["Road one"]) == pytest.approx([10_000, 20_000], rel=1e-3)
    assert parts["Road two"] == pytest.approx(15_000, abs=1e-6)
    assert len(network.nodes) == 6
    assert network.nodes["component"].eq(0).all()


def test_profile_reaches_the_known_heights(area):
    network = read_strategic(area)
    profile = network.profile
    at = int(np.flatnonzero(network.segments["name_en"] == "Road two")[0])
    low, high = profile.offsets[at : at + 2]
    height, distance = profile.elevation_m[low:high], profile.distance_m[low:high]
    # M is unknown and lies a third of the way from 300 to 400 m.
    assert height[0] == pytest.approx(300 + 100 / 3, abs=0.1)
    assert height[-1] == pytest.approx(600)
    kind = read_terrain_classes()["very_winding"]
    wave = kind.rise_fall_m_per_km / 1000 * max(kind.grade_spread) * kind.wave_m / 2
    assert height[np.argmin(abs(distance - 7000))] == pytest.approx(900, abs=wave)
    assert profile.climb_m()[at].min() > 300


def test_bends_come_from_the_class_of_terrain(area):
    """Degrees per kilometre from the radii agree with the class, 180000/(π·R) over the bends."""
    network = read_strategic(area)
    profile = network.profile
    for at, name in enumerate(network.segments["name_en"]):
        kind = {"Road one": "flat", "Road two": "very_winding", "Abroad": "hilly"}.get(name)
        if kind is None:
            continue
        low, high = profile.offsets[at : at + 2]
        turned = np.degrees(20.0 / profile.radius_m[low:high]).sum()
        wanted = read_terrain_classes()[kind].bendiness_deg_per_km()
        assert turned / (network.length_m[at] / 1000) == pytest.approx(wanted, rel=0.15)


def test_classes_are_ordered_and_near_the_published_ones():
    """HDM-4's geometry classes: about 15, 75, 150, 300 and 500 degrees per km.

    Bends at even distances cost more than the same bends crowded between straights, so that
    the three upper classes have fewer.
    """
    classes = read_terrain_classes()
    bends = [kind.bendiness_deg_per_km() for kind in classes.values()]
    assert bends[:2] == pytest.approx([15, 75], rel=0.15)
    assert all(0.4 < ours / hdm < 1 for ours, hdm in zip(bends[2:], [150, 300, 500], strict=True))
    assert bends == sorted(bends)
    rise = [kind.rise_fall_m_per_km for kind in classes.values()]
    assert rise == sorted(rise)
    assert all(np.mean(kind.grade_spread) == pytest.approx(1) for kind in classes.values())


def test_rise_and_fall_adds_up_to_the_class():
    for name, kind in read_terrain_classes().items():
        length = np.array([40_000.0])
        controls = Controls(
            section=np.array([0]),
            start_m=np.zeros(1),
            ends=np.array([[0, 1]]),
            node_elevation_m=np.array([500.0, 500.0]),
            summits=np.zeros((0, 3)),
        )
        profile, _ = strategic_profile(controls, length, np.array([name]), read_terrain_classes())
        total = profile.climb_m().sum()
        assert total / 40 == pytest.approx(kind.rise_fall_m_per_km, rel=0.05)


@pytest.mark.parametrize(("status", "closed"), [("open", False), ("closed", True)])
def test_what_is_closed_is_closed_beyond_the_gate(tmp_path, status, closed):
    parts = by_name(read_strategic(write_area(tmp_path, status)))
    assert parts["crossing"].to_dict()["Abroad"] == "x"
    assert (parts["access"]["Abroad"] == "no") == closed
    assert parts["crossing"]["To the gate"] == ""
    assert parts["access"]["To the gate"] == ""


def test_a_village_behind_its_gate_is_not_abroad(tmp_path):
    """A river pier may stand before the last village of its road."""
    village = PLACES.replace("f,Foreign,จ,foreign_city", "f,Foreign,จ,tambon")
    parts = by_name(read_strategic(write_area(tmp_path, "closed", places=village)))
    assert parts["crossing"].to_dict()["Abroad"] == ""
    assert parts["access"]["Abroad"] == ""


def test_a_highway_may_bar_long_vehicles(tmp_path):
    highways = HIGHWAYS.splitlines()
    head, *rows = [line for line in highways if line]
    changed = [
        f"{head},maxlength_m",
        *(f"{row},{12 if at == 1 else ''}" for at, row in enumerate(rows)),
    ]
    area = write_area(tmp_path, highways="\n".join(changed))
    limits = by_name(read_strategic(area))["maxlength_m"]
    assert limits.dropna().to_dict() == {"Road two": 12}


def test_the_same_tables_give_the_same_network(area):
    one, other = read_strategic(area), read_strategic(area)
    assert one.segments.equals(other.segments)
    assert np.array_equal(one.profile.elevation_m, other.profile.elevation_m)
    assert one.source.date == "2021"


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("highways", "m,c,15", "m,nowhere,15", "row 3, column 'to_id': 'nowhere' is no id"),
        (
            "highways",
            "m,c,15",
            "m,c,fifteen",
            "row 3, column 'length_km': 'fifteen' is not a number",
        ),
        (
            "highways",
            "secondary",
            "second",
            "row 3, column 'highway': 'second' is none of motorway",
        ),
        (
            "highways",
            "7:900",
            "7-900",
            "section 'mc', column 'summits': '7-900' is not 'km:metres'",
        ),
        ("highways", "c,x,12", "c,c,12", "row 4, column 'to_id': 'c' is also its from_id"),
        ("waypoints", "ab,0", "zz,0", "row 2, column 'section': 'zz' is no id of a section"),
        ("waypoints", "19.00,m", "19.00,mm", "row 3, column 'node': 'mm' is no id"),
        ("waypoints", "ab,1", "ab,0", "row 3, column 'seq': 0 stands twice"),
        ("places", "98.10,18.90", "198.10,18.90", "row 5, column 'lon': '198.10' is not within"),
        ("places", "elevation_m,", "height,", "column 'elevation_m' is missing"),
        ("places", "b,Beta", "a,Beta", "row 3, column 'id': 'a' stands twice"),
    ],
)
def test_bad_tables_are_refused_by_row_and_column(tmp_path, table, old, new, message):
    texts = {"places": PLACES, "highways": HIGHWAYS, "waypoints": WAYPOINTS}
    area = write_area(tmp_path, **{table: texts[table].replace(old, new, 1)})
    with pytest.raises(DataError) as caught:
        read_strategic(area)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("highways", "mc,2", "\n,,\nmc,2", "row 5, column 'to_id': 'nowhere' is no id"),
        ("waypoints", "ab,1", "\nzz,1", "row 4, column 'section': 'zz' is no id"),
    ],
)
def test_blank_rows_count_where_a_fault_is_told(tmp_path, table, old, new, message):
    text = {"highways": HIGHWAYS, "waypoints": WAYPOINTS}[table].replace(old, new, 1)
    text = text.replace(",,\nmc", "," * text.splitlines()[0].count(",") + "\nmc")
    area = write_area(tmp_path, **{table: text.replace("m,c,15", "m,nowhere,15")})
    with pytest.raises(DataError) as caught:
        read_strategic(area)
    assert message in str(caught.value)


def test_an_area_without_tables_says_so(area):
    bare = replace(area, layers=replace(area.layers, highways=None))
    with pytest.raises(DataError, match="names no 'highways' and 'waypoints'"):
        read_strategic(bare)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2500)), max_size=5))
def test_summits_are_read_as_written(summits):
    text = ";".join(f"{km}:{height}" for km, height in summits)
    assert parse_summits(text, "s") == [(float(km), float(height)) for km, height in summits]


def test_heights_that_cannot_be_are_found_by_the_check(tmp_path):
    """Gamma at 6,000 m would be 5,667 m above the junction, 15 km away."""
    area = write_area(tmp_path, places=PLACES.replace("18.90,600,", "18.90,6000,"))
    problems = " ".join(check_area(area).problems)
    assert (
        "'Road two' climbs 5,667 m in 15.0 km; its heights or its length must be wrong" in problems
    )
    assert "'Road one'" not in problems
