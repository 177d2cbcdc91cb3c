"""The chapter on access where people are known and where they are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from maps.report.access import Reach, access_chapter

PICKUP = ("pickup", "รถกระบะ")
MINUTES = (30, 60)


def reach(population):
    places = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "population": population,
            "minutes_dry": [10.0, 50.0, 90.0],
            "minutes_wet": [10.0, np.nan, 90.0],
        }
    )
    known = places["population"].fillna(0.0)
    people = pd.DataFrame(
        [
            {
                "season": season,
                "group": f"within {limit} min",
                "people": known[places[f"minutes_{season}"] <= limit].sum(),
                "share": known[places[f"minutes_{season}"] <= limit].sum() / known.sum(),
            }
            for season in ("dry", "wet")
            for limit in MINUTES
        ]
        + [
            {"season": season, "group": group, "people": 0.0, "share": 0.0}
            for season in ("dry", "wet")
            for group in ("not reached",)
        ]
    )
    losers = places.assign(name_en="A", name_th="ก", loses_any=False, minutes_lost=np.nan)[:0]
    districts = pd.DataFrame(columns=["name_en", "name_th", "median_minutes_dry"])
    tables = {"places": places, "people": people, "losers": losers, "districts": districts}
    return Reach("hospital", tables, MINUTES, (), ())


@pytest.mark.parametrize(
    ("population", "told"),
    [
        ([100.0, 200.0, 700.0], "300 of 1,000 people (30 %) are within 60 minutes"),
        ([100.0, np.nan, np.nan], "2 of 3 places are within 60 minutes"),
    ],
)
def test_shares_of_people_are_told_only_where_people_are_known(population, told):
    chapter = access_chapter([reach(population)], vehicle=PICKUP)
    assert chapter.headline[0].startswith(told)
    if np.isnan(population).any():
        assert "People are known of 1 of them" in chapter.headline[0]
        assert "ทราบจำนวนประชากรเพียง 1 แห่ง" in chapter.headline[1]
        assert [number.value[0] for number in chapter.numbers] == ["2 of 3 places"]
