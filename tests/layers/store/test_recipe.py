"""Keys of `roads.toml`: which roads an area ships, and where they are all of their kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import POINTS, done, osm_file, polygon_file, problem

from layers.area import load_area
from layers.store.rebuilding import rebuild_roads

RECIPE = 'title = "x"\ndate = "2026-01-01"\nlicence = "x"\nattribution = "x"\n'


@pytest.fixture
def shipping(home, tmp_path):
    """Return what writes the recipe of an area with roads of its own, and rebuilds these."""
    roads = [("ABC", {"highway": "primary"}), ("BD", {"highway": "residential"})]
    osm = osm_file(tmp_path / "pai.osm", POINTS, roads)
    edge = polygon_file(tmp_path / "edge.geojson", 97.9, 18.9, 98.3, 19.1)
    done("import", "pai", "--osm", osm, "--boundary", edge)
    toml = home / "areas" / "pai" / "area.toml"
    named = '\n[layers]\nroads = "pai.roads"\nroads_recipe = "roads.toml"'
    toml.write_text(toml.read_text("utf-8").replace("\n[layers]", named, 1), "utf-8")

    def write(keys: str) -> tuple[str, Path]:
        (toml.parent / "roads.toml").write_text(RECIPE + keys, "utf-8")
        return "pai", osm

    return write


def rebuilt(given):
    """Return the roads that are written, by class, and what the file says of itself."""
    slug, osm = given
    _, roads = rebuild_roads(load_area(slug), osm)
    return set(roads.segments["highway"].astype(str)), roads.about


def test_an_area_has_its_minor_roads_unless_its_recipe_says_otherwise(shipping):
    """The drawn file has a primary road, and one of no main class that leaves it."""
    every, about = rebuilt(shipping(""))
    main, of_main = rebuilt(shipping("minor = false\n"))
    assert main == {"primary"}
    assert main < every
    assert "EMPTY" in of_main["all_within"]
    assert "EMPTY" not in about["all_within"]


def test_where_main_roads_are_whole_may_be_wider_than_the_roads(shipping):
    wide = [96.0, 18.0, 99.0, 20.0]
    _, about = rebuilt(shipping(f"within = {wide}\n"))
    _, narrow = rebuilt(shipping(""))
    assert about["main_within"] == wide
    west, south, east, north = narrow["main_within"]
    assert wide[0] < west
    assert wide[1] < south
    assert wide[2] > east
    assert wide[3] > north


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("within = [96.0, 18.0, 99.0]", "key 'within': wants west, south, east and north"),
        ("within = [96.0, 18.0, 999.0, 20.0]", "within"),
        ('minor = "no"', "minor"),
    ],
)
def test_a_key_that_cannot_be_is_told_with_its_file(shipping, keys, told):
    slug, osm = shipping(keys + "\n")
    line = problem("rebuild", slug, "--osm", osm)
    assert "roads.toml" in line
    assert told in line
