"""Trips fitted to counts, once for every verb; kept between runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.rules.economics import Assumptions
from geo.study import Study
from geo.traffic.gravity import Scale, class_shares, counted_on, heavy_share, scaled
from geo.traffic.harvest_trips import harvest_trips
from geo.traffic.nearest import nearest_goals, to_kinds
from geo.traffic.trips import Ends, Trips, stated_trips, trip_ends
from geo.traffic.ways import ways_between
from layers.arrays import Floats
from layers.store.kept import read_kept, write_kept
from layers.store.kept_tables import table_bytes, table_of


def fitted_trips(study: Study) -> Trips:
    """State the trips of an area and hold them against its counts.

    Counts are of the roads as they are today and of the year's average, so that trips are the
    same in every scenario and season; who goes fewer times in the rains is told by purpose.

    Parameters
    ----------
    study
        The area, in any world.

    Returns
    -------
    trips
        As stated where no road of the area was counted.

    Raises
    ------
    DataError
        A purpose leads to a place that is none.

    Examples
    --------
    >>> from geo.study import open_study
    >>> trips = fitted_trips(open_study("mae_hong_son", roads="strategic"))
    >>> trips.scale.known, "visitors" in trips.stated
    (True, True)
    """
    base = study.today or study
    rules = base.rules.economics
    ends = trip_ends(base)
    name = base.key_of("trips")
    kept = read_kept(name) if name else None
    if kept is not None:
        scale = Scale(
            kept.arrays["trips"],
            float(kept.about["heavy"]),
            table_of(kept.arrays["counts"]),
            bool(kept.about["known"]),
        )
        stated = {one: kept.arrays[f"stated {one}"] for one in kept.about["purposes"]}
        return _trips(base, ends, stated, scale, rules)
    made = _fit(base, ends, rules)
    if name:
        arrays: dict[str, NDArray[Any]] = {
            "trips": made.scale.trips,
            "counts": table_bytes(made.scale.counts),
        }
        arrays |= {f"stated {one}": array for one, array in made.stated.items()}
        scale = made.scale
        about = {"heavy": scale.heavy, "known": scale.known, "purposes": list(made.stated)}
        write_kept(name, arrays, about)
    return made


def _fit(base: Study, ends: Ends, rules: Assumptions) -> Trips:
    counts = base.tables.traffic
    first = next(iter(rules.classes))
    watched = counted_on(base.network, counts)
    found = ways_between(base, ends.origins, ends.goals, first, "dry", watched=watched)
    goal = nearest_goals(found.sums["time_s"], ends.group, len(ends.kinds))
    near = to_kinds(found, goal)
    stated = stated_trips(base, ends, near.sums["time_s"], rules)
    total = np.sum([np.zeros(goal.shape), *stated.values()], axis=0)
    heavy = heavy_share(counts, rules)
    vehicles = total / people_per_vehicle(rules, heavy)
    return _trips(base, ends, stated, scaled(vehicles, near.over, counts, rules), rules)


def _trips(
    base: Study, ends: Ends, stated: Mapping[str, Floats], scale: Scale, rules: Assumptions
) -> Trips:
    """Put trips together: what the counts make of each is the same for all its purposes."""
    each = people_per_vehicle(rules, scale.heavy)
    prior = np.sum([np.zeros(scale.trips.shape), *stated.values()], axis=0) / each
    factor = np.ones(prior.shape)
    if scale.known:
        factor = np.divide(scale.trips, prior, out=factor, where=prior > 0)
    return Trips(
        ends,
        stated,
        factor,
        each,
        class_shares(rules, scale.heavy),
        scale,
        harvest_trips(base.tables.harvests, base.tables.products),
    )


def people_per_vehicle(rules: Assumptions, heavy: float) -> float:
    """Return the people of a counted vehicle on average, with the motorcycles beside it.

    Examples
    --------
    >>> from geo.rules.economics import read_economics
    >>> round(people_per_vehicle(read_economics(), 0.1), 3)
    2.501
    """
    shares = class_shares(rules, heavy)
    return sum(share * rules.classes[name].people for name, share in shares.items())
