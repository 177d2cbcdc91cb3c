"""Links by highway and kilometre."""

from __future__ import annotations

import pandas as pd
import pytest
from drawing import draw, segment

from geo.risk.corridors import between, corridors
from geo.routing.chainage import chainage
from layers.errors import DataError

ROAD = "A----B----C----D\n     |\n     E"
REFS = {"AB": "108", "BC": "108;1263", "CD": "108", "BE": ""}


def chain_of(picture=ROAD, refs=REFS, **columns):
    network = draw(picture, cell=1000.0, ref=refs, **columns)
    return network, chainage(network).iloc[: len(network.segments)]


def test_links_of_similar_value_are_one_corridor():
    network, chain = chain_of()
    values = pd.DataFrame({"extra": 0.0, "cut": 0.0}, index=range(4))
    for name, extra in {"AB": 90.0, "BC": 100.0, "CD": 10.0, "BE": 0.0}.items():
        values.loc[segment(network, name), "extra"] = extra
    found = corridors(chain, values, ["cut", "extra"])
    assert found[["ref", "km_from", "km_to", "extra"]].to_numpy().tolist() == [
        ["108", 0, 10, 100],
        ["108", 10, 15, 10],
    ]
    assert found["segments"].tolist()[0] == (segment(network, "AB"), segment(network, "BC"))
    # What cuts somebody off comes first, and is not mixed with what does not.
    values.loc[segment(network, "CD"), "cut"] = 1.0
    values.loc[segment(network, "BC"), "cut"] = 1.0
    found = corridors(chain, values, ["cut", "extra"])
    assert found["km_from"].tolist() == [5, 10, 0]


def test_a_road_without_number_or_name_goes_on_as_far_as_it_is_straight():
    nothing = dict.fromkeys(("AB", "BC", "BD"), "")
    picture = "A--B--C\n   |\n   D"
    _, chain = chain_of(picture, nothing, name=nothing)
    found = corridors(chain, pd.DataFrame({"v": [1.0] * 3}), ["v"])
    assert found[["km_from", "km_to"]].to_numpy().tolist() == [[0, 6], [0, 2]]
    assert list(map(len, found["segments"])) == [2, 1]


def test_what_lies_between_two_is_of_their_corridor():
    """The middle link carries nothing: its neighbours' kilometres may not name it."""
    network, chain = chain_of("A----B-C----D", {"AB": "1", "BC": "1", "CD": "1"})
    values = pd.DataFrame({"v": [0.0] * 3})
    values.loc[[segment(network, "AB"), segment(network, "CD")], "v"] = 5.0
    found = corridors(chain, values, ["v"], gap_km=5.0)
    assert found[["km_from", "km_to"]].to_numpy().tolist() == [[0, 5], [7, 12]]


@pytest.mark.parametrize(
    ("middle", "rows"),
    [
        (0.0, [[0, 12]]),  # A lane leads round it: nobody loses anything.
        (3.0, [[0, 12]]),
        (50.0, [[5, 7], [0, 5], [7, 12]]),  # What is worse is not hidden in what is not.
    ],
)
def test_a_corridor_goes_on_behind_a_lull(middle, rows):
    network, chain = chain_of("A----B-C----D", {"AB": "1", "BC": "1", "CD": "1"})
    values = pd.DataFrame({"v": [5.0] * 3})
    values.loc[segment(network, "BC"), "v"] = middle
    found = corridors(chain, values, ["v"], lull_km=2.0)
    assert found[["km_from", "km_to"]].to_numpy().tolist() == rows
    assert sorted(sum(found["segments"], ())) == [0, 1, 2]
    # Over more than that it does not.
    assert len(corridors(chain, values, ["v"], lull_km=1.5)) == (3 if middle else 2)


def test_settlements_name_the_ends():
    network, chain = chain_of()
    at = network.nodes.iloc[[0, 3]]
    places = pd.DataFrame({"id": ["west", "east"], "lon": at["lon"], "lat": at["lat"]})
    found = corridors(chain, pd.DataFrame({"v": [1.0] * 4}), ["v"])
    named = between(network, found, places).set_index("ref")
    assert named.loc["108", ["place_from", "place_to"]].tolist() == ["west", "east"]
    with pytest.raises(DataError, match="no places"):
        between(network, found, places.iloc[:0])


def test_tables_that_do_not_fit_are_refused():
    _, chain = chain_of()
    with pytest.raises(DataError, match="3 values for 4"):
        corridors(chain, pd.DataFrame({"v": [1.0] * 3}), ["v"])
    with pytest.raises(DataError, match="w"):
        corridors(chain, pd.DataFrame({"v": [1.0] * 4}), ["w"])
