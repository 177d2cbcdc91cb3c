"""The page of a comparison: one table, targets met or missed, and how to repeat it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

GROWTH = Path(__file__).parents[2] / "docs" / "growth.json"

WORK: Final = {
    "import": "import of the file",
    "costs": "costs of a vehicle on every segment, from grades and bends",
    "order": "order of the graph, once per topology",
    "weights": "new weights for the whole network",
    "matrix": "300 by 300 travel times",
    "bare routes": "1,000 routes: way, time and line, as the peers give them",
    "routes": "the same with all that a route of ours tells",
    "closures": "50 closures, each with a 300 by 300 matrix",
    "criticality": "every link lost in turn",
    "surface": "walking surface",
    "isochrones": "isochrones of 15, 30 and 60 minutes",
    "map": "map of the roads, made",
    "first view": "map, to the first view",
    "report": "whole report of the embedded area",
}
PEER: Final = {
    "osrm": "OSRM",
    "valhalla": "Valhalla",
    "igraph": "igraph",
    "scipy": "scipy",
    "networkx": "networkx, as OSMnx routes",
    "skimage": "scikit-image `MCP_Geometric`",
    "xrspatial": "xarray-spatial `cost_distance`",
    "grass": "GRASS `r.walk`",
    "folium": "plain `folium.GeoJson`",
}
TARGETS: Final = (
    ("matrix", "matrix", "osrm", "matrix ch", 0.5),
    ("new weights", "weights", "osrm", "weights mld", 0.02),
    ("import with terrain", "import", "valhalla", "import", 0.7),
    ("1,000 routes, way, time and line", "bare routes", "valhalla", "routes", 0.1),
    ("1,000 routes, way, time and line", "bare routes", "osrm", "routes ch", 3.0),
    ("the same with all that is told of ours", "routes", "valhalla", "routes", 0.1),
    ("the same with all that is told of ours", "routes", "osrm", "routes ch", 3.0),
    ("surface", "surface", "grass", "surface", 0.15),
    ("criticality", "criticality", "networkx", "criticality", 0.001),
)
NOT_DRAPED: Final = (
    "Segments are what is left of the ways of a file between junctions. A row that was not made "
    "ready is one of which laying the roads over the terrain would take more memory than there "
    "is: it was imported in one process, and asked the rest in another that made as many segments "
    "as the others have ways, without files. Draping is what is first to be cut into parts."
)
WHY: Final = {
    "routes": (
        "a route of ours carries legs, heights, grades, speeds, fuel, cost and spread along "
        "all of its way, made in Python of arrays; what the peers give is the row above"
    ),
    "import": (
        "half of it reads, joins and writes roads, waters and houses, which alone takes about as "
        "long as Valhalla; the other half, at first use, lays every road over the terrain at "
        "steps of 20 m and smooths, cuts and fills it, which Valhalla's tiles are without. The "
        "longest step of all, joining roads, is a seventh of the whole"
    ),
    "weights": (
        "nine tenths of ours is the customisation of the library under the engine, on one core and "
        "in memory; that of `osrm-customize` counts reading its files, and differs by a fifth "
        "between runs"
    ),
    "surface": "profiled with counts: of 16 neighbours of a cell 4 pass the bound that needs"
    " no heights and 2 the second, and those 2 shorten a time, so that no move is costed in vain;"
    " a cell is queued 1.5 times and worked on once. In a processor's cache that takes 120 ns a"
    " cell; in a province 60 more go by waiting for memory, though what comes next is asked for"
    " ahead, and 20 by laying out and copying",
    "matrix": "both in memory, ours on one core; OSRM's table goes through its Python binding",
    "criticality": (
        "between few places, so that the loop could be measured at all: the loop grows with the "
        "links on best ways times the destinations, ours with the destinations alone"
    ),
}


def page(
    found: Mapping[str, Any],
    problems: Mapping[str, str],
    machine: Mapping[str, str],
    file: str,
    when: tuple[date, float],
) -> str:
    """Return the page as Markdown.

    Parameters
    ----------
    found
        By tool: `rows` (work: seconds, cpu, note), `version`, `about`.
    problems
        Why a tool is not there.
    machine
        What the run ran on.
    file
        Name of the file of roads.
    when
        Day, and seconds of the run.
    """
    day, spent = when
    order = ["ours", *PEER]
    found = dict(sorted(found.items(), key=lambda one: (*order, one[0]).index(one[0])))
    ours = found.get("ours", {"rows": {}, "about": {}})
    about = ours.get("about", {})
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; nothing here is written by hand.",
        "",
        (
            f"{day}, `{file}`: {about.get('segments', 0):,} segments, "
            f"{about.get('nodes', 0):,} nodes, {about.get('km', 0):,.0f} km. "
            f"The run took {spent / 60:.0f} minutes."
        ),
        "",
        (
            f"{machine['processor']}, {machine['memory']}, {machine['system']}, Python "
            f"{machine['python']}, numpy {machine['numpy']}, numba {machine['numba']}, this "
            f"toolkit at `{machine['commit']}`. The load of the machine before the run was "
            f"{machine['load']}: where that is more than 0, others used it too. Ratios are of "
            "processor seconds (all cores added up), which others disturb least; seconds on the "
            "clock stand beside them. Of what is over soon the least of some runs is told, of what "
            "takes long the only one."
        ),
        "",
        "| work | this toolkit | peer | its time | ours / its |",
        "|---|--:|---|--:|--:|",
        *_rows(found),
        "",
        "## Targets",
        "",
        "| | target | measured | |",
        "|---|--:|--:|---|",
        *_targets(found),
        "",
        "## Notes",
        "",
        *_notes(found),
        "",
        "## Peers",
        "",
        "| | version |",
        "|---|---|",
        *(
            f"| {PEER[name]} | {told['version']} |"
            for name, told in found.items()
            if name in PEER and "version" in told
        ),
        *(f"| {PEER.get(name, name)} | not measured: {why} |" for name, why in problems.items()),
        "",
        (
            "Repeat it: `make bench`, or `python tests/benchmarks/side_by_side.py --osm FILE "
            "--dem FILE` for another file. It makes an environment of its own for the peers in the "
            "user's cache folder (`CHAIDAEN_BENCH_PYTHON` names its Python; 3.12 or newer has "
            "wheels of all), and takes GRASS and Chromium where they are installed."
        ),
        "",
        *_growth(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _rows(found: Mapping[str, Any]) -> list[str]:
    """Return a row for every work and peer."""
    ours = found.get("ours", {}).get("rows", {})
    lines = []
    for work, title in WORK.items():
        own = ours.get(work) or found.get("report", {}).get("rows", {}).get(work)
        beside = [
            (name, kind, told)
            for name, side in found.items()
            if name in PEER
            for kind, told in side["rows"].items()
            if kind.removesuffix(" ch").removesuffix(" mld") == _peer_work(work)
        ]
        if own is None and not beside:
            continue
        first = [title, _time(own) if own else "-"]
        for name, kind, told in beside or [("", "", None)]:
            algorithm = {"ch": " CH", "mld": " MLD"}.get(kind.split(" ")[-1], "")
            cells = ["", "", ""]
            if told:
                ratio = _cpu(own) / _cpu(told) if own and _cpu(told) else float("nan")
                cells = [f"{PEER[name]}{algorithm}", _time(told), f"{ratio:.2g}"]
            lines.append("| " + " | ".join([*first, *cells]) + " |")
            first = ["", ""]
    for name in ("ours", "folium"):
        size = found.get(name, {}).get("rows", {}).get("map size")
        if size:
            title = "this toolkit" if name == "ours" else PEER[name]
            lines.append(f"| size of the map, {title} | {size['seconds']:.1f} MB | | | |")
    return lines


def _peer_work(work: str) -> str:
    """Say with which of a peer's works one of ours is compared."""
    return {"bare routes": "routes"}.get(work, work)


