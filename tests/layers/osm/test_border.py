"""Roads are cut where they meet the border, and each lies in one country."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from drawing import ORIGIN, TO_LON_LAT, draw

from layers.osm.border import cut_at_border, share_abroad
from layers.roads.bare import bare_of
from layers.roads.network import components


def cut(picture, *at, land=None, cell=1000.0):
    """Cut drawn roads at places given in characters from the upper left."""
    places = [
        TO_LON_LAT.transform(ORIGIN[0] + cell * column, ORIGIN[1] - cell * row)
        for column, row in at
    ]
    points = pd.DataFrame(places, columns=["lon", "lat"])
    return cut_at_border(bare_of(draw(picture, cell=cell), {}), points, "MM", land)


def abroad(found):
    """Return the names of the roads abroad."""
    segments = found.roads.segments
    return sorted(segments["name"][segments["country"].astype(str) == "MM"].astype(str))


def test_what_the_border_cuts_off_is_abroad_and_nothing_leads_there():
    found = cut("A------B---C---D", (9, 0))
    assert abroad(found) == ["BC", "CD"]
    assert share_abroad(found.roads).tolist() == pytest.approx([9.0, 6.0], abs=0.01)
    (pair,) = found.breaks
    home, away = found.roads.nodes.iloc[pair[0]], found.roads.nodes.iloc[pair[1]]
    assert (home["x"], home["y"]) == (away["x"], away["y"])
    part = components(len(found.roads.nodes), found.roads.ends)
    assert part[pair[0]] != part[pair[1]]


def test_a_track_along_the_line_stays_at_home():
    # Over the line at 6 and back at 8: two kilometres of another country that is none.
    assert abroad(cut("A----B-----C-----D", (6, 0), (8, 0))) == []
    # Four kilometres are.
    assert abroad(cut("A----B-----C-----D", (6, 0), (10, 0))) == ["BC"]


def test_who_crosses_twice_is_back():
    found = cut("A--------B--------C--------D", (9, 0), (18, 0))
    assert abroad(found) == ["BC"]
    assert len(found.breaks) == 2


def test_a_point_far_from_every_road_cuts_none():
    found = cut("A---B---C", (4, 2))
    assert abroad(found) == []
    assert len(found.breaks) == 0


@pytest.mark.parametrize("given", [True, False])
def test_a_part_that_meets_no_border_lies_where_the_land_or_the_nearest_is(given):
    picture = "A------B---C\n\n      D---E"
    # Home reaches far enough east to hold DE, which is nearer to what is abroad.
    land = shapely.box(ORIGIN[0] - 1e5, ORIGIN[1] - 1e5, ORIGIN[0] + 12_000, ORIGIN[1] - 1000)
    found = cut(picture, (8, 0), land=land if given else None)
    assert "BC" in abroad(found)
    length = found.roads.segments["length_m"].to_numpy()
    assert np.isclose(length.sum(), 15_000, atol=1)
    if given:
        assert "DE" not in abroad(found)
