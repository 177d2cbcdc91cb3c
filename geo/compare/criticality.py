"""Link criticality before and after a change of the roads: what the loss of corridors costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.risk.demand import of_kinds, others, people
from geo.risk.loaded_roads import put_on_roads
from geo.risk.ranking import as_corridors, links
from geo.routing.split import Split
from geo.study import Study
from layers.arrays import Floats, Ints

NEED: Final = "hospital"
"""Whoever no longer reaches the nearest of these is cut off."""

LOSSES: Final = ("extra_h", "people_cut_off")
"""What a loss does: person-hours per day of who still arrives, and who does not."""
MOST: Final = 10
"""Worst corridors that are told, by hours and by people cut off."""
WHERE: Final = ("ref", "name_en", "name_th", "part", "km_from", "km_to", "place_from", "place_to")


class Links(NamedTuple):
    """Links of a world's roads, which are split at places; arrays of shape (links,).

    Attributes
    ----------
    segment
        That every link is a piece of, ascending.
    start, stop
        From which to which fraction of it.
    length_m
        Of the link.
    """

    segment: Ints
    start: Floats
    stop: Floats
    length_m: Floats


@dataclass(frozen=True, eq=False)
class Criticality:
    """What the loss of each link of a world's roads does, as `chaidaen risk` has it.

    Attributes
    ----------
    links
        Where they are.
    losses
        Of each link, columns `LOSSES`.
    corridors
        Of `geo.risk.ranking`, columns `WHERE`, `LOSSES` and `segments`.
    vehicle, season
        Of the trips.
    """

    links: Links
    losses: pd.DataFrame
    corridors: pd.DataFrame
    vehicle: str
    season: str

    def worst(self, name: str) -> float:
        """Return the greatest of `LOSSES` over all links, each lost alone."""
        return float(self.losses[name].max()) if len(self.losses) else 0.0


def criticality(study: Study, vehicle: str, season: str) -> Criticality:
    """Lose every link of a world in turn.

    Parameters
    ----------
    study
        In its world.
    vehicle, season
        Of the trips: those that `chaidaen risk` has by default.

    Raises
    ------
    DataError
        There is nowhere to go, or nobody is near a road.
    """
    when = study.season(season)
    # Cut off is told of a hospital alone: that of the capital stands in the hours.
    usual, _ = people(study, (), vehicle, season=when)
    rest = others(study, vehicle, when, usual.kinds)
    own = [usual]
    if NEED in usual.kinds and len(usual.kinds) > 1:
        besides = tuple(kind for kind in usual.kinds if kind != NEED)
        own = [of_kinds(usual, (NEED,)), of_kinds(usual, besides, needs=False)]
    roads, _ = put_on_roads(study, [*own, rest] if rest else own, season)
    table = links(roads, np.zeros(len(roads.chain)))
    found = as_corridors(roads, table)[[*WHERE, *LOSSES, "segments"]]
    where = links_of(roads.split)
    return Criticality(where, table[list(LOSSES)], found, vehicle, roads.season)


def links_of(split: Split) -> Links:
    """Return where the pieces of split roads are, without the roads."""
    return Links(split.segment, split.start, split.stop, split.network.length_m)


def criticality_change(
    base: Criticality, changed: Criticality, marks: pd.DataFrame
) -> pd.DataFrame:
    """Compare what the loss of the worst corridors costs.

    Parameters
    ----------
    base, changed
        Of `criticality`.
    marks
        Of the changed world; see `geo.scenario.world.World`.

    Returns
    -------
    criticality
        Of `losses_compared`, with `vehicle, season_base, season`.
    """
    closed = marks["closed"].to_numpy(bool)[changed.links.segment]
    before = links_before(base.links, changed.links, marks)
    made = losses_compared(
        base.corridors, changed.losses, before, closed, changed.corridors, most=MOST
    )
    return made.assign(vehicle=base.vehicle, season_base=base.season, season=changed.season)


def links_before(before: Links, after: Links, marks: pd.DataFrame) -> Ints:
    """Find on which link of the old roads every link of the changed ones lies.

    Parameters
    ----------
    before, after
        Of the base and of the changed world.
    marks
        Of the changed world: columns `parent, start_m` by segment; see `geo.scenario.world.World`.

    Returns
    -------
    link
        Shape (links of `after`,), by its middle; -1 where the road is new.
    """
    parent = marks["parent"].to_numpy(np.int64)[after.segment]
    begin = marks["start_m"].to_numpy(np.float64)[after.segment]
    # A whole segment's length, told by any of its links.
    length = after.length_m / (after.stop - after.start)
    middle = begin + length * (after.start + after.stop) / 2
    whole = before.length_m / (before.stop - before.start)
    first = np.searchsorted(before.segment, np.maximum(parent, 0))
    share = np.clip(middle / whole[np.minimum(first, len(whole) - 1)], 0.0, 1.0)
    # Segment number and fraction in one sorted number.
    found = np.searchsorted(before.segment + before.stop, np.maximum(parent, 0) + share)
    last = np.searchsorted(before.segment, np.maximum(parent, 0), side="right") - 1
    return np.where(parent < 0, -1, np.clip(found, first, last))


def losses_compared(
    corridors: pd.DataFrame,
    table: pd.DataFrame,
    before: Ints,
    closed: NDArray[np.bool_],
    added: pd.DataFrame,
    *,
    most: int,
) -> pd.DataFrame:
    """Set what the loss of the worst corridors costs today beside what it will cost.

    Parameters
    ----------
    corridors
        Of the base: `LOSSES` and `segments`, positions of its links, the worst first.
    table
        Links of the changed world: `LOSSES`.
    before
        Of `links_before`.
    closed
        Whether a link is closed in the changed world, shape (links,).
    added
        Corridors of the changed world.
    most
        How many of the base, by hours and by people cut off, and how many that are new.

    Returns
    -------
    criticality
        The columns of `corridors` that say where, `state` (`kept`, `closed`, `new`) and for
        each of `LOSSES` `…_base`, its own name and `…_change`: of the corridor's worst
        link, as links are lost one at a time. NaN before a road is there, and after it is
        closed.
    """
    worst = np.zeros(len(corridors), bool)
    for name in LOSSES:
        high = corridors[name].nlargest(most)
        worst[high[high > 0].index] = True
    old: pd.DataFrame = corridors[worst].reset_index(drop=True)
    link = old["segments"].explode().astype(np.int64)
    at = pd.Series(link.index, link.to_numpy()).reindex(before).to_numpy(np.float64)
    mine = np.isfinite(at)
    most_lost: pd.DataFrame = table[mine].groupby(at[mine])[list(LOSSES)].max()
    shut = np.isin(np.arange(len(old)), at[mine & closed])
    found = most_lost.reindex(old.index).mask(np.repeat(shut[:, None], len(LOSSES), axis=1))
    parts = [_rows(old, old, found, np.where(shut, "closed", "kept"))]
    own = [bool((before[list(links)] < 0).all()) for links in added["segments"]]
    there = (added[list(LOSSES)] > 0).any(axis=1).to_numpy(bool)
    new: pd.DataFrame = added.iloc[np.flatnonzero(own & there)[:most]].reset_index(drop=True)
    if len(new):
        none = pd.DataFrame(np.nan, new.index, list(LOSSES))
        parts.append(_rows(new, none, new, np.full(len(new), "new")))
    return pd.concat(parts, ignore_index=True)


def _rows(
    where: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame, state: NDArray[np.str_]
) -> pd.DataFrame:
    told = where.drop(columns=[name for name in (*LOSSES, "segments") if name in where])
    parts = [told.assign(state=state.astype(object))]
    for name in LOSSES:
        values = {f"{name}_base": old[name], name: new[name]}
        parts.append(pd.DataFrame({**values, f"{name}_change": new[name] - old[name]}))
    return pd.concat(parts, axis=1)