def _cpu(told: Mapping[str, Any]) -> float:
    """Return processor seconds, or those of the clock where no others are known."""
    return float(told.get("cpu", told["seconds"]))


def _time(told: Mapping[str, Any]) -> str:
    """Spell both seconds."""
    if "cpu" not in told:
        return _spelt(told["seconds"])
    return f"{_spelt(told['cpu'])} ({_spelt(told['seconds'])})"


def _spelt(seconds: float) -> str:
    """Spell seconds with three digits."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:,.3g} s" if seconds < 1000 else f"{seconds:,.0f} s"


def _targets(found: Mapping[str, Any]) -> list[str]:
    """Say of every target whether it is met, and why not."""
    lines = []
    ours = found.get("ours", {}).get("rows", {})
    for title, work, peer, theirs, most in TARGETS:
        told = found.get(peer, {}).get("rows", {}).get(theirs)
        name = f"{title}, against {PEER[peer]}{' CH' if theirs.endswith(' ch') else ''}"
        if told is None or work not in ours:
            lines.append(f"| {name} | ≤ {most:g} | - | not measured |")
            continue
        ratio = _cpu(ours[work]) / _cpu(told)
        verdict = "met" if ratio <= most else f"**missed**: {WHY[work]}"
        lines.append(f"| {name} | ≤ {most:g} | {ratio:.2g} | {verdict} |")
    return lines


def _notes(found: Mapping[str, Any]) -> list[str]:
    """List what was said beside figures."""
    lines = []
    for name, side in found.items():
        title = PEER.get(name, "this toolkit")
        for work, told in side["rows"].items():
            if told["note"] and work != "map size":
                lines.append(f"- {title}, {work}: {told['note']}")
        for what, value in side.get("about", {}).items():
            if ":" in what:
                lines.append(f"- {title}, {what}: {value}")
    return lines


def _growth() -> list[str]:
    """Return the section on growth, as its own run wrote it down."""
    if not GROWTH.exists():
        return []
    told = json.loads(GROWTH.read_text("utf-8"))
    names = ("import_s", "ready_s", "order_s", "costs_s", "weights_s", "matrix_s")
    rows = []
    for one in told["sizes"]:
        cells = [f"{one[name]:,.3g}" if name in one else "-" for name in names]
        cells = [f"{one['ways']:,}", f"{one['segments']:,}", *cells, f"{one['memory_gb']:.1f}"]
        rows.append(f"| {' | '.join(cells)} |")
    return [
        "## Growth",
        "",
        (
            f"{told['day']}, `python tests/benchmarks/growth.py`: a generated mountain country "
            "(valleys, passes, settlements and roads along them; `tests/benchmarks/mountains.py`), "
            "written as `.osm.pbf` with its terrain as a GeoTIFF, imported, draped, ordered, "
            "costed and asked 100 by 100 travel times. Processor seconds; weights are the first "
            "of a topology, which make for all later ones what tables of many need of it; memory "
            "is the most that the process held."
        ),
        "",
        "| ways | segments | import | made ready | order | costs | weights | 100 by 100 | GB |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *rows,
        "",
        told["slope"],
        "",
        NOT_DRAPED,
        "",
        "![Time and memory against size](growth.svg)",
    ]
