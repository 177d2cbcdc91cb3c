"""What leaving at each hour of the day means at a crossing, for the slider of the freight map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from geo.freight.departures import HourlyWaits
from maps.base.crossings import Crossing
from maps.base.i18n import text

FIRST_HOUR: Final = 6
"""Where the slider stands at first."""

SAID: Final = ("leave_open", "leave_some", "leave_wait", "leave_count")
"""Phrases that the page's code fills in."""

VALUES: Final = {name: f"{{{name}}}" for name in ("at", "wait", "percent", "open", "all")}
"""What stands in a phrase until then."""


def departure_data(
    crossings: Sequence[Crossing], departures: Mapping[str, HourlyWaits]
) -> Mapping[str, object]:
    """Return what the page's code needs for its slider, in whole numbers, ready for JSON.

    Parameters
    ----------
    crossings
        Those on the map.
    departures
        Of those that goods get to, by id.

    Returns
    -------
    data
        `gates`: of each crossing its id, minutes of driving, and for every hour the minutes
        of waiting and the per cent of arrivals that find it open; in the order of the map.
        `said`: phrases with values still to be put in.
    """
    known = [
        (one.id, departures[one.id])
        for one in crossings
        if one.id in departures and np.isfinite(departures[one.id].wait_s).all()
    ]
    return {
        "gates": [
            [
                name,
                round(one.before_s / 60),
                np.rint(one.wait_s / 60).astype(int).tolist(),
                np.rint(one.open_share * 100).astype(int).tolist(),
            ]
            for name, one in known
        ],
        "said": {key: text(key, **VALUES) for key in SAID},
    }
