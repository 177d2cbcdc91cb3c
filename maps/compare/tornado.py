"""The tornado: what the present value hangs on, as inline SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from geo.economics.appraisal import Appraisal
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.route.profile_chart import Tick, ticks

INPUTS: Final = {
    "construction_thb": "input_construction",
    "maintenance_thb_per_year": "input_maintenance",
    "discount_rate": "input_discount_rate",
    "traffic_factor": "input_traffic",
    "growth": "input_growth",
    "elasticity": "input_elasticity",
    "time_factor": "input_time",
    "vehicle_cost_factor": "input_vehicle_cost",
    "co2_thb_per_t": "input_co2",
    "goods_thb_per_t_h": "input_goods",
    "salvage": "input_salvage",
    "blocked_h": "input_blocked",
    "accident_thb_per_km": "input_accident",
}
"""What the inputs are called."""

SCALES: Final = {"construction_thb": 1e6, "maintenance_thb_per_year": 1e6}
"""Inputs told in millions."""

PERCENT: Final = frozenset({"discount_rate", "growth", "salvage"})
"""Inputs told in per cent."""


WIDTH: Final = 900
LEFT, RIGHT = 250.0, 760.0
"""Edges of the bars' axis."""

TOP: Final = 34.0
STEP: Final = 32
"""Pixels from one input to the next."""


@dataclass(frozen=True)
class Bar:
    """One input: where its bar begins and ends.

    Attributes
    ----------
    y
        Of its upper edge.
    low_at, high_at
        Where the present value lies at the input's low and high value.
    low, high, low_npv, high_npv
        The values, and million baht.
    """

    name: Text
    y: float
    low_at: float
    high_at: float
    low: str
    high: str
    low_npv: str
    high_npv: str


def tornado_chart(found: Appraisal, *, title: Text, lang: str) -> Markup:
    """Draw the tornado of an appraisal.

    Parameters
    ----------
    found
        With a tornado: something is built.
    title
        What a screen reader says.
    lang
        The language the page opens in.

    Returns
    -------
    figure
        Inline SVG; every number stands in it as text too.
    """
    table = found.tornado[found.tornado["swing_thb"] > 0]
    names = table["input"].astype(str).tolist()
    ends = table[["npv_low_thb", "npv_high_thb"]].to_numpy(np.float64) / 1e6
    given = table[["low", "high"]].to_numpy(np.float64)
    middle = found.npv_thb / 1e6
    every = [middle, 0.0, *ends.ravel().tolist()]
    pad = (max(every) - min(every) or 1.0) * 0.04
    low, high = min(every) - pad, max(every) + pad

    def at(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (RIGHT - LEFT)

    bars = [
        Bar(
            text(INPUTS[name]),
            TOP + STEP * row,
            at(left),
            at(right),
            _value(name, least),
            _value(name, most),
            figures.whole(left),
            figures.whole(right),
        )
        for row, (name, (left, right), (least, most)) in enumerate(
            zip(names, ends.tolist(), given.tolist(), strict=True)
        )
    ]
    marks = [Tick(at(value), f"{value:,.0f}") for value in ticks(low, high, 4)]
    return fragment(
        "tornado.html",
        title=title,
        lang=lang,
        width=WIDTH,
        height=round(TOP + STEP * len(bars) + 40),
        left=LEFT,
        right=RIGHT,
        top=TOP - 4,
        bottom=TOP + STEP * len(bars),
        keys=[
            ("low", LEFT, text("tornado_low")),
            ("high", LEFT + 210, text("tornado_high")),
        ],
        bars=bars,
        ticks=marks,
        middle=at(middle),
        zero=at(0.0),
    )


def _value(name: str, value: float) -> str:
    if name in PERCENT:
        return f"{value * 100:g} %"
    shown = value / SCALES.get(name, 1.0)
    return f"{shown:,.0f}" if abs(shown) >= 100 else f"{shown:.3g}"  # noqa: PLR2004
