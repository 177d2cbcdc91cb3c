"""Harvests as goods vehicles a day: a named part of those that are counted."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.driving.vehicle import Vehicle, load_vehicle

DAYS_A_YEAR: Final = 365.0
COLUMNS: Final = ("product", "name_en", "name_th", "tonnes_per_year", "vehicle", "vehicles_per_day")


def harvest_trips(harvests: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Put the tonnes of an area's harvests into vehicles, full one way and empty the other.

    Counts of vehicles hold them already: they tell what a part of the goods vehicles carries,
    and are never added.

    Parameters
    ----------
    harvests
        Columns `product, tonnes_per_year`. A harvest of unknown tonnes counts as none, and so does
        one whose product's vehicle carries no goods.
    products
        Columns `id, name_en, name_th, vehicle`.

    Returns
    -------
    harvests
        One row per product, the most vehicles first: columns `product` (its id), `name_en`,
        `name_th`, `tonnes_per_year`, `vehicle` and `vehicles_per_day`: trips one way of the
        year's average.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> made = harvest_trips(study.tables.harvests, study.tables.products).set_index("product")
    >>> load_vehicle("truck_6w").payload_t
    9.5
    >>> float(made.loc["cabbage", "vehicles_per_day"].round(1))  # 2 · 31,000 t / 365 / 9.5 t
    17.9
    """
    known = harvests[harvests["tonnes_per_year"] > 0]
    tonnes = known.groupby("product")["tonnes_per_year"].sum()
    grown = products.drop_duplicates("id").assign(tonnes=lambda kinds: kinds["id"].map(tonnes))
    rows = []
    for one in grown[grown["tonnes"].notna()].to_dict("records"):
        carrier = load_vehicle(str(one["vehicle"]))
        if isinstance(carrier, Vehicle) and carrier.payload_t > 0:
            amount = float(one["tonnes"])
            daily = 2.0 * amount / DAYS_A_YEAR / carrier.payload_t
            rows.append((one["id"], one["name_en"], one["name_th"], amount, carrier.id, daily))
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    return made.sort_values("vehicles_per_day", ascending=False, ignore_index=True)
