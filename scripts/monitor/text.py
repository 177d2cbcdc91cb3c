"""Indicators and steps of `chaidaen monitor` as rows, and as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from geo.goals.standing import Standing, step_state
from layers.goals.targets import Step
from maps.base.i18n import LANGUAGES, Text, text
from maps.monitor import words
from scripts.output import as_csv, as_json
from scripts.table import as_table

INDICATOR_COLUMNS = (
    "indicator",
    "unit",
    "better",
    "goal_en",
    "goal_th",
    "baseline",
    "baseline_date",
    "value",
    "value_date",
    "expected",
    "target",
    "due",
    "state",
    "change",
    "trend",
    "runs",
    "owner_en",
    "owner_th",
    "source",
    "quality",
)


def indicator_row(one: Standing) -> dict[str, Any]:
    """Return an indicator as one flat row, columns `INDICATOR_COLUMNS`; None where unknown."""
    target, goal, latest = one.target, one.goal, one.latest
    values = (
        one.indicator.id,
        one.indicator.unit,
        one.indicator.better,
        goal.title_en if goal else "",
        goal.title_th if goal else "",
        target.baseline if target else None,
        str(target.baseline_date) if target else "",
        latest[1] if latest else None,
        str(latest[0]) if latest else "",
        one.expected,
        target.target if target else None,
        str(target.due) if target else "",
        one.state,
        one.change,
        one.trend,
        len(one.points),
        target.owner_en if target else "",
        target.owner_th if target else "",
        target.source if target else "",
        target.quality if target else "",
    )
    return dict(zip(INDICATOR_COLUMNS, values, strict=True))


def step_row(step: Step, day: date) -> dict[str, Any]:
    """Return a step as one flat row."""
    return {
        "title_en": step.title_en,
        "title_th": step.title_th,
        "start": str(step.start),
        "end": str(step.end),
        "done": str(step.done or ""),
        "responsible_en": step.responsible_en,
        "responsible_th": step.responsible_th,
        "state": step_state(step, day),
    }


def told(
    standings: Sequence[Standing], steps: Sequence[Step], day: date, *, format_: str, lang: str
) -> str:
    """Write the answer in a format: `table`, `json` or `csv` (indicators only)."""
    rows = [indicator_row(one) for one in standings]
    if format_ == "csv":
        return as_csv(rows) if rows else ",".join(INDICATOR_COLUMNS)
    if format_ == "json":
        made = [step_row(step, day) for step in steps]
        return as_json({"date": str(day), "indicators": rows, "steps": made})
    parts = [_indicators(standings, lang)] if standings else []
    if steps:
        parts.append(_steps(steps, day, lang))
    return "\n\n".join(parts)


def _indicators(standings: Sequence[Standing], lang: str) -> str:
    keys = (
        "key_figure",
        "baseline",
        "latest",
        "expected_today",
        "target",
        "key_due",
        "step_state",
        "trend",
    )
    body = []
    for one in standings:
        target, latest = one.target, one.latest
        body.append(
            (
                _in(words.name_of(one.indicator), lang),
                _value(one, target.baseline if target else None, lang),
                _value(one, latest[1] if latest else None, lang),
                _value(one, one.expected, lang),
                _value(one, target.target if target else None, lang),
                str(target.due) if target else "",
                _in(text(words.STATES[one.state]), lang),
                words.change_of(one.indicator, one.change),
            )
        )
    header = [_in(text(key), lang) for key in keys]
    return as_table(header, body, left=frozenset({0, 5, 6}))


def _steps(steps: Sequence[Step], day: date, lang: str) -> str:
    keys = ("step", "step_state", "step_time", "responsible")
    body = [
        (
            _in((step.title_en, step.title_th), lang),
            _in(text(words.STEP_STATES[step_state(step, day)]), lang),
            f"{step.start} – {step.end}",  # noqa: RUF001
            _in((step.responsible_en, step.responsible_th), lang),
        )
        for step in steps
    ]
    return as_table([_in(text(key), lang) for key in keys], body, left=frozenset(range(4)))


def _value(one: Standing, value: float | None, lang: str) -> str:
    return "" if value is None else _in(words.value_of(one.indicator, value), lang)


def _in(both: Text, lang: str) -> str:
    return both[LANGUAGES.index(lang)]
