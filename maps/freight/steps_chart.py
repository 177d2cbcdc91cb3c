"""Time and cost over distance along corridors, with a step where goods stand (UNESCAP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from markupsafe import Markup

from geo.freight.corridor_legs import Leg
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.route.profile_chart import Tick, ticks

SHOWN: Final = 6
"""Corridors in one chart: the cheapest across the border."""

PHRASES: Final = {
    "time": ("steps_time", "steps_time_note", "hours_word"),
    "cost": ("steps_cost", "steps_cost_note", "thb_per_t"),
}
"""Title, note and unit of each chart."""

SIZE: Final = (900, 380)
"""Width and height in pixels of a page."""

LEFT, TOP, RIGHT, BOTTOM = 62.0, 34.0, 690.0, 326.0
"""Edges of the plot."""

APART: Final = 17.0
"""Pixels between the names of two lines."""

LOOKS: Final = (
    ("limit-legal", ""),
    ("limit-curve", "7 3"),
    ("time-5", "2 3"),
    ("limit-brake", "10 3 2 3"),
    ("limit-momentum", "4 2"),
    ("ink", "12 4"),
)
"""Colour and dashes of each line: who sees no colours tells them apart, too."""


@dataclass(frozen=True, eq=False)
class Way:
    """One corridor: its destination, its legs, and those of the world before, if any."""

    name: Text
    legs: tuple[Leg, ...]
    before: tuple[Leg, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """One line of the chart."""

    name: Text
    colour: str
    dashes: str
    path: str
    steps: str
    band: str
    before: str
    end: float
    at: float


def steps_chart(
    ways: Sequence[Way], what: Literal["time", "cost"], lang: str, *, world: Text | None = None
) -> Markup:
    """Draw hours or baht per tonne over kilometres.

    Parameters
    ----------
    ways
        The cheapest first.
    what
        `time` or `cost`.
    lang
        The language the page opens in.
    world
        Title of the scenario whose world it is, where it stands beside a chart of today.

    Returns
    -------
    figure
        Of the first `SHOWN`; empty where there is none. Hours have a band from the 10th to
        the 90th percentile from the border on.
    """
    title = text(PHRASES[what][0])
    shown = [way for way in ways if way.legs][:SHOWN]
    if not shown:
        return Markup("")
    every = [points for way in shown for points in (way.legs, way.before) if points]
    far = max(_along(legs)[-1] for legs in every)
    most = max(_up(legs, what, 2)[-1] for legs in every)
    drawn = [_line(way, what, LOOKS[at], far, most) for at, way in enumerate(shown)]
    return fragment(
        "steps_chart.html",
        title=text("steps_with", what=title, scenario=world) if world else title,
        lang=lang,
        width=SIZE[0],
        height=SIZE[1],
        left=LEFT,
        top=TOP,
        right=RIGHT,
        bottom=BOTTOM,
        y_ticks=[Tick(_y(value, most), f"{value:,.0f}") for value in ticks(0, most, 6)],
        x_ticks=[Tick(_x(value, far), f"{value:,.0f}") for value in ticks(0, far, 8)],
        y_title=text(PHRASES[what][2]),
        x_title=text("km"),
        lines=_apart(drawn),
        note=text(PHRASES[what][1]),
        before=text("base_case") if any(way.before for way in shown) else None,
    )


def _along(legs: Sequence[Leg]) -> list[float]:
    """Return kilometres at the ends of legs, 0 first."""
    found = [0.0]
    for leg in legs:
        found.append(found[-1] + leg.distance_m / 1000)
    return found


def _up(legs: Sequence[Leg], what: str, at: int) -> list[float]:
    """Return hours of a percentile, or baht per tonne, at the ends of legs, 0 first."""
    found = [0.0]
    for leg in legs:
        more = leg.time_s[at] / 3600 if what == "time" else leg.cost_thb_per_t
        found.append(found[-1] + more)
    return found


def _line(way: Way, what: str, look: tuple[str, str], far: float, most: float) -> Drawn:
    """Draw one corridor: its line, its steps once more and heavier, and its band."""
    along, up = _along(way.legs), _up(way.legs, what, 1)
    points = [(_x(km, far), _y(value, most)) for km, value in zip(along, up, strict=True)]
    steps = "".join(
        f"M{points[at][0]:.1f} {points[at][1]:.1f}V{points[at + 1][1]:.1f}"
        for at, leg in enumerate(way.legs)
        if leg.kind != "drive"
    )
    band = ""
    if what == "time" and any(leg.time_s[0] != leg.time_s[2] for leg in way.legs):
        first = next(at for at, leg in enumerate(way.legs) if leg.time_s[0] != leg.time_s[2])
        low, high = _up(way.legs, what, 0), _up(way.legs, what, 2)
        edge = [(_x(along[at], far), _y(low[at], most)) for at in range(first, len(along))]
        edge += [
            (_x(along[at], far), _y(high[at], most)) for at in reversed(range(first, len(along)))
        ]
        band = f"M{_joined(edge)}Z"
    before = ""
    if way.before:
        old = zip(_along(way.before), _up(way.before, what, 1), strict=True)
        before = f"M{_joined([(_x(km, far), _y(value, most)) for km, value in old])}"
    colour, dashes = look
    end = points[-1][1]
    return Drawn(
        way.name, PALETTE[colour], dashes, f"M{_joined(points)}", steps, band, before, end, end
    )


def _apart(lines: Sequence[Drawn]) -> list[Drawn]:
    """Move names of lines that end together away from each other, within the plot."""
    placed: list[Drawn] = []
    for line in sorted(lines, key=lambda one: one.end):
        at = max(line.end, placed[-1].at + APART) if placed else line.end
        placed.append(replace(line, at=at))
    over = max(placed[-1].at - BOTTOM, 0.0)
    return [replace(line, at=line.at - over) for line in placed]


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _x(km: float, far: float) -> float:
    return LEFT + km / far * (RIGHT - LEFT)


def _y(value: float, most: float) -> float:
    return BOTTOM - value / most * (BOTTOM - TOP)
