"""Settlements and their people: names, quality, counts on a raster, and what weakens them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.study import Study
from layers.fetch.fetched import fetched_population
from layers.rasters.population import people_in
from layers.rasters.population_raster import open_population
from layers.tables.zones import zones_around

OFFICES: Final = ("district", "province_capital")
"""Kinds of places that stand for a district where its tambons are not known."""

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


def with_quality(study: Study, settlements: pd.DataFrame) -> pd.DataFrame:
    """Say how good the row of each settlement is in the area's own table, empty elsewhere."""
    own = study.tables.places.set_index("id")["quality"]
    return settlements.assign(quality=own.reindex(settlements["id"]).fillna("").to_numpy())


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


def caveats(places: pd.DataFrame) -> list[str]:
    """Say what weakens every figure: people not known, positions that are only a guess."""
    notes = []
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
            f"{', '.join(WEAK)}), such as the middle of a subdistrict: so are their minutes."
        )
    return notes


def people_raster(study: Study, settlements: pd.DataFrame, given: Path | None) -> Path | None:
    """Choose the raster on which people are counted, None for the numbers of the table.

    It is the given one, else the one that was fetched, if the number of somebody is not known.
    """
    unknown = bool(settlements["population"].isna().any())
    return given or (fetched_population(study.area.slug) if unknown else None)


def with_people(study: Study, settlements: pd.DataFrame, raster: Path) -> pd.DataFrame:
    """Count the people of a raster in the zone of each settlement."""
    zones = zones_around(study.area, settlements)
    return settlements.assign(population=people_in(zones, open_population(raster)).tolist())
