"""Products: what they are, what is grown where and how much of it, and who buys it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from layers.area import Area
from layers.errors import ChaidaenError, DataError
from layers.io.tables import (
    NAMES,
    PROVENANCE,
    Column,
    Misfit,
    checked,
    known_in,
    list_of,
    listed,
    read_table,
)
from layers.tables.places import gazetteer

MONTHS = tuple(str(month) for month in range(1, 13))

PRODUCT_COLUMNS = (
    Column("id", "id", required=True),
    *NAMES,
    Column("months", check=list_of(MONTHS)),
    Column("perish_h", "number", low=0.1, high=10_000),
    Column("farmgate_thb_per_kg", "number", low=0, high=100_000),
    Column("vehicle", required=True),
    Column("note"),
    *PROVENANCE,
)
"""`months` of harvest, 1 to 12 with `;` between; `perish_h` from the field to the market
before it is spoilt, empty where it keeps; `vehicle` carries it from the field."""

HARVEST_COLUMNS = (
    Column("id", "id", required=True),
    Column("product", required=True),
    Column("place_id", required=True),
    Column("tonnes_per_year", "number", low=0),
    Column("area_rai", "number", low=0),
    Column("year", "number", low=1990, high=2100),
    Column("note"),
    *PROVENANCE,
)
"""`tonnes_per_year` is empty where nobody knows it."""

MARKET_COLUMNS = (
    Column("id", "id", required=True),
    Column("product", required=True),
    Column("place_id", required=True),
    Column("price_thb_per_kg", "number", low=0, high=100_000),
    Column("share", "number", low=0, high=1),
    Column("note"),
    *PROVENANCE,
)
"""`place_id` is that of a place or of a crossing; `share` of the product goes there, empty
where nobody knows it."""

SLACK = 1e-9
"""By so much shares may add up to more than 1: decimal fractions are not exact."""


def read_products(area: Area, *, vehicles: Collection[str] | None = None) -> pd.DataFrame:
    """Read what the products are.

    Parameters
    ----------
    area
        The area.
    vehicles
        Ids of the vehicles there are; without them `vehicle` is not checked.

    Returns
    -------
    products
        Columns `PRODUCT_COLUMNS`; none if the area has no such table.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`, also where `vehicle` is not among `vehicles`.
    """
    columns: tuple[Column, ...] = PRODUCT_COLUMNS
    if vehicles is not None:
        columns = checked(columns, vehicle=known_in(vehicles, "a vehicle"))
    return read_table(area.layers.products, columns, what="a table of products")


def read_harvests(area: Area, path: Path | None = None) -> pd.DataFrame:
    """Read what is grown where, and how much of it.

    Parameters
    ----------
    area
        The area.
    path
        A table to read in place of the area's own.

    Returns
    -------
    harvests
        Columns `HARVEST_COLUMNS`; `tonnes_per_year` is NaN where nobody knows it.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`, also an unknown product or place; one message names all of a file.
    """
    return _harvests(area, path, set(read_products(area)["id"]))


def read_markets(area: Area) -> pd.DataFrame:
    """Read who buys what.

    Parameters
    ----------
    area
        The area.

    Returns
    -------
    markets
        Columns `MARKET_COLUMNS`; a price or share is NaN where nobody knows it.

    Raises
    ------
    MissingFileError, DataError
        As `read_table`, also an unknown product or place, a pair that stands twice, and
        shares of a product that add up to more than 1; one message names all of a file.
    """
    return _markets(area, set(read_products(area)["id"]))


def harvest_months(product: pd.Series) -> tuple[int, ...]:
    """Return the months of harvest of a row of products, 1 to 12; none where not known.

    Examples
    --------
    >>> harvest_months(pd.Series({"months": "11;12;1"}))
    (11, 12, 1)
    """
    return tuple(int(month) for month in listed(product["months"]))


def product_problems(
    area: Area, *, harvests: Path | None = None, vehicles: Collection[str] | None = None
) -> tuple[str, ...]:
    """Find what is wrong in products, harvests and markets, whatever is wrong in the others.

    Parameters
    ----------
    area
        The area.
    harvests
        A table in place of the area's own, as in `read_harvests`.
    vehicles
        Ids of the vehicles there are, as in `read_products`.

    Returns
    -------
    problems
        One message per file that cannot be used, with all its faults by row and column.
    """
    problems: list[str] = []
    known: set[str] | None = None
    try:
        known = set(read_products(area, vehicles=vehicles)["id"])
    except ChaidaenError as error:
        problems.append(str(error))
    for read in (partial(_harvests, area, harvests), partial(_markets, area)):
        try:
            read(known)
        except ChaidaenError as error:
            problems.append(str(error))
    # A bad table of places is met by every reader, and told once.
    return tuple(dict.fromkeys(problems))


def check_products(
    area: Area, *, harvests: Path | None = None, vehicles: Collection[str] | None = None
) -> None:
    """Raise one `DataError` with all `product_problems`, if there are any."""
    problems = product_problems(area, harvests=harvests, vehicles=vehicles)
    if problems:
        raise DataError("; ".join(problems))


def _harvests(area: Area, path: Path | None, products: set[str] | None) -> pd.DataFrame:
    columns = _joined(HARVEST_COLUMNS, area, products)
    return read_table(path or area.layers.harvests, columns, what="a table of harvests")


def _markets(area: Area, products: set[str] | None) -> pd.DataFrame:
    columns = _joined(MARKET_COLUMNS, area, products)
    what = "a table of markets"
    return read_table(area.layers.markets, columns, what=what, rules=_market_rules)


def _joined(
    columns: tuple[Column, ...], area: Area, products: set[str] | None
) -> tuple[Column, ...]:
    """Add checks of products, if they could be read, and of places."""
    place = known_in(set(gazetteer(area)["id"]), "a place or crossing")
    found = checked(columns, place_id=place)
    return found if products is None else checked(found, product=known_in(products, "a product"))


def _market_rules(table: pd.DataFrame) -> Iterator[Misfit]:
    """Find markets that stand twice, and shares of more than the whole."""
    for at in np.flatnonzero(table.duplicated(["product", "place_id"])).tolist():
        product, place = table["product"][at], table["place_id"][at]
        yield at, "place_id", f"{place!r} stands twice for {product!r}"
    total = table["share"].groupby(table["product"]).cumsum()
    for at in np.flatnonzero(total > 1 + SLACK).tolist():
        product = table["product"][at]
        yield at, "share", f"the shares of {product!r} add up to {total[at]:g}, more than 1"
