"""Kilometres along roads: one rule, whatever the segments are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawing import TO_LON_LAT, draw, on, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.routing.chainage import chainage
from geo.routing.split import split_at
from geo.routing.stretch import Stretch, read_stretch, rows_on, stretches_of
from layers.area import load_area
from layers.errors import DataError, UnknownNameError
from layers.roads.network import Source
from layers.roads.splitting import split_segments
from layers.store.store import load_network

# 108 from A to D, in its middle also 1263; BE has a name only.
ROAD = "A----B----C----D\n     |\n     E"
REFS = {"AB": "108", "BC": "108;1263", "CD": "108", "BE": ""}

# A dual carriageway BCD above and BD below, and a ring at the end.
DUAL = """
     +--C--+
     |     |
     |     |
A----B     D----E--+
     |     |    |  |
     +-----+    +--+
""".strip("\n")


def of(network, **more):
    chain = chainage(network, **more)
    return chain.assign(letters=network.segments["name"].astype(str).to_numpy()[chain["segment"]])


def km(chain):
    return {
        row.letters: (round(row.km_from, 3), round(row.km_to, 3))
        for row in chain[::-1].itertuples()
    }


def dual(ref="4"):
    names = ("AB", "CB", "BD", "CD", "DE", "EE")
    return draw(DUAL, cell=1000.0, ref=dict.fromkeys(names, ref))


def test_kilometres_run_from_the_start():
    network = draw(ROAD, cell=1000.0, ref=REFS)
    assert km(of(network)) == {"AB": (0, 5), "BC": (5, 10), "CD": (10, 15), "BE": (0, 2)}


def test_a_road_of_two_numbers_is_part_of_both():
    chain = of(draw(ROAD, cell=1000.0, ref=REFS))
    assert len(chain) == 5
    second = chain.iloc[4]
    assert (second["letters"], second["ref"], second["km_to"]) == ("BC", "1263", 5)
    assert set(chain.loc[rows_on(chain, Stretch("1263", 1, 2)), "letters"]) == {"BC"}
    assert set(chain.loc[rows_on(chain, Stretch("108", 6, 7)), "letters"]) == {"BC"}


def test_a_strategic_road_starts_where_its_first_row_does_and_others_in_the_south():
    network = draw("A\n|\n|\nB\n|\nC", cell=1000.0, ref={"AB": "1", "BC": "1"})
    assert km(of(network)) == {"BC": (0, 2), "AB": (2, 5)}
    published = replace(network, source=Source("strategic", "drawn"))
    assert km(of(published)) == {"AB": (0, 3), "BC": (3, 5)}
    turned = network.segments.iloc[::-1].reset_index(drop=True)
    assert km(of(replace(network, segments=turned))) == {"BC": (0, 2), "AB": (2, 5)}


def test_a_start_that_is_given_goes_before():
    network = draw("A--B--C", cell=1000.0, ref={"AB": "1", "BC": "1"})
    lon, lat = TO_LON_LAT.transform(406_100, 2_130_000)
    assert km(of(network, start={"1": (lon, lat)})) == {"BC": (0, 3), "AB": (3, 6)}


def test_a_gap_counts_and_what_lies_far_is_another_piece():
    network = draw("A--B  C----D        E-F", cell=1000.0, ref={"AB": "1", "CD": "1", "EF": "1"})
    chain = of(network)
    assert km(chain) == {"AB": (0, 3), "CD": (6, 11), "EF": (0, 2)}
    by_name = chain.set_index("letters")
    assert by_name["piece"].to_dict() == {"AB": 0, "CD": 0, "EF": 1}
    # The number alone means the longest piece; the far one is told by its part.
    assert set(chain.loc[rows_on(chain, Stretch("1", 0, 2)), "letters"]) == {"AB"}
    (far,) = stretches_of(chain, [[segment(network, "EF")]])
    assert str(far) == f"1#{by_name.loc['EF', 'part']}:0-2"
    assert chain.loc[rows_on(chain, far), "letters"].tolist() == ["EF"]


def test_both_carriageways_have_the_same_kilometres():
    chain = of(dual()).set_index("letters")
    assert chain.loc["AB", "km_to"] == 5
    # 10 km below in one segment, 12 km above in two: both from km 5 to 15.
    assert chain.loc["BD", ["km_from", "km_to"]].tolist() == [5, 15]
    assert chain.loc["CB", ["km_from", "km_to"]].tolist() == [5, 10]
    assert chain.loc["CD", ["km_from", "km_to"]].tolist() == pytest.approx([10, 15])
    assert chain.loc[["AB", "BD", "DE"], "part"].tolist() == [0, 0, 0]
    assert chain.loc["CB", "part"] == chain.loc["CD", "part"] > 0
    flat = chain.reset_index()
    assert set(flat.loc[rows_on(flat, Stretch("4", 6, 7)), "letters"]) == {"CB", "BD"}
    below, above = stretches_of(
        flat, [np.flatnonzero(flat["letters"] == one) for one in ("BD", "CB")]
    )
    assert (str(below), str(above)) == ("4#0:5-15", f"4#{chain.loc['CB', 'part']}:5-10")


def test_a_ring_at_the_end_is_counted_on():
    chain = of(dual()).set_index("letters")
    assert chain.loc["EE", "km_from"] == chain.loc["DE", "km_to"] == pytest.approx(20)
    assert chain.loc["EE", "km_to"] == pytest.approx(20 + 10)


def test_a_road_that_is_called_nothing_is_one_by_its_way():
    names = dict.fromkeys(("AB", "BC", "CD"), "")
    network = draw(
        "A--B--C--D", cell=1000.0, ref=names, name=names, osm_id={"AB": 7, "BC": 7, "CD": 0}
    )
    chain = chainage(network)
    assert chain["road"].tolist() == ["way 7", "way 7", ""]
    assert [None if one is None else str(one) for one in stretches_of(chain, [[0, 1], [2]])] == [
        "way 7:0-6",
        None,
    ]


def test_a_name_that_is_spelt_like_a_number_is_another_road():
    """As path GR-11 in Andorra, whose longest piece has the number as its name only."""
    network = draw(
        "A--B      C-----D",
        cell=1000.0,
        ref={"AB": "GR-11", "CD": ""},
        name={"AB": "", "CD": "GR-11"},
    )
    chain = chainage(network)
    assert chain[["piece", "part", "km_from"]].to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]
    assert np.flatnonzero(rows_on(chain, Stretch("GR-11", 0, 3))).tolist() == [0]
    number, name = stretches_of(chain, [[0], [1]])
    assert (str(number), name) == ("GR-11:0-3", None)


@given(st.floats(0.5, 2.5, exclude_min=True))
def test_a_stretch_never_reaches_its_neighbour(share):
    """Kilometres half a millimetre short of a metre are rounded inwards like all others."""
    network = draw("A---B", cell=1000.0, ref={"AB": "1"})
    metres = round(share * 1000) - 0.0006
    chain = chainage(split_at(network, on(network, ("AB", metres / 4000))).network)
    for row, stretch in enumerate(stretches_of(chain, [[0], [1]])):
        assert np.flatnonzero(rows_on(chain, stretch)).tolist() == [row]


def test_a_name_of_a_side_piece_alone_means_that_piece():
    network = draw(
        "A--B          C-----D",
        cell=1000.0,
        ref={"AB": "", "CD": ""},
        name={"AB": "ถนน", "CD": "ถนน"},
        name_en={"AB": "Old Road"},
    )
    chain = chainage(network)
    assert chain["piece"].tolist() == [1, 0]
    assert rows_on(chain, Stretch("Old Road", 0, 1)).tolist() == [True, False]


@pytest.mark.parametrize("kind", ["drawn", "strategic"])
@settings(max_examples=8)
@given(shares=st.lists(st.floats(0.05, 0.95), min_size=6, max_size=6))
def test_cutting_changes_no_kilometre(kind, shares):
    network = replace(dual(), source=Source(kind, "drawn"))
    whole = chainage(network)
    names = network.segments["name"].astype(str)
    in_place = split_at(network, on(network, *zip(names, shares, strict=True)))
    after = split_segments(network, np.arange(6), np.array(shares) * network.length_m)
    starts = (in_place.start, after.start_m / network.length_m[after.parent])
    for cut, parent, start in (
        (in_place.network, in_place.segment, starts[0]),
        (after.network, after.parent, starts[1]),
    ):
        parts = chainage(cut)
        mine = whole.iloc[parent].reset_index(drop=True)
        assert (parts[["road", "piece", "part"]] == mine[["road", "piece", "part"]]).all(axis=None)
        length = mine["km_to"] - mine["km_from"]
        done = np.where(mine["backward"], 1 - start, start) * length + mine["km_from"]
        begin = np.where(parts["backward"], parts["km_to"], parts["km_from"])
        assert begin == pytest.approx(done, abs=1e-6)


def test_published_kilometres_of_the_embedded_area():
    network = load_network(load_area("mae_hong_son"), "strategic")
    chain = chainage(network)
    ends = {"1095": 205.0, "108": 349.4, "1263": 66.725, "105": 230.5}
    for ref, end in ends.items():
        mine = chain[(chain["ref"] == ref) & (chain["part"] == 0)]
        assert mine["km_from"].is_monotonic_increasing
        assert mine["km_to"].max() == pytest.approx(end)
        assert mine["km_to"].max() == pytest.approx(network.length_m[mine["segment"]].sum() / 1000)
    # Highway 1 has a gap at Tak, where it goes on under other numbers: counted as one road.
    first = chain[(chain["ref"] == "1") & (chain["part"] == 0)]
    assert first["km_to"].max() > 800


def test_within_a_part_no_kilometre_occurs_twice():
    network = load_network(load_area("mae_hong_son"), "strategic")
    chain = chainage(network).sort_values(["road", "part", "km_from"])
    same = (chain[["road", "part"]] == chain[["road", "part"]].shift()).all(axis=1)
    assert (chain["km_from"] - chain["km_to"].shift())[same].min() > -1e-6


def test_only_some_roads_are_counted_the_same():
    network = load_network(load_area("mae_hong_son"), "strategic")
    whole, some = chainage(network), chainage(network, only=frozenset(["1", "1095"]))
    mine = whole[whole["ref"].isin(["1", "1095"])].reset_index(drop=True)
    assert len(mine) == len(some) > 20
    columns = ["segment", "piece", "part", "km_from", "km_to"]
    assert mine[columns].to_numpy() == pytest.approx(some[columns].to_numpy())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1095:150-160", Stretch("1095", 150, 160)),
        ("1095 150-160", Stretch("1095", 150, 160)),
        ("1095 km 150.25-160", Stretch("1095", 150.25, 160)),
        ("CG-2 9.1-13.5", Stretch("CG-2", 9.1, 13.5)),
        ("CG-2#3: 9.1 - 13.5", Stretch("CG-2", 9.1, 13.5, 3)),
        ("Road 5-7 to Ban 2 km 0-1", Stretch("Road 5-7 to Ban 2", 0, 1)),
        ("ถนนห้วย กม. 1-2", Stretch("ถนนห้วย", 1, 2)),
        ("way 12:0-1.5", Stretch("way 12", 0, 1.5)),
    ],
)
def test_texts_are_read(text, wanted):
    assert read_stretch(text) == wanted


@given(
    ref=st.sampled_from(["1095", "CG-2", "Local road Pai-Mae Hi (1095)", "ถนนห้วย", "way 12"]),
    km=st.tuples(st.floats(0, 5000), st.floats(0, 5000)),
    part=st.none() | st.integers(0, 300),
)
def test_a_text_is_read_back_as_it_was(ref, km, part):
    stretch = Stretch(ref, *km, part)
    assert read_stretch(str(stretch)) == stretch


@pytest.mark.parametrize("text", ["1095", "1095:4", "1095:a-b", ":1-2", "", "1095:-1-2"])
def test_what_is_no_stretch_is_refused(text):
    with pytest.raises(DataError, match="not REF:KM-KM"):
        read_stretch(text)


def test_a_stretch_selects_what_it_overlaps():
    chain = of(draw(ROAD, cell=1000.0, ref=REFS))

    def hit(*km, ref="108", part=None):
        return set(chain.loc[rows_on(chain, Stretch(ref, *km, part)), "letters"])

    assert hit(4, 6) == hit(6, 4) == {"AB", "BC"}
    assert hit(7, 7) == hit(5, 10) == hit(5 + 1e-9, 10 + 1e-9) == {"BC"}
    assert hit(0, 2, ref="BE") == {"BE"}
    with pytest.raises(UnknownNameError, match=r"km 0 to 15.0, not 20 to 30"):
        hit(20, 30)
    with pytest.raises(UnknownNameError, match="has no part 1: its parts are 0 to 0"):
        hit(1, 2, part=1)
    for ref in ("109", ""):
        with pytest.raises(UnknownNameError, match="no road"):
            hit(0, 1, ref=ref)
