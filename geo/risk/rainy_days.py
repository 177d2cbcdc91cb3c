"""On how many days of the rains people get there, beside the minutes of access."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geo.access.access import Access
from geo.risk.loaded_roads import load_roads
from geo.risk.rains import places
from geo.study import Study
from layers.errors import DataError, UnknownNameError

HALF: Final = 0.5

DAYS: Final = 300
"""Two standard errors of a half are 6 points then; `risk` draws 1000, which takes twice as long."""


def with_rainy_days(
    study: Study, found: Access, *, days: int = DAYS, seed: int = 1, needed: bool = True
) -> Access:
    """Add to an answer on how many days of the rains each settlement is reached.

    Access counts on all-season roads alone; a track that is passable on most days is none,
    so that "not reached" there is a judgement of certainty, not of every day. The days are
    those that `risk` draws, with the same luck.

    Parameters
    ----------
    study, found
        The area, and the answer of `geo.access.access.access`.
    days, seed
        How many days are drawn, and the seed of the draws.
    needed
        Whether it is an error where nothing can be drawn; else a note says why.

    Returns
    -------
    access
        With the columns `reached_days_wet` (share of days, 0 to 1) and `minutes_open_wet`
        (minutes of driving where all roads are open) of `places`, NaN for who lives too far from
        every road, and a note on those whom no all-season road serves.

    Raises
    ------
    DataError, UnknownNameError
        As `geo.risk.loaded_roads.load_roads`, or people are known by cells of a raster alone.
    """
    try:
        drawn = _drawn(study, found, days, seed)
    except (DataError, UnknownNameError) as error:
        if needed:
            raise
        note = f"On how many days of the rains one gets there cannot be drawn: {error}"
        return replace(found, notes=(*found.notes, note))
    # Measures that were asked for stay last, as without days.
    before = [name for name in found.places if name not in found.extra]
    table = found.places.join(drawn, on="id")[[*before, *drawn.columns, *found.extra]]
    lacking = table["minutes_wet"].isna() if "minutes_wet" in table else table["id"].isna()
    if not lacking.any():
        return replace(found, places=table)
    people = np.nan_to_num(table["population"].to_numpy(np.float64))
    often = (lacking & (table["reached_days_wet"] >= HALF)).to_numpy()
    note = (
        f"Of {people[lacking.to_numpy()].sum():,.0f} people whom no all-season road serves, "
        f"{people[often].sum():,.0f} get there on half of the days of the rains or more "
        f"({days} days drawn, as in risk)."
    )
    return replace(found, places=table, notes=(*found.notes, note))


def _drawn(study: Study, found: Access, days: int, seed: int) -> pd.DataFrame:
    """Draw the days; columns `reached_days_wet, minutes_open_wet` by id of the settlement."""
    roads, _ = load_roads(study, "people", to=(found.kind,), vehicle=found.vehicle)
    if roads.people is None:
        raise DataError("nobody goes there")
    drawn = places(roads, roads.people, days=days, seed=seed).set_index("id")
    if not found.places["id"].isin(drawn.index).any():
        raise DataError("people are known by cells of a raster, not by settlement")
    names = {
        f"reached_{found.kind}": "reached_days_wet",
        f"minutes_{found.kind}": "minutes_open_wet",
    }
    return drawn.rename(columns=names)[list(names.values())]
