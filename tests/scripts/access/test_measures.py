"""`chaidaen access` beyond the nearest: measures, all pairs, districts, who loses access."""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
import zipfile

import numpy as np
import pandas as pd
import pytest
from commands import done, problem, run
from copied import copy_area

from geo.access.groups import highland, mean_minutes, people_by

STRATEGIC = ("mae_hong_son", "--source", "strategic")
HOSPITALS = ("access", *STRATEGIC, "--to", "hospital", "--vehicle", "motorcycle")


ALL = tuple(
    part for one in ("cumulative", "gravity", "2sfca", "e2sfca") for part in ("--measure", one)
)


def said(result):
    """Return all that was said, wherever its lines break."""
    return " ".join((result.stdout + result.stderr).split())


def answer(*more, area=HOSPITALS):
    return json.loads(done(*area, "--format", "json", *more).stdout)


@pytest.fixture(scope="module")
def found():
    """Everything there is to ask, with the defaults."""
    return answer("--od", "--nearest", "3", *ALL)


@pytest.fixture(scope="module")
def pairs(found):
    """Minutes of every pair in the dry season, shape (settlements, hospitals), by id."""
    table = pd.DataFrame(found["od"])
    return table.pivot_table(index="from_id", columns="to_id", values="minutes_dry", sort=False)


@pytest.fixture
def own(home):
    """Make an area of one's own whose table of places may be changed."""

    def make(change):
        folder = home / "areas" / "own"
        copy_area(folder)
        path = folder / "places.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        change(table).to_csv(path, index=False)
        return ("access", "own", "--to", "hospital")

    return make


def column(found, name):
    return {place["id"]: place[name] for place in found["places"]}


def test_the_k_nearest_are_those_of_all_pairs(found, pairs):
    for rank, name in enumerate(("minutes_dry", "minutes_2_dry", "minutes_3_dry")):
        for one, minutes in column(found, name).items():
            assert minutes == pytest.approx(np.sort(pairs.loc[one])[rank])
    assert column(found, "nearest_2_dry")["tambon_wiang_tai"] == "hospital_pang_mapha"
    assert column(found, "minutes_2_wet")["tambon_mae_sam_laep"] is None
    assert column(found, "nearest_2_wet")["tambon_mae_sam_laep"] == ""


def test_weak_positions_are_said(found):
    """Those of 20 tambons are middles of their areas, and one is estimated."""
    assert any("positions of 21 of 45 settlements are weak" in note for note in found["notes"])
    assert column(found, "quality")["tambon_ban_kat"] == "C"


def test_more_than_there_are_is_said(pairs):
    found = done(*HOSPITALS, "--nearest", "50", "--format", "json")
    assert f"There are only {pairs.shape[1]} facilities, not 50." in said(found)
    assert f"minutes_{pairs.shape[1]}_dry" in json.loads(found.stdout)["places"][0]


def test_within_says_how_far_reach_goes(found, pairs):
    """By default the middle of --minutes."""
    near = answer("--measure", "cumulative", "--measure", "2sfca", "--within", "20")
    middle = answer("--measure", "cumulative", "--minutes", "20,40")
    for one, within in ((found, 60), (near, 20), (middle, 40)):
        wanted = (pairs <= within).sum(axis=1).astype(float).to_dict()
        assert column(one, "cumulative_facilities_dry") == wanted
    assert column(found, "cumulative_facilities_wet")["tambon_mae_sam_laep"] == 0
    name = "2sfca_facilities_per_1000_dry"
    nothing = [sum(value == 0 for value in column(one, name).values()) for one in (near, found)]
    assert nothing[0] > nothing[1]


