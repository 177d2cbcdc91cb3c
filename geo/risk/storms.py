"""Several cuts on one day: what storms do together, beside cuts each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.risk.closure_days import HazardFile, other_days
from geo.risk.ends import joined
from geo.risk.loaded_roads import Progress, Roads
from geo.risk.rains import in_the_rains
from geo.risk.reliability import Draws, cut_on_days, soonest, times_on_days
from geo.risk.storm_luck import cut_in_storms
from geo.routing.engine import to_nearest
from geo.routing.stretch import stretches_of
from geo.rules.risk import Storm
from layers.arrays import Bools, Floats, Ints

Drawn = Callable[[Floats], Iterable[Bools]]
"""Draws which links are cut on each day, from the chance that each is open."""
MEASURES: Final = (
    "links_cut",
    "roads_cut",
    "places_cut_off",
    "people_cut_off",
    "tonnes_cut_off",
)
"""What is counted on each day."""
WORST: Final = 10
"""So many of the worst days are told."""
OFTEN: Final = 0.9
"""A day of the rains in ten is worse."""


@dataclass(frozen=True, eq=False)
class Storms:
    """Days on which links fail together.

    Attributes
    ----------
    measures
        One row per measure of `MEASURES` and per way to draw, `drawn` being `alone` (each link by
        itself) or `storms`: `mean` of a day of the rains, `one_in_ten` (a day in ten is worse),
        `worst` (the worst day of a season: one in so many days is worse), and `share` of days
        with any.
    days
        The worst days with storms, most people cut off first: `day` (number of the draw), the
        measures, `stretches`, the used stretches of numbered or named roads that are cut, and
        `settlements_en, settlements_th`, who is cut off, the most people first.
    notes
        What the reader must know.
    """

    measures: pd.DataFrame
    days: pd.DataFrame
    notes: tuple[str, ...]


def storms(
    roads: Roads,
    used: Bools,
    *,
    storm: Storm,
    hazards: Sequence[HazardFile] = (),
    days: int = 1000,
    seed: int = 1,
    progress: Progress = lambda _: None,
) -> Storms:
    """Draw days of the rains twice, with the same luck: cuts each by itself, and in storms.

    A link is cut by mud and recorded cuts as in `geo.risk.rains`, and by landslides and
    floods of `geo.risk.closure_days.other_days`, all of which fall into the rains. Both ways
    cut each link equally often; only what fails together differs.

    Parameters
    ----------
    roads
        With what goes over them.
    used
        Links that any best way of theirs leads over, which alone are counted as cut, shape
        (links,).
    storm
        How alike the luck of links is.
    hazards
        Rasters of floods and landslides.
    days, seed
        How many days are drawn, at least 1, and the seed of the draws.
    progress
        Is told what takes a while.

    Returns
    -------
    storms
        People count as cut off once, who lose one of the kinds that they reach while every road
        is open; tonnes are those per day whose goal is not reached.

    Raises
    ------
    DataError
        No day is drawn, or a raster cannot be used.
    """
    draws = Draws(days, seed, roads.study.rules.seasons.season_days)
    more, _ = other_days(roads, hazards)
    kept_open = 1 - np.minimum(more / max(draws.season_days, 1.0), 1.0)
    lines = roads.network.segments.geometry.to_numpy()
    xy_m = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    progress(f"{days} days of rain, cuts each by itself")
    alone = _counted(roads, used, kept_open, draws, lambda open_: cut_on_days(open_, draws))
    progress(f"{days} days of rain, in storms")
    together = _counted(
        roads, used, kept_open, draws, lambda open_: cut_in_storms(open_, xy_m, draws, storm)
    )
    tables = {"alone": alone, "storms": together}
    found = [
        _told(table, draws).assign(drawn=name).reset_index(names="measure")
        for name, table in tables.items()
    ]
    measures = pd.concat(found, ignore_index=True)
    measures["measure"] = pd.Categorical(measures["measure"], MEASURES, ordered=True)
    measures = measures.sort_values(["measure", "drawn"], kind="stable", ignore_index=True)
    columns = ["measure", "drawn", "mean", "one_in_ten", "worst", "share"]
    measures = measures.astype({"measure": str})[columns]
    worst = tables["storms"].sort_values(
        ["people_cut_off", "tonnes_cut_off", "links_cut"], ascending=False, kind="stable"
    )
    return Storms(
        measures,
        _named(roads, worst.head(WORST)),
        (_note(storm, draws),),
    )


def _note(storm: Storm, draws: Draws) -> str:
    return (
        f"Storms: {draws.days} days of the rains are drawn twice with the same luck. The luck of "
        f"links beside one another is alike by {storm.correlation:g}, falling to 37 % of that over "
        f"{storm.reach_km:g} km (unsourced, a Gaussian copula); every link is cut as often as by "
        "itself, so that means of links are the same but for chance. A cut is for one day; the "
        f"worst day is that of a season of {draws.season_days:g} days."
    )


def _counted(
    roads: Roads, used: Bools, kept_open: Floats, draws: Draws, drawn: Drawn
) -> pd.DataFrame:
    """Count for every day what is cut and who is cut off; the links that are cut are `cut`."""
    table = pd.DataFrame(0.0, index=range(draws.days), columns=list(MEASURES))
    flows = [flow for flow in roads.flows if flow.demand.needs]
    gone: dict[int, Ints] = {}
    for flow in flows:
        metric, passable = in_the_rains(roads, flow.demand.vehicle)
        place = np.append(np.arange(len(flow.origins)), flow.firm_of)
        ends = joined([flow.origins, flow.firm])
        asked = {"group": flow.demand.group, "place": place}
        usual = soonest(to_nearest(metric, ends, flow.goals, flow.demand.group), place)
        cuts = drawn(passable * kept_open)
        for days, now in times_on_days(metric, cuts, ends, flow.goals, **asked):
            lost: Bools = np.isfinite(usual) & np.isinf(now)
            if flow.demand.unit == "people":
                who: Bools = np.asarray(lost.any(axis=1), bool)
                people = flow.demand.origins["population"].fillna(0.0).to_numpy(np.float64)
                table.loc[days, "places_cut_off"] += who.sum()
                table.loc[days, "people_cut_off"] += people[who].sum()
                gone.update(dict.fromkeys(days.tolist(), _largest_first(who, people)))
            else:
                table.loc[days, "tonnes_cut_off"] += flow.demand.amount[lost].sum()
    _, passable = in_the_rains(roads, flows[0].demand.vehicle)
    links = [np.flatnonzero(day & used) for cut in drawn(passable * kept_open) for day in cut]
    road = roads.chain["road"].to_numpy(object)
    table["links_cut"] = [float(len(one)) for one in links]
    table["roads_cut"] = [float(len({*road[one]} - {""})) for one in links]
    nobody = np.zeros(0, np.int64)
    who_gone = [gone.get(day, nobody) for day in table.index]
    return table.assign(
        cut=pd.Series(links, table.index), gone=pd.Series(who_gone, table.index, object)
    )


def _largest_first(who: Bools, people: Floats) -> Ints:
    """Return the positions of those who are cut off, the most people first."""
    found = np.flatnonzero(who)
    return found[np.argsort(-people[found], kind="stable")]


def _told(table: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Sum up days, one row per measure."""
    values = table[list(MEASURES)]
    worst = 1 - 1 / max(draws.season_days, 1.0)
    return pd.DataFrame(
        {
            "mean": values.mean(),
            "one_in_ten": values.quantile(OFTEN),
            "worst": values.quantile(worst, interpolation="higher"),
            "share": (values > 0).mean(),
        }
    )


def _named(roads: Roads, days: pd.DataFrame) -> pd.DataFrame:
    """Name the stretches that are cut on each day, and the settlements that are cut off."""
    road = roads.chain["road"].to_numpy(object)
    named = []
    for links in days["cut"]:
        known = links[road[links] != ""]
        each = stretches_of(roads.kilometres, [[int(one)] for one in known])
        named.append("; ".join(dict.fromkeys(str(one) for one in each if one is not None)))
    found = days.drop(columns=["cut", "gone"]).assign(stretches=named)
    who = roads.people.demand.origins if roads.people else roads.study.gazetteer.iloc[:0]
    for lang in ("en", "th"):
        names = who[f"name_{lang}"].to_numpy(object)
        found[f"settlements_{lang}"] = ["; ".join(names[one]) for one in days["gone"]]
    return found.reset_index(names="day")
