"""What `make fuzz` has in common: how much is tried, what may come of it, and what is counted."""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from hypothesis import HealthCheck, given, seed, settings

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from layers.errors import ChaidaenError
from layers.osm.points import scan_points
from layers.osm.roads import read_osm
from layers.osm.water import scan_water
from layers.roads.inference import infer
from layers.roads.network import RoadNetwork, Source
from layers.terrain.drape import drape

TRIES = int(os.environ.get("FUZZ", "2000"))
TALLY: Counter[str] = Counter()
ROUND_THE_EARTH_M = 40_100_000
TRUCK = load_vehicle("truck_10w")


def fuzzed(number: int, *, of: int = 1, **drawn: Any) -> Callable[[Callable[..., Any]], Any]:
    """Try a test with everything drawn by a seed, and count what is tried and what is read.

    The test says whether its input was read, by what it returns; `of` is for slow ones, which
    are tried so many times less.
    """
    drawing = settings(
        max_examples=max(TRIES // of, 10),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )

    def decorate(test: Callable[..., Any]) -> Any:
        @functools.wraps(test)
        def counted(*args: Any, **named: Any) -> None:
            TALLY["tried"] += 1
            TALLY["read"] += bool(test(*args, **named))

        return seed(number)(drawing(given(**drawn)(counted)))

    return decorate


def read(reader: Callable[..., Any], *given: Any, **options: Any) -> Any:
    """Read something; one clear line is an answer too."""
    try:
        return reader(*given, **options)
    except ChaidaenError:
        return None


def drivable(roads: Any) -> None:
    """See that roads which were read are plausible, and that a truck takes some time on them."""
    segments = roads.segments
    length_m = segments["length_m"].to_numpy(float)
    corners = shapely.get_num_coordinates(segments.geometry.to_numpy())
    assert np.isfinite(length_m).all()
    assert (length_m >= 0).all()
    assert (length_m <= ROUND_THE_EARTH_M / 2 * (corners - 1)).all()
    assert np.isfinite(shapely.get_coordinates(segments.geometry.to_numpy())).all()
    assert roads.nodes["lon"].between(-180, 180).all()
    assert roads.nodes["lat"].between(-90, 90).all()
    nodes, profile = drape(roads.nodes, segments, None)
    network = RoadNetwork(nodes, segments, profile, roads.restrictions, Source("x", "x"))
    costs = edge_costs(infer(network, "TH"), TRUCK)
    assert not np.isnan(costs.time_s).any()
    assert (costs.time_s >= 0).all()


def read_osm_of(path: Path) -> bool:
    """Read all that is read of an OpenStreetMap file; say whether it has roads."""
    read(scan_points, path)
    read(scan_water, path)
    roads = read(read_osm, path, crs="EPSG:32647")
    if roads is not None:
        drivable(roads)
    return roads is not None