@pytest.mark.parametrize(
    ("decay", "weight"),
    [
        ("", lambda t: 0.5 ** (t / 30)),
        ("step:45", lambda t: t <= 45),
        ("linear:90", lambda t: np.clip(1 - t / 90, 0, 1)),
        ("exponential:20", lambda t: 0.5 ** (t / 20)),
        (
            "logistic:60,10",
            lambda t: (
                (1 + math.exp(-60 * math.pi / (10 * math.sqrt(3))))
                / (1 + np.exp((t - 60) * math.pi / (10 * math.sqrt(3))))
            ),
        ),
    ],
)
def test_gravity_and_e2sfca_weigh_by_the_decay(found, pairs, decay, weight):
    one = answer(*ALL, "--decay", decay) if decay else found
    worth = pairs.apply(weight).astype(float)
    assert column(one, "gravity_facilities_dry") == pytest.approx(worth.sum(axis=1).to_dict())
    people = pd.Series(column(one, "population"))[pairs.index]
    near = worth.where(pairs <= 60, 0)
    sharing = near.mul(people, axis=0).sum()
    wanted = near.div(sharing.where(sharing > 0), axis=1).sum(axis=1) * 1000
    told = column(one, "e2sfca_facilities_per_1000_dry")
    assert told == pytest.approx(wanted.to_dict())


@pytest.mark.parametrize("measure", ["2sfca", "e2sfca"])
@pytest.mark.parametrize("season", ["dry", "wet"])
def test_what_people_share_is_what_there_is(found, pairs, measure, season):
    """ΣA·P = ΣS over the hospitals that anybody reaches within the hour."""
    shared = sum(
        place[f"{measure}_facilities_per_1000_{season}"] / 1000 * place["population"]
        for place in found["places"]
    )
    if season == "dry":
        assert shared == pytest.approx((pairs <= 60).any().sum())
    told = {row["measure"]: row["value"] for row in found["measures"]}
    assert told[f"{measure}, shared by people, {season}"] == pytest.approx(shared)
    assert told[f"{measure}, all there is"] == pairs.shape[1]


@pytest.mark.slow
def test_where_capacity_is_not_known_every_facility_counts_one_and_that_is_said(found, own):
    note = "The capacity of 22 of 22 facilities is not known: every facility counts 1"
    assert any(note in said for said in found["notes"])
    asked = done(*HOSPITALS, "--measure", "2sfca")
    assert note in said(asked)
    assert note in asked.stdout
    assert note not in said(done(*HOSPITALS))
    beds = own(lambda table: table.assign(capacity=np.where(table["kind"] == "hospital", "60", "")))
    told = done(*beds, "--measure", "2sfca", "--format", "json")
    assert "counts 1" not in said(told)
    shared = [
        place["2sfca_capacity_per_1000_dry"] / 1000 * place["population"]
        for place in json.loads(told.stdout)["places"]
    ]
    assert sum(shared) == pytest.approx(7 * 60)


@pytest.mark.slow
def test_some_known_capacities_are_not_mixed_with_ones(own):
    one = own(lambda table: table.assign(capacity=np.where(table["id"] == "hospital_pai", "9", "")))
    found = done(*one, "--measure", "cumulative", "--format", "json")
    assert "The capacity of 21 of 22 facilities is not known" in said(found)
    assert max(column(json.loads(found.stdout), "cumulative_facilities_dry").values()) <= 22


def test_a_capacity_that_is_no_number_is_a_clear_line(own):
    area = own(lambda table: table.assign(capacity=np.where(table["kind"] == "hospital", "-3", "")))
    assert "column 'capacity': '-3' is not within 0" in problem(*area)


@pytest.mark.slow
def test_nobody_to_share_among_is_a_clear_line(own):
    area = own(lambda table: table.assign(population=""))
    assert "2sfca shares supply among people, and nobody's number is known" in problem(
        *area, "--measure", "2sfca"
    )
    found = done(*area)
    assert "People of 45 of 45 settlements are not known" in said(found)


