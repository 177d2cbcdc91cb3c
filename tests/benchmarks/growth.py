"""How time and memory grow with the roads: generated countries, each in a process of its own.

    python tests/benchmarks/growth.py [SEGMENTS …]

Writes `docs/growth.json` and `docs/growth.svg`, which `docs/benchmarks.md` shows.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
SIZES = (50_000, 200_000, 1_000_000, 5_000_000)
MOST_DRAPED = 2_000_000
"""Roads beyond take more memory than there is when they are laid over a terrain at once: they
are imported in one process, and asked in another that makes them without files."""
CELL_M = 250.0
PLACES = 100
STEPS = ("costs_s", "order_s", "weights_s", "matrix_s")
"""What the network of every size is asked; import is by ways, and the largest is not draped."""


def write_country(segments: int, folder: Path) -> tuple[Path, Path]:
    """Write a country as `.osm.pbf`, and its terrain as a GeoTIFF."""
    import osmium
    import rasterio
    from mountains import CRS, HIGHWAY, bends, height_at, mountains
    from osmium.osm import mutable
    from pyproj import Transformer
    from rasterio.transform import from_origin

    made = mountains(segments)
    back = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    count = len(made.xy)
    points = np.concatenate([made.xy, bends(made)])
    lon, lat = back.transform(points[:, 0], points[:, 1])
    path = folder / "country.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for at, where in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1):
            writer.add_node(mutable.Node(id=at, location=where))
        tags = [{"highway": one} for one in HIGHWAY]
        for at, ((u, v), kind) in enumerate(
            zip((made.ends + 1).tolist(), made.kind.tolist(), strict=True), start=1
        ):
            writer.add_way(mutable.Way(id=at, nodes=[u, count + at, v], tags=tags[kind]))
    west, south = made.xy.min(axis=0) - 2000
    east, north = made.xy.max(axis=0) + 2000
    x = np.arange(west, east, CELL_M) + CELL_M / 2
    y = np.arange(north, south, -CELL_M) - CELL_M / 2
    dem = folder / "country.tif"
    shape = {"driver": "GTiff", "height": len(y), "width": len(x), "count": 1, "dtype": "float32"}
    place = {"crs": CRS, "transform": from_origin(west, north, CELL_M, CELL_M), "nodata": -9999}
    with rasterio.open(dem, "w", **shape, **place, tiled=True) as raster:
        for top in range(0, len(y), 512):
            part = height_at(*np.meshgrid(x, y[top : top + 512])).astype(np.float32)
            window = rasterio.windows.Window(0, top, len(x), len(part))
            raster.write(part, 1, window=window)
    return path, dem


def measure(folder: Path, direct: int = 0, *, ask: bool = True) -> None:
    """Import a country and ask it, in this process; write processor seconds and memory.

    With `direct` segments the network is made without files; without `ask` it is imported only.
    """
    from drawing import positions

    from geo.driving.cost import edge_costs
    from geo.driving.vehicle import load_vehicle
    from geo.routing.engine import contract, customise, matrix
    from layers.area import load_area
    from layers.store.importing import import_area
    from layers.store.store import load_network

    took: dict[str, float] = {}

    def timed(name: str, run):
        began = sum(os.times()[:4])
        made = run()
        took[name] = sum(os.times()[:4]) - began
        took["memory_gb"] = _memory()
        (folder / "took.json").write_text(json.dumps(took))
        print(f"  {name} {took[name]:.1f} {_memory():.2f} GB", flush=True)  # noqa: T201
        return made

    if direct:
        from mountains import mountains, network_of

        network = network_of(mountains(direct))
        print(f"  made {_memory():.2f} GB", flush=True)  # noqa: T201
    else:
        files = folder / "country.osm.pbf", (folder / "country.tif",)
        timed(
            "import_s",
            lambda: import_area("country", files[0], dem=files[1], overwrite=True),
        )
        if not ask:
            return
        network = timed("ready_s", lambda: load_network(load_area("country")))
    pickup = load_vehicle("pickup")
    costs = timed("costs_s", lambda: edge_costs(network, pickup))
    seconds = costs.time_s
    took["segments"] = len(seconds)
    graph = timed("order_s", lambda: contract(network))
    metric = customise(graph, seconds)
    timed("weights_s", lambda: metric.climbing)
    many = [positions(PLACES, len(seconds), seed) for seed in (1, 2)]
    found = timed("matrix_s", lambda: matrix(metric, *many))
    took["reached"] = float(np.isfinite(found).mean())
    (folder / "took.json").write_text(json.dumps(took))


def _memory() -> float:
    """Return the most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(sizes: tuple[int, ...]) -> None:
    """Measure every size in a process of its own, and write table and plot."""
    sizes_done = []
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="chaidaen-growth-"))
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
        environment = os.environ | {"CHAIDAEN_HOME": str(folder / "home"), "PYTHONPATH": path}
        steps = ("write", "measure") if size <= MOST_DRAPED else ("write", "import", "direct")
        took: dict[str, float] = {"ways": size}
        try:
            for step in steps:
                words = [sys.executable, __file__, f"--{step}", str(folder), str(size)]
                began = time.perf_counter()
                subprocess.run(words, env=environment, check=True)
                print(f"{size:,} {step} {time.perf_counter() - began:.0f} s", flush=True)  # noqa: T201
                if step != "write":
                    took = merged(took, json.loads((folder / "took.json").read_text()))
            sizes_done.append(took)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        _write(sizes_done)


