"""What carrying a tonne costs, by part: a bar for every destination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from geo.freight.cost_parts import CostParts
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.route.profile_chart import Tick, ticks

SHOWN: Final = 24
"""Destinations that have a bar: the cheapest."""

PARTS: Final = {
    "fuel": ("part_fuel", "limit-legal"),
    "wear": ("part_wear", "limit-momentum"),
    "time": ("part_time", "time-3"),
    "waiting": ("part_waiting", "origin"),
    "transloading": ("part_transloading", "limit-curve"),
    "fees": ("part_fees", "limit-brake"),
}
"""Phrase and colour of each part, in the order of a bar: they darken and lighten in turn, so
that neighbours differ in grey too."""

WIDTH: Final = 900
LEFT, RIGHT = 220.0, 810.0
STEP: Final = 24
"""Pixels from one bar to the next."""

KEYS: Final = 3
"""Parts in a line of the legend."""


@dataclass(frozen=True)
class Key:
    """One part in the legend."""

    x: float
    y: float
    colour: str
    name: Text


@dataclass(frozen=True)
class Part:
    """One piece of a bar."""

    x: float
    wide: float
    colour: str


@dataclass(frozen=True)
class Bar:
    """One destination."""

    name: Text
    y: float
    parts: tuple[Part, ...]
    end: float
    total: str


def cost_chart(found: Sequence[tuple[Text, CostParts]], lang: str) -> Markup:
    """Draw the parts of the cost to every destination.

    Parameters
    ----------
    found
        Names and parts, the cheapest first.
    lang
        The language the page opens in.

    Returns
    -------
    figure
        Of the first `SHOWN`; empty where there is none.
    """
    shown = found[:SHOWN]
    if not shown:
        return Markup("")
    most = max(parts.total for _, parts in shown)
    used = [name for name in PARTS if any(vars(parts)[name] > 0 for _, parts in shown)]
    top = 14 + 20.0 * -(-len(used) // KEYS)
    bottom = top + STEP * len(shown)
    bars = [_bar(name, parts, top + STEP * at, most) for at, (name, parts) in enumerate(shown)]
    return fragment(
        "cost_chart.html",
        title=text("cost_chart"),
        lang=lang,
        width=WIDTH,
        height=round(bottom + 44),
        left=LEFT,
        right=RIGHT,
        top=top,
        bottom=bottom,
        keys=[_key(name, at) for at, name in enumerate(used)],
        x_ticks=[Tick(_x(value, most), f"{value:,.0f}") for value in ticks(0, most, 6)],
        x_title=text("thb_per_t"),
        bars=bars,
        note=text("cost_chart_note"),
    )


def _key(name: str, at: int) -> Key:
    phrase, colour = PARTS[name]
    return Key(LEFT + at % KEYS * 210, 4 + at // KEYS * 20.0, PALETTE[colour], text(phrase))


def _bar(name: Text, parts: CostParts, y: float, most: float) -> Bar:
    pieces = []
    before = 0.0
    for part, (_, colour) in PARTS.items():
        value = vars(parts)[part]
        if value > 0:
            start = _x(before, most)
            pieces.append(Part(start, _x(before + value, most) - start, PALETTE[colour]))
        before += value
    return Bar(name, y, tuple(pieces), _x(before, most), figures.whole(parts.total))


def _x(value: float, most: float) -> float:
    return LEFT + value / most * (RIGHT - LEFT)