@pytest.mark.slow
def test_all_pairs_are_printed_and_written(tmp_path):
    text = done(*HOSPITALS, "--od", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 45 * 22
    assert list(rows[0]) == ["from_id", "to_id", "minutes_dry", "minutes_wet"]
    lost = [row for row in rows if row["from_id"] == "tambon_mae_sam_laep"]
    assert {row["minutes_wet"] for row in lost} == {""}
    folder = tmp_path / "out"
    done(*HOSPITALS, "--od", "--resolution", "1000", "--output", folder, "--measure", "2sfca")
    assert (folder / "od.csv").read_text("utf-8-sig") == text
    header = (folder / "places.csv").read_text("utf-8").splitlines()[0]
    assert header.endswith("2sfca_facilities_per_1000_dry,2sfca_facilities_per_1000_wet")
    with zipfile.ZipFile(folder / "tables.xlsx") as book:
        sheets = book.read("xl/workbook.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    for name in ("places", "people", "measures", "districts", "highland", "losers", "facilities"):
        assert f'name="{name}"' in sheets
    assert "2sfca_facilities_per_1000_dry" in words


def test_districts_have_people_minutes_and_shares(found):
    rows = {row["name_en"]: row for row in found["districts"]}
    assert len(rows) == 7
    assert sum(row["people"] for row in rows.values()) == 285_916
    pai = rows["Pai"]
    mine = [place for place in found["places"] if place["district"] == pai["code"]]
    within = sum(place["population"] for place in mine if place["minutes_dry"] <= 60)
    assert pai["share_60_dry"] == pytest.approx(within / pai["people"])
    assert pai["people_unreached_wet"] == 3_378, "Pong Sa"
    assert rows["Sop Moei"]["median_minutes_wet"] is None, "most of them reach nothing"
    assert rows["Sop Moei"]["people_lose_any"] == 13_851 + 8_061 + 5_597
    both = {row["group"]: row for row in found["highland"]}
    assert both["highland"]["people"] + both["rest"]["people"] == 285_916
    assert both["highland"]["share_60_wet"] < both["rest"]["share_60_wet"]


@pytest.mark.slow
def test_a_district_without_people_has_empty_shares(own):
    pai = ("5803", "tambon")
    area = own(
        lambda table: table.assign(
            population=table["population"].where(
                ~(table["code"].str.startswith(pai[0]) & (table["kind"] == pai[1])), "0"
            )
        )
    )
    (row,) = (row for row in answer(area=area)["districts"] if row["name_en"] == "Pai")
    assert row["people"] == 0
    assert row["share_30_dry"] is row["mean_minutes_dry"] is row["median_minutes_wet"] is None
    assert row["people_lose_any"] == 0
    (line,) = (one for one in done(*area).stdout.splitlines() if one.startswith("Pai "))
    assert line.split() == ["Pai", "0", "-/-", "-/-", "-/-", "-/-", "0"]


def test_who_loses_access_is_named_and_counted(found):
    lost = {row["id"]: row for row in found["losers"]}
    assert lost["tambon_mae_sam_laep"]["population"] == 13_851
    assert lost["tambon_mae_sam_laep"]["loses_any"]
    assert not lost["tambon_mae_sam_laep"]["loses_60"], "it is farther in the dry season too"
    people = sum(row["population"] for row in lost.values() if row["loses_any"])
    told = {row["measure"]: row["value"] for row in found["measures"]}
    assert told["lose all access in the wet season"] == people == 53_304
    assert people == sum(row["people_lose_any"] for row in found["districts"])


def test_the_tables_fit_a_terminal():
    """The summary stands first, and no line is wider than 80 columns."""
    text = done(*HOSPITALS, "--nearest", "2", *ALL).stdout
    widths = [
        sum(unicodedata.category(letter) not in {"Mn", "Me"} for letter in line)
        for line in text.splitlines()
    ]
    assert max(widths) <= 80
    heads = (
        "who ",
        "\nmeasure ",
        "\ndry/wet ",
        "\nloses access",
        "\nsettlement  ",
        "\nsettlement, dry/wet",
        "wet, if another",
    )
    order = [text.index(word) for word in heads]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--decay", "gauss:3", "--measure", "gravity"), "'gauss:3' is none of step:MINUTES"),
        (("--decay", "logistic:60", "--measure", "gravity"), "logistic:CENTRE,SIGMA"),
        (("--decay", "exponential", "--measure", "gravity"), "exponential:HALF_LIFE"),
        (("--decay", "exponential:0", "--measure", "gravity"), "minutes above 0"),
        (("--decay", "linear:nan", "--measure", "gravity"), "minutes above 0"),
        (("--decay", "step:soon", "--measure", "gravity"), "'step:soon' is none of"),
        (("--decay", "step:30"), "--decay needs --measure gravity or --measure e2sfca"),
        (("--decay", "step:30", "--measure", "2sfca"), "--decay needs --measure gravity"),
        (("--within", "30"), "--within needs --measure cumulative, 2sfca or e2sfca"),
        (("--within", "30", "--measure", "gravity"), "--within needs"),
        (("--within", "0", "--measure", "2sfca"), "0.0 is not in the range"),
        (("--measure", "3sfca"), "'3sfca' is not one of"),
        (("--nearest", "0"), "0 is not in the range"),
        (("--od",), "--od needs --output, or --format csv or json"),
    ],
)
def test_wrong_usage_is_said_in_a_line(options, message):
    found = run(*HOSPITALS, *options)
    assert found.exit_code == 2
    assert message in said(found)
    assert found.stdout == ""


