"""How many people live within how many minutes: a curve for every season."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from layers.arrays import Floats
from maps.access.rows import Spot
from maps.base.i18n import Text, text
from maps.base.page import fragment
from maps.base.time_scale import steps
from maps.route.profile_chart import Tick, ticks

SIZE: Final = (900, 330)
"""Width and height in pixels of a page."""

LEFT, TOP, RIGHT, BOTTOM = 52.0, 34.0, 744.0, 276.0
"""Edges of the plot."""

APART: Final = 34.0
"""Pixels between the names of two curves."""


@dataclass(frozen=True)
class Curve:
    """One season: its steps, where its name stands, and who is reached in the end."""

    name: Text
    classes: str
    path: str
    at: float
    said: Text


@dataclass(frozen=True)
class Band:
    """One class of minutes behind the curves."""

    x: float
    wide: float
    colour: str


def time_chart(spots: Sequence[Spot], minutes: Sequence[int], goal: Text, lang: str) -> Markup:
    """Draw the share of people within every number of minutes.

    Parameters
    ----------
    spots
        Places with their people and their minutes in every season that is known.
    minutes
        Breaks of the scale, whose colours lie behind the curves.
    goal
        What people go to.
    lang
        The language the page opens in.

    Returns
    -------
    figure
        Empty where there is no place; where nobody knows people, places are counted.
    """
    if not spots:
        return Markup("")
    people = np.array([spot.people for spot in spots], np.float64)
    known = np.isfinite(people).sum() * 2 >= len(people) and np.nansum(people) > 0
    weight = np.nan_to_num(people) if known else np.ones(len(spots))
    named = [season.name for season in spots[0].seasons] or [text("all_year")]
    took = [
        np.array([_minutes(spot, at) for spot in spots], np.float64) for at in range(len(named))
    ]
    longest = max((float(one[np.isfinite(one)].max(initial=0)) for one in took), default=0.0)
    last = min(max(longest * 1.02, minutes[0] * 1.2), minutes[-1] * 2.0)
    curves = [
        _curve(name, at, one, weight, last)
        for at, (name, one) in enumerate(zip(named, took, strict=True))
    ]
    return fragment(
        "time_chart.html",
        title=text("time_chart", kind=goal),
        lang=lang,
        width=SIZE[0],
        height=SIZE[1],
        left=LEFT,
        top=TOP,
        right=RIGHT,
        bottom=BOTTOM,
        bands=_bands(minutes, last),
        y_ticks=[Tick(_y(share / 100), f"{share} %") for share in range(0, 101, 25)],
        x_ticks=[Tick(_x(at, last), f"{at:g}") for at in ticks(0, last, 8)],
        y_title=text("time_chart_people" if known else "time_chart_places"),
        x_title=text("time_chart_minutes"),
        curves=_apart(curves),
        note=text("time_chart_note"),
    )


def _minutes(spot: Spot, at: int) -> float:
    return spot.seasons[at].minutes if spot.seasons else spot.minutes


def _curve(name: Text, at: int, minutes: Floats, weight: Floats, last: float) -> Curve:
    """Draw the steps of one season."""
    order = np.argsort(minutes, kind="stable")
    known = np.isfinite(minutes[order]) & (minutes[order] <= last)
    times = minutes[order][known]
    share = np.cumsum(weight[order])[known] / weight.sum()
    points = "".join(
        f"H{_x(time, last):.1f}V{_y(part):.1f}"
        for time, part in zip(times.tolist(), share.tolist(), strict=True)
    )
    end = float(share[-1]) if len(share) else 0.0
    reached = float(weight[np.isfinite(minutes)].sum() / weight.sum())
    said = text("reached_percent", percent=_percent(reached))
    path = f"M{LEFT:g} {BOTTOM:g}{points}H{RIGHT:g}"
    return Curve(name, "first" if at == 0 else "second", path, _y(end), said)


def _percent(share: float) -> str:
    """Write a share; what is not all does not look so."""
    return ">99" if 0.995 <= share < 1 else f"{share * 100:.0f}"  # noqa: PLR2004


def _apart(curves: Sequence[Curve]) -> list[Curve]:
    """Move names of curves that end together away from each other."""
    placed: list[Curve] = []
    for curve in sorted(curves, key=lambda one: one.at):
        at = max(curve.at, placed[-1].at + APART) if placed else curve.at
        placed.append(Curve(curve.name, curve.classes, curve.path, at, curve.said))
    return placed


def _bands(minutes: Sequence[int], last: float) -> list[Band]:
    """Lay the classes of the scale behind the curves."""
    return [
        Band(_x(one.low, last), _x(min(one.high, last), last) - _x(one.low, last), one.colour)
        for one in steps(tuple(minutes))
        if one.low < last and math.isfinite(one.low)
    ]


def _x(minutes: float, last: float) -> float:
    return LEFT + minutes / last * (RIGHT - LEFT)


def _y(share: float) -> float:
    return BOTTOM - share * (BOTTOM - TOP)
