"""Set this toolkit beside its peers, in one run on the same files: `make bench`.

    python tests/benchmarks/side_by_side.py [--osm FILE] [--dem FILE …] [--skip NAME …]

By default the files are those that `CHAIDAEN_TEST_DATA` names. Peers come from PyPI into an
environment of their own in the user's cache folder; what is not there is left out, and the
page says why. The page is `docs/benchmarks.md`, and nothing in it is written by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import page
from measuring_maps import maps
from peers.environment import environment
from peers.sheet import PACKAGE

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LONGEST_S = 2400
"""After so long a side is ended; what it told until then is on the page."""
FULLEST = "mhs_osm/mhs_osm2021.osm.pbf"
TERRAIN = ("mhs_dem/srtm3_n18e098.tif", "mhs_dem/mhs_dem_public_domain_6s.tif")


def run(name: str, words: list[str], work: Path, problems: dict[str, str]) -> None:
    """Run one side; whatever goes wrong is told on the page."""
    print(f"{name} …", flush=True)  # noqa: T201
    home = {"CHAIDAEN_HOME": str(work / "home"), "PYTHONPATH": str(ROOT)}
    try:
        with tempfile.TemporaryFile("w+") as stderr:
            ended = subprocess.run(
                words,
                env=os.environ | home,
                check=False,
                timeout=LONGEST_S,
                start_new_session=True,
                stderr=stderr,
            )
            stderr.seek(0)
            lines = stderr.read().strip().splitlines()
    except subprocess.TimeoutExpired:
        problems[name] = f"ended after {LONGEST_S} s"
    else:
        if ended.returncode:
            problems[name] = lines[-1] if lines else f"exit code {ended.returncode}"


def begun(work: Path, *, keep: bool) -> dict[str, str]:
    """Return version and load of the machine when measuring began, as they were written down."""
    path = work / "begun"
    if not (keep and path.exists()):
        words = ["git", "rev-parse", "--short", "HEAD"]
        found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        told = {"commit": found.stdout.strip(), "load": f"{load:.1f}"}
        path.write_text(json.dumps(told))
    first: dict[str, str] = json.loads(path.read_text())
    return first


def machine() -> dict[str, str]:
    """Say what the run ran on."""
    model, memory = platform.processor(), ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(
            (x.partition(":")[2].strip() for x in lines if x.startswith("model name")), model
        )
        total = next(x for x in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in x)
        memory = f"{int(total.split()[1]) / 2**20:.0f} GB"
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "memory": memory,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "numba": version("numba"),
    }


def options() -> argparse.Namespace:
    """Read what was asked, and find the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--osm", type=Path)
    parser.add_argument("--dem", type=Path, action="append", default=[])
    parser.add_argument("--skip", action="append", default=[])
    parser.add_argument("--work", type=Path)
    parser.add_argument(
        "--together",
        action="store_true",
        help="peers side by side: on a machine that others use, where only processor seconds count",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="sides whose figures stand in --work are not measured again",
    )
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--report", action="store_true", help="the whole report, too: minutes")
    asked = parser.parse_args()
    if asked.osm is None:
        data = Path(os.environ.get("CHAIDAEN_TEST_DATA", ""))
        if not (data / FULLEST).is_file():
            sys.exit("--osm FILE --dem FILE, or CHAIDAEN_TEST_DATA that holds " + FULLEST)
        asked.osm, asked.dem = data / FULLEST, [data / one for one in TERRAIN]
    asked.work = asked.work or Path(tempfile.mkdtemp(prefix="chaidaen-bench-"))
    asked.work.mkdir(parents=True, exist_ok=True)
    return asked


def all_sides(asked: argparse.Namespace, problems: dict[str, str]) -> None:
    """Run every side that is there."""
    work, peers = str(asked.work), str(environment(problems))
    routers, libraries = (str(HERE / "peers" / f"{name}.py") for name in ("routers", "libraries"))
    sides = {
        "ours": [sys.executable, str(HERE / "ours.py"), work, str(asked.osm), *map(str, asked.dem)],
        **{name: [peers, routers, work, str(asked.osm), name] for name in ("osrm", "valhalla")},
        **{
            name: [peers, libraries, work, name]
            for name in ("igraph", "scipy", "skimage", "xrspatial", "networkx")
        },
        "grass": [sys.executable, str(HERE / "peers" / "grass.py"), work],
    }
    others: list[threading.Thread] = []
    for name, words in sides.items():
        if asked.keep and (asked.work / f"{name}.json").exists():
            continue
        if name in asked.skip:
            problems[name] = "left out of this run"
        elif name == "grass" and not shutil.which("grass"):
            problems[name] = "GRASS is not installed (Debian: apt install grass-core)"
        elif PACKAGE.get(name, name) in problems:
            problems[name] = problems.pop(PACKAGE.get(name, name))
        elif asked.together and name != "ours":
            given = (name, words, asked.work, problems)
            others.append(threading.Thread(target=run, args=given))
            others[-1].start()
        else:
            run(name, words, asked.work, problems)
    for thread in others:
        thread.join()


def main() -> None:
    """Measure all, and write the page."""
    asked = options()
    began, problems = time.time(), {}
    first = begun(asked.work, keep=asked.keep)
    all_sides(asked, problems)
    drawn = asked.keep and (asked.work / "folium.json").exists()
    if "maps" not in asked.skip and not drawn:
        maps(asked.work, problems)
    if asked.report:
        words = [sys.executable, "-m", "scripts.cli", "report", "mae_hong_son", "--quiet"]
        start = time.perf_counter()
        run("report", [*words, "--output", str(asked.work / "report")], asked.work, problems)
        if "report" not in problems:
            spent = time.perf_counter() - start
            told = {"rows": {"report": {"seconds": spent, "note": "all parts"}}}
            (asked.work / "report.json").write_text(json.dumps(told))
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in asked.work.glob("*.json")}
    found = {name: told for name, told in found.items() if "rows" in told}
    clock = asked.work / "seconds"
    before = float(clock.read_text()) if asked.keep and clock.exists() else 0.0
    spent = before + time.time() - began
    clock.write_text(str(spent))
    when = (date.today(), spent)  # noqa: DTZ011
    text = page.page(found, problems, machine() | first, asked.osm.name, when)
    asked.page.write_text(text, encoding="utf-8", newline="\n")
    print(f"{asked.page} after {spent / 60:.0f} min")  # noqa: T201


if __name__ == "__main__":
    main()
