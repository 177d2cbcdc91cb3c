"""Access: who of an area is how far from the nearest facility of a kind, dry and wet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geo.access import groups
from geo.access.decay import Decay, exponential
from geo.access.losers import losers, losers_since
from geo.access.names import no_zones, with_names
from geo.access.nearest import Times, od_table, places_table, travel_times
from geo.access.people import (
    caveats,
    cells_note,
    facilities_note,
    facility_names,
    named,
    people_raster,
    zone_names,
)
from geo.access.supply import Asked, Supply, supply
from geo.access.unreached import notes_of, unreached
from geo.driving.usual import PEOPLE
from geo.study import Study
from layers.errors import DataError
from layers.tables.facility_kinds import kind_named


@dataclass(frozen=True, eq=False)
class Access:
    """Who is how far from the nearest facility of a kind, in one world.

    Attributes
    ----------
    kind, vehicle
        Where people go, and the id of what they go with.
    minutes
        Limits of the shares.
    nearest
        How many facilities of each settlement.
    seasons
        `dry` and `wet`, or the one that the world sets: columns of no other are there.
    scenario
        Ids of the scenarios that make the world; none for today.
    facilities
        Columns `id, name_en, name_th, kind, lon, lat, capacity` and others.
    places
        Of `geo.access.nearest.places_table`: a row for each settlement, with `minutes_dry,
        nearest_dry, minutes_wet, nearest_wet`, and the measures that were asked for.
    people, measures, districts, subdistricts, highland
        Of `geo.access.groups`; of the people of a raster, if they were counted on one.
    losers
        Of `geo.access.losers`.
    cells
        Those people cell by cell, of `geo.access.cells`; None where people live at
        settlements.
    losers_since
        Who has lost access against today; without rows if this is today.
    od
        Columns `from_id, to_id, minutes_dry, minutes_wet`, if they were asked for.
    extra
        Columns of `places` that hold the measures asked for.
    notes
        What the reader must know.
    unreached
        From `geo.access.unreached.unreached`: who is not reached even in the dry season.
    others
        From `geo.access.others.with_others`: times of other people's grids beside these.
    zones
        Names of districts and subdistricts, columns `code, name_en, name_th`.
    """

    kind: str
    vehicle: str
    minutes: tuple[int, ...]
    nearest: int
    seasons: tuple[str, ...]
    scenario: tuple[str, ...]
    facilities: pd.DataFrame
    places: pd.DataFrame
    people: pd.DataFrame
    measures: pd.DataFrame
    districts: pd.DataFrame
    subdistricts: pd.DataFrame
    highland: pd.DataFrame
    losers: pd.DataFrame
    losers_since: pd.DataFrame
    cells: pd.DataFrame | None
    od: pd.DataFrame | None
    extra: tuple[str, ...]
    notes: tuple[str, ...]
    unreached: pd.DataFrame = field(default_factory=pd.DataFrame)
    others: pd.DataFrame = field(default_factory=pd.DataFrame)
    zones: pd.DataFrame = field(default_factory=no_zones)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by name; the last ones only where there is something to tell.

        Beside the codes of zones and the ids of facilities stand their names.
        """
        names = ["places", "people", "measures", "districts", "subdistricts"]
        names += ["highland", "losers"]
        found = {name: getattr(self, name) for name in names}
        if len(self.unreached):
            found["unreached"] = self.unreached
        if len(self.others):
            found["others"] = self.others
        if self.scenario:
            found["losers_since"] = self.losers_since
        called = facility_names(self.facilities, self.places, self.kind)
        goals = self.facilities.assign(name_en=[called[str(i)] for i in self.facilities["id"]])
        found = {name: with_names(one, self.zones, goals) for name, one in found.items()}
        return found if self.od is None else {**found, "od": self.od}


