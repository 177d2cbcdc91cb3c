"""Villages of an area: where its people live, and how many of a subdistrict's live in each.

People are registered by subdistrict (tambon) and by village (muban), points come from maps,
and the two do not quite agree. The table holds both, and its numbers follow one rule:

1. The people of a subdistrict are shared equally among its registered villages.
2. A registered village with a point has its share there.
3. The shares of those without a point go to the subdistrict's points that are in the register
   under no name of theirs, for these are mostly the same villages: by 2 to a town, 1/2 to a
   village, 1/4 to a hamlet. Such a point counts at least so many villages, and on the
   average at most two, unless a town is among them, whose quarters are villages.
4. What is left of those shares goes to all points of the subdistrict alike.

So the people of a subdistrict add up to the registered number, and that of one village is an
estimate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from layers.area import Area
from layers.io.tables import NAMES, PROVENANCE, Column, Misfit, read_table
from layers.tables.facility_kinds import SETTLEMENTS

TAMBON: Final = re.compile(r"\d{6}")
"""Code of a subdistrict by TIS 1099: province, district and subdistrict, two digits each."""

NAMELESS: Final = "Unnamed "
"""How the name of a village begins that nobody has named on a map."""

DISTRICT_DIGITS: Final = 4
"""Digits of a subdistrict's code that are its district's."""


def _code(text: str) -> None:
    if not TAMBON.fullmatch(text):
        raise ValueError(f"{text!r} is no code of a subdistrict, six digits")


VILLAGE_COLUMNS: Final = (
    Column("id", "id", required=True),
    *NAMES,
    Column("kind", required=True, choices=SETTLEMENTS),
    Column("lon", "number", low=-180, high=180),
    Column("lat", "number", low=-90, high=90),
    Column("tambon", required=True, check=_code),
    Column("muban"),
    Column("population", "number", low=0),
    *PROVENANCE,
)
"""`muban` are the codes of the registered villages that a point stands for, parted by `;`;
a village of which no point is known has neither `lon`, `lat` nor people of its own."""


def read_villages(area: Area) -> pd.DataFrame:
    """Read the villages of an area, columns as `VILLAGE_COLUMNS`; none if it has no table.

    Raises
    ------
    DataError
        A cell is wrong, or a village has people and no point, or a point and no people.
    """
    columns: Sequence[Column] = VILLAGE_COLUMNS
    return read_table(area.layers.villages, columns, what="a table of villages", rules=_misfits)


def placed(villages: pd.DataFrame) -> pd.DataFrame:
    """Return the villages of which a point is known, with their `district`."""
    found = villages[villages["lon"].notna()].reset_index(drop=True)
    return found.assign(district=found["tambon"].str[:DISTRICT_DIGITS])


def unplaced(villages: pd.DataFrame) -> pd.DataFrame:
    """Return the registered villages of which no point is known."""
    return villages[villages["lon"].isna()].reset_index(drop=True)


def _misfits(villages: pd.DataFrame) -> Iterator[Misfit]:
    """Find half-known points, and people who live nowhere."""
    known = {name: villages[name].notna().to_numpy() for name in ("lon", "lat", "population")}
    for name in ("lat", "population"):
        for at in np.flatnonzero(known[name] != known["lon"]).tolist():
            yield at, name, "stands if and only if lon does"
