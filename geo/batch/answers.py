"""What a batch can ask of a world: each answer is a table and what its reader must know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from geo.access import groups
from geo.access.nearest import COLUMNS, door_to_door, od_table, places_table, water_of
from geo.access.people import facilities_note, named
from geo.batch.plan import Asked, Plan
from geo.batch.surface import surface_notes, surface_rows
from geo.study import Study

PLACES: Final = tuple(name for name in COLUMNS if name not in {"elevation_m", "quality"})
"""Columns of settlements that `places` repeats."""


class Answer(NamedTuple):
    """A table, and what its reader must know."""

    table: pd.DataFrame
    notes: tuple[str, ...]


def places(study: Study, asked: Asked, plan: Plan) -> Answer:
    """Find the nearest facility of every settlement.

    Columns `PLACES`, `minutes` and `nearest`; minutes are NaN and `nearest` empty where
    nothing leads.
    """
    table, notes = _nearest(study, asked, plan)
    season = study.season(asked.season)
    found = table[list(PLACES)].assign(
        minutes=table[f"minutes_{season}"], nearest=table[f"nearest_{season}"]
    )
    return Answer(found, notes)


def people(study: Study, asked: Asked, plan: Plan) -> Answer:
    """Count the people within limits: columns `group, settlements, people, share`."""
    table, notes = _nearest(study, asked, plan)
    found = groups.people_within(table, plan.minutes, table)
    return Answer(found.drop(columns="season"), notes)


def od(study: Study, asked: Asked, plan: Plan) -> Answer:  # noqa: ARG001 - one form for all
    """Time every pair of settlement and facility: columns `from_id, to_id, minutes`."""
    times, notes = _times(study, asked)
    table = od_table({"asked": times}).rename(columns={"minutes_asked": "minutes"})
    return Answer(table, notes)


def surface(study: Study, asked: Asked, plan: Plan) -> Answer:
    """Spread minutes over the ground, held a tile at a time: a row for every row of cells.

    Columns `row, x_m, y_m, cell_m` (middle of the first cell, in the area's metric system)
    and `minutes`, a list from west to east, NaN where nothing leads.
    """
    return Answer(surface_rows(study, asked, plan), surface_notes(study, asked, plan))


OF: Final[Mapping[str, Callable[[Study, Asked, Plan], Answer]]] = {
    "places": places,
    "people": people,
    "od": od,
    "surface": surface,
}
"""Answers by name; a new one is a function and a line here, and its name in `ANSWERS`."""


def answer(study: Study, asked: Asked, plan: Plan) -> Answer:
    """Ask a world one question.

    Parameters
    ----------
    study
        The area in the world of the question.
    asked, plan
        What is asked.

    Returns
    -------
    answer
        First the cell that was asked: columns `area, scenario, vehicle, season_asked, season,
        to`, where `season` is the one that holds; then those of the answer.

    Raises
    ------
    ChaidaenError
        It cannot be answered.
    """
    found, notes = OF[asked.answer](study, asked, plan)
    season = study.season(asked.season)
    if season != asked.season:
        told = (
            f"The world of {asked.scenario} sets the season to {season}: nothing is {asked.season}."
        )
        notes = (*notes, told)
    cell = {
        "area": asked.area,
        "scenario": asked.scenario,
        "vehicle": asked.vehicle,
        "season_asked": asked.season,
        "season": season,
        "to": asked.to,
    }
    head = pd.DataFrame({name: np.full(len(found), value) for name, value in cell.items()})
    return Answer(pd.concat([head, found.reset_index(drop=True)], axis=1), notes)


def _times(study: Study, asked: Asked) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Time every settlement to every facility in the season that holds."""
    trip = study.trip(asked.vehicle, asked.season)
    goals = named(study.tables.facilities(asked.to))
    live = named(study.tables.settlements)
    water = water_of(study, asked.season)
    times = door_to_door(trip, live, goals, study.rules.seasons, water)
    return times, tuple(facilities_note(study, asked.to, goals))


def _nearest(study: Study, asked: Asked, plan: Plan) -> Answer:  # noqa: ARG001
    """List settlements with their nearest facility."""
    times, notes = _times(study, asked)
    season = study.season(asked.season)
    return Answer(places_table(named(study.tables.settlements), {season: times}, 1), notes)
