"""Numbered roads go on over streets where only main roads are kept."""

from __future__ import annotations

from drawing import draw

from layers.roads.bare import bare_of
from layers.store.onward import onward

TOWN = """\
A---B---C---D---E
    |   |   |
    F---G---H---I
"""


def kept_besides(within_m, **ref):
    """Return the streets that are kept besides the numbered roads, by name."""
    classes = dict.fromkeys(ref, "secondary")
    network = draw(TOWN, ref=ref, highway={**dict.fromkeys(STREETS, "residential"), **classes})
    names = network.segments["name"].astype(str).to_numpy()
    streets = (network.segments["highway"].astype(str) == "residential").to_numpy()
    more = onward(bare_of(network, {}), ~streets, streets, within_m)
    return set(names[more])


STREETS = ("AB", "BC", "CD", "DE", "BF", "CG", "DH", "FG", "GH", "HI")


def test_a_highway_that_ends_at_a_street_goes_on_by_the_shortest_way():
    assert kept_besides(5000, AB="1349", DE="1269") == {"BC", "CD"}


def test_a_way_that_is_too_long_is_not_kept():
    length = draw("A---B---C---D").length_m.sum()
    assert kept_besides(0.5 * length, AB="1349", DE="1269") == set()


def test_an_end_without_another_road_and_a_road_without_number_stay_as_they_are():
    assert kept_besides(50_000, AB="1349") == set()
    assert kept_besides(50_000, AB="", DE="") == set()
