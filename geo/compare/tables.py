"""What a scenario changes against the base: pairs of places, people, districts, links.

Tables have the columns of the base as `…_base`, those of the scenario under their own name,
and `…_change`, scenario less base: negative is quicker or cheaper. Where nothing leads a
number is NaN and `state` (of `geo.access.equity.STATES`) says so; no change is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.equity import STATES
from geo.scenario.world import World
from geo.traffic.assignment import QUANTITIES, Ways
from layers.arrays import Bools, Floats
from layers.roads.network import RoadNetwork

LINK_STATES: Final = ("same", "changed", "new", "closed")

SAME_SHARE: Final = 0.005
"""A link whose time and use change by less than this share is the same."""


def pairs(
    base: Ways, changed: Ways, from_ids: Sequence[str], to_ids: Sequence[str]
) -> pd.DataFrame:
    """Compare what the best ways of all pairs take.

    Parameters
    ----------
    base, changed
        Of the same places, in the same order.
    from_ids, to_ids
        Of the places.

    Returns
    -------
    pairs
        Columns `from_id, to_id, state` and for each of `QUANTITIES` `…_base`, its own name
        and `…_change`, origin by origin.
    """
    table = pd.DataFrame(
        {
            "from_id": np.repeat(np.asarray(from_ids, object), len(to_ids)),
            "to_id": np.tile(np.asarray(to_ids, object), len(from_ids)),
        }
    )
    before, after = (np.isfinite(ways.sums["time_s"]).ravel() for ways in (base, changed))
    table["state"] = states(before, after)
    for name in QUANTITIES:
        old, new = (_known(ways.sums[name].ravel()) for ways in (base, changed))
        table[f"{name}_base"], table[name], table[f"{name}_change"] = old, new, new - old
    return table


def states(before: Bools, after: Bools) -> NDArray[np.object_]:
    """Say of access before and after whether it is kept, lost, gained or never there.

    Examples
    --------
    >>> states(np.array([True, True, False]), np.array([True, False, False])).tolist()
    ['kept', 'lost', 'never']
    """
    chosen = np.select([before & after, before, after], STATES[:3], STATES[3])
    return np.asarray(chosen, object)


def people_by_limit(
    base: Floats, changed: Floats, population: Floats, limits: Sequence[int]
) -> pd.DataFrame:
    """Count people within limits of time, before and after.

    Parameters
    ----------
    base, changed
        Minutes to the nearest facility, NaN where none is reached; shape (places,).
    population
        Shape (places,), NaN where not known: in no figure.
    limits
        Minutes.

    Returns
    -------
    people
        Columns `within_minutes` (inf: any time), `people_base, people, people_change,
        people_gain, people_lose`, and `share_base, share` of all people.
    """
    people = np.nan_to_num(population)
    total = people.sum() or np.nan
    rows = []
    for limit in (*limits, np.inf):
        before, after = (minutes <= limit for minutes in (base, changed))
        old, new = float(people[before].sum()), float(people[after].sum())
        rows.append(
            {
                "within_minutes": limit,
                "people_base": old,
                "people": new,
                "people_change": new - old,
                "people_gain": float(people[after & ~before].sum()),
                "people_lose": float(people[before & ~after].sum()),
                "share_base": old / total,
                "share": new / total,
            }
        )
    return pd.DataFrame(rows)


def by_district(places: pd.DataFrame, limits: Sequence[int]) -> pd.DataFrame:
    """Sum by district who gains and who loses.

    Parameters
    ----------
    places
        Columns `district, population, minutes_base, minutes`.
    limits
        Minutes.

    Returns
    -------
    districts
        Columns `district, people, mean_minutes_base, mean_minutes, mean_minutes_change` (of
        those reached before and after), `people_nearer, people_farther` (by a minute at
        least, or by access gained or lost), and `people_<limit>_change`.
    """
    people = places["population"].fillna(0.0).to_numpy()
    old, new = (places[name].to_numpy(np.float64) for name in ("minutes_base", "minutes"))
    before, after = np.isfinite(old), np.isfinite(new)
    both = before & after & (people > 0)
    nearer = (after & ~before) | (both & (new <= old - 1))
    farther = (before & ~after) | (both & (new >= old + 1))
    columns = {
        "people": people,
        "kept": np.where(both, people, 0.0),
        "old": np.where(both, people * np.nan_to_num(old), 0.0),
        "new": np.where(both, people * np.nan_to_num(new), 0.0),
        "people_nearer": np.where(nearer, people, 0.0),
        "people_farther": np.where(farther, people, 0.0),
    }
    for limit in limits:
        change = (new <= limit).astype(float) - (old <= limit)
        columns[f"people_{limit}_change"] = people * change
    frame = pd.DataFrame(columns).groupby(places["district"].to_numpy(), sort=True).sum()
    kept = frame["kept"].where(frame["kept"] > 0)
    means = {"mean_minutes_base": frame["old"] / kept, "mean_minutes": frame["new"] / kept}
    means["mean_minutes_change"] = means["mean_minutes"] - means["mean_minutes_base"]
    made = frame.drop(columns=["kept", "old", "new"])
    for at, (name, values) in enumerate(means.items(), start=1):
        made.insert(at, name, values)
    return made.rename_axis("district").reset_index()


def links(
    base: World, changed: World, times: tuple[Floats, Floats], uses: tuple[Floats, Floats]
) -> pd.DataFrame:
    """Compare every link of the changed world with what it was.

    Parameters
    ----------
    base, changed
        Before and after.
    times
        Seconds per segment of each, shape (segments, 2), inf where closed.
    uses
        Vehicles per day on the segments of each, shape (segments,).

    Returns
    -------
    links
        One row per segment of the changed world: `segment, ref, name_en, name_th, length_m,
        state` (of `LINK_STATES`), `kph_base, kph` (both ways, NaN where closed),
        `time_change_s`, `vehicles_per_day_base, vehicles_per_day, vehicles_per_day_change`.
    """
    parent = changed.marks["parent"].to_numpy()
    new, at = parent < 0, np.maximum(parent, 0)
    old_kph, kph = (_kph(w.network, t) for w, t in zip((base, changed), times, strict=True))
    old_kph = np.where(new, np.nan, old_kph[at])
    old_use = np.where(new, 0.0, uses[0][at])
    length = changed.network.length_m
    with np.errstate(divide="ignore", invalid="ignore"):
        slower = length * 3.6 / kph - length * 3.6 / old_kph
        moved = np.abs(np.nan_to_num(kph / old_kph - 1)) > SAME_SHARE
    moved |= np.abs(uses[1] - old_use) > SAME_SHARE * np.maximum(old_use, 1.0)
    closed = np.isnan(kph) & ~np.isnan(old_kph)
    opened = ~np.isnan(kph) & np.isnan(old_kph)
    state = np.select([new, closed, moved | opened], ["new", "closed", "changed"], "same")
    named = changed.network.segments[["ref", "name_en", "name_th", "length_m"]].reset_index(
        drop=True
    )
    made: pd.DataFrame = named.astype({"ref": str, "name_en": str, "name_th": str}).assign(
        segment=np.arange(len(named)),
        state=state,
        kph_base=old_kph,
        kph=kph,
        time_change_s=slower,
        vehicles_per_day_base=old_use,
        vehicles_per_day=uses[1],
        vehicles_per_day_change=uses[1] - old_use,
    )
    return made


def _kph(network: RoadNetwork, time_s: Floats) -> Floats:
    """Return the mean speed of both ways, of the open one if only one is; NaN where closed."""
    open_ = np.isfinite(time_s)
    count = open_.sum(axis=1)
    mean = np.where(open_, time_s, 0.0).sum(axis=1) / np.maximum(count, 1)
    speed = network.length_m * 3.6 / np.maximum(mean, 1e-9)
    return np.where(count > 0, speed, np.nan)


def _known(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
