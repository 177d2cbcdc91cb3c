"""What lies around an area: outlines of its neighbours, its border abroad, and a veil."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from layers.area import load_area
from maps.base.leaflet import offline_map, render
from maps.base.neighbours import neighbours, veil

AREA = load_area("mae_hong_son")


def square(west, name):
    ring = [[west, 18], [west + 1, 18], [west + 1, 19], [west, 19], [west, 18]]
    return {
        "type": "Feature",
        "properties": {"name_en": name, "name_th": f"จ.{name}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def area(tmp_path):
    """A square with a neighbour to its east, and abroad on its three other sides."""
    layers = AREA.layers
    for file, squares in {
        "boundary": [square(98, "Own")],
        "outlines": [square(98, "Own"), square(99, "East")],
    }.items():
        path = tmp_path / f"{file}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": squares}), "utf-8")
        layers = replace(layers, **{file: path})
    return replace(AREA, layers=layers)


def drawn(layer):
    made = offline_map((98, 18, 99, 19))
    layer.add_to(made)
    return render(made).script


def test_neighbours_have_outlines_and_names_but_the_area_has_none(area):
    script = drawn(neighbours(area))
    assert script.count('"className": "neighbour"') == 1
    assert "East" in script
    assert "จ.East" in script
    assert "Own" not in script


def test_the_border_abroad_is_where_no_neighbour_is(area):
    """Three sides of a degree each, less the corners beside the neighbour."""
    (line,) = [
        child
        for child in neighbours(area)._children.values()
        if getattr(child, "options", {}).get("className", child.options.get("class_name"))
        == "border-abroad"
    ]
    points = [point for part in line.locations for point in part]
    assert min(lon for _, lon in points) == 98
    assert max(lon for _, lon in points) < 99
    assert {lat for lat, _ in points} >= {18, 19}


def test_without_outlines_nothing_is_drawn(area):
    assert neighbours(replace(area, layers=replace(area.layers, outlines=None))) is None


def test_the_veil_leaves_the_area_free(area):
    script = drawn(veil(area))
    assert script.count('"className": "veil"') == 1
    assert "[18.0,98.0]" in script
    assert '"pane": "veil"' in script
