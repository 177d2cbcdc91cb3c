"""Tables that areas share are tables of their own in another place: the same bytes come out."""

from __future__ import annotations

import pytest
from commands import done
from copied import copy_area

ASKED = (
    ("route", "Mae Hong Son", "Chiang Mai", "--format", "json"),
    ("access", "--to", "hospital", "--format", "csv"),
    ("freight", "--format", "json"),
    ("compare", "--scenario", "close_1095", "--format", "json"),
    ("risk", "--format", "json"),
)


@pytest.mark.slow
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("words", ASKED, ids=lambda words: words[0])
@pytest.mark.parametrize("area", ["mae_hong_son", "tak"])
def test_shared_tables_and_copies_of_them_give_the_same_bytes(tmp_path, area, words):
    """The copy has no roads of its own, so that both are asked of the strategic network."""
    verb, *rest = words
    if area == "tak":
        rest = ["Mae Sot" if word == "Chiang Mai" else word for word in rest]
        rest = ["Tak" if word == "Mae Hong Son" else word for word in rest]
        rest = ["close_12_doi_muser" if word == "close_1095" else word for word in rest]
    copy = copy_area(tmp_path / area, area)
    assert not list((copy).glob("*.roads"))
    shared = done(verb, area, *rest, "--source", "strategic")
    own = done(verb, copy, *rest, "--source", "strategic")
    assert own.stdout == shared.stdout
    assert len(own.stdout) > 200
