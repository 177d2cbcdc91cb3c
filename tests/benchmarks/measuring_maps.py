"""Maps of many roads, ours and plain Folium's: how heavy, and how long to the first view."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import bench_maps

from layers.area import load_area
from layers.roads.profile import Profile
from layers.store.store import load_network

SEGMENTS = 50_000
AREA = "benchmark"


def maps(work: Path, problems: dict[str, str]) -> None:
    """Draw the first 50,000 roads twice, and open both in Chromium if there is one."""
    print("maps …", flush=True)  # noqa: T201
    os.environ["CHAIDAEN_HOME"] = str(work / "home")
    network = load_network(load_area(AREA))
    count = min(SEGMENTS, len(network.segments))
    offsets = network.profile.offsets[: count + 1]
    kept = ("distance_m", "elevation_m", "radius_m")
    arrays = (getattr(network.profile, name)[: offsets[-1]] for name in kept)
    some = replace(
        network, segments=network.segments.iloc[:count], profile=Profile(offsets, *arrays)
    )
    rows = {"ours": {}, "folium": {}}
    for name, make in (("folium", bench_maps.plain), ("ours", bench_maps.ours)):
        began = time.perf_counter()
        html = make(some)
        spent = time.perf_counter() - began
        size = len(html.encode()) / 1e6
        rows[name]["map"] = {"seconds": spent, "note": f"{count:,} segments"}
        rows[name]["map size"] = {"seconds": size, "note": "MB"}
        folder = work / f"map {name}"
        folder.mkdir(exist_ok=True)
        try:
            seen = bench_maps.browsed(html, folder)
        except BaseException as error:  # noqa: BLE001 - a skip of pytest is one too
            problems[f"first view of {name}"] = str(error).splitlines()[0]
        else:
            rows[name]["first view"] = {"seconds": seen["first view"] / 1000, "note": ""}
    import folium

    (work / "folium.json").write_text(
        json.dumps({"rows": rows["folium"], "version": folium.__version__})
    )
    ours = json.loads((work / "ours.json").read_text("utf-8"))
    ours["rows"] |= rows["ours"]
    (work / "ours.json").write_text(json.dumps(ours))
