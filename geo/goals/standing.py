"""Where the indicators and steps of an area stand on a day, against their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from layers.goals.indicators import Indicator, indicators
from layers.goals.targets import Goal, Step, Target, Targets

ON_LINE: Final = 0.05
"""Who is behind the straight line by less than this part of the whole way is on track: a
figure is not computed every day."""

STATES: Final = ("reached", "on_track", "behind", "no_data", "no_target")
STEP_STATES: Final = ("done", "late", "under_way", "planned")

Point = tuple[date, float]


@dataclass(frozen=True)
class Standing:
    """Where one indicator stands.

    Attributes
    ----------
    indicator
        Which.
    target
        What it shall be; None for a figure that has no target.
    goal
        Whose target it is; None without one.
    points
        Its history, one value per day, in order of time.
    expected
        On the straight line from baseline to target, today; None without a target.
    state
        One of `STATES`.
    change
        By how much it changed since the run before the latest; None without two.
    trend
        `better`, `worse`, `unchanged`, or empty without two runs.
    """

    indicator: Indicator
    target: Target | None
    goal: Goal | None
    points: tuple[Point, ...]
    expected: float | None
    state: str
    change: float | None
    trend: str

    @property
    def latest(self) -> Point | None:
        """The latest value and its date, None without any."""
        return self.points[-1] if self.points else None


def expected_on(target: Target, day: date) -> float:
    """Return what lies on the straight line from baseline to target on a day.

    Before the baseline it is the baseline, after the due date the target.

    Examples
    --------
    >>> line = Target("x", 40, date(2026, 1, 1), 60, date(2026, 1, 11), "", "", "", "E")
    >>> expected_on(line, date(2026, 1, 6)), expected_on(line, date(2030, 1, 1))
    (50.0, 60.0)
    """
    whole = (target.due - target.baseline_date).days
    done = min(max((day - target.baseline_date).days / whole, 0.0), 1.0)
    return target.baseline + (target.target - target.baseline) * done


def state_of(target: Target, indicator: Indicator, value: float, day: date) -> str:
    """Return whether a value is where it should be on a day: one of `STATES`.

    Reached: at the target or better. On track: on the straight line or better, or behind it
    by no more than `ON_LINE` of the way; once the target is due there is no such margin.
    """
    if indicator.gain(target.target, value) >= 0:
        return "reached"
    margin = ON_LINE * abs(target.target - target.baseline) if day < target.due else 0.0
    ahead = indicator.gain(expected_on(target, day), value)
    return "on_track" if ahead >= -margin else "behind"


def standings(targets: Targets | None, history: pd.DataFrame, day: date) -> tuple[Standing, ...]:
    """Hold a history against targets.

    Parameters
    ----------
    targets
        None where there are none.
    history
        Columns `date, id, value`, runs in the order in which they were made, values NaN
        where they are not known; all on roads of one source, or a step from one to the
        other would look like progress.
    day
        Today; runs of later days do not count.

    Returns
    -------
    standings
        One per target in the order of the file, then the other figures of the history.
    """
    known = history[history["value"].notna() & (history["date"] <= day.isoformat())]
    points = {str(name): _points(own) for name, own in known.groupby("id", sort=False)}
    found: list[Standing] = []
    for goal in targets.goals if targets else ():
        found += [_standing(one.indicator, one, goal, points, day) for one in goal.indicators]
    told = {one.indicator.id for one in found}
    rest = [name for name in indicators() if name in points and name not in told]
    return (*found, *(_standing(name, None, None, points, day) for name in rest))


def step_state(step: Step, day: date) -> str:
    """Return where a step of the timetable stands: one of `STEP_STATES`.

    Late is what should have ended, and was not done.
    """
    if step.done is not None and step.done <= day:
        return "done"
    if day > step.end:
        return "late"
    return "under_way" if day >= step.start else "planned"


def one_source(history: pd.DataFrame, source: str = "") -> tuple[pd.DataFrame, str]:
    """Keep the runs on roads of one source: the named one, else that of the latest run.

    Returns
    -------
    history, source
        The source is empty where there is no run.
    """
    if not source and len(history):
        source = str(history["source"].iloc[-1])
    return history[history["source"] == source], source


def late_steps(steps: Sequence[Step], day: date) -> tuple[Step, ...]:
    """Return the steps that are late."""
    return tuple(step for step in steps if step_state(step, day) == "late")


def _points(own: pd.DataFrame) -> tuple[Point, ...]:
    """Return one value per day, that of the day's last run, in order of time."""
    last = own.drop_duplicates("date", keep="last").sort_values("date", kind="stable")
    return tuple(
        (date.fromisoformat(day), float(value))
        for day, value in zip(last["date"], last["value"], strict=True)
    )


def _standing(
    name: str,
    target: Target | None,
    goal: Goal | None,
    points: dict[str, tuple[Point, ...]],
    day: date,
) -> Standing:
    indicator, own = indicators()[name], points.get(name, ())
    if target is None:
        state = "no_target"
    elif not own:
        state = "no_data"
    else:
        state = state_of(target, indicator, own[-1][1], day)
    change, trend = None, ""
    if len(own) > 1:
        change = own[-1][1] - own[-2][1]
        gain = indicator.gain(own[-2][1], own[-1][1])
        trend = "better" if gain > 0 else "worse" if gain < 0 else "unchanged"
    expected = expected_on(target, day) if target else None
    return Standing(indicator, target, goal, own, expected, state, change, trend)
