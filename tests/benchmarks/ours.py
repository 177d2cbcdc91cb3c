"""Our side of the comparison: times every work, and writes what peers are given.

    python tests/benchmarks/ours.py FOLDER OSM [DEM …]

Into FOLDER go `points.npz` (places and pairs), `graph.npz` (arcs with their seconds),
`dem.tif` and `starts.npz` (ground to walk), `closed.npz` (links to lose) and `ours.json`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rasterio

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.risk.criticality import criticality
from geo.routing.elimination import weights_on
from geo.routing.engine import contract, customise, matrix, shortest_path
from geo.routing.lines import geometry_of
from geo.routing.route import find_routes
from geo.routing.snap import Snapped, snap
from geo.routing.trip import Trip
from geo.surface.grid import grid_for, heights
from geo.surface.ground import OffRoad, ground_of
from geo.surface.isochrones import isochrones
from geo.surface.spread import spread
from geo.surface.surface import Destinations, surface_with_roads
from layers.area import load_area
from layers.store.store import has_terrain, load_network, load_terrain
from layers.tables.places import Place

ROOT = Path(__file__).parents[2]
AREA = "benchmark"
PLACES, PAIRS, CLOSURES, WALKERS, LOST = 300, 1000, 50, 20, 3
ORIGINS, GOALS = 10, 2
CELL_M = 100.0


class Spent(NamedTuple):
    """Seconds on the clock, and of processors: on a machine that others use, the better measure."""

    wall: float
    cpu: float


def spent(run: Callable[[], object]) -> Spent:
    """Return what a run takes, the processes that it starts included."""

    def cpu() -> float:
        return time.process_time() + sum(os.times()[2:4])

    began = time.perf_counter(), cpu()
    run()
    return Spent(time.perf_counter() - began[0], cpu() - began[1])


def best_of(run: Callable[[], object], rounds: int = 5) -> Spent:
    """Return the least of several runs, after one that warms up.

    Of what is over in a moment many runs count as one: the processor's clock is coarse.
    """
    run()
    often = max(1, int(0.5 / max(spent(run).wall, 1e-4)))

    def many() -> None:
        for _ in range(often):
            run()

    found = [spent(many) for _ in range(rounds)]
    return Spent(*(min(side) / often for side in zip(*found, strict=True)))


def main(folder: Path, osm: Path, dems: list[Path]) -> None:
    """Time everything, in the order in which it depends."""
    rows: dict[str, dict[str, float | str]] = {}

    def told(work: str, took: Spent, note: str = "") -> None:
        rows[work] = {"seconds": took.wall, "cpu": took.cpu, "note": note}
        print(f"  {work}: {took.wall:.3f} s, {took.cpu:.3f} of processors {note}", flush=True)  # noqa: T201

    words = ["-m", "scripts.cli", "import", AREA, "--osm", str(osm), "--overwrite", "--quiet"]
    words += [word for dem in dems for word in ("--dem", str(dem))]
    command = spent(
        lambda: subprocess.run(
            [sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
    )
    first = spent(lambda: load_network(load_area(AREA)))
    network = load_network(load_area(AREA))
    told(
        "import",
        Spent(command.wall + first.wall, command.cpu + first.cpu),
        f"command {command.wall:.1f} s, roads draped at first use {first.wall:.1f} s",
    )
    count = len(network.segments)
    car = load_vehicle("car")
    costs = edge_costs(network, car)
    told("costs", best_of(lambda: edge_costs(network, car), 2), f"{count:,} segments, both ways")
    told("order", spent(lambda: contract(network)))
    graph = contract(network, contract(network).order)
    graph = graph.obeying(costs.obeyed)
    metric = customise(graph, costs.time_s)
    tables = best_of(lambda: weights_on(graph.tree, metric.arc_integers))
    told(
        "weights",
        best_of(lambda: customise(graph, costs.time_s).customised()),
        f"for routes; for tables of many by many {tables.cpu * 1000:.0f} ms",
    )

    rng = np.random.default_rng(1)
    main_part = np.bincount(network.nodes["component"]).argmax()
    inside = np.flatnonzero(network.nodes["component"].to_numpy() == main_part)
    chosen = rng.choice(inside, PLACES, replace=False)
    lon, lat = (network.nodes[name].to_numpy()[chosen] for name in ("lon", "lat"))
    pairs = rng.integers(0, PLACES, (PAIRS * 2, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]][:PAIRS]
    np.savez(folder / "points.npz", lon=lon, lat=lat, pairs=pairs)
    at = snap(network, lon, lat, max_distance_m=np.inf)
    ways = matrix(metric, at, at)
    told(
        "matrix", best_of(lambda: matrix(metric, at, at)), f"{np.isfinite(ways).mean():.0%} reached"
    )
    _graph(folder, network, costs, at)

    trip = Trip(network, graph, costs, car, "dry")
    stops = [
        Place(str(k), str(k), "", "point", float(lon[k]), float(lat[k])) for k in range(PLACES)
    ]
    asked_at = [(a, b) for a, b in pairs.tolist() if np.isfinite(ways[a, b])]
    asked = [[stops[a], stops[b]] for a, b in asked_at]

    def routes() -> None:
        for pair in asked:
            find_routes(trip, pair)

    find_routes(trip, asked[0])
    took = spent(routes)
    share = PAIRS / len(asked)
    told(
        "routes",
        Spent(took.wall * share, took.cpu * share),
        "with legs, heights, speeds and spread along each",
    )
    told("bare routes", *_bare(trip, at, asked_at))
    _closures(told, graph, costs, at)
    _critical(told, folder, metric)
    if has_terrain(load_area(AREA)):
        _ground(told, folder, network, costs, graph, (lon, lat))
    about = {
        "segments": count,
        "nodes": len(network.nodes),
        "km": float(network.segments["length_m"].sum() / 1000),
        "memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "source": network.source.title,
    }
    (folder / "ours.json").write_text(json.dumps({"rows": rows, "about": about}), "utf-8")


def _bare(trip: Trip, at: Snapped, pairs: list[tuple[int, int]]) -> tuple[Spent, str]:
    """Find ways with their lines and nothing else, which is what routers give."""
    metric = trip.metric()

    def run() -> None:
        for a, b in pairs:
            path = shortest_path(metric, at.take([a]), at.take([b]))
            if path is not None:
                geometry_of(trip.network, path)

    took, share = spent(run), PAIRS / len(pairs)
    return Spent(took.wall * share, took.cpu * share), "way and line alone"


def _graph(folder: Path, network: object, costs: object, at: Snapped) -> None:
    """Write arcs and seconds, and the node that each place stands at, for libraries of graphs."""
    ends, seconds = network.ends, costs.time_s
    tail, head = np.concatenate([ends, ends[:, ::-1]]).T
    weight = np.concatenate([seconds[:, 0], seconds[:, 1]])
    open_ = np.isfinite(weight)
    segment = np.tile(np.arange(len(ends)), 2)[open_]
    node = np.where(at.fraction < 0.5, ends[at.segment, 0], ends[at.segment, 1])
    np.savez(
        folder / "graph.npz",
        tail=tail[open_],
        head=head[open_],
        weight=weight[open_],
        segment=segment,
        nodes=len(network.nodes),
        places=node,
    )


def _closures(told: Callable[..., None], graph: object, costs: object, at: Snapped) -> None:
    """Close 50 roads in turn, each with new weights and a whole matrix."""
    rng = np.random.default_rng(2)
    closed = rng.integers(0, len(costs.time_s), CLOSURES)

    def run() -> None:
        for segment in closed:
            weight = costs.time_s.copy()
            weight[segment] = np.inf
            matrix(customise(graph, weight), at, at)

    told("closures", spent(run))


def _critical(told: Callable[..., None], folder: Path, metric: object) -> None:
    """Lose every link in turn, between some places and a few of them."""
    graph = np.load(folder / "graph.npz")
    node = np.unique(graph["places"])[: GOALS + ORIGINS]
    # Places stand at junctions, so that a library of graphs asks the very same.
    ends = metric.graph.ends
    segment = np.array([int(np.flatnonzero((ends == n).any(axis=1))[0]) for n in node])
    here = Snapped(segment, (ends[segment, 1] == node).astype(float), np.zeros(len(node)))
    origins, goals = here.take(np.arange(GOALS, GOALS + ORIGINS)), here.take(np.arange(GOALS))
    demand = np.ones((ORIGINS, GOALS))
    found = []
    criticality(metric, origins.take(np.arange(1)), goals.take(np.arange(1)), demand[:1, :1])
    took = spent(lambda: found.append(criticality(metric, origins, goals, demand)))
    table = found[0]
    used = np.flatnonzero(table["demand_on_link"] > 0)
    told("criticality", took, f"{len(used):,} links on best ways, all lost in turn")
    rng = np.random.default_rng(3)
    both = table["extra_demand_s"].to_numpy()[used] > 1
    sample = rng.choice(used[both], min(LOST, int(both.sum())), replace=False)
    np.savez(
        folder / "closed.npz",
        lost=sample,
        extra=table["extra_demand_s"].to_numpy()[sample],
        cut=table["cut_off_demand"].to_numpy()[sample],
        origins=node[GOALS : GOALS + ORIGINS],
        goals=node[:GOALS],
        links=len(used),
    )


def _ground(
    told: Callable[..., None],
    folder: Path,
    network: object,
    costs: object,
    graph: object,
    where: tuple[np.ndarray, np.ndarray],
) -> None:
    """Walk over the ground, and draw isochrones."""
    lon, lat = where
    crs = str(network.segments.crs)
    bounds = (lon.min(), lat.min(), lon.max(), lat.max())
    grid = grid_for(bounds, crs, CELL_M)
    dem = heights(grid, load_terrain(load_area(AREA)))
    ground = ground_of(grid, dem, OffRoad())
    doors = Destinations(lon[:WALKERS], lat[:WALKERS])
    cells, index = doors.within(grid)
    far = {"neighbours": 16}
    took = best_of(lambda: spread(ground, cells, doors.initial_s[index], **far), 2)
    time_s, _ = spread(ground, cells, doors.initial_s[index], **far)
    told("surface", took, f"{time_s.size / 1e6:.1f} million cells of {CELL_M:g} m, 16 directions")
    shape = {"driver": "GTiff", "height": grid.shape[0], "width": grid.shape[1], "count": 1}
    more = {"dtype": "float32", "crs": crs, "transform": grid.transform, "nodata": np.nan}
    for name, array in (("dem", dem), ("walked", time_s)):
        with rasterio.open(folder / f"{name}.tif", "w", **shape, **more) as raster:
            raster.write(array.astype(np.float32), 1)
    x, y = doors.metres(grid)
    np.savez(folder / "starts.npz", cells=cells, x=x[index], y=y[index], cell_m=CELL_M)
    near = (lon[0] - 0.6, lat[0] - 0.6, lon[0] + 0.6, lat[0] + 0.6)
    coarse = grid_for(near, crs, 250.0)
    low = heights(coarse, load_terrain(load_area(AREA)))
    one = Destinations(lon[:1], lat[:1])

    def outlines() -> object:
        found = surface_with_roads(coarse, low, network, costs, one, graph=graph, max_s=7200)
        return isochrones(found, [15, 30, 60])

    told("isochrones", best_of(outlines, 2), "by road and on foot beyond, cells of 250 m")


if __name__ == "__main__":
    os.environ.setdefault("CHAIDAEN_HOME", str(Path(sys.argv[1]) / "home"))
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(one) for one in sys.argv[3:]])
