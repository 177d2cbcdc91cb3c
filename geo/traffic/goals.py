"""Where people go: the places that a word means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geo.access.people import named
from geo.study import Study
from layers.errors import UnknownNameError
from layers.tables.facility_kinds import facility_kinds

GOAL: Final = ["id", "name_en", "name_th", "lon", "lat"]


def goals_of(study: Study, kind: str, there: Mapping[str, int]) -> pd.DataFrame:
    """Return what a word means: facilities, the capital, the next city, or one place.

    Parameters
    ----------
    study
        The area.
    kind
        A kind of facility; `capital`, the area's home; `city`, the province capital nearest
        to it as the crow flies; or a place.
    there
        How many facilities of each kind are known, where nobody asked for the kind: some may
        be missing. Empty where somebody did.

    Returns
    -------
    goals
        Columns `GOAL`; empty where there are none and nobody asked.

    Raises
    ------
    UnknownNameError
        It is neither a kind nor a place.
    """
    area, every, asked = study.area, study.gazetteer, not there
    if kind in facility_kinds():
        if not asked and not there[kind]:
            return pd.DataFrame(columns=GOAL)
        return named(study.tables.facilities(kind))[GOAL]
    if kind in {"capital", "city"}:
        if not area.home and not asked:
            return pd.DataFrame(columns=GOAL)
        home = places_by_id(study, [study.tables.home])
        if kind == "capital":
            return home
        others = every[(every["kind"] == "province_capital") & (every["id"] != area.home)]
        flat = np.cos(np.radians(home["lat"].iloc[0]))
        apart = np.hypot(
            (others["lon"] - home["lon"].iloc[0]) * flat, others["lat"] - home["lat"].iloc[0]
        )
        nearest: pd.DataFrame = others.loc[apart.nsmallest(1).index, GOAL].reset_index(drop=True)
        return nearest
    try:
        place = study.place(kind)
    except UnknownNameError as error:
        kinds = ", ".join(("capital", "city", *facility_kinds()))
        raise UnknownNameError(f"to {kind!r}: no kind of facility ({kinds}); {error}") from error
    row = (place.id or place.name_en, place.name_en, place.name_th, place.lon, place.lat)
    return pd.DataFrame([row], columns=GOAL)


def places_by_id(study: Study, ids: list[str]) -> pd.DataFrame:
    """Return places of the gazetteer in the order of their ids."""
    table = study.gazetteer.drop_duplicates("id").set_index("id", drop=False)
    found: pd.DataFrame = table.loc[ids, GOAL].reset_index(drop=True)
    return found
