"""OSRM and Valhalla on the same file and places; run by the Python of their environment.

    python routers.py FOLDER OSM osrm|valhalla

Writes `osrm.json` or `valhalla.json` into FOLDER.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from sheet import Clock, Sheet

FOLDER, OSM, TOOL = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
POINTS = np.load(FOLDER / "points.npz")
PLACES = [(float(x), float(y)) for x, y in zip(POINTS["lon"], POINTS["lat"], strict=True)]
PAIRS = POINTS["pairs"].tolist()
SHEET = Sheet(FOLDER, TOOL)
told = SHEET.told
MATRIX_SIDE, ROUTES = 300, 1000


def timed(*words: object) -> tuple[float, float]:
    """Run a program; return how long it took."""
    clock = Clock()
    subprocess.run(
        [str(w) for w in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return clock.spent()


def best_of(run, rounds: int = 3) -> tuple[float, float]:
    """Return the least seconds of several runs, after one that warms up."""
    run()
    spent = []
    for _ in range(rounds):
        clock = Clock()
        run()
        spent.append(clock.spent())
    return min(wall for wall, _ in spent), min(cpu for _, cpu in spent)


def osrm() -> None:
    """Extract, contract, partition, customise; matrix and routes by both algorithms."""
    import osrm as binding

    home = Path(binding.__file__).parent
    tool = lambda name: home / "bin" / f"osrm-{name}"  # noqa: E731
    folder = FOLDER / "osrm"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "mld").mkdir(parents=True)
    shutil.copy(OSM, folder / "roads.osm.pbf")
    profile = home / "share" / "profiles" / "car.lua"
    told("import", timed(tool("extract"), "-p", profile, folder / "roads.osm.pbf"), "no heights")
    base, mld = folder / "roads.osrm", folder / "mld" / "roads.osrm"
    for path in folder.glob("roads.osrm*"):
        shutil.copy(path, folder / "mld" / path.name)
    told("order mld", timed(tool("partition"), mld))
    told(
        "weights mld",
        min(timed(tool("customize"), mld) for _ in range(2)),
        "with reading its files",
    )
    _asked(binding, mld, "MLD", " mld")
    told("order ch", timed(tool("contract"), base), "order and weights in one")
    _asked(binding, base, "CH", " ch")


def _asked(binding, base: Path, algorithm: str, suffix: str) -> None:
    engine = binding.OSRM(
        storage_config=str(base),
        algorithm=algorithm,
        use_shared_memory=False,
        max_locations_distance_table=10_000,
    )
    table = binding.TableParameters(coordinates=PLACES, annotations=["duration"])
    told(f"matrix{suffix}", best_of(lambda: engine.Table(table)))

    def routes() -> int:
        found = 0
        for a, b in PAIRS:
            asked = binding.RouteParameters(
                coordinates=[PLACES[a], PLACES[b]], overview="full", geometries="polyline6"
            )
            try:
                found += len(engine.Route(asked)["routes"][0]["geometry"]) > 0
            except RuntimeError:
                continue
        return found

    clock = Clock()
    found = routes()
    told(f"routes{suffix}", clock.spent(), f"{found} found", ROUTES / found)


def valhalla() -> None:
    """Build tiles; matrix, routes and isochrones."""
    import valhalla as binding

    home = Path(binding.__file__).parent
    tiles = FOLDER / "valhalla"
    shutil.rmtree(tiles, ignore_errors=True)
    text = subprocess.run(
        [sys.executable, str(home / "valhalla_build_config.py"), "--mjolnir-tile-dir", str(tiles)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    config = json.loads(text)
    for key in ("tile_extract", "traffic_extract", "admin", "timezone", "landmarks"):
        config["mjolnir"].pop(key, None)
    for name in config["service_limits"]["auto"]:
        config["service_limits"]["auto"][name] = 10_000_000
    config["service_limits"]["isochrone"]["max_time_contour"] = 600
    for room in ("loki", "thor", "odin", "meili", "mjolnir"):
        config[room].setdefault("logging", {})
    config["logging"] = {"type": ""}
    path = FOLDER / "valhalla.config.json"
    path.write_text(json.dumps(config))
    told("import", timed(home / "bin" / "valhalla_build_tiles", "-c", path, OSM), "no heights")
    actor = binding.Actor(config)
    where = [{"lon": x, "lat": y} for x, y in PLACES]
    side = 100
    few = where[:side]
    asked = {"sources": few, "targets": few, "costing": "auto", "verbose": False}
    clock = Clock()
    actor.matrix(asked)
    note = f"{side} by {side} measured, times 9"
    told("matrix", clock.spent(), note, (MATRIX_SIDE / side) ** 2)
    found, clock = 0, Clock()
    for a, b in PAIRS[:200]:
        try:
            made = actor.route({"locations": [where[a], where[b]], "costing": "auto"})
        except RuntimeError:
            continue
        found += len(made["trip"]["legs"][0]["shape"]) > 0
    told("routes", clock.spent(), f"{found} measured", ROUTES / found)
    contours = [{"time": m} for m in (15, 30, 60)]
    told(
        "isochrones",
        best_of(
            lambda: actor.isochrone(
                {"locations": where[:1], "costing": "auto", "contours": contours, "polygons": True}
            ),
            2,
        ),
        "along roads",
    )


if __name__ == "__main__":
    {"osrm": osrm, "valhalla": valhalla}[TOOL]()
    SHEET.keep()
