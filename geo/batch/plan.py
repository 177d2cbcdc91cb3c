"""Plans of batches: strict TOML that says which areas are asked what, in which worlds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from geo.driving.usual import PEOPLE
from geo.driving.vehicle import load_vehicle
from geo.rules.seasons import SEASONS
from geo.scenario.scenario_file import find_scenarios, read_scenarios
from layers.area import Area, load_area
from layers.errors import DataError, MissingFileError, UnknownNameError, in_file
from layers.io.toml_file import read_toml
from layers.roads.inference import LIKELY
from layers.store.store import SOURCES
from layers.tables.facility_kinds import facility_kinds

T = TypeVar("T")

TODAY: Final = "today"
"""What a plan calls the world in which nothing is changed."""

ANSWERS: Final = ("places", "people", "od", "surface")
"""What can be asked: see `geo.batch.answers`."""

SURFACES: Final = ("cautious", "likely", "hopeful")


@dataclass(frozen=True)
class Plan:
    """Every area in every world, for every vehicle, season, kind of destination and answer.

    Attributes
    ----------
    areas
        Slugs.
    scenarios
        `today`, or ids of scenarios of the area; `AREA:ID` is that of another area, a name
        that ends in `.toml` a file, from the folder of the plan; `A + B` are both at once.
    vehicles
        Ids.
    seasons
        `dry` and `wet`; a season that a world sets counts before them.
    to
        Kinds of facilities.
    answers
        Of `ANSWERS`.
    roads, surfaces
        As for `geo.study.open_study`; `roads` is empty for what is best.
    minutes
        Limits of `people`.
    resolution_m, tile_cells
        Side of a cell of `surface`, and cells of a tile from side to side: ground is held a
        tile at a time.
    title
        For people.
    """

    areas: tuple[str, ...]
    scenarios: tuple[str, ...] = (TODAY,)
    vehicles: tuple[str, ...] = (PEOPLE,)
    seasons: tuple[str, ...] = field(default=("dry",), metadata={"choices": SEASONS})
    to: tuple[str, ...] = ("hospital",)
    answers: tuple[str, ...] = field(default=("places",), metadata={"choices": ANSWERS})
    roads: str = field(default="", metadata={"choices": ("", *SOURCES)})
    surfaces: str = field(default=LIKELY, metadata={"choices": SURFACES})
    minutes: tuple[int, ...] = field(
        default=(30, 60, 120), metadata={"min": 1, "max": 10_000, "unit": "min"}
    )
    resolution_m: float = field(default=250.0, metadata={"min": 5, "max": 10_000, "unit": "m"})
    tile_cells: int = field(default=1024, metadata={"min": 16, "max": 100_000, "unit": "cells"})
    title: str = ""


class Asked(NamedTuple):
    """One cell of a plan, in the words of the plan."""

    area: str
    scenario: str
    vehicle: str
    season: str
    to: str
    answer: str


def asked_of(plan: Plan) -> Iterator[Asked]:
    """Yield every cell of a plan, area by area and world by world.

    Examples
    --------
    >>> plan = Plan(("a", "b"), ("today", "flood"), ("car",), ("dry", "wet"))
    >>> len(list(asked_of(plan))), list(asked_of(plan))[1].season
    (8, 'wet')
    """
    for one in itertools.product(
        plan.areas, plan.scenarios, plan.vehicles, plan.seasons, plan.to, plan.answers
    ):
        yield Asked(*one)


def read_plan(path: Path) -> Plan:
    """Read the plan of a batch.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is not TOML, or keys or values are none that there are; one message names all.
    """
    plan = read_toml(path, Plan, what="the plan of a batch")
    check_plan(plan, path)
    return plan


def check_plan(plan: Plan, path: Path) -> None:
    """Refuse a plan that names what there is not.

    Parameters
    ----------
    plan
        What to check.
    path
        The file that it stands in, from whose folder scenarios are named.

    Raises
    ------
    DataError
        One message names every key and the valid choices.
    """
    problems = _list_problems(plan)
    areas = _known(plan.areas, "areas", load_area, problems)
    _known(plan.vehicles, "vehicles", load_vehicle, problems)
    for at, kind in enumerate(plan.to, start=1):
        if kind not in facility_kinds():
            choices = ", ".join(facility_kinds())
            problems.append(f"key 'to.{at}': {kind!r} is no kind of facility; kinds: {choices}")
    problems += _scenario_problems(plan, areas, path.parent)
    if problems:
        raise in_file(path, problems)


def _list_problems(plan: Plan) -> list[str]:
    """Say which lists are empty, repeat a value, or do not rise."""
    problems: list[str] = []
    for key in ("areas", "scenarios", "vehicles", "seasons", "to", "answers", "minutes"):
        values = getattr(plan, key)
        if not values:
            problems.append(f"key {key!r}: is empty; at least one is needed")
        for at, value in enumerate(values, start=1):
            if value in values[: at - 1]:
                problems.append(f"key '{key}.{at}': {value!r} stands twice")
    for key in ("seasons", "answers"):
        choices = {"seasons": SEASONS, "answers": ANSWERS}[key]
        problems += [
            f"key '{key}.{at}': {value!r} is none of {', '.join(choices)}"
            for at, value in enumerate(getattr(plan, key), start=1)
            if value not in choices
        ]
    if list(plan.minutes) != sorted(plan.minutes):
        problems.append(f"key 'minutes': must rise, not {list(plan.minutes)}")
    return problems


def _scenario_problems(plan: Plan, areas: list[Area], folder: Path) -> Iterator[str]:
    """Say which scenarios there are not, each for the first area that lacks it."""
    for at, scenario in enumerate(plan.scenarios, start=1):
        told: dict[str, str] = {}
        for area in areas:
            try:
                read_scenarios(area, scenario_names(scenario, area, folder))
            except (DataError, UnknownNameError, MissingFileError) as error:
                told.setdefault(str(error), area.slug)
        yield from (
            f"key 'scenarios.{at}': in area {slug!r}: {error}" for error, slug in told.items()
        )


def scenario_names(scenario: str, area: Area, folder: Path) -> tuple[str, ...]:
    """Return what a plan's scenario is called for an area: ids, or paths of files.

    Parameters
    ----------
    scenario
        As a plan has it.
    area
        For which.
    folder
        That of the plan.

    Raises
    ------
    UnknownNameError
        It names an area, or a scenario of one, that there is not.
    """
    parts = [part.strip() for part in scenario.split("+")]
    return tuple(_named(part, area, folder) for part in parts if part != TODAY)


def _named(name: str, area: Area, folder: Path) -> str:
    """Return the id of one scenario, or its path."""
    if name.endswith(".toml"):
        return str((folder / name).resolve())
    other, colon, id_ = name.partition(":")
    if not colon or other == area.slug:
        return id_ or name
    known = find_scenarios(load_area(other))
    if id_ not in known:
        raise UnknownNameError(
            f"scenario {id_!r} of area {other!r} is not known; scenarios: "
            f"{', '.join(known) or 'none'}"
        )
    return str(known[id_])


def _known(
    names: tuple[str, ...], key: str, load: Callable[[str], T], problems: list[str]
) -> list[T]:
    """Load what is named; what is not there is a problem."""
    found = []
    for at, name in enumerate(names, start=1):
        try:
            found.append(load(name))
        except (DataError, UnknownNameError) as error:
            problems.append(f"key '{key}.{at}': {error}")
    return found
