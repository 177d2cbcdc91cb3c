"""The chart of one indicator: its history, its target and when that is due, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from geo.goals.standing import Point, Standing
from layers.goals.targets import Target
from maps.base.i18n import Text
from maps.base.page import fragment
from maps.monitor.words import number_of
from maps.route.profile_chart import ticks

WIDTH: Final = 420.0
HEIGHT: Final = 178.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 16.0, 10.0, 36.0
"""Room for the axes around the plot, in units of the drawing."""

MAX_YEARS: Final = 7
BUDDHIST: Final = 543


@dataclass(frozen=True)
class Dot:
    """A recorded value: where, and what a pointer over it says in any language."""

    x: float
    y: float
    said: str


@dataclass(frozen=True)
class Scale:
    """From days and values to the drawing."""

    first: int
    last: int
    low: float
    high: float

    def x(self, day: date) -> float:
        """Return how far to the right a day stands."""
        return self._x(day.toordinal())

    def _x(self, ordinal: int) -> float:
        share = (ordinal - self.first) / (self.last - self.first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Return how far down a value stands."""
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def indicator_chart(standing: Standing, *, day: date, said: Text, lang: str) -> Markup:
    """Draw the chart of an indicator.

    Parameters
    ----------
    standing
        With points, a target, or both.
    day
        Today.
    said
        What a screen reader says.
    lang
        The language the page opens in.

    Returns
    -------
    svg
        Whole years on its axis; every number in it stands on the page as text too.
    """
    target, points = standing.target, standing.points
    scale = _scale(points, target, day, percent=standing.indicator.unit == "%")
    dots = [
        Dot(scale.x(when), scale.y(value), f"{when}: {number_of(standing.indicator, value)}")
        for when, value in points
    ]
    plan = None
    if target:
        plan = [
            (scale.x(target.baseline_date), scale.y(target.baseline)),
            (scale.x(target.due), scale.y(target.target)),
        ]
    return fragment(
        "monitor_chart.html",
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        dots=dots,
        plan=plan,
        today=scale.x(day),
        years=_years(scale),
        values=_values(scale),
        said=said,
        lang=lang,
    )


def _scale(points: Sequence[Point], target: Target | None, day: date, *, percent: bool) -> Scale:
    """Choose whole years, and a range of values with some room."""
    days = [day, *(when for when, _ in points)]
    values = [value for _, value in points]
    if target:
        days += [target.baseline_date, target.due]
        values += [target.baseline, target.target]
    first = date(min(days).year, 1, 1).toordinal()
    last = date(max(days).year, 12, 31).toordinal() + 1
    low, high = min(values), max(values)
    pad = (high - low) * 0.12 or max(abs(high) * 0.1, 1.0)
    bottom = max(low - pad, 0.0) if low >= 0 else low - pad
    top = min(high + pad, 100.0) if percent and high < 100 else high + pad  # noqa: PLR2004
    return Scale(first, last, bottom, top)


def _years(scale: Scale) -> list[tuple[float, str, str]]:
    """Return where years begin, and their numbers, Christian and Buddhist."""
    first, last = (date.fromordinal(at).year for at in (scale.first, scale.last))
    step = -(-(last - first) // MAX_YEARS)
    return [
        (scale.x(date(year, 1, 1)), str(year), str(year + BUDDHIST))
        for year in range(first, last + 1, step)
    ]


def _values(scale: Scale) -> list[tuple[float, str]]:
    """Return the marks of the axis that goes up."""
    marks = ticks(scale.low, scale.high, 4)
    whole = all(mark == round(mark) for mark in marks)
    return [(scale.y(mark), f"{mark:,.0f}" if whole else f"{mark:g}") for mark in marks]
