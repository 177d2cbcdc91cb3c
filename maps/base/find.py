"""The names that a reader may search a map for."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from layers.area import Area
from layers.store.points import read_points
from layers.store.store import imported_folder
from layers.tables.places import PLACE_KINDS, gazetteer
from maps.base.leaflet import lat_lon

ORDER: Final = (*PLACE_KINDS[:5], "crossing", *PLACE_KINDS[5:])
"""Kinds of places, the one that is likelier meant first."""

COLUMNS: Final = ["name_en", "name_th", "kind", "lon", "lat"]

Name = tuple[str, str, float, float]
"""English, Thai, latitude and longitude of one place; what is the same in Thai is empty."""


def names_of(area: Area) -> list[Name]:
    """List the places of an area that its maps can be searched for.

    Parameters
    ----------
    area
        Its gazetteer is read, and the settlements of its import.

    Returns
    -------
    names
        The important kinds first; one name at one spot once. Names that stand on a map
        are found there by the page itself and need not be here.
    """
    tables = [gazetteer(area)[COLUMNS]]
    folder = imported_folder(area.slug)
    if folder.is_dir() and not area.layers.villages:
        tables.append(_spelt(read_points(folder, "settlements"))[COLUMNS])
    table = pd.concat([one for one in tables if len(one)] or tables[:1], ignore_index=True)
    table = table[table["name_en"].str.strip() + table["name_th"].str.strip() != ""]
    rank = table["kind"].map({kind: at for at, kind in enumerate(ORDER)}).fillna(len(ORDER))
    table = table.loc[np.argsort(rank.to_numpy(), kind="stable")]
    points = lat_lon(table[["lon", "lat"]].to_numpy(np.float64))
    rows = zip(table["name_en"].astype(str), table["name_th"].astype(str), points, strict=True)
    found: list[Name] = [(english or thai, thai, lat, lon) for english, thai, (lat, lon) in rows]
    return [
        (english, "" if thai == english else thai, lat, lon)
        for english, thai, lat, lon in dict.fromkeys(found)
    ]


def _spelt(table: pd.DataFrame) -> pd.DataFrame:
    """Fill names in another language with the local one, which every settlement has."""
    return table.assign(
        **{
            column: table[column].where(table[column] != "", table["name"])
            for column in ("name_en", "name_th")
        }
    )