def merged(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Put the figures of two processes together: the memory is that of the larger."""
    memory = max(one.get("memory_gb", 0.0), other["memory_gb"])
    return {**one, **other, "memory_gb": memory}


def _write(sizes: list[dict[str, float]]) -> None:
    """Write what was measured so far."""
    told = {"day": str(date.today()), "sizes": sizes, "slope": _slope(sizes)}  # noqa: DTZ011
    (ROOT / "docs" / "growth.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    (ROOT / "docs" / "growth.svg").write_text(_plot(sizes), "utf-8")


def _whole(one: dict[str, float]) -> float:
    """Return the seconds of what every network is asked."""
    return sum(one[name] for name in STEPS)


def _slope(sizes: list[dict[str, float]]) -> str:
    """Say how steeply time and memory grow, by lines through their logarithms."""
    if len(sizes) < 2:
        return ""

    def power(of: list[float], by: str) -> float:
        return float(np.polyfit(np.log([one[by] for one in sizes]), np.log(of), 1)[0])

    imported = power([one["import_s"] for one in sizes], "ways")
    asked = power([_whole(one) for one in sizes], "segments")
    draped = [one for one in sizes if "ready_s" in one]
    most = draped[-1]["memory_gb"] / draped[-1]["segments"] * 1e6 if draped else float("nan")
    return (
        f"Import grows with the {imported:.2f}th power of the ways; order, costs, weights and "
        f"matrix together with the {asked:.2f}th power of the segments: 1 is in proportion. The "
        f"largest that was laid over a terrain took {most:.1f} GB per million segments."
    )


def _plot(sizes: list[dict[str, float]]) -> str:
    """Draw time and memory against size, both axes by powers of ten."""
    width, height, left, low = 640, 400, 70, 340
    span = (np.log10(2e4), np.log10(8e6))

    def x(segments: float) -> float:
        return left + (np.log10(segments) - span[0]) / (span[1] - span[0]) * 500

    def y(value: float, floor: float) -> float:
        return low - (np.log10(value) - floor) / 4 * 300

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
    )
    parts = [head]
    for size in (1e5, 1e6, 5e6):
        at = x(size)
        parts.append(f'<path d="M{at:.0f} 40V{low}" stroke="#ddd"/>')
        parts.append(f'<text x="{at:.0f}" y="{low + 18}" text-anchor="middle">{size:,.0f}</text>')
    for power in range(-1, 4):
        at = y(10.0**power, -1)
        parts.append(f'<path d="M{left} {at:.0f}h500" stroke="#ddd"/>')
        parts.append(
            f'<text x="{left - 8}" y="{at + 4:.0f}" text-anchor="end">{10.0**power:g} s</text>'
        )
        gb = 10.0 ** (power - 1)
        parts.append(f'<text x="{left + 508}" y="{at + 4:.0f}">{gb:g} GB</text>')
    lines = (
        ("order, costs, weights, matrix", "#1b4f9c", "segments", [y(_whole(o), -1) for o in sizes]),
        ("import", "#2f7d32", "ways", [y(one["import_s"], -1) for one in sizes]),
        ("memory", "#b3541e", "segments", [y(one["memory_gb"], -2) for one in sizes]),
    )
    for name, colour, by, down in lines:
        across = [x(one[by]) for one in sizes]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, down, strict=True))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>'
            for a, b in zip(across, down, strict=True)
        ]
        parts.append(
            f'<text x="{across[0]:.0f}" y="{down[0] - 10:.0f}" fill="{colour}">{name}</text>'
        )
    first = x(sizes[0]["segments"]), y(_whole(sizes[0]), -1)
    ratio = sizes[-1]["segments"] / sizes[0]["segments"]
    last = x(sizes[-1]["segments"]), y(_whole(sizes[0]) * ratio, -1)
    parts.append(
        f'<path d="M{first[0]:.1f} {first[1]:.1f}L{last[0]:.1f} {last[1]:.1f}" stroke="#888" '
        'stroke-dasharray="4 4"/>'
    )
    parts.append(
        f'<text x="{left}" y="{low + 40}">segments; left: processor seconds of all steps (dashed: '
        "in proportion); right: memory</text></svg>"
    )
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    if sys.argv[1:2] == ["--write"]:
        write_country(int(sys.argv[3]), Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--import"]:
        measure(Path(sys.argv[2]), ask=False)
    elif sys.argv[1:2] == ["--direct"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(tuple(int(one.replace("_", "")) for one in sys.argv[1:]) or SIZES)
