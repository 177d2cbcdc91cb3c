"""What an area wants to reach and by when: goals, their indicators, a timetable of steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from layers.area import Area
from layers.errors import in_file
from layers.goals.history import followed_folder
from layers.goals.indicators import Indicator, indicators, unknown
from layers.io.tables import QUALITIES
from layers.io.toml_file import read_toml

NUMBER: Final = {"min": -1e12, "max": 1e12}
"""Infinity is no target."""

HUNDRED: Final = 100.0


@dataclass(frozen=True)
class Target:
    """One indicator: where it stood, where it shall stand, and by when.

    Attributes
    ----------
    indicator
        Id of `layers.goals.indicators.indicators`.
    baseline, baseline_date
        Its value, in the indicator's unit, and when it had that.
    target, due
        What it shall be, and by when.
    owner_en, owner_th
        Who answers for it.
    source, quality
        Of the target: who set it, and a letter of `layers.io.tables.QUALITIES`.
    """

    indicator: str
    baseline: float = field(metadata=NUMBER)
    baseline_date: date
    target: float = field(metadata=NUMBER)
    due: date
    owner_en: str
    owner_th: str
    source: str
    quality: str = field(metadata={"choices": QUALITIES})


@dataclass(frozen=True)
class Goal:
    """A goal and the indicators that tell whether it is reached."""

    title_en: str
    title_th: str
    indicators: tuple[Target, ...]


@dataclass(frozen=True)
class Step:
    """One step of the timetable.

    Attributes
    ----------
    title_en, title_th
        What is to be done.
    start, end
        First and last day.
    responsible_en, responsible_th
        Who does it.
    done
        When it was done, None if it is not.
    """

    title_en: str
    title_th: str
    start: date
    end: date
    responsible_en: str
    responsible_th: str
    done: date | None = None


@dataclass(frozen=True)
class Targets:
    """The targets of an area.

    Attributes
    ----------
    goals, steps
        In the order of the file.
    note_en, note_th
        What a reader must know of them, such as that they are only proposed.
    """

    goals: tuple[Goal, ...]
    steps: tuple[Step, ...] = ()
    note_en: str = ""
    note_th: str = ""

    def each(self) -> Iterator[Target]:
        """Yield the targets of all goals in order."""
        for goal in self.goals:
            yield from goal.indicators


def find_targets(area: Area, chosen: Path | None = None) -> Path | None:
    """Return the file of targets that counts for an area.

    Parameters
    ----------
    area
        The area.
    chosen
        A file that a person named; it comes before all others.

    Returns
    -------
    path
        That file, else `targets.toml` of the user's folder of what is followed in the area
        (`layers.goals.history.followed_folder`), else that of the area; None if there is none.
    """
    own = followed_folder(area) / "targets.toml"
    return chosen or (own if own.is_file() else area.layers.targets)


def read_targets(path: Path) -> Targets:
    """Read a file of targets.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is not TOML, keys are unknown, missing or of a wrong type, an indicator is none,
        dates run backwards, or a target is worse than its baseline; one message names all.
    """
    targets = read_toml(path, Targets, what="a file of targets")
    problems = [*_goals(targets), *_steps(targets)]
    if problems:
        raise in_file(path, problems)
    return targets


def targets_of(area: Area, chosen: Path | None = None) -> Targets | None:
    """Read the targets that count for an area, None if it has none; errors as `read_targets`."""
    path = find_targets(area, chosen)
    return None if path is None else read_targets(path)


def _goals(targets: Targets) -> Iterator[str]:
    """Yield what is wrong with the targets of goals."""
    seen = Counter((one.indicator, one.due) for one in targets.each())
    for at, goal in enumerate(targets.goals, start=1):
        if not goal.indicators:
            yield f"key 'goals.{at}.indicators': is empty; a goal needs one"
        for number, one in enumerate(goal.indicators, start=1):
            key = f"goals.{at}.indicators.{number}"
            known = indicators().get(one.indicator)
            if known is None:
                yield f"key '{key}.indicator': {unknown(one.indicator)}"
                continue
            if seen[one.indicator, one.due] > 1:
                yield f"key '{key}.indicator': {one.indicator!r} has two targets for {one.due}"
            yield from (f"key '{key}.{name}': {why}" for name, why in _target(one, known))


def _target(one: Target, indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Yield keys of a target that do not fit, and why."""
    if one.due <= one.baseline_date:
        yield "due", f"{one.due} is not after baseline_date {one.baseline_date}"
    if indicator.gain(one.baseline, one.target) < 0:
        worse = f"{one.target:g} {indicator.unit} is worse than the baseline of {one.baseline:g}"
        yield "target", f"{worse}: for {one.indicator} {indicator.better} is better"
    for name in ("baseline", "target"):
        value = getattr(one, name)
        high = HUNDRED if indicator.unit == "%" else NUMBER["max"]
        if not 0 <= value <= high:
            top = f" to {high:g}" if indicator.unit == "%" else " or more"
            yield name, f"{value:g} is not within 0{top} {indicator.unit}"


def _steps(targets: Targets) -> Iterator[str]:
    """Yield what is wrong with the timetable."""
    for number, step in enumerate(targets.steps, start=1):
        key = f"steps.{number}"
        if step.end < step.start:
            yield f"key '{key}.end': {step.end} is before start {step.start}"
        if step.done is not None and step.done < step.start:
            yield f"key '{key}.done': {step.done} is before start {step.start}"
