"""What is grown where, and how much of it."""

from __future__ import annotations

import pandas as pd

from layers.area import Area
from layers.places import NAMES, QUALITIES
from layers.tables import Column, read_table

PRODUCT_COLUMNS = (
    Column("id", "id", required=True),
    Column("product", required=True),
    *NAMES,
    Column("district_id"),
    Column("tonnes_per_year", "number", low=0),
    Column("area_rai", "number", low=0),
    Column("year", "number", low=1990, high=2100),
    Column("note"),
    Column("source", required=True),
    Column("quality", required=True, choices=QUALITIES),
)


def read_products(area: Area) -> pd.DataFrame:
    """Read what is grown where, columns `PRODUCT_COLUMNS`; errors as `read_table`."""
    return read_table(area.layers.products, PRODUCT_COLUMNS, what="a table of products")
