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
