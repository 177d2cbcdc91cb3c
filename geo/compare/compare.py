"""Scenarios beside the base: who gains and who loses, what it saves, whether it pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.compare import tables as compare_tables
from geo.compare.access import Asked, Ends, Tables, compared, ends
from geo.compare.criticality import criticality_change
from geo.compare.economics import Economics, judge
from geo.compare.figures import days_of, figures
from geo.compare.freight import (
    crossed_change,
    freight_change,
    sold_at_home,
    through_crossings,
)
from geo.compare.notes import caveats, of_seasons
from geo.compare.side import Side, side_of, world_name
from geo.driving.usual import PEOPLE
from geo.economics.appraisal import Appraisal
from geo.economics.sanity import doubts
from geo.scenario.apply import Touched
from geo.scenario.scenario_file import read_scenarios
from geo.study import Study
from geo.traffic.estimate import Traffic, estimate_traffic
from layers.errors import DataError

HELD = 3
"""Changed worlds that are held at once while the others wait to be made again."""

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Comparison(Tables):
    """A scenario, or several together, against the base.

    In every table the base's columns are `…_base`, and `season_base` and `season` say which
    season the columns of each side are of: a scenario may set it.

    Attributes
    ----------
    id, title_en, title_th
        For readers.
    touched
        What each change touched.
    figures
        Key figures, columns `geo.compare.figures.COLUMNS`.
    links
        Of `geo.compare.tables.links`, with lines.
    freight
        Of `geo.compare.freight.freight_change`; None if it was not asked for.
    criticality
        Of `geo.compare.criticality`; None if it was not asked for, or nobody goes anywhere.
    economics
        None if they were not asked for, or nobody counted traffic.
    notes
        What the reader must know of it.
    """

    id: str
    title_en: str
    title_th: str
    touched: tuple[Touched, ...]
    figures: pd.DataFrame
    links: gpd.GeoDataFrame
    freight: pd.DataFrame | None = None
    criticality: pd.DataFrame | None = None
    economics: Economics | None = None
    notes: tuple[str, ...] = ()

    @property
    def appraisal(self) -> Appraisal | None:
        """Whether it pays."""
        return self.economics.appraisal if self.economics else None

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return every table by its name."""
        found = {"figures": self.figures}
        found |= {name: getattr(self, name) for name in Tables.__dataclass_fields__}
        if self.freight is not None:
            found["freight"] = self.freight
        found["links"] = pd.DataFrame(self.links.drop(columns="geometry"))
        if self.criticality is not None:
            found["criticality"] = self.criticality
        if self.economics:
            found["works"] = self.economics.works
            found["tornado"] = self.economics.appraisal.tornado
            found["prices"] = self.economics.appraisal.prices()
            found["cash_flows"] = self.economics.cash_flows
        return {name: table for name, table in found.items() if len(table.columns)}


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Scenarios, each beside the same base.

    Attributes
    ----------
    base
        The area as it is today.
    asked
        Who goes where and when.
    scenarios
        One per scenario, or one of all together, in the order given.
    traffic
        Of the base; None without economics.
    notes
        What weakens the figures, of all of them.
    extra
        Further tables by name: a ranking, or a package that a budget buys.
    told
        What is said of a further table, by its name; among the notes, too.
    """

    base: Study
    asked: Asked
    scenarios: tuple[Comparison, ...]
    traffic: Traffic | None
    notes: tuple[str, ...]
    extra: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Comparison]:
        """Go through the scenarios."""
        return iter(self.scenarios)

    def __len__(self) -> int:
        """Count the scenarios."""
        return len(self.scenarios)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the tables of all scenarios, a column `scenario` first, and those of the base."""
        parts: dict[str, list[pd.DataFrame]] = {}
        for one in self.scenarios:
            for name, table in one.tables().items():
                named = table.copy()
                named.insert(0, "scenario", one.id)
                parts.setdefault(name, []).append(named)
        made = {
            name: pd.concat([t for t in group if len(t)] or group[:1], ignore_index=True)
            for name, group in parts.items()
        }
        made |= self.extra
        if self.traffic:
            made["trips"] = self.traffic.trips.table(self.traffic.rules)
            made["counts"] = self.traffic.scale.counts
            made["assumptions"] = self.traffic.rules.table()
        return made


