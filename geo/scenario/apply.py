"""Scenarios: changes resolved all at once, checked against one another, applied to a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.scenario.apply_segments import apply_to_segments, mask_of, sets
from geo.scenario.changes import Change
from geo.scenario.new_road import Needs, add_road
from geo.scenario.resolve import Edit, resolve
from geo.scenario.world import World
from layers.errors import ChaidaenError, DataError, in_file
from layers.roads.splitting import Split, split_segments


@dataclass(frozen=True)
class Scenario:
    """A named set of changes.

    Attributes
    ----------
    id
        The file's name without ending.
    title_en, title_th
        What readers see.
    changes
        All at once: none sees what another did.
    source, quality, date
        Where it is known from: quality as in the tables (A official … E estimated).
    note_en, note_th
        What a reader should know.
    extends
        Ids of scenarios that belong to it.
    path
        The file, None if it was made in code.
    problems
        What is wrong in the file; `apply` tells it with everything else.
    entries
        Number of every change in the file, 1 the first; by default in order.
    """

    id: str
    title_en: str
    title_th: str
    changes: tuple[Change, ...]
    source: str = ""
    quality: str = ""
    date: str = ""
    note_en: str = ""
    note_th: str = ""
    extends: tuple[str, ...] = ()
    path: Path | None = None
    problems: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()

    def title(self, lang: str) -> str:
        """Return the title in `th` or `en`."""
        return self.title_th if lang == "th" else self.title_en


@dataclass(frozen=True)
class Touched:
    """What one change touched.

    Attributes
    ----------
    scenario, entry, change
        Which change of which scenario, 1 the first.
    segments, km
        Segments of the changed network, and their length in kilometres.
    crossings
        Crossings.
    needs
        What a new road takes to build, else None.
    """

    scenario: str
    entry: int
    change: Change
    segments: int = 0
    km: float = 0.0
    crossings: int = 0
    needs: Needs | None = None


class _Entry(NamedTuple):
    """One change, where it stands, and what it will do."""

    scenario: Scenario
    number: int
    change: Change
    edit: Edit

    @property
    def place(self) -> str:
        return _place(self.number, self.change)

    @property
    def elsewhere(self) -> str:
        name = self.scenario.path.name if self.scenario.path else self.scenario.id
        return f"{name}, {self.place}"


Problems = list[tuple[Scenario, str]]


def apply(world: World, scenarios: Sequence[Scenario]) -> tuple[World, tuple[Touched, ...]]:
    """Apply scenarios to a copy of a world.

    All changes are resolved on the world as it is, whatever their order, and checked
    against one another; a scenario that is given twice counts once. Roads are built last
    and may join one another.

    Parameters
    ----------
    world
        Left as it is.
    scenarios
        In any order.

    Returns
    -------
    world
        The changed one; its segments know their `marks.parent`.
    touched
        One per change, in order.

    Raises
    ------
    DataError
        Changes select nothing, would change nothing, contradict one another, or stand
        wrongly in their file; one message names all, by file and entry.
    """
    once = [s for at, s in enumerate(scenarios) if s not in scenarios[:at]]
    problems: Problems = [(s, problem) for s in once for problem in s.problems]
    entries = list(_resolved(world, once, problems))
    _check_world(entries, problems)
    changed, touched = _change_roads(world, entries, problems)
    for at, entry in enumerate(entries):
        if entry.edit.road is None:
            continue
        try:
            changed, touched[at] = _build(changed, entry)
        except ChaidaenError as error:
            problems.append((entry.scenario, f"{entry.place}: {error}"))
    if problems:
        raise _all(problems)
    for entry in entries:
        changed = _change_world(changed, entry)
    return changed, tuple(touched)


def _place(number: int, change: Change) -> str:
    return f"key 'changes.{number}' ({change.kind})"


def _all(problems: Problems) -> DataError:
    """Put all problems into one error, file by file."""
    by_file: dict[str, list[str]] = {}
    for scenario, problem in problems:
        by_file.setdefault(str(scenario.path or scenario.id), []).append(problem)
    return DataError("; ".join(str(in_file(Path(path), told)) for path, told in by_file.items()))


def _resolved(world: World, scenarios: Sequence[Scenario], problems: Problems) -> Iterator[_Entry]:
    """Resolve every change; what cannot be is a problem."""
    for scenario in scenarios:
        folder = scenario.path.parent if scenario.path else None
        numbers = scenario.entries or range(1, len(scenario.changes) + 1)
        for number, change in zip(numbers, scenario.changes, strict=True):
            try:
                yield _Entry(scenario, number, change, resolve(world, change, folder))
            except ChaidaenError as error:
                problems.append((scenario, f"{_place(number, change)}: {error}"))


def _check_world(entries: Sequence[_Entry], problems: Problems) -> None:
    """Refuse two changes of the same season, price, or column of a crossing."""
    owner: dict[str, _Entry] = {}
    for entry in entries:
        edit = entry.edit
        things = [f"{column} of crossing {edit.crossing!r}" for column in edit.status]
        things += ["the season"] if edit.season else []
        things += [f"the price {edit.price[0]}"] if edit.price else []
        for thing in things:
            other = owner.setdefault(thing, entry)
            if other is not entry:
                problems.append(
                    (entry.scenario, f"{entry.place}: sets {thing}, as {other.elsewhere} does")
                )


def _change_roads(
    world: World, entries: Sequence[_Entry], problems: Problems
) -> tuple[World, list[Touched]]:
    """Cut roads where stretches begin and end, and apply what is to be done to them."""
    stretches = [entry.edit.pieces for entry in entries if entry.edit.pieces is not None]
    split = split_segments(
        world.network,
        np.concatenate([np.zeros(0, np.int64), *(p.segment for p in stretches for _ in range(2))]),
        np.concatenate([np.zeros(0), *(part for p in stretches for part in (p.from_m, p.to_m))]),
    )
    network, marks = split.network, _followed(world.marks, split)
    owner: dict[str, NDArray[np.int64]] = {}
    touched = []
    recost = world.recost or len(split.cut_m) > 0
    for at, entry in enumerate(entries):
        edit = entry.edit
        crossings = 1 if edit.crossing else 0
        told = Touched(entry.scenario.id, entry.number, entry.change, crossings=crossings)
        if edit.pieces is not None:
            chosen = mask_of(edit.pieces, split)
            for thing in sets(edit):
                before = owner.setdefault(thing, np.full(len(chosen), -1))
                both = chosen & (before >= 0)
                if both.any():
                    other = entries[before[both][0]].elsewhere
                    km = split.network.length_m[both].sum() / 1000
                    problem = f"sets {thing} of {km:.1f} km of road, as {other} does"
                    problems.append((entry.scenario, f"{entry.place}: {problem}"))
                before[chosen] = at
            network, marks = apply_to_segments(network, marks, edit, chosen)
            km = float(network.length_m[chosen].sum() / 1000)
            told = replace(told, segments=int(chosen.sum()), km=km)
            recost = recost or bool(edit.columns) or edit.closed is False
        touched.append(told)
    return replace(world, network=network, marks=marks, recost=recost), touched


def _followed(marks: pd.DataFrame, split: Split) -> pd.DataFrame:
    """Give the parts of cut segments the marks of the whole."""
    if len(marks) == len(split.parent):
        return marks
    follow = marks.iloc[split.parent].reset_index(drop=True)
    return follow.assign(start_m=follow["start_m"] + split.start_m)


def _build(world: World, entry: _Entry) -> tuple[World, Touched]:
    """Build one road."""
    road = entry.edit.road
    assert road is not None  # noqa: S101
    added = add_road(world.network, road, world.terrain)
    marks = _followed(world.marks, added.split)
    count = len(added.network.segments) - len(marks)
    new = pd.DataFrame({"parent": np.full(count, -1), "start_m": 0.0, "closed": False})
    blank = pd.Categorical([""] * count, categories=marks["banned"].cat.categories)
    marks = pd.concat([marks, new.assign(banned=blank)], ignore_index=True)
    km = float(added.network.length_m[-count:].sum() / 1000)
    told = Touched(entry.scenario.id, entry.number, entry.change, count, km, needs=added.needs)
    return replace(world, network=added.network, marks=marks, recost=True), told


def _change_world(world: World, entry: _Entry) -> World:
    """Apply what a change does to crossings, hazards, season and prices."""
    edit = entry.edit
    if edit.crossing:
        table = world.crossings
        mine = (table["id"] == edit.crossing).to_numpy()
        new = {name: table[name].mask(mine, value) for name, value in edit.status.items()}
        world = replace(world, crossings=table.assign(**new))
    if edit.cut:
        world = replace(world, hazards=_with_cut(world.hazards, entry))
    if edit.season:
        world = replace(world, season=edit.season, recost=True)
    if edit.price:
        prices = MappingProxyType({**world.prices, edit.price[0]: edit.price[1]})
        world = replace(world, prices=prices, recost=True)
    return world


def _with_cut(hazards: pd.DataFrame, entry: _Entry) -> pd.DataFrame:
    """Add the place of a landslide to the table of hazards."""
    name = f"{entry.scenario.id}_{entry.number}"
    known = {
        **entry.edit.cut,
        "id": name,
        "name_en": entry.scenario.title_en,
        "name_th": entry.scenario.title_th,
        "source": f"scenario {entry.scenario.id}",
        "quality": "E",
    }
    row = {
        column: known.get(str(column), np.nan if pd.api.types.is_numeric_dtype(kind) else "")
        for column, kind in hazards.dtypes.items()
    }
    return pd.concat([hazards, pd.DataFrame([row]).astype(hazards.dtypes)], ignore_index=True)