def access(  # noqa: PLR0913 - each is a question of its own
    study: Study,
    to: str = "hospital",
    *,
    vehicle: str = PEOPLE,
    minutes: Sequence[int] = (30, 60, 120),
    nearest: int = 1,
    measures: Sequence[str] = (),
    within_minutes: float | None = None,
    decay: Decay | None = None,
    population: Path | None = None,
    resolution_m: float = 100.0,
    od: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Access:
    """Compute how far every settlement is from the nearest facility of a kind.

    A straight walk to the road, the drive, a straight walk from it; in the rains only on
    all-season roads. A world that sets the season has no other.

    Parameters
    ----------
    study
        The area in its world.
    to
        Kind of facility, of `layers.tables.facility_kinds`, or another of its names.
    vehicle
        Id of what people go with.
    minutes
        Limits of the shares, rising.
    nearest
        So many of the nearest facilities of each settlement; fewer where there are not so many.
    measures
        Of `geo.access.supply.MEASURES`, beyond the nearest.
    within_minutes
        Reach of `cumulative`, `2sfca` and `e2sfca`; the middle one of `minutes` by default.
    decay
        How `gravity` and `e2sfca` count less what is farther; half in every 30 minutes by
        default.
    population
        Raster of people (a GeoTIFF), counted on their own cells; by default people live at
        settlements, or on the raster that was fetched where the number of some is not known.
    resolution_m
        Side of the cells of the ground on which the people of a raster are timed.
    od
        Whether all pairs are wanted, too.
    progress
        Is told what is being done.

    Returns
    -------
    access
        Tables, and what the reader must know.

    Raises
    ------
    DataError
        There is no such kind, none of it, or nobody lives in the area; limits do not rise; a
        measure needs people and nobody's number is known.
    UnknownNameError
        There is no such vehicle.

    Examples
    --------
    >>> from geo.study import open_study
    >>> found = access(open_study("mae_hong_son", roads="strategic"), to="hospital")
    >>> nearest = found.places.iloc[0]
    >>> nearest["id"], nearest["nearest_dry"]
    ('tambon_khun_yuam', 'hospital_khun_yuam')
    """
    limits = tuple(minutes)
    if not limits or limits[0] <= 0 or list(limits) != sorted(set(limits)):
        raise DataError(f"access: minutes must rise from above 0, not {list(limits)}")
    if nearest < 1:
        raise DataError(f"access: nearest must be at least 1, not {nearest}")
    say = progress or (lambda _: None)
    to = kind_named(to)
    goals = named(study.tables.facilities(to))
    people = named(study.tables.settlements)
    cells = None
    if raster := people_raster(study, people, population):
        say(f"people of {raster}, each on their own cell")
        # People on their own cells need the ground, and all that reads and walks it.
        from geo.access.cells import around, read_cells, with_minutes

        cells = read_cells(study, people, raster)
        cells = with_minutes(study, cells, to, vehicle, resolution_m)
        people = around(people, cells)
    say(f"{len(people)} settlements to {len(goals)} of {to}")
    times = travel_times(study, people, goals, vehicle)
    k = min(nearest, len(goals))
    places = places_table(people, times, k)
    counted = places if cells is None else cells
    found = groups.measures(study, counted, vehicle, limits)
    notes = [*_world(study, tuple(times))]
    notes += [f"There are only {k} facilities, not {nearest}."] if k < nearest else []
    notes += facilities_note(study, to, goals)
    notes += caveats(study, places) if raster is None else cells_note(raster)
    lost = unreached(study, places, vehicle)
    notes += notes_of(lost, vehicle)
    zones = zone_names(study)
    extra: tuple[str, ...] = ()
    if measures:
        reach = within_minutes or limits[len(limits) // 2]
        asked = Asked(tuple(measures), reach, decay or exponential(30))
        if cells is None:
            more = supply(times, people, goals, asked)
        else:
            from geo.access.cells import blocks

            more = supply_on_cells(study, people, goals, vehicle, blocks(study, cells), asked)
        places = places.join(more.places, on="id")
        found = pd.concat([found, more.sums], ignore_index=True)
        notes += more.notes
        extra = tuple(more.places.columns)
    return Access(
        to,
        vehicle,
        limits,
        k,
        tuple(times),
        study.scenario,
        goals,
        places,
        groups.people_within(counted, limits, places),
        found,
        groups.by_zone(counted, limits, zones, places=places),
        groups.by_zone(counted, limits, zones, "tambon", places=places),
        groups.highland(counted, limits, places),
        losers(places, limits),
        _since(study, people, goals, vehicle, places, limits),
        cells,
        od_table(times) if od else None,
        extra,
        tuple(notes),
        lost,
        zones=zones,
    )


def supply_on_cells(
    study: Study,
    people: pd.DataFrame,
    goals: pd.DataFrame,
    vehicle: str,
    demand: pd.DataFrame,
    asked: Asked,
) -> Supply:
    """Share supply among the people of blocks; settlements get what stands at them.

    Returns
    -------
    supply
        As `geo.access.supply.supply`; its columns are of settlements, its sums of people.
    """
    from geo.access.cells import BLOCK_M

    columns = ["id", "lon", "lat", "district", "population"]
    every = pd.concat([people[columns].assign(population=0.0), demand], ignore_index=True)
    made = supply(travel_times(study, every, goals, vehicle), every, goals, asked)
    note = f"Measures of supply count people in {len(demand)} blocks of {BLOCK_M:g} m."
    return Supply(
        made.places.loc[people["id"].astype(str).to_list()], made.sums, (*made.notes, note)
    )


def _since(
    study: Study,
    people: pd.DataFrame,
    goals: pd.DataFrame,
    vehicle: str,
    places: pd.DataFrame,
    minutes: tuple[int, ...],
) -> pd.DataFrame:
    """Set a changed world against today, season by season."""
    times: Times = travel_times(study.today, people, goals, vehicle) if study.today else {}
    before = places_table(people, times, 1) if times else places
    return losers_since(before, places, minutes)


def _world(study: Study, seasons: tuple[str, ...]) -> list[str]:
    """Say in which world and season the figures hold, where that is not today."""
    if not study.scenario:
        return []
    notes = [f"In the world of {', '.join(study.scenario)}; losers_since sets it against today."]
    if len(seasons) == 1:
        notes.append(
            f"This world sets the season: every figure is of the {seasons[0]} one, and nothing "
            "is said of the other."
        )
    return notes
