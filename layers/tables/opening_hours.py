"""Opening hours by weekday: a strict subset of OpenStreetMap's `opening_hours`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.errors import DataError

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MIN: Final = 24 * 60
WEEK_MIN: Final = 7 * DAY_MIN

Window = tuple[int, int]


@dataclass(frozen=True)
class Hours:
    """When something is open, week after week.

    Attributes
    ----------
    windows
        Opening and closing in minutes of the week (Monday 00:00 is 0, the end 10080),
        closing not included; sorted, apart from each other. What is open over Sunday
        midnight is two windows, one at either end of the week.
    text
        As it was written.
    """

    windows: tuple[Window, ...]
    text: str


ALWAYS: Final = Hours(((0, WEEK_MIN),), "24/7")
"""Open day and night."""


def parse_hours(text: str) -> Hours:
    """Read opening hours.

    Rules stand between `;`, each `DAYS TIMES`, `DAYS off` or `24/7`. DAYS are days and
    ranges of days joined by commas (`Mo-Fr`, `Sa,Su`; `Fr-Mo` goes over Sunday), TIMES are
    `08:00-12:00` or several of them. A later rule replaces an earlier one for its days.

    Parameters
    ----------
    text
        As in a table: `Mo-Fr 08:00-12:00,13:00-16:30; Sa 08:00-12:00; Su off`.

    Returns
    -------
    hours
        Days that no rule names are closed.

    Raises
    ------
    DataError
        It is written otherwise. Hours over midnight are written with midnight, since only
        so is it plain which day they belong to: `Mo-Su 00:00-02:00,20:00-24:00`.

    References
    ----------
    https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification

    Examples
    --------
    >>> parse_hours("Mo,Tu 06:00-22:00; Tu off").windows
    ((360, 1320),)
    >>> parse_hours("Mo-Su 00:00-24:00").windows == ALWAYS.windows
    True
    """
    week: dict[int, list[Window]] = {}
    for rule in text.split(";"):
        # Spaces after a comma are usual, and mean nothing.
        parts = re.sub(r"\s*,\s*", ",", rule).split()
        if not parts:
            raise DataError(f"opening hours {text!r}: a rule is empty")
        if parts == ["24/7"]:
            parts = ["Mo-Su", "00:00-24:00"]
        if len(parts) != 2:  # noqa: PLR2004
            raise DataError(
                f"opening hours {text!r}: {rule.strip()!r} is not days and times, "
                "as in 'Mo-Fr 08:00-16:30' or 'Su off'"
            )
        days = _days(parts[0], text)
        times = [] if parts[1] == "off" else [_window(span, text) for span in parts[1].split(",")]
        week |= dict.fromkeys(days, times)
    windows = [
        (day * DAY_MIN + opens, day * DAY_MIN + closes)
        for day, times in week.items()
        for opens, closes in times
    ]
    return Hours(_merged(windows), text)


def wait_min(hours: Hours, minute_of_week: ArrayLike) -> NDArray[np.float64]:
    """Return how long one waits until it is open.

    Parameters
    ----------
    hours
        Opening hours.
    minute_of_week
        Arrivals in minutes since a Monday 00:00, of any shape; beyond one week they count
        from the next, below 0 from the one before.

    Returns
    -------
    wait
        Minutes, of the same shape: 0 while open, inf where it never opens or nobody arrives
        (inf or NaN).

    Examples
    --------
    >>> wait_min(parse_hours("Mo-Sa 06:00-18:00"), np.array([0.0, 400.0, 6 * 1440 + 60.0]))
    array([ 360.,    0., 1740.])
    """
    given = np.asarray(minute_of_week, np.float64)
    arrives = np.isfinite(given)
    if not hours.windows:
        return np.full(given.shape, np.inf)
    at = np.mod(np.where(arrives, given, 0.0), WEEK_MIN)
    opens, closes = np.array([*hours.windows, _next_week(hours.windows[0])], np.float64).T
    last = np.searchsorted(opens, at, side="right") - 1
    is_open = (last >= 0) & (at < closes[last])
    wait = np.where(is_open, 0.0, opens[np.minimum(last + 1, len(opens) - 1)] - at)
    return np.where(arrives, wait, np.inf)


def _next_week(window: Window) -> Window:
    return window[0] + WEEK_MIN, window[1] + WEEK_MIN


def _days(text: str, whole: str) -> list[int]:
    """Read `Mo-Fr,Su` as positions in `DAYS`."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                raise DataError(
                    f"opening hours {whole!r}: {name!r} is no day; days are {', '.join(DAYS)}"
                )
        start = DAYS.index(first)
        count = (DAYS.index(last) - start) % 7 + 1 if dash else 1
        found.extend((start + step) % 7 for step in range(count))
    return found


def _window(text: str, whole: str) -> Window:
    """Read `08:00-12:00` as minutes of the day."""
    first, dash, last = text.partition("-")
    if not dash:
        raise DataError(
            f"opening hours {whole!r}: {text!r} is no span of time, as in '08:00-16:30'"
        )
    opens, closes = _minute(first, whole), _minute(last, whole)
    if opens == DAY_MIN:
        raise DataError(f"opening hours {whole!r}: {text!r}: 24:00 can close, not open")
    if closes <= opens:
        midnight = f"{first}-24:00" if closes == 0 else f"00:00-{last},{first}-24:00"
        raise DataError(
            f"opening hours {whole!r}: {text!r} closes at or before it opens; over midnight "
            f"is written with midnight: '{midnight}'"
        )
    return opens, closes


def _minute(text: str, whole: str) -> int:
    """Read `08:00` as minutes of the day."""
    clock = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text)
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (99, 0)
    if hour * 60 + minute > DAY_MIN or minute > 59:  # noqa: PLR2004
        raise DataError(f"opening hours {whole!r}: {text!r} is no time from 00:00 to 24:00")
    return hour * 60 + minute


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Join windows that overlap or touch."""
    found: list[Window] = []
    for opens, closes in sorted(windows):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return tuple(found)
