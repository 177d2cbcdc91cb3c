"""What freight of a comparison says beside its figures."""

from __future__ import annotations

import pandas as pd

from geo.compare.freight import COLUMNS, sold_at_home
from maps.base.terminal_words import in_thai


def chains(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_what_is_sold_where_it_grows_is_told():
    told = sold_at_home(
        chains(
            ("nut", "Peanut", "ถั่วลิสง", "town", "town", 0.0, ""),
            ("tea", "Tea", "ชา", "hill", "town", 300.0, "pickup"),
            # One of its places alone: the mean is of hauls.
            ("tea", "Tea", "ชา", "town", "town", 0.0, ""),
        )
    )
    assert told == ["Sold where it grows, so that no haul is counted: Peanut (ถั่วลิสง)."]
    assert in_thai(told[0]) == "ขายในที่ที่ปลูกเอง จึงไม่มีค่าขนส่ง: Peanut (ถั่วลิสง)"


def test_without_products_or_markets_there_is_nothing_to_tell():
    assert sold_at_home(chains()) == []
    assert sold_at_home(chains(("tea", "Tea", "ชา", "hill", "", float("nan"), ""))) == []
