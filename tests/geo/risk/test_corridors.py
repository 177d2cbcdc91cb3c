"""Links by highway and kilometre."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawing import draw, segment

from geo.risk.corridors import between, chainage, corridors, stretch
from layers.area import load_area
from layers.errors import DataError, UnknownNameError
from layers.store.store import load_network

ROAD = "A----B----C----D\n     |\n     E"
REFS = {"AB": "108", "BC": "108;1263", "CD": "108", "BE": ""}


def chain_of(picture=ROAD, refs=REFS, **columns):
    network = draw(picture, cell=1000.0, ref=refs, **columns)
    return network, chainage(network)


def test_kilometres_run_from_the_start():
    network, chain = chain_of(name={name: name for name in REFS})
    km = {n: chain.loc[segment(network, n), ["km_from", "km_to"]].tolist() for n in REFS}
    assert km == {"AB": [0, 5], "BC": [5, 10], "CD": [10, 15], "BE": [0, 2]}
    assert chain["ref"].tolist().count("108") == 3
    assert chain["name"].tolist().count("BE") == 1


def test_the_start_is_the_end_that_stands_first_whatever_the_geometry():
    """A road drawn against its kilometres: C-B-A, the segment at C stands first."""
    network, _ = chain_of("A----B----C", {"AB": "1", "BC": "1"})
    turned = network.segments.iloc[::-1].reset_index(drop=True)
    chain = chainage(type(network)(network.nodes, turned, network.profile,
                                   network.restrictions, network.source))  # fmt: skip
    assert chain["km_from"].tolist() == [0, 5]
    assert chain[["node_from", "node_to"]].to_numpy().tolist() == [[2, 1], [1, 0]]


def test_parts_that_do_not_hang_together_count_for_themselves():
    _, chain = chain_of("A--B  C----D", {"AB": "1", "CD": "1"})
    assert chain["part"].tolist() == [1, 0]
    assert chain["km_from"].tolist() == [0, 0]


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


def test_roads_without_number_or_name_are_never_merged():
    _, chain = chain_of("A--B--C", {"AB": "", "BC": ""}, name={"AB": "", "BC": ""})
    found = corridors(chain, pd.DataFrame({"v": [1.0, 1.0]}), ["v"])
    assert len(found) == 2


def test_settlements_name_the_ends():
    network, chain = chain_of()
    at = network.nodes.iloc[[0, 3]]
    places = pd.DataFrame({"id": ["west", "east"], "lon": at["lon"], "lat": at["lat"]})
    found = corridors(chain, pd.DataFrame({"v": [1.0] * 4}), ["v"])
    named = between(network, found, places).set_index("ref")
    assert named.loc["108", ["place_from", "place_to"]].tolist() == ["west", "east"]
    with pytest.raises(DataError, match="no places"):
        between(network, found, places.iloc[:0])


def test_a_stretch():
    network, chain = chain_of()
    assert np.flatnonzero(stretch(chain, "108", 4, 6)).tolist() == sorted(
        [segment(network, "AB"), segment(network, "BC")]
    )
    assert stretch(chain, "108", 7, 7).sum() == 1
    assert stretch(chain, "108", 5, 10).sum() == 1
    with pytest.raises(UnknownNameError, match="km 0 to 15"):
        stretch(chain, "108", 20, 30)
    for ref in ("109", ""):
        with pytest.raises(UnknownNameError, match="no road"):
            stretch(chain, ref, 0, 1)


def test_published_kilometres_of_the_embedded_area():
    network = load_network(load_area("mae_hong_son"), "strategic")
    chain = chainage(network)
    mine = chain[(chain["ref"] == "1095") & (chain["part"] == 0)]
    assert mine["km_from"].is_monotonic_increasing
    assert mine["km_to"].max() == pytest.approx(network.length_m[mine.index].sum() / 1000)
    assert (mine["km_to"] - mine["km_from"]).to_numpy() == pytest.approx(
        network.length_m[mine.index] / 1000
    )


def test_tables_that_do_not_fit_are_refused():
    _, chain = chain_of()
    with pytest.raises(DataError, match="3 values for 4"):
        corridors(chain, pd.DataFrame({"v": [1.0] * 3}), ["v"])
    with pytest.raises(DataError, match="w"):
        corridors(chain, pd.DataFrame({"v": [1.0] * 4}), ["w"])
