"""Two sources of roads laid side by side at a rectangle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from drawing import CRS, ORIGIN, TO_LON_LAT, draw

from layers.osm.seam import sew
from layers.roads.bare import bare_of
from layers.roads.network import components

ROAD = "A---B---C---D"


def roads(picture=ROAD, *, up=0.0, **columns):
    """Draw roads a kilometre per character, moved up by some metres."""
    network = draw(picture, cell=1000.0, **columns)
    moved = network.segments.geometry.translate(0.0, up)
    nodes = network.nodes.assign(y=network.nodes["y"] + up)
    lon, lat = TO_LON_LAT.transform(nodes["x"].to_numpy(), nodes["y"].to_numpy())
    segments = network.segments.set_geometry(moved.set_crs(CRS))
    return bare_of(replace(network, nodes=nodes.assign(lon=lon, lat=lat), segments=segments), {})


def seam(east_km):
    """Return a rectangle around everything west of so many kilometres."""
    west, south = TO_LON_LAT.transform(ORIGIN[0] - 9000, ORIGIN[1] - 30_000)
    east, north = TO_LON_LAT.transform(ORIGIN[0] + east_km * 1000, ORIGIN[1] + 9000)
    return west, south, east, north


def parts(found):
    """Return how many pieces of road there are."""
    return len(np.unique(components(len(found.nodes), found.ends)[found.ends]))


def test_the_same_road_goes_on_as_long_as_it_is():
    whole, loose = sew(roads(), roads(), seam(6.0))
    assert whole.segments["length_m"].sum() == pytest.approx(12_000, abs=1)
    assert len(loose) == 0
    assert parts(whole) == 1
    assert shapely.line_merge(shapely.union_all(whole.segments.geometry)).geom_type == "LineString"


@pytest.mark.parametrize(("metres", "joined"), [(40.0, True), (90.0, False)])
def test_what_lies_a_little_beside_is_the_same_road(metres, joined):
    whole, loose = sew(roads(), roads(up=metres), seam(6.0))
    assert (parts(whole) == 1) == joined
    assert (len(loose) == 0) == joined


def test_a_road_of_another_number_or_class_is_another_one():
    ref = {"AB": "108", "BC": "108", "CD": "108"}
    other = dict.fromkeys(ref, "1095")
    assert parts(sew(roads(ref=ref), roads(ref=other), seam(6.0))[0]) == 2
    assert parts(sew(roads(ref=ref), roads(), seam(6.0))[0]) == 1
    minor = dict.fromkeys(ref, "tertiary")
    assert parts(sew(roads(), roads(highway=minor), seam(6.0))[0]) == 2


def test_of_two_roads_each_finds_its_own_end():
    picture = "A---B---C\n\nD---E---F"
    number = {"AB": "1", "BC": "1", "DE": "2", "EF": "2"}
    whole, loose = sew(roads(picture, ref=number), roads(picture, ref=number), seam(6.0))
    assert len(loose) == 0
    assert parts(whole) == 2
    part = components(len(whole.nodes), whole.ends)[whole.ends[:, 0]]
    for one in np.unique(part):
        assert whole.segments["ref"][part == one].nunique() == 1
