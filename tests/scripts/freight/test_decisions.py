"""`chaidaen freight --rank` and `--total-cost`: crossings by criteria, corridors by all costs."""

from __future__ import annotations

import json

import pytest
from commands import done, problem, run
from valley import write_valley

WEIGHTS = """judgements = ["1 3", "1/3 1"]
[[criteria]]
figure = "cost_thb_per_t"
[[criteria]]
figure = "FIGURE"
"""
SURVEY = """crossing_id,figure,value,source
north,carriers,2,asked
west,carriers,9,asked
"""


@pytest.fixture(autouse=True)
def _valley(home):
    write_valley(home)


def answer(*more):
    by = ("--vehicle", "truck_6w") if "--total-cost" in more else ()
    return json.loads(done("freight", "valley", *more, *by, "--format", "json", "--quiet").stdout)


@pytest.fixture
def weights(tmp_path):
    def made(figure):
        path = tmp_path / f"{figure}.toml"
        path.write_text(WEIGHTS.replace("FIGURE", figure), encoding="utf-8")
        return str(path)

    return made


@pytest.mark.slow
def test_crossings_are_measured_and_ranked(weights, tmp_path):
    found = answer("--rank")
    figures = {row["crossing"]: row for row in found["figures"]}
    north, west = figures["north"], figures["west"]
    # 06:00 to 18:00 on seven days; a permanent crossing without hours 06:00 to 20:00.
    assert (north["open_h_week"], west["open_h_week"]) == (84, 98)
    assert (north["open"], west["open"]) == (1, 0)
    assert (north["transload"], west["transload"]) == (0, 1)
    # West is closed and 24 km away, North is open and 220 km away.
    assert west["cost_thb_per_t"] < north["cost_thb_per_t"]
    assert west["total_thb_per_t"] > west["cost_thb_per_t"]
    assert west["people_2h"] == 5000
    assert {row["rank"] for row in found["ranking"]} == {1, 2}
    notes = " ".join(found["notes"])
    assert "those who carry" in notes
    assert "consistency ratio" in notes
    own = answer("--rank", weights("open"))
    scores = {row["crossing"]: row["score"] for row in own["ranking"]}
    assert scores == pytest.approx({"west": 0.75, "north": 0.25})
    folder = tmp_path / "out"
    text = done("freight", "valley", "--rank", "--lang", "th", "--output", str(folder)).stdout
    assert "คะแนน" in text
    assert (folder / "ranking.csv").is_file()
    assert (folder / "sensitivity.csv").is_file()


@pytest.mark.slow
def test_what_was_asked_counts(weights, tmp_path):
    survey = tmp_path / "survey.csv"
    survey.write_text(SURVEY, encoding="utf-8")
    found = answer("--rank", weights("carriers"), "--survey", str(survey))
    assert {row["crossing"]: row["carriers"] for row in found["figures"]} == {"north": 2, "west": 9}
    assert "Of a survey: carriers." in found["notes"]
    for wrong, said in (("south,carriers,1,x", "'south'"), ("north,open,1,x", "'open'")):
        survey.write_text(f"{SURVEY}{wrong}\n", encoding="utf-8")
        told = problem("freight", "valley", "--rank", "--survey", str(survey))
        assert said in told
        assert "row 4" in told
    assert "'carriers' is not known" in problem("freight", "valley", "--rank", weights("carriers"))


@pytest.mark.slow
def test_hours_and_their_spread_have_a_price():
    usual = answer("--to", "city", "--total-cost")["total_cost"]
    row = usual[0]
    assert row["total_thb_per_t"] == pytest.approx(
        row["cost_thb_per_t"] + row["time_thb_per_t"] + row["variability_thb_per_t"]
    )
    assert row["cargo_share"] is None
    dear = answer("--to", "city", "--total-cost", "--hour-price", "200")["total_cost"][0]
    assert dear["time_thb_per_t"] == pytest.approx(200 * dear["mean_h"])
    assert dear["cost_thb_per_t"] == pytest.approx(row["cost_thb_per_t"])
    valued = answer("--to", "city", "--total-cost", "--cargo-value", "10000")["total_cost"][0]
    assert valued["cargo_share"] == pytest.approx(
        (row["cost_thb_per_t"] + row["time_thb_per_t"]) / 10_000
    )
    text = done("freight", "valley", "--to", "city", "--total-cost", "--cargo-value", "9000").stdout
    assert "of value" in text


@pytest.mark.parametrize(
    "wrong",
    [
        ("--survey", "x.csv"),
        ("--cargo-value", "5"),
        ("--hour-price", "5"),
        ("--rank", "--matrix"),
        ("--matrix", "--total-cost"),
    ],
)
def test_options_that_nothing_asks_for(wrong):
    assert run("freight", "valley", *wrong).exit_code == 2
