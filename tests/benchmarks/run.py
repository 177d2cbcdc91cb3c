"""Time the parts that must stay fast: `make bench`. Nothing passes or fails here."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from geo.cost import edge_costs
from geo.engine import Topology, contract, customise, matrix, shortest_path
from geo.snap import Snapped
from geo.vehicle import load_vehicle
from layers.area import load_area
from layers.importing import import_area
from layers.network import RoadNetwork
from layers.store import load_network


def timed(what: str, run: Callable[[], object], *, times: int = 5) -> object:
    """Print the median time of a call, after one that does not count."""
    result = run()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    print(f"{what:<58} {1000 * np.median(took):>10,.1f} ms")  # noqa: T201
    return result


def positions(rng: np.random.Generator, segments: int, count: int) -> Snapped:
    """Draw random positions on segments."""
    return Snapped(rng.integers(0, segments, count), rng.random(count), np.zeros(count))


def tiled(network: RoadNetwork, across: int, down: int) -> RoadNetwork:
    """Lay copies of a network side by side, each joined to its neighbours by four roads.

    Copies of a real one keep the small separators that roads have and grids have not.
    """
    count = len(network.nodes)
    copies = [(i, j) for j in range(down) for i in range(across)]
    nodes = pd.concat(
        [network.nodes[["lon", "lat"]] + np.array([0.5 * i, 0.3 * j]) for i, j in copies],
        ignore_index=True,
    )
    ends = [network.ends + at * count for at in range(len(copies))]
    gates = np.linspace(0, count - 1, 4).astype(int)
    for at, (i, j) in enumerate(copies):
        if i + 1 < across:
            ends.append(np.column_stack([gates + at * count, gates + (at + 1) * count]))
        if j + 1 < down:
            ends.append(np.column_stack([gates + at * count, gates + (at + across) * count]))
    whole = object.__new__(RoadNetwork)
    object.__setattr__(whole, "nodes", nodes)
    object.__setattr__(whole, "segments", pd.DataFrame(np.concatenate(ends), columns=["u", "v"]))
    return whole


def engine(rng: np.random.Generator, sample: RoadNetwork) -> None:
    """Time the engine on about 300,000 junctions."""
    network = tiled(sample, 12, 11)
    ends = network.ends
    size = f"{len(network.nodes):,} nodes, {2 * len(ends):,} arcs"
    topology = timed(f"order and contract {size}", lambda: contract(network), times=1)
    if not isinstance(topology, Topology):
        return
    weight = rng.uniform(10, 100, (len(ends), 2))
    metric = customise(topology, weight)
    timed("customise", lambda: customise(topology, weight))
    many = positions(rng, len(ends), 300)
    timed("matrix 300 x 300", lambda: matrix(metric, many, many))
    one, other = positions(rng, len(ends), 1), positions(rng, len(ends), 1)
    timed("one query with its path", lambda: shortest_path(metric, one, other))


def speed() -> None:
    """Time the speed model on the embedded area."""
    network = load_network(load_area("mae_hong_son"), "strategic")
    samples = len(network.profile.distance_m)
    truck = load_vehicle("truck_10w")
    timed(f"costs of {samples:,} samples", lambda: edge_costs(network, truck))
    timed("strategic network from its tables",
          lambda: load_network(load_area("mae_hong_son"), "strategic"))  # fmt: skip


def importing(sample: Path) -> RoadNetwork:
    """Time the import of the sample."""

    def run() -> RoadNetwork:
        with tempfile.TemporaryDirectory() as home:
            os.environ["CHAIDAEN_HOME"] = home
            dem = (sample / "andorra_srtm3.tif",)
            return import_area("andorra", sample / "andorra.osm.pbf", dem=dem).network

    timed("import Andorra: roads, terrain, profile, write", run)
    return run()


def main() -> None:
    """Time everything; what needs the sample only where it is."""
    speed()
    folder = os.environ.get("CHAIDAEN_TEST_DATA")
    if not folder:
        print("CHAIDAEN_TEST_DATA is not set: no import, no engine", file=sys.stderr)  # noqa: T201
        return
    engine(np.random.default_rng(1), importing(Path(folder) / "andorra"))


if __name__ == "__main__":
    main()
