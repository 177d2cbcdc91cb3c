"""Finding places by what a person types."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.tables.places import find_place


@pytest.mark.parametrize(
    ("kinds", "meant"),
    [
        (["hamlet", "town"], "town"),
        (["hamlet", "village", "city"], "city"),
        # The gate: the way to its village ends at the nearest road.
        (["crossing", "hamlet"], "crossing"),
        (["city", "province_capital"], "province_capital"),
        (["isolated_dwelling", "fuel"], "fuel"),
    ],
)
def test_of_one_name_the_most_important_kind_is_meant(kinds, meant):
    table = pd.DataFrame({"id": kinds, "name_en": "Pal", "name_th": "", "kind": kinds})
    assert find_place("pal", table.assign(lon=1.0, lat=42.0)).kind == meant


@pytest.mark.parametrize(
    "typed",
    [
        "\u0e19\u0e49\u0e33\u0e1b\u0e39",  # As in the table: tone, sara am.
        "\u0e19\u0e49\u0e4d\u0e32\u0e1b\u0e39",  # Tone, nikhahit, sara aa.
        "\u0e19\u0e4d\u0e49\u0e32\u0e1b\u0e39",  # Nikhahit before the tone.
        "\u200b\u0e19\u0e49\u0e33\u200b\u0e1b\u0e39\ufeff",  # With blanks of no width.
    ],
)
def test_a_thai_name_is_one_however_its_marks_were_typed(typed):
    table = pd.DataFrame(
        {
            "id": ["nam_pu", "other"],
            "name_en": ["Nam Pu", "Other"],
            "name_th": ["\u0e19\u0e49\u0e33\u0e1b\u0e39", "\u0e19\u0e33\u0e1b\u0e39"],
            "kind": ["village"] * 2,
            "lon": [98.0] * 2,
            "lat": [19.0] * 2,
        }
    )
    assert find_place(typed, table).id == "nam_pu"
    assert find_place("\u0e19\u0e33\u0e1b\u0e39", table).id == "other"
