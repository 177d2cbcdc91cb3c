"""Results that a reviewer would doubt, said before he does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.economics.appraisal import Appraisal

HIGH_IRR: Final = 0.40
"""Roads seldom return more a year: then traffic, costs or the case without are to be looked at."""

BAHT_PER_USD: Final = 33.0
"""Assumed, as for the price of CO2."""

COST_PER_KM: Final[Mapping[str, tuple[float, float]]] = {
    "pave": (250e3 * BAHT_PER_USD, 600e3 * BAHT_PER_USD),
    "rehabilitate": (100e3 * BAHT_PER_USD, 400e3 * BAHT_PER_USD),
}
"""Baht per km of two lanes as others have them: gravel to paved, and rehabilitation (TARA, Uganda
2024: US$ 250-600 and 100-400 thousand); not Thai."""

MOST_TRIPS: Final = 4.0
"""Vehicles a day per person of the area above which traffic is more than people can make."""


def doubts(judged: Appraisal, works: pd.DataFrame, vehicles: float, people: float) -> list[str]:
    """Say what of a project's figures is out of the usual.

    Parameters
    ----------
    judged
        The appraisal.
    works
        Of `geo.economics.construction.works`.
    vehicles
        The most on any link that is built or bettered, per day.
    people
        Of the area.

    Returns
    -------
    doubts
        A sentence each.
    """
    found = []
    if math.isfinite(judged.irr) and judged.irr > HIGH_IRR:
        found.append(
            f"An internal rate of return of {judged.irr:.0%} is more than roads return (above "
            f"{HIGH_IRR:.0%}): look at the traffic, the cost and the roads without the project."
        )
    if not judged.first_year_thb > 0:
        found.append(
            "Nobody gains: no trip leads over what is built, or the roads there are taken for as "
            "good already."
        )
    if len(judged.rates) > 1:
        listed = ", ".join(f"{rate:.1%}" for rate in judged.rates)
        found.append(
            f"There are several internal rates of return ({listed}): judge by the modified one."
        )
    for row in works.to_dict("records"):
        low, high = COST_PER_KM.get(str(row["work"]), (0.0, math.inf))
        each = float(row["construction_thb"]) / float(row["km"]) if row["km"] > 0 else math.nan
        if not low <= each <= high:
            found.append(
                f"{each / 1e6:,.1f} million baht a km to {row['work']} lies outside the "
                f"{low / 1e6:,.1f} to {high / 1e6:,.1f} that others pay (Uganda 2024, not Thai)."
            )
    if people > 0 and vehicles > MOST_TRIPS * people:
        found.append(
            f"{vehicles:,.0f} vehicles a day are more than {people:,.0f} people of the area make."
        )
    return found
