"""Settlements and their people: names, quality, counts on a raster, and what weakens them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.study import Study
from layers.fetch.fetched import fetched_population
from layers.tables.facility_kinds import facility_kinds
from layers.tables.places import COUNTED
from layers.tables.villages import placed, unplaced
from layers.tables.zones import zones_of

OFFICES: Final = ("district", "province_capital")
"""Kinds of places that stand for a district where its tambons are not known."""

MOST: Final = 4
"""Subdistricts that a note names."""

WEAK: Final = ("C", "M", "E")
"""Of `layers.tables.places.QUALITIES`: a position that may be the middle of a wide area."""


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Give what has no English name its local one."""
    return table.assign(name_en=table["name_en"].where(table["name_en"] != "", table["name"]))


def facility_names(
    facilities: pd.DataFrame, settlements: pd.DataFrame, kind: str
) -> dict[str, str]:
    """Say what facilities are called: one without a name by the settlement nearest to it.

    Parameters
    ----------
    facilities, settlements
        Columns `id, name_en, lon, lat` (degrees).
    kind
        What the facilities are.

    Returns
    -------
    names
        By id.

    Examples
    --------
    >>> one = pd.DataFrame({"id": ["n1"], "name_en": [""], "lon": [1.5], "lat": [42.5]})
    >>> towns = pd.DataFrame({"name_en": ["Canillo", "Pal"], "lon": [1.6, 1.5],
    ...     "lat": [42.6, 42.5]})
    >>> facility_names(one, towns, "hospital")
    {'n1': 'hospital at Pal'}
    """
    x, y = (
        facilities[name].to_numpy()[:, None] - settlements[name].to_numpy()
        for name in ("lon", "lat")
    )
    near = np.hypot(x * np.cos(np.radians(facilities["lat"].to_numpy()[:, None])), y).argmin(axis=1)
    by_place = kind.replace("_", " ") + " at " + settlements["name_en"].iloc[near].astype(str)
    names = facilities["name_en"].to_numpy(object)
    shown = np.where(names != "", names, by_place.to_numpy(object))
    return dict(zip(facilities["id"].astype(str), shown, strict=True))


def zone_names(study: Study) -> pd.DataFrame:
    """Say what districts and subdistricts are called: columns `code, name_en, name_th`."""
    columns = ["code", "name_en", "name_th"]
    places = study.tables.places
    coded = places[places["kind"].isin(COUNTED)][columns]
    zones = pd.DataFrame(study.tables.zones[columns])
    found: pd.DataFrame = pd.concat([zones, coded], ignore_index=True)
    return found[found["code"] != ""].drop_duplicates("code").reset_index(drop=True)


def offices(places: pd.DataFrame) -> list[str]:
    """Say how many settlements stand for a whole district."""
    count = int(places["kind"].isin(OFFICES).sum())
    if not count:
        return []
    note = (
        f"{count} of {len(places)} settlements stand for a whole district: all its people "
        "count at its office, so that minutes are those of the town, not of its villages."
    )
    return [note]


def villages_note(study: Study) -> list[str]:
    """Say how people are shared among villages, and which villages have no known point."""
    tables = study.tables
    if not (tables.by_village and len(tables.villages)):
        return []
    there, lost = placed(tables.villages), unplaced(tables.villages)
    told = (
        f"People live at {len(there)} villages: those registered in a subdistrict, in equal "
        "parts by registered village; one without a known point counts with others of its "
        "subdistrict. The number of one village is an estimate, that of a subdistrict is "
        "not. Heights are those of the terrain."
    )
    if lost.empty:
        return [told]
    names = zone_names(study).set_index("code")["name_en"]
    counts = lost["tambon"].map(names).value_counts().head(MOST)
    most = ", ".join(f"{name} {count}" for name, count in counts.items())
    return [
        told,
        f"{len(lost)} registered villages have no known point; the most in {most}.",
    ]


def facilities_note(study: Study, kind: str, goals: pd.DataFrame) -> list[str]:
    """Say to which facilities people go, and where fewer are known than there must be."""
    known, zones = facility_kinds()[kind], study.tables.zones
    notes = []
    if known.serves and (goals["district"] != "").any():
        notes.append(
            f"Everybody goes to the {kind.replace('_', ' ')} of their own district, though "
            "another be nearer; kind `nearest_district_office` is whichever is nearest."
        )
    wanted = zones_of(zones, known.each) if known.each else zones[:0]
    inside = shapely.contains_xy(study.tables.boundary, goals[["lon", "lat"]].to_numpy())
    here = int(inside.sum())
    if here < len(wanted):
        notes.append(
            f"Only {here} of kind {kind} are known in the area, fewer than its {len(wanted)} "
            f"{known.each}s, of which each should have one: minutes read too high, and "
            "shares of people too low."
        )
    elif len(goals) and not here:
        notes.append(
            f"None of the {len(goals)} of kind {kind} that are known lies in the area: minutes are "
            "to those elsewhere, and read too high if the area has one."
        )
    return notes


def caveats(study: Study, places: pd.DataFrame) -> list[str]:
    """Say what weakens every figure: people not known, positions that are only a guess."""
    notes = villages_note(study)
    unknown = int(places["population"].isna().sum())
    if unknown:
        notes.append(
            f"People of {unknown} of {len(places)} settlements are not known: they count in no "
            "figure of people; a raster of people (population) counts them."
        )
    notes += offices(places)
    weak = int(places["quality"].isin(WEAK).sum())
    if weak:
        notes.append(
            f"The positions of {weak} of {len(places)} settlements are weak (quality "
            f"{', '.join(WEAK)}), such as the middle of a subdistrict, or a school named "
            "after the village: so are their minutes."
        )
    return notes


def cells_note(raster: Path) -> list[str]:
    """Say where people are counted who are those of a raster."""
    note = (
        f"People are those of {raster.name}, each on their own cell and at that cell's minutes, "
        "over roads and ground as on the map: on foot up to eight hours, where a settlement more "
        "than 5 km from a road counts as not reached. `population` of a settlement is who "
        "lives nearest to it, and stands in no sum."
    )
    return [note]


def people_raster(study: Study, settlements: pd.DataFrame, given: Path | None) -> Path | None:
    """Choose the raster on which people are counted, None for the numbers of the table.

    It is the given one, else the one that was fetched, if the number of somebody is not known.
    """
    unknown = bool(settlements["population"].isna().any())
    return given or (fetched_population(study.area.slug) if unknown else None)
