"""One kilometre for every verb: what risk names is what it loses and what a scenario closes."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from drawing import draw, on

from geo.risk.failure import lost_links
from geo.risk.loaded_roads import load_roads
from geo.routing.chainage import chainage
from geo.routing.split import split_at
from geo.routing.stretch import rows_on, stretches_of
from geo.scenario import selection
from geo.scenario.selection import Select, find_pieces
from geo.study import open_study

# Highway 4 with two carriageways from B to D, a gap, a ring; and a street on both sides of it.
TOWN = """
        F
        |
     +--C------+
     |         |
A----B---------D----E   H--J--+
     |                     |  |
     K                     +--+
""".strip("\n")

SHORT_KM = 0.002
SIDES = ("left", "right")


def runs(chain):
    """Put rows of each part that follow each other in ones, pairs and all together."""
    for _, mine in chain[chain["road"] != ""].groupby(["road", "part"], sort=False):
        rows = mine.sort_values(["km_from", "km_to"]).index.to_numpy()
        # What is shorter than kilometres are told to the metre cannot be named alone.
        long = rows[(mine["km_to"] - mine["km_from"]).loc[rows].to_numpy() > SHORT_KM]
        yield from ([row] for row in long)
        yield from (list(pair) for pair in pairwise(rows))
        yield list(rows)


@pytest.fixture(autouse=True)
def _each_road_counted_once(monkeypatch):
    """Keep the kilometres of a road: a thousand selections ask for those of a hundred roads."""
    counted = cache(lambda network, only: chainage(network, only=only))
    monkeypatch.setattr(
        selection, "chainage", lambda network, start=None, *, only=None: counted(network, only)
    )


def closed_by(network, split, select):
    """Return the links that a scenario closes, and how many metres of others."""
    pieces = find_pieces(network, select)
    # Links are in the order of their segments, and a segment is chosen at most once.
    first, last = (np.searchsorted(split.segment, pieces.segment, side) for side in SIDES)
    many = last - first
    link = np.repeat(last - np.cumsum(many), many) + np.arange(many.sum())
    low, high = (np.repeat(side, many) for side in (pieces.from_m, pieces.to_m))
    whole = network.length_m[split.segment[link]]
    start, stop = split.start[link] * whole, split.stop[link] * whole
    shut = np.maximum(np.minimum(stop, high) - np.maximum(start, low), 0.0)
    closed = shut > (stop - start) / 2
    wrong = np.where(closed, stop - start - shut, shut)
    return set(link[closed].tolist()), wrong.max(initial=0.0)


def assert_consistent(network, split, chain):
    count = 0
    for rows, stretch in zip(groups := list(runs(chain)), stretches_of(chain, groups), strict=True):
        text = str(stretch)
        assert set(np.flatnonzero(rows_on(chain, stretch))) == set(rows), text
        closed, wrong = closed_by(network, split, Select(stretch=text))
        km = chain.loc[rows, "km_to"] - chain.loc[rows, "km_from"]
        assert closed | set(km.index[km <= SHORT_KM]) == set(rows), text
        # To the metre to which kilometres are told, and to which roads are cut.
        assert wrong <= 2.0, text
        if stretch.part is None and chain["ref"].iloc[rows[0]]:
            km = (stretch.km_from, stretch.km_to)
            typed = closed_by(network, split, Select(ref=stretch.ref, km=km))
            assert typed[0] == closed, text
        count += 1
    return count


@pytest.mark.slow
def test_every_road_of_the_embedded_area():
    roads, _ = load_roads(open_study("mae_hong_son", roads="strategic"), "people")
    chain = roads.kilometres
    assert_consistent(roads.study.network, roads.split, chain)
    numbers = set(chain["ref"]) - {""}
    assert len(numbers) > 50
    for stretch in stretches_of(
        chain, [[int(chain.index[chain["ref"] == ref][0])] for ref in numbers]
    ):
        assert lost_links(roads, [stretch]).sum() == 1


@pytest.mark.parametrize("ref", ["4", ""])
def test_an_openstreetmap_road_with_carriageways_a_gap_and_a_ring(ref):
    drawn = draw(TOWN, cell=1000.0)
    names = drawn.segments["name"].astype(str).tolist()
    side = {one for one in names if set(one) & set("FK")}
    main = {one: ref for one in names if one not in side}
    called = dict.fromkeys(main, "ถนนใหญ่") | dict.fromkeys(side, "")
    network = draw(
        TOWN,
        cell=1000.0,
        ref=main,
        name_en=dict.fromkeys(main, "High Street"),
        osm_id={one: at + 1 for at, one in enumerate(names)},
    )
    shown = network.segments.assign(name=pd.Categorical([called[one] for one in names]))
    split = split_at(network, on(network, *((one, 0.37) for one in names)))
    network = type(network)(
        network.nodes, shown, network.profile, network.restrictions, network.source
    )
    again = split.network.segments.assign(name=shown["name"].to_numpy()[split.segment])
    links = type(network)(
        split.network.nodes,
        again,
        split.network.profile,
        split.network.restrictions,
        network.source,
    )
    chain = chainage(links)
    assert chain.loc[chain["ref"] == ref, "part"].max() >= 2
    assert (chain["road"] != "").all()
    assert assert_consistent(network, split, chain) > len(chain)
