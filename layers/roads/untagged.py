"""What the surface of minor roads is taken for where nobody tagged it: three cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints, distinct
from layers.roads.network import RoadNetwork
from layers.roads.schema import MAIN_HIGHWAYS

CASES: Final = ("cautious", "likely", "hopeful")
"""What `--surfaces` may name, from the fewest paved roads to the most."""

PAVED: Final = ("asphalt", "concrete", "paved", "paving_stones", "sett")

VILLAGE_M: Final = 1000.0
"""A road that passes a village so near leads to it."""

_METRES_PER_DEGREE: Final = 111_320.0


@dataclass(frozen=True)
class Case:
    """How minor roads are taken to be surfaced; see `inference.toml`."""

    near_km: float = field(metadata={"min": 0, "max": 1000, "unit": "km"})
    village_people: float = field(metadata={"min": 0, "max": 1e9})
    steep_grade: float = field(metadata={"min": 0, "max": 1})
    far: str
    track_near_km: float = field(metadata={"min": 0, "max": 1000, "unit": "km"})
    track_near: str
    track_far: str


@dataclass(frozen=True)
class Untagged:
    """The cases of one country, and how its numbered rural roads are known."""

    rural_ref: str
    rural: str
    minor: tuple[str, ...]
    minor_near: str
    cautious: Case
    likely: Case
    hopeful: Case

    def case(self, name: str) -> Case:
        """Return one of `CASES`."""
        cases: Mapping[str, Case] = {one: getattr(self, one) for one in CASES}
        return cases[name]


@dataclass(frozen=True, eq=False)
class Minor:
    """What the inference of minor roads goes by, segment by segment, shape (segments,).

    Attributes
    ----------
    rural
        Which are numbered rural roads.
    minor, track
        Which are other minor roads, and tracks.
    to_paved_km
        Along the roads to the nearest paved one.
    grade
        Mean steepness.
    people
        Of the largest village that the segment passes, 0 if none.
    """

    rural: Bools
    minor: Bools
    track: Bools
    to_paved_km: Floats
    grade: Floats
    people: Floats


def look_at(network: RoadNetwork, rules: Untagged, villages: pd.DataFrame | None) -> Minor:
    """Gather what the inference goes by.

    Parameters
    ----------
    network
        The roads, as tagged.
    rules
        Of the country.
    villages
        Columns `lon, lat, population`; None where nobody knows them.
    """
    segments = network.segments
    highway = segments["highway"].astype(str)
    numbered = segments["ref"].astype(str).map(lambda ref: bool(re.search(rules.rural_ref, ref)))
    main, track = highway.isin(MAIN_HIGHWAYS).to_numpy(), (highway == "track").to_numpy()
    rural = numbered.to_numpy(bool) & ~main & ~track
    tagged = segments["surface"].astype(str).isin(PAVED).to_numpy()
    paved = tagged | main | rural
    run = np.maximum(network.length_m, 1.0)
    return Minor(
        rural,
        highway.isin(rules.minor).to_numpy() & ~rural,
        track,
        _along_roads(network, paved) / 1000,
        network.profile.climb_m().sum(axis=1) / run,
        _people(network, villages),
    )


def surfaces(seen: Minor, rules: Untagged, name: str) -> NDArray[np.object_]:
    """Return what minor roads are taken for in a case, empty for all others.

    Examples
    --------
    A village road, 3 km from the next paved one and level:

    >>> yes, no, one = np.ones(1, bool), np.zeros(1, bool), np.ones(1)
    >>> seen = Minor(no, yes, no, 3.0 * one, 0.0 * one, 0.0 * one)
    >>> from layers.roads.inference import untagged_roads
    >>> [str(surfaces(seen, untagged_roads("TH"), name)[0]) for name in CASES]
    ['dirt', 'concrete', 'concrete']
    """
    case = rules.case(name)
    found = np.full(len(seen.minor), "", object)
    near = seen.to_paved_km <= case.near_km
    near |= seen.people >= case.village_people
    near |= seen.grade >= case.steep_grade
    found[seen.minor] = np.where(near, rules.minor_near, case.far)[seen.minor]
    close = seen.to_paved_km < case.track_near_km
    found[seen.track] = np.where(close, case.track_near, case.track_far)[seen.track]
    found[seen.rural] = rules.rural
    return found


def _along_roads(network: RoadNetwork, paved: Bools) -> Floats:
    """Return metres along the roads from the nearer end of each segment to a paved road."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    count = len(network.nodes)
    start: Ints = distinct(network.ends[paved])
    if not len(start):
        return np.full(len(paved), np.inf)
    # Two roads between the same nodes must not add up: the shorter one counts.
    u, v = np.sort(network.ends, axis=1).T
    order = np.lexsort((network.length_m, v, u))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(u[order]) != 0) | (np.diff(v[order]) != 0)
    kept = order[first]
    length = np.maximum(network.length_m[kept], 0.01)
    graph = coo_array((length, (u[kept], v[kept])), shape=(count, count)).tocsr()
    distance = dijkstra(graph, directed=False, indices=start, min_only=True)
    nearer: Floats = np.where(paved, 0.0, distance[network.ends].min(axis=1))
    return nearer


def _people(network: RoadNetwork, villages: pd.DataFrame | None) -> Floats:
    """Return the people of the largest village near either end of each segment."""
    from scipy.spatial import cKDTree

    people = np.zeros(len(network.nodes))
    if villages is not None:
        known = villages[villages["lon"].notna() & villages["population"].notna()]
        known = known.sort_values("population")
        if len(known):
            narrow = np.cos(np.radians(float(known["lat"].mean())))
            nodes = network.nodes[["lon", "lat"]].to_numpy() * [narrow, 1.0]
            at = known[["lon", "lat"]].to_numpy(np.float64) * [narrow, 1.0]
            near = cKDTree(nodes).query_ball_point(at, VILLAGE_M / _METRES_PER_DEGREE)
            for found, count in zip(near, known["population"].to_numpy(np.float64), strict=True):
                people[found] = count
    largest: Floats = people[network.ends].max(axis=1)
    return largest
