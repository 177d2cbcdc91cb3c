"""Time travel-time surfaces to Andorra's hospitals at 30 m. Nothing fails by its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract
from geo.surface.grid import Grid, grid_for, heights
from geo.surface.ground import OffRoad, ground_of
from geo.surface.isochrones import isochrones
from geo.surface.spread import spread
from geo.surface.surface import Destinations, surface_with_roads
from layers.area import load_area
from layers.roads.network import RoadNetwork
from layers.store.facilities import facilities
from layers.store.importing import import_area
from layers.store.store import load_network
from layers.terrain.terrain import open_terrain


@pytest.fixture(scope="module")
def andorra(sample_data: Path) -> RoadNetwork:
    folder = sample_data / "andorra"
    dem = (folder / "andorra_srtm3.tif",)
    import_area("andorra", folder / "andorra.osm.pbf", dem=dem, overwrite=True)
    return load_network(load_area("andorra"))


@pytest.fixture(scope="module")
def cells(sample_data: Path, andorra: RoadNetwork) -> tuple[Grid, np.ndarray]:
    terrain = open_terrain(sample_data / "andorra" / "andorra_srtm3.tif")
    lon, lat = andorra.nodes["lon"], andorra.nodes["lat"]
    bounds = (lon.min(), lat.min(), lon.max(), lat.max())
    grid = grid_for(bounds, str(andorra.segments.crs), 30.0)
    return grid, heights(grid, terrain)


@pytest.fixture(scope="module")
def hospitals(andorra: RoadNetwork) -> Destinations:  # noqa: ARG001 (imported by then)
    """Those of the import; the ones across the border lie outside the grid."""
    table = facilities(load_area("andorra"), "hospital")
    return Destinations(table["lon"].to_numpy(), table["lat"].to_numpy())


@pytest.fixture(scope="module")
def walk(cells, hospitals):
    """Return what the spread takes: the whole ground on foot, and the hospitals' cells."""
    grid, dem = cells
    start, index = hospitals.within(grid)
    return ground_of(grid, dem, OffRoad()), start, hospitals.initial_s[index]


@pytest.mark.benchmark(group="spread")
@pytest.mark.parametrize("neighbours", [8, 16])
def test_spread(benchmark, walk, neighbours):
    """Promise: under 5 s on one core."""
    options = {"neighbours": neighbours}
    time, _ = benchmark.pedantic(spread, walk, options, rounds=5, warmup_rounds=1)
    benchmark.extra_info["cells"] = time.size
    assert np.isfinite(time).mean() > 0.5


@pytest.fixture(scope="module")
def mcp(walk, cells) -> Callable[[], np.ndarray]:
    """Return a run of scikit-image over the same cells, 8 neighbours.

    Slope is a friction that has no direction, made beforehand.
    """
    graph = pytest.importorskip("skimage.graph")
    ground, start, _ = walk
    steep = np.hypot(*np.gradient(ground.elevation_m, *cells[0].cell_m))
    friction = np.where(np.isnan(steep), -1.0, 3.6 / ground.speed_kph * np.exp(3.5 * steep))

    def run() -> np.ndarray:
        return graph.MCP_Geometric(friction).find_costs([tuple(cell) for cell in start])[0]

    return run


@pytest.mark.benchmark(group="spread")
def test_mcp_geometric(benchmark, mcp):
    time = benchmark.pedantic(mcp, rounds=5, warmup_rounds=1)
    assert np.isfinite(time).mean() > 0.5


@pytest.mark.benchmark(group="spread")
@pytest.mark.parametrize("neighbours", [8, 16])
def test_ratio_to_mcp_geometric(benchmark, walk, mcp, capsys, neighbours):
    """Promise: above 1. One after the other, so that a busy machine slows both; medians."""
    seconds: dict[str, list[float]] = {"spread": [], "MCP_Geometric": []}

    def timed(name: str, run: Callable[[], object]) -> None:
        begin = perf_counter()
        run()
        seconds[name].append(perf_counter() - begin)

    def both() -> None:
        timed("spread", lambda: spread(*walk, neighbours=neighbours))
        timed("MCP_Geometric", mcp)

    benchmark.pedantic(both, rounds=9, warmup_rounds=1)
    middle = {name: float(np.median(times[1:])) for name, times in seconds.items()}
    ratio = middle["MCP_Geometric"] / middle["spread"]
    benchmark.extra_info.update(middle, ratio=ratio)
    with capsys.disabled():
        told = ", ".join(f"{name} {value:.3f} s" for name, value in middle.items())
        print(f"\n{neighbours} neighbours: {told}, ratio {ratio:.2f}")  # noqa: T201


@pytest.fixture(scope="module")
def whole(andorra, cells, hospitals):
    costs, graph = edge_costs(andorra, load_vehicle("pickup")), contract(andorra)
    return (*cells, andorra, costs, hospitals), {"graph": graph}


def test_surface_with_roads(benchmark, whole):
    found = benchmark.pedantic(surface_with_roads, *whole, rounds=3, warmup_rounds=1)
    benchmark.extra_info["within 30 min"] = float((found.time_s <= 1800).mean())


def test_isochrones(benchmark, whole):
    found = surface_with_roads(*whole[0], **whole[1])
    table = benchmark.pedantic(isochrones, (found, [15, 30, 60, 120]), rounds=3, warmup_rounds=1)
    assert table.geometry.is_valid.all()
