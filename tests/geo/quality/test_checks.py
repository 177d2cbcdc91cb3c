"""`chaidaen quality`: each planted defect is found where it is, and none in a clean network."""

from __future__ import annotations

import csv
import io
import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from commands import done, osm_file, problem
from drawing import CRS, ORIGIN, build, draw
from valley import write_valley

from geo.quality.checks import FINDING_COLUMNS, quality, tag_shares
from tests.maps.report.test_report import EVIL, Tags

CLEAN = """
A---B---C
|   |   |
D---E---F"""


def metres(*points):
    return [(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in points]


def water(*lines, kind="river"):
    return gpd.GeoDataFrame(
        {"id": [f"w{at}" for at in range(1, len(lines) + 1)], "kind": kind, "intermittent": False},
        geometry=[shapely.LineString(metres(*line)) for line in lines],
        crs=CRS,
    )


def found(network, **options):
    """Return the findings by kind, each as (name of its segment, row)."""
    made = quality(network, **options).findings
    assert list(made.columns) == list(FINDING_COLUMNS)
    return {kind: rows.to_dict("records") for kind, rows in made.groupby("kind")}


def test_a_clean_network_has_no_finding():
    river = water([(-50, 50), (-50, -500)])
    assert found(draw(CLEAN), water=river) == {}


@pytest.mark.parametrize("gap", [0.0, 3.0, 19.0])
def test_a_road_that_ends_just_before_another_is_found(gap):
    # A main road west to east; a side road comes from the north and stops before it.
    xy = metres((0, 0), (400, 0), (200, 300), (200, gap))
    network = build(xy, [[0, 1], [2, 3]], osm_id=[11, 12], name=["main", "side"])
    row = found(network)["dead_end"][0]
    assert (row["osm_way"], row["other_way"], row["name"]) == (12, 11, "side")
    assert row["gap_m"] == pytest.approx(gap, abs=1e-6)
    lon, lat = network.nodes.loc[3, ["lon", "lat"]]
    assert (row["lon"], row["lat"]) == pytest.approx((lon, lat), abs=1e-9)


def test_a_dead_end_that_is_far_or_on_another_level_or_a_spur_is_none():
    far = build(metres((0, 0), (400, 0), (200, 300), (200, 21)), [[0, 1], [2, 3]])
    assert "dead_end" not in found(far)
    assert "dead_end" in found(far, reach_m=25)
    over = build(
        metres((0, 0), (400, 0), (200, 300), (200, 5)), [[0, 1], [2, 3]], bridge=[True, False]
    )
    assert "dead_end" not in found(over)
    # A drive of 15 m off the road ends 15 m from the road that it left.
    spur = build(metres((0, 0), (200, 0), (400, 0), (200, 15)), [[0, 1], [1, 2], [1, 3]])
    assert "dead_end" not in found(spur)
    walked = build(
        metres((0, 0), (400, 0), (200, 300), (200, 5)),
        [[0, 1], [2, 3]],
        highway=["primary", "footway"],
    )
    assert found(walked) == {}


def test_a_road_that_comes_back_the_long_way_is_a_gap():
    # Round three sides of a square, 900 m, and stops 10 m before its own beginning's road.
    xy = metres((0, 0), (300, 0), (600, 0), (10, 10))
    loop = shapely.LineString(metres((300, 0), (300, 300), (10, 300), (10, 10)))
    straight = [shapely.LineString([xy[0], xy[1]]), shapely.LineString([xy[1], xy[2]])]
    network = build(xy, [[0, 1], [1, 2], [1, 3]], lines=[*straight, loop])
    assert found(network)["dead_end"][0]["gap_m"] == pytest.approx(10)


def test_parts_that_nothing_joins_are_found_with_their_size():
    network = draw(CLEAN + "\n\nG---H---I", osm_id={"GH": 5, "HI": 6})
    rows = found(network)["disconnected"]
    assert len(rows) == 1
    assert rows[0]["km"] == pytest.approx(0.8)
    assert rows[0]["osm_way"] == 5
    # A path joins them for who walks, not for who drives.
    joined = draw(CLEAN + "\n|\nG---H---I", highway={"DG": "path"})
    assert len(found(joined)["disconnected"]) == 1
    assert found(draw(CLEAN + "\n|\nG---H---I")) == {}


def test_what_reaches_out_of_the_area_may_be_whole():
    network = draw(CLEAN + "\n\nG---H---I")
    lon, lat = network.nodes[["lon", "lat"]].to_numpy().T
    wide = shapely.box(lon.min() - 0.01, lat.min() - 0.01, lon.max() + 0.01, lat.max() + 0.01)
    narrow = shapely.box(lon.min() + 0.0005, lat.min() - 0.01, lon.max() + 0.01, lat.max() + 0.01)
    assert not found(network, boundary=wide)["disconnected"][0]["at_edge"]
    assert found(network, boundary=narrow)["disconnected"][0]["at_edge"]


@pytest.mark.parametrize(
    ("picture", "kind", "km"),
    [
        ("A---B---C\n|   |   |\nD---E-->F\n", None, 0.0),
        # From F two ways go on to G, both away from it.
        ("A---B---C\n|   |   |\nD---E---F\n    v   v\n    G---H\n", "no_way_out", 0.8),
        ("A---B---C\n|   |   |\nD---E---F\n    ^   ^\n    G---H\n", "no_way_in", 0.8),
        # In by one, out by the other: one gets everywhere.
        ("A---B---C\n|   |   |\nD---E---F\n    ^   v\n    G---H\n", None, 0.0),
        # G is entered only, and from it one enters a place that another way may reach.
        ("A---B---C\n|   |   |\nD---E---F\n        v\n        G\n", "no_way_out", 0.2),
        # Two one-ways towards each other's end: H joins G, and nothing comes from or to either.
        ("A---B---C\n|   |   |\nD---E---F\nv       \nG--<H   \n", "no_way_out", 0.2),
    ],
)
def test_one_ways_that_trap_or_shut_out(picture, kind, km):
    picture = picture.replace("E-->F", "E->-F").replace("G--<H", "G-<-H")
    made = found(draw(picture.rstrip("\n")))
    if kind is None:
        assert made == {}
        return
    assert kind in made
    assert made[kind][0]["km"] == pytest.approx(km)
    assert set(made) <= {"no_way_out", "no_way_in", "no_way"}


def test_a_stretch_between_two_traps_is_neither_entered_nor_left():
    # D is entered only, X is left only into D: between them nobody comes from the core.
    made = found(draw("A---B\n|   |\nC---E->-D-<-X"))
    assert made["no_way_out"][0]["km"] == pytest.approx(0.4)
    assert "no_way_in" not in made
    assert made["no_way"][0]["km"] == pytest.approx(0.4)


def test_a_river_crossed_on_nothing_is_found_and_on_a_bridge_or_ford_is_not():
    river = water([(200, 200), (200, -500)])
    plain = draw("A---B", osm_id={"AB": 7})
    row = found(plain, water=river)["bridge"][0]
    assert (row["osm_way"], row["other_way"]) == (7, 1)
    assert row["lon"] == pytest.approx(plain.nodes["lon"].mean(), abs=1e-6)
    for columns in (
        {"bridge": {"AB": True}},
        {"tunnel": {"AB": True}},
        {"highway": {"AB": "ferry"}},
        {"highway": {"AB": "path"}},
    ):
        assert found(draw("A---B", **columns), water=river) == {}
    ford = water([(195, 0), (205, 0)], kind="ford")
    both = gpd.GeoDataFrame(
        pd.concat([river, ford], ignore_index=True), geometry="geometry", crs=CRS
    )
    assert found(plain, water=both) == {}


def test_bridges_are_not_looked_for_where_no_river_is_known():
    plain = draw("A---B")
    assert "bridge" not in quality(plain).checked
    assert "bridge" not in quality(plain, water=water()).checked
    assert "bridge" in quality(plain, water=water([(0, 9), (1, 9)])).checked


def test_shares_count_km_of_what_is_tagged_and_not_of_what_was_inferred():
    network = draw(
        "A---B---C--------D",
        highway={"AB": "primary", "BC": "primary_link", "CD": "track"},
        surface={"AB": "asphalt", "BC": "asphalt", "CD": "dirt"},
        inferred={"BC": "surface lanes", "CD": "maxspeed_kph"},
        lanes={"AB": 2.0, "BC": 2.0},
        maxspeed_kph={"AB": 80.0},
        width_m={"CD": 3.0},
    )
    rows = {row["highway"]: row for row in tag_shares(network).to_dict("records")}
    assert list(rows) == ["primary", "track", "all"]
    # 400 m and 400 m of primary, 900 m of track.
    assert rows["primary"]["km"] == pytest.approx(0.8)
    assert rows["primary"]["surface"] == rows["primary"]["lanes"] == pytest.approx(0.5)
    assert rows["all"]["surface"] == pytest.approx(1.3 / 1.7)
    assert rows["all"]["maxspeed"] == pytest.approx(0.4 / 1.7)
    assert rows["track"]["width"] == 1


# A main road, and one that ends 10 m before it (0.0001 degrees of latitude are 11 m).
POINTS = {"A": (98.0, 19.0), "B": (98.1, 19.0), "C": (98.05, 19.05), "D": (98.05, 19.0001)}


@pytest.fixture
def area(home, tmp_path):  # noqa: ARG001
    """Import a drawn file; return what a road of it may be called."""

    def imported(name=""):
        tags = {"name": name, "surface": "asphalt"}
        path = osm_file(tmp_path / "a.osm", POINTS, [("AB", tags), ("CD", {"name": name})])
        done("import", "drawn", "--osm", path, "--overwrite", "--quiet")

    return imported


def test_the_command_in_every_format(area, tmp_path):
    area()
    table = done("quality", "drawn").stdout
    assert "dead ends near a road: 1\n" in table
    assert "https://www.openstreetmap.org/node/4" in table
    assert "rivers crossed on nothing: not checked" in table
    whole = json.loads(done("quality", "drawn", "--format", "json").stdout)
    assert whole["tags"][-1]["highway"] == "all"
    assert 0.6 < whole["tags"][-1]["surface"] < 0.7
    assert {one["kind"]: one["count"] for one in whole["summary"]}["dead_end"] == 1
    rows = list(csv.DictReader(io.StringIO(done("quality", "drawn", "--format", "csv").stdout)))
    assert [row["kind"] for row in rows] == ["dead_end", "disconnected"]
    assert rows[0]["link"].endswith("node/4")
    points = json.loads(done("quality", "drawn", "--format", "geojson").stdout)
    assert points["features"][0]["geometry"]["coordinates"] == pytest.approx([98.05, 19.0001])
    assert "dead ends near a road: none" in done("quality", "drawn", "--within", "5").stdout
    folder = tmp_path / "ผล"
    done("quality", "drawn", "--output", folder)
    assert {path.name for path in folder.iterdir()} == {
        "findings.csv",
        "findings.geojson",
        "tags.csv",
        "map.html",
        "map.png",
    }
    assert "is already there" in problem("quality", "drawn", "--output", folder)


def test_the_page_tells_it_in_both_languages_and_takes_text_as_text(area, tmp_path):
    area(f'"{EVIL}"')
    path = tmp_path / "page.html"
    done("quality", "drawn", "--map", path)
    html = path.read_text(encoding="utf-8")
    tags = Tags(html)
    for words in (
        "How far the roads can be trusted",
        "ข้อมูลถนนเชื่อถือได้แค่ไหน",
        "road ends just before another",
        "ถนนสิ้นสุดก่อนถึงอีกสาย",
    ):
        assert words in tags.text
    assert "<script>alert(1)" not in html
    assert str(191 * 7000003) not in html
    assert "openstreetmap.org/node/4" in html
    done("quality", "drawn", "--map", path, "--overwrite")
    assert path.read_text(encoding="utf-8") == html


def test_a_strategic_network_says_what_does_not_apply(home, tmp_path):
    write_valley(home)
    result = done("quality", "valley", "--map", tmp_path / "page.html")
    assert "do not apply" in result.stderr
    assert "tagged" not in result.stdout
    assert "parts nothing joins: none" in result.stdout
    assert "do not apply" in Tags((tmp_path / "page.html").read_text(encoding="utf-8")).text


@pytest.mark.usefixtures("home")
def test_andorra_is_mostly_sound(sample_data):
    folder = sample_data / "andorra"
    done("import", "andorra", "--osm", folder / "andorra.osm.pbf", "--quiet")
    made = json.loads(done("quality", "andorra", "--format", "json").stdout)
    shares = {row["highway"]: row for row in made["tags"]}
    assert all(0 <= row[tag] <= 1 for row in shares.values() for tag in ("surface", "width"))
    assert shares["primary"]["surface"] > shares["residential"]["surface"]
    counts = {one["kind"]: one for one in made["summary"]}
    total = shares["all"]["km"]
    assert 0 < counts["dead_end"]["count"] < 100
    assert counts["disconnected"]["km"] < 0.05 * total
    assert counts["no_way_out"]["km"] + counts["no_way_in"]["km"] < 0.01 * total
    assert 0 < counts["bridge"]["count"] < 50
    assert all(row["osm_way"] > 0 for row in made["findings"])