def test_the_rains_bring_nobody_nearer_because_the_farthest_drop_out():
    places = pd.DataFrame(
        {
            "population": [100.0, 300.0, 600.0],
            "minutes_dry": [10.0, 20.0, 90.0],
            "minutes_wet": [12.0, 24.0, np.nan],
        }
    )
    (row,) = people_by(places, np.full(3, "a", object), (30,)).to_dict("records")
    # Of the two that are reached in both seasons, by their people; the third counts below.
    assert row["mean_minutes_dry"] == pytest.approx((100 * 10 + 300 * 20) / 400)
    assert row["mean_minutes_wet"] == pytest.approx((100 * 12 + 300 * 24) / 400)
    assert row["people_unreached_wet"] == row["people_lose_any"] == 600
    assert mean_minutes(places, "wet") == pytest.approx(row["mean_minutes_wet"])
    # One season alone is held against none: all whom it reaches are in its mean.
    (row,) = people_by(places.drop(columns="minutes_wet"), np.full(3, "a", object), (30,)).to_dict(
        "records"
    )
    assert row["mean_minutes_dry"] == pytest.approx((100 * 10 + 300 * 20 + 600 * 90) / 1000)


def test_groups_of_nobody_are_tables_without_rows():
    places = pd.DataFrame({"population": [np.nan], "minutes_dry": [3.0], "minutes_wet": [np.nan]})
    table = people_by(places, np.array(["a"], object), (30,))
    assert table["settlements"].tolist() == [0]
    assert table["share_30_dry"].isna().all()
    assert table["people_lose_any"].tolist() == [0]
    nothing = people_by(places.iloc[:0], np.array([], object), (30,))
    assert nothing.empty
    assert "share_30_wet" in nothing
    nowhere = places.assign(elevation_m=np.nan)
    assert highland(nowhere, (30,), nowhere)["people"].tolist() == [0, 0]


def test_days_of_the_rains_are_told_unless_nobody_wants_them():
    plain = answer()
    days = [row["reached_days_wet"] for row in plain["places"]]
    assert max(day for day in days if day is not None) <= 1
    # Who has an all-season road at hand gets there on most days; the draw is that of risk.
    served = [row for row in plain["places"] if row["minutes_wet"] is not None]
    assert sum(row["reached_days_wet"] or 0 for row in served) / len(served) > 0.9
    assert "(300 days drawn, as in risk)" in " ".join(plain["notes"])
    assert "reached_days_wet" not in answer("--days", "0")["places"][0]


def test_what_a_scenario_touches_is_called_by_name():
    found = done(*HOSPITALS, "--scenario", "landslide_108_huai_pong", "--days", "0")
    told = " ".join(found.stderr.split())
    assert "A landslide cuts the road for 7 days: 108, Huai Pong flash flood" in told
    assert "hazard_108" not in told
