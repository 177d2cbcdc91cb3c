"""What a scenario changes for whom: sentences from key figures, in both languages."""

import math

import pandas as pd
import pytest

from geo.compare.figures import COLUMNS
from maps.compare.rows import Subject
from maps.compare.whom import for_whom

NAN = math.nan
SUBJECT = Subject("hospital", "pickup", "dry")
NOBODY = "Of the people who are known, nobody is a minute nearer to a hospital, or farther from it"
NAMES = {
    "gate": ("The Gate", "ด่านหนึ่ง"),
    "city": ("The City", "เมืองหนึ่ง"),
    "longan": ("Longan", "ลำไย"),
    "rice": ("Rice", "ข้าว"),
}


def row(figure, base, value, kind="", *, vehicle="", season="", of=""):
    change = value - base
    return (figure, vehicle, season, of or season, kind, "", base, value, change)


def people(nearer, farther, reach, *, of="dry"):
    who = {"kind": "hospital", "vehicle": "pickup", "season": "dry", "of": of}
    return [
        row("people_nearer", NAN, nearer, **who),
        row("people_farther", NAN, farther, **who),
        row("people_any", 1000.0, 1000.0 + reach, **who),
    ]


def told(*rows):
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return for_whom(table, SUBJECT, NAMES)


def english(*rows):
    return [one[0] for one in told(*rows)]


@pytest.mark.parametrize(
    ("nearer", "farther", "reach", "said"),
    [
        (
            0,
            0,
            0,
            [NOBODY],
        ),
        (12, 0, 0, ["Nearer to a hospital by a minute or more: 12 people"]),
        (
            0,
            1234,
            -30,
            [
                "Farther from a hospital by a minute or more: 1,234 people",
                "No longer reaching a hospital: 30 people",
            ],
        ),
        (0, 0, 7, ["Reaching a hospital for the first time: 7 people"]),
    ],
)
def test_people_are_told_of_where_they_move(nearer, farther, reach, said):
    assert english(*people(nearer, farther, reach)) == said


def test_the_rains_cut_off_on_some_days_or_all():
    (one,) = english(*people(0, 0, -30, of="wet"))
    assert one.startswith("No all-season road to a hospital")
    assert one.endswith(": 30 people")


def test_a_way_of_the_same_minute_is_not_told_of():
    who = {"kind": "city", "vehicle": "pickup", "season": "dry"}
    same = row("corridor_time_s", 3600, 3620, **who), row("corridor_cost_thb", 90, 91, **who)
    assert english(*same) == []
    longer = row("corridor_time_s", 3600, 5400, **who), row("corridor_cost_thb", 90, 140, **who)
    assert english(*longer) == ["To The City: 1:30 h instead of 1:00, 140 baht instead of 90"]


def test_the_product_that_changes_most_stands_for_all():
    (one,) = english(
        row("freight", 100, 130, "longan"), row("freight", 100, 95, "rice"), row("freight", 0, 0)
    )
    assert one == (
        "Freight of Longan to its market: 130 baht a tonne instead of 100; products that cost "
        "more: 1, less: 1"
    )
    # Who loses the market has no freight, and nobody invents one.
    lost = row("freight", 100, NAN, "longan"), row("freight", 90, NAN, "rice")
    assert english(*lost) == ["Without a market, from one place or more: Longan, Rice"]
    assert english(row("freight", NAN, NAN, "longan")) == []


@pytest.mark.parametrize(
    ("cost", "time_s", "said"),
    [
        ((609, 478), (57600, 43200), "478 baht a tonne instead of 609, 12:00 h instead of 16:00"),
        ((NAN, 983), (NAN, 43200), "983 baht a tonne, 12:00 h; today none get through"),
        ((609, NAN), (57600, NAN), "none get through; today 609 baht a tonne, 16:00 h"),
    ],
)
def test_goods_through_a_crossing(cost, time_s, said):
    (one,) = told(row("crossing_cost_thb", *cost, "gate"), row("crossing_time_s", *time_s, "gate"))
    assert one[0].startswith("Goods through The Gate")
    assert one[0].endswith(said)
    assert "ด่านหนึ่ง" in one[1]


def test_hours_and_baht_of_all_vehicles_have_a_direction():
    def day(hours, baht):
        return english(row("saved_time_h", NAN, hours), row("saved_cost_thb", NAN, baht))

    assert day(-817, -171_803) == ["All vehicles together, a day: 817 hours and 171,803 baht more"]
    assert day(77, 8_785) == ["All vehicles together, a day: 77 hours and 8,785 baht less"]
    assert day(5, -40) == ["All vehicles together, a day: -5 hours and +40 baht"]
    assert day(0, 0) == []
    assert english(row("cut_off", NAN, 2_062)) == ["Trips that find no way: 2,062 a day"]


@pytest.mark.parametrize(("ratio", "end"), [(0.32, "it does not pay"), (1.0, "it pays")])
def test_what_is_built_pays_or_does_not(ratio, end):
    (one,) = english(row("construction", NAN, 24_731_600_000), row("bcr", NAN, ratio))
    assert one == (f"Built for 24,731.6 million baht, benefits {ratio:.2f} times the costs: {end}")
