"""Facilities and settlements of an area: from its own tables, else from its OSM import."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
import shapely

from layers.area import Area, read_boundary
from layers.errors import DataError
from layers.store.points import read_points
from layers.store.store import has_terrain, imported_folder, load_terrain
from layers.tables.crossings import read_crossings
from layers.tables.facility_kinds import (
    FACILITY_COLUMNS,
    SETTLEMENT_COLUMNS,
    SETTLEMENTS,
    facility_kinds,
)
from layers.tables.facility_table import read_facilities
from layers.tables.hubs import read_hubs
from layers.tables.places import read_places
from layers.tables.villages import DISTRICT_DIGITS, placed, read_villages

LIVED_IN: Final = ("tambon", "district", "province_capital")
"""Kinds of places whose people may be known by subdistrict or district."""


OFFICES: Final = ("district", "province_capital")
"""Kinds of places whose `code` is that of a district."""


def facilities(area: Area, kind: str) -> pd.DataFrame:
    """Return the facilities of one kind.

    The area's own tables win where they have that kind, else what was imported counts.

    Parameters
    ----------
    area
        The area.
    kind
        A key of `facility_kinds`.

    Returns
    -------
    facilities
        At least one row, columns `FACILITY_COLUMNS`.

    Raises
    ------
    DataError
        There is no such kind, or none of it; the message lists those there are and how many.
    """
    if kind not in facility_kinds():
        near = difflib.get_close_matches(kind, facility_kinds(), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise DataError(f"facilities {kind!r} are no known kind; {hint}{_counts(area)}")
    found = _own(area, kind)
    if found.empty:
        imported = _imported(area, "facilities", FACILITY_COLUMNS)
        found = imported[imported["kind"] == kind].reset_index(drop=True)
    if found.empty:
        raise DataError(f"area {area.slug!r} has no {kind}; {_counts(area)}")
    return found


def count_facilities(area: Area) -> Mapping[str, int]:
    """Count the facilities of every kind, 0 where there are none."""
    imported = _imported(area, "facilities", FACILITY_COLUMNS)["kind"].value_counts()
    return {kind: len(_own(area, kind)) or int(imported.get(kind, 0)) for kind in facility_kinds()}


def settlements(area: Area, *, villages: bool = True) -> pd.DataFrame:
    """Return where people live.

    The villages of the area's own table. Else places of its tables within its boundary:
    tambons and, where a district has none, its office, for all its people; else the cities,
    towns, villages and hamlets of the OpenStreetMap import.

    Parameters
    ----------
    area
        The area.
    villages
        False leaves the table of villages aside: on roads that reach none of them, such as a
        strategic network of main roads, the points of subdistricts tell more.

    Returns
    -------
    settlements
        At least one row, columns `SETTLEMENT_COLUMNS`.

    Raises
    ------
    DataError
        The area has neither.
    """
    if villages and area.layers.villages:
        return _villages(area)
    places = read_places(area)
    places = places[places["kind"].isin(LIVED_IN)].reset_index(drop=True)
    if len(places):
        inside = shapely.contains_xy(read_boundary(area), places[["lon", "lat"]].to_numpy())
        places = places[inside]
        tambon, code = places["kind"] == "tambon", places["code"]
        district = code.str[:DISTRICT_DIGITS].where(code.str.fullmatch(r"\d{4}|\d{6}"), "")
        alone = (district != "") & ~district.isin(set(district[tambon]))
        own = places.assign(district=district, tambon=code.where(tambon, ""))[tambon | alone]
        if len(own):
            return _shaped(own, SETTLEMENT_COLUMNS)
    imported = _imported(area, "settlements", SETTLEMENT_COLUMNS)
    if imported.empty:
        raise DataError(
            f"area {area.slug!r} has no settlements: no {', '.join(LIVED_IN)} of "
            f"its places lies inside, no {', '.join(SETTLEMENTS)} among what was imported"
        )
    return imported


def _villages(area: Area) -> pd.DataFrame:
    """Return the villages of an area's table, their heights read from its terrain."""
    found = placed(read_villages(area))
    ground = np.full(len(found), np.nan)
    if has_terrain(area):
        ground = load_terrain(area).sample(found["lon"].to_numpy(), found["lat"].to_numpy())
    return _shaped(found.assign(elevation_m=ground), SETTLEMENT_COLUMNS)


def imported_settlements(area: Area) -> pd.DataFrame:
    """Return the settlements of an area's import, columns `SETTLEMENT_COLUMNS`; none without."""
    return _imported(area, "settlements", SETTLEMENT_COLUMNS)


def _own(area: Area, kind: str) -> pd.DataFrame:
    """Return the facilities of a kind in the area's own tables."""
    wanted = facility_kinds()[kind]
    if wanted.crossings:
        table = read_crossings(area)
    elif wanted.hubs:
        hubs = read_hubs(area)
        table = hubs[hubs["candidate"] == "yes"]
    else:
        places, own = read_places(area), read_facilities(area)
        served = places["code"].str[:DISTRICT_DIGITS].where(places["kind"].isin(OFFICES), "")
        places = places.assign(district=served)[places["kind"].isin(wanted.places)]
        table = pd.concat([places, own[own["kind"] == kind].assign(district="")])
    if "district" not in table:
        table = table.assign(district="")
    capacity = table.get("capacity", np.nan)
    return _shaped(table.assign(kind=kind, capacity=capacity), FACILITY_COLUMNS)


def _imported(area: Area, name: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of the area's import, without rows if nothing was imported."""
    folder = imported_folder(area.slug)
    if folder.is_dir():
        found = read_points(folder, name)
        absent = {column: "" for column in columns if column not in found}
        return found.assign(**absent)[list(columns)]
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in columns.items()})


def _shaped(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Give rows of an area's table the columns of this module; the local name comes first."""
    name = table["name_th"].where(table["name_th"] != "", table["name_en"])
    return table.assign(name=name)[list(columns)].astype(dict(columns)).reset_index(drop=True)


def _counts(area: Area) -> str:
    """List the kinds there are, with their numbers."""
    counts = count_facilities(area)
    there = ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)
    none = ", ".join(kind for kind, count in counts.items() if not count)
    return f"there are: {there or 'none of any kind'}" + (f"; none of: {none}" if none else "")
