"""Goals in the document: how far each target is, and what is under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from geo.goals.standing import Standing, step_state
from layers.goals.targets import Step
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.tabled import Cell, Column, Table
from maps.monitor import words

_HEADS: Final = (
    ("baseline", True),
    ("latest", True),
    ("expected_today", True),
    ("target", True),
    ("key_due", False),
    ("step_state", False),
)


def goals_headline(standings: Sequence[Standing]) -> Text | None:
    """Say in one sentence how many targets are reached, on track or behind; None without any."""
    states = Counter(one.state for one in standings if one.target)
    if not states:
        return None
    said = {
        "count": str(sum(states.values())),
        "well": str(states["reached"] + states["on_track"]),
        "behind": str(states["behind"]),
    }
    if states["no_data"]:
        return text("report_goals_unknown", unknown=str(states["no_data"]), **said)
    return text("report_goals_headline", **said)


def goal_tables(standings: Sequence[Standing], steps: Sequence[Step], day: date) -> list[Table]:
    """Return key figures against their targets, and the timetable; those that there are.

    Parameters
    ----------
    standings
        Of `geo.goals.standing.standings`.
    steps
        Of the timetable.
    day
        Today.
    """
    tables = (
        Table(
            text("key_figures"),
            (
                Column(text("key_figure"), numeric=False),
                *(Column(text(key), numeric=numeric) for key, numeric in _HEADS),
            ),
            tuple(_figure(one) for one in standings),
        ),
        Table(
            text("report_steps"),
            tuple(
                Column(text(key), numeric=False)
                for key in ("step", "step_state", "step_time", "responsible")
            ),
            tuple(_step(one, day) for one in steps),
        ),
    )
    return [table for table in tables if table.rows]


def _figure(one: Standing) -> tuple[Cell, ...]:
    target, latest = one.target, one.latest
    values = (
        target.baseline if target else None,
        latest[1] if latest else None,
        one.expected,
        target.target if target else None,
    )
    return (
        Cell(words.name_of(one.indicator)),
        *(Cell(words.value_of(one.indicator, value)) for value in values),
        Cell(words.date_of(target.due) if target else figures.NONE),
        Cell(text(words.STATES[one.state])),
    )


def _step(one: Step, day: date) -> tuple[Cell, ...]:
    begin, end = words.date_of(one.start), words.date_of(one.end)
    dash = "\N{EN DASH}"
    return (
        Cell((one.title_en, one.title_th)),
        Cell(text(words.STEP_STATES[step_state(one, day)])),
        Cell((f"{begin[0]} {dash} {end[0]}", f"{begin[1]} {dash} {end[1]}")),
        Cell((one.responsible_en, one.responsible_th)),
    )
