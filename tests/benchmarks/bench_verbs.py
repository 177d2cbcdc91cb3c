"""Time whole commands beside the start of the libraries they stand on, on both sources of roads.

One unit is the user time of `python -c "import geopandas, numba, rasterio, scipy.sparse"` in
the same run. Each command is run once before, so that what it keeps between runs is there.
Nothing passes or fails by its time.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from contextlib import suppress

import numpy as np
import pytest

from geo.routing.route import find_routes
from geo.study import open_study
from layers.errors import NoRoadError, NoRouteError
from layers.store.importing import import_area
from layers.tables.places import Place

UNIT = ("-c", "import geopandas, numba, rasterio, scipy.sparse")
AREA = "mae_hong_son"
VERBS = {
    "help": ("--help",),
    "route": ("route", AREA, "Mae Hong Son", "Chiang Mai"),
    "access": ("access", AREA, "--to", "hospital"),
    "freight": ("freight", AREA),
    "compare": (
        "compare",
        AREA,
        "--scenario",
        "samoeng_highway",
        "--scenario",
        "upgrade_1263",
    ),
}
ASKED = {"route": 1.6, "access": 2.5, "freight": 4.0, "compare": 9.0}
"""Units that a second run of a verb may take."""
SOURCES = ("osm", "strategic")
"""Roads that ship with the area, and its strategic network."""
ROUTES = 1000
WARM = 30
"""Routes after which all roads are driven."""


def user_s(*words: str, home: str) -> float:
    """Return the seconds of user time that a Python process takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(
        [sys.executable, *words],
        env=os.environ | {"CHAIDAEN_HOME": home},
        capture_output=True,
        check=True,
    )
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> str:
    return str(tmp_path_factory.mktemp("kept"))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("verb", VERBS)
def test_a_second_run_in_units_of_starting_up(benchmark, home, verb, source):
    if verb == "help" and source != SOURCES[0]:
        pytest.skip("help knows no roads")
    words = ("-m", "scripts.cli", *VERBS[verb])
    words += ("--source", source) if verb != "help" else ()
    user_s(*words, home=home)
    unit = min(user_s(*UNIT, home=home) for _ in range(3))
    spent: list[float] = []
    benchmark.pedantic(lambda: spent.append(user_s(*words, home=home)), rounds=3)
    units = min(spent) / unit
    benchmark.extra_info |= {"source": source, "units": round(units, 2)}
    asked = f", asked {ASKED[verb]:g}" if verb in ASKED else ""
    print(f"\n{verb} on {source}: {min(spent):.2f} s user, {units:.2f} units{asked}")  # noqa: T201


@pytest.mark.parametrize("roads", ["strategic", "osm", "andorra"])
def test_many_routes_in_one_process(benchmark, request, monkeypatch, home, roads):
    """Promise: at most 5 ms a route with geometry, legs and profile, once roads are driven."""
    if roads == "andorra":
        folder = request.getfixturevalue("sample_data") / "andorra"
        monkeypatch.setenv("CHAIDAEN_HOME", home)
        import_area("andorra", folder / "andorra.osm.pbf", dem=(folder / "andorra_srtm3.tif",))
    study = open_study("andorra") if roads == "andorra" else open_study(AREA, roads=roads)
    trip, nodes = study.trip("truck_10w"), study.network.nodes
    chosen = np.random.default_rng(1).choice(len(nodes), (ROUTES, 2))
    lon, lat = (nodes[name].to_numpy() for name in ("lon", "lat"))
    pairs = [
        [Place(str(at), str(at), "", "point", float(lon[at]), float(lat[at])) for at in pair]
        for pair in chosen[chosen[:, 0] != chosen[:, 1]]
    ]

    def found(some) -> float:
        """Find those that there are; return the kilometres."""
        km = 0.0
        for pair in some:
            with suppress(NoRoadError, NoRouteError):
                km += find_routes(trip, pair)[0].distance_m / 1000
        return km

    found(pairs[:WARM])

    def all_of_them() -> tuple[float, float]:
        start = time.process_time()
        km = found(pairs)
        return (time.process_time() - start) / len(pairs), km / len(pairs)

    each, km = benchmark.pedantic(all_of_them, rounds=1)
    count = len(study.network.segments)
    benchmark.extra_info |= {"ms_each": round(each * 1000, 2), "segments": count}
    print(f"\n{each * 1000:.2f} ms a route of {km:.0f} km on {roads}, {count:,} segments")  # noqa: T201