def compare(
    study: Study,
    scenarios: Sequence[str],
    *,
    together: bool = False,
    vehicles: Sequence[str] = (PEOPLE,),
    seasons: Sequence[str] = ("dry",),
    to: Sequence[str] = ("hospital", "provinces"),
    skip: Sequence[str] = (),
    progress: Progress | None = None,
) -> Comparisons:
    """Compare scenarios with the area as it is today.

    Parameters
    ----------
    study
        The area.
    scenarios
        Ids of scenarios, or paths of their TOML files.
    together
        All of them at once; by default each for itself.
    vehicles, seasons
        Who travels and when, each with each. Traffic, freight and criticality are those of
        the first; a scenario that sets the season counts before it.
    to
        Kinds of facilities, or `provinces`: the capitals of the provinces around.
    skip
        Leave out what takes longest: `freight`, `economics`, `criticality`.
    progress
        Told in words what is being worked on.

    Returns
    -------
    comparisons
        One per scenario, with the base's traffic and notes.

    Raises
    ------
    UnknownNameError
        There is no such scenario or vehicle.
    DataError
        A scenario cannot be applied, a kind of facility is not there, or none was named.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> skip = ("freight", "economics", "criticality")
    >>> (found,) = compare(study, ["close_1095"], to=["provinces"], skip=skip)
    >>> found.id, bool((found.pairs["time_s_change"].dropna() >= -1e-6).all())
    ('close_1095', True)
    """
    base, say = study.today or study, progress or _nothing
    groups = [tuple(scenarios)] if together else [(one,) for one in dict.fromkeys(scenarios)]
    if not scenarios:
        raise DataError("comparison: no scenario was given")
    # All are tried before anything is computed, but only a few held: each is a hundred megabytes.
    tried = (base.with_scenarios(*group) for group in groups)
    worlds = [(world_name(one), one if at < HELD else None) for at, one in enumerate(tried)]
    asked = Asked(tuple(vehicles), tuple(seasons), tuple(to))
    given = ends(base, asked.kinds)
    missing = [f"There are no {kind} in this area." for kind in to if kind not in given.goals]
    asked = replace(asked, kinds=tuple(given.goals))
    say("today")
    traffic = None if "economics" in skip else estimate_traffic(base, asked.seasons[0])
    before = side_of(base, asked, given, skip)
    found: list[Comparison] = []
    through: pd.DataFrame | None = None
    for group in groups:
        name, held = worlds.pop(0)
        say(name)
        # Who goes nowhere today has no loss to compare with.
        left = skip if before.criticality else (*skip, "criticality")
        # Each world goes when it has answered: its roads and costs are hundreds of megabytes.
        after = side_of(held or base.with_scenarios(*group), asked, given, left, before)
        crossed = None
        if "freight" not in skip and any(one.crossings for one in after.study.touched):
            try:
                if through is None:
                    through = through_crossings(base, asked.seasons[0])
                crossed = crossed_change(through, through_crossings(after.study, asked.seasons[0]))
            except DataError as error:
                missing.append(f"No goods through crossings in {name}: {error}.")
        found.append(_compared(group, given, before, after, traffic, crossed))
        del held, after
    notes = [*missing, *before.notes, *(note for one in found for note in one.notes)]
    notes += [] if before.freight is None else sold_at_home(before.freight)
    return Comparisons(base, asked, tuple(found), traffic, (*notes, *caveats(base, traffic)))


def _nothing(text: str) -> None:
    """Tell nobody."""


def _compared(
    group: Sequence[str],
    given: Ends,
    before: Side,
    after: Side,
    traffic: Traffic | None,
    crossed: pd.DataFrame | None,
) -> Comparison:
    base, world = before.study, after.study
    moved = compared(given, before.journeys, after.journeys)
    money = judge(base, world, traffic) if traffic and traffic.known else None
    freight = None
    if before.freight is not None and after.freight is not None:
        freight = freight_change(before.freight, after.freight)
    both = before.criticality, after.criticality
    lost = (both[0], both[1]) if both[0] and both[1] else None
    seasons = [(old.season, after.journeys[key].season) for key, old in before.journeys.items()]
    read = [one for one in read_scenarios(base.area, group) if one.id in world.scenario]
    return Comparison(
        **{name: getattr(moved, name) for name in Tables.__dataclass_fields__},
        id=world_name(world),
        title_en=" + ".join(one.title_en for one in read),
        title_th=" + ".join(one.title_th for one in read),
        touched=world.touched,
        figures=figures(moved, freight, money, lost, crossed=crossed, days=days_of(world.touched)),
        links=_links(before, after, traffic, money),
        freight=freight,
        criticality=criticality_change(*lost, world.world.marks) if lost else None,
        economics=money,
        notes=(*after.notes, *of_seasons(world_name(world), seasons), *_doubts(base, money)),
    )


def _doubts(base: Study, money: Economics | None) -> list[str]:
    """Say what a reviewer would doubt."""
    if money is None or money.works.empty:
        return []
    built = money.changes.traffic.use.max(initial=0.0)
    people = float(base.tables.settlements["population"].sum())
    return doubts(money.appraisal, money.works, float(built), people)


def _links(
    before: Side, after: Side, traffic: Traffic | None, money: Economics | None
) -> gpd.GeoDataFrame:
    """Compare every link: speeds of the first vehicle and season, use where it is known."""
    base, world = before.study, after.study
    vehicle, season = next(iter(before.journeys))
    times = [one.costs(vehicle, season).time_s for one in (base, world)]
    if traffic and money:
        uses = traffic.use, money.use
    else:
        uses = np.zeros(len(base.network.segments)), np.zeros(len(world.network.segments))
    table = compare_tables.links(base.world, world.world, (times[0], times[1]), uses)
    segments = world.network.segments
    return gpd.GeoDataFrame(table, geometry=segments.geometry.to_numpy(), crs=segments.crs)
