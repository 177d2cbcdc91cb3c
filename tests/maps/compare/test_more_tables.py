"""What a comparison tells besides its key figures: trips, a ranking, what a budget buys."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.compare.access import Asked
from geo.compare.compare import Comparisons
from geo.compare.ranking import with_ranking
from geo.rules.priorities import Criterion, Priorities
from geo.study import open_study
from maps.compare.more_tables import more_tables
from tests.support.thai_text import english_in


@pytest.fixture(scope="module")
def found():
    """Rank two scenarios: one is 5 minutes nearer, the other takes 5 minutes more."""
    from tests.maps.compare.test_compare_map import scenario

    study = open_study("mae_hong_son", roads="strategic")
    better, worse = scenario("Better"), scenario("Worse")
    table = worse.figures.copy()
    minutes = table["figure"] == "mean_minutes"
    table.loc[minutes, "change"] *= -1
    worse = replace(worse, id="worse", title_th="แย่ลง", figures=table)
    asked = Asked(("car",), ("dry",), ("hospital",))
    compared = Comparisons(study, asked, (worse, better), None, ("a note",))
    wanted = Priorities(
        criteria=(Criterion("mean_minutes", "hospital"), Criterion("people_60", "hospital")),
        judgements=("1 3", "1/3 1"),
    )
    return with_ranking(compared, wanted)


def shown(cell, at):
    told = [cell.shown, cell.aside] if cell.aside else [cell.shown]
    return " ".join(one if isinstance(one, str) else one[at] for one in told)


def test_the_best_stands_first_with_what_each_criterion_says(found):
    ranking, _ = more_tables(found)
    first, second = ranking.rows
    assert [shown(cell, 0) for cell in first[:2]] == ["1", "Better"]
    assert shown(second[1], 1) == "แย่ลง"
    # Three to one: three quarters of all weight.
    assert "(75 %)" in ranking.columns[3].name[0]
    assert shown(first[3], 0) == "\N{MINUS SIGN}5.0 1.00 points"
    assert shown(second[3], 0) == "+5.0 0.00 points"


def test_a_reader_of_thai_reads_thai(found):
    told = []
    for table in more_tables(found):
        told += [table.caption[1], *(column.name[1] for column in table.columns)]
        told += [shown(cell, 1) for row in table.rows for cell in row]
        told += [table.note[1]] if table.note else []
    assert list(english_in(told, ["worse new road"])) == []


def test_what_is_said_of_a_table_stands_below_it_and_among_the_notes(found):
    ranking, firmness = more_tables(found)
    assert "consistency ratio 0.000" in ranking.note[0]
    assert found.notes[0] == "a note"
    assert found.told["ranking"][0] in found.notes
    assert "Better" in firmness.caption[0]
    assert len(firmness.rows) == 2


def test_without_a_ranking_there_is_none(found):
    assert more_tables(replace(found, extra={}, told={})) == ()
    nothing = {"package": pd.DataFrame()}
    assert more_tables(replace(found, extra=nothing, told={})) == ()
