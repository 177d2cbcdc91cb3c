"""An area whose every name is code to a careless page, and every kind of page of it."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import valley
from commands import dem_file, done, osm_file

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'

# More roads than the valley has: a second way, so that something can fail; and what people
# go to, with a city where they live.
ROADS = (
    "hm,13,Road round,ทางอ้อม,hub,mid,90,trunk,rolling,asphalt,4,14,,,,,,,drawn,,E\n"
    "mc,13,Road round,ทางอ้อม,mid,city,80,trunk,rolling,asphalt,4,14,,,,,,,drawn,,E\n"
    "tx,,Way round,ทางรอง,town,hub,60,tertiary,hilly,asphalt,2,6,,,,,,,drawn,,E\n"
)
PLACES = (
    "mid,Mid,กลาง,junction,98.70,19.15,350,,,,drawn,,E\n"
    "clinic,Hospital,โรงพยาบาล,hospital,99.30,19.00,400,,,,drawn,,E\n"
    "bazaar,Market,ตลาด,market,98.20,19.00,350,,,,drawn,,E\n"
)
SCENARIO = """title_en = '{0} {1}'
title_th = '{0} {2}'
source = '{1}'
quality = "E"
[[changes]]
kind = "{3}"
where = {{ ref = "{4}" }}
"""
FASTER = 'highway = "trunk"\nwidth_m = 12\nmin_radius_m = 120\n'
FAST = ("--vehicle", "truck_6w", "--vehicle", "semi_trailer")


def _table(text: str) -> str:
    """Make the names, notes and sources of a table hostile: Thai ones otherwise than English."""
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        row |= {key: f"{row[key]} {SCRIPT}" for key in ("name_en", "note") if key in row}
        row |= {key: f"{row[key]} {IMAGE}" for key in ("name_th", "source") if key in row}
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]) if rows else text.strip().split(","))
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def write_area(home: Path) -> None:
    """Write the valley with more roads and hostile names, and two scenarios of it."""
    tables = valley.TABLES | {
        "places": valley.PLACES.replace("19.00,400,,", "19.00,400,90000,") + PLACES,
        "highways": valley.HIGHWAYS + ROADS,
    }
    folder = valley.write_valley(home, **{name: _table(text) for name, text in tables.items()})
    toml = folder / "area.toml"
    text = toml.read_text(encoding="utf-8")
    text = text.replace('"Valley"', f"'Valley {SCRIPT}'").replace('"หุบเขา"', f"'หุบเขา {IMAGE}'")
    text = text.replace('"drawn"', f"'drawn {IMAGE}'").replace('"none"', f"'none {SCRIPT}'")
    extra = 'terrain = "terrain.tif"\neconomics = "economics.toml"\n[[sources]]'
    toml.write_text(text.replace("[[sources]]", extra), encoding="utf-8")
    dem_file(folder / "terrain.tif", west=97.7, cell=0.01, slope=1)
    valley.few_classes(folder / "economics.toml")
    (folder / "scenarios").mkdir()
    faster = SCENARIO.format("Faster", SCRIPT, IMAGE, "change-roads", "1095") + FASTER
    shut = SCENARIO.format("Shut", SCRIPT, IMAGE, "close-roads", "11")
    for name, scenario in (("faster", faster), ("shut", shut)):
        (folder / "scenarios" / f"{name}.toml").write_text(scenario, encoding="utf-8")


def write_osm(home: Path) -> None:
    """Import a file of OpenStreetMap whose roads have hostile names."""
    names = {"name": f"Road {SCRIPT}", "name:th": f"ถนน {IMAGE}", "highway": "primary"}
    files = home.parent / "osm"
    osm = osm_file(files / "x.osm", roads=(("AB", names), ("BC", names), ("BD", names)))
    done("import", "roads", "--osm", osm, "--dem", dem_file(files / "x.tif", slope=1), "--quiet")


COMMANDS = {
    "route": ("route", "valley", "town", "north", "--via", "hub", "--alternatives", "1"),
    "osm": ("route", "roads", "98.0,19.0", "98.2,19.0"),
    "access": ("access", "valley", "--to", "hospital", "--resolution", "500"),
    "freight": ("freight", "valley", *FAST),
    "flow": ("freight", "valley", "--product", "cabbage", *FAST),
    "sites": ("freight", "valley", "--locate", "1", *FAST),
    "compare": (
        "compare",
        "valley",
        "--scenario",
        "faster",
        "--scenario",
        "shut",
        "--skip",
        "criticality",
    ),
    "risk": ("risk", "valley", "--demand", "people", "--samples", "20"),
    "failure": ("risk", "valley", "--link", "1095:0-30", "--days", "7"),
}
LITTLE = ("--to", "hospital", "--resolution", "1000", "--scenario", "faster")
REPORTS = {
    "report": ("valley", "index.html"),
    "routes": ("valley", "routes.html"),
}
KINDS = ("routes", *COMMANDS)
"""Pages with a map."""

WAIT_S = 120


class Pages:
    """Every kind of page of the hostile area, made once by whoever first asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._once("area", self.home / "written", self._areas)

    def __getitem__(self, kind: str) -> Path:
        if kind in REPORTS:
            area, file = REPORTS[kind]
            path = self.folder / f"รายงาน {area}" / file
            kind, arguments = f"report {area}", ("report", area, "--output", path.parent, *LITTLE)
        else:
            path = self.folder / f"แผนที่ {kind}.html"
            arguments = (*COMMANDS[kind], "--map", path)
        self._once(kind, path, lambda: done(*arguments, "--quiet", "--overwrite"))
        return path

    def _areas(self) -> None:
        write_area(self.home)
        write_osm(self.home)
        (self.home / "written").touch()

    def _once(self, name: str, path: Path, make: Callable[[], object]) -> None:
        """Make a file, or wait for the process that does: workers share the folder."""
        try:
            (self.folder / f"{name}.begun").touch(exist_ok=False)
        except FileExistsError:
            end = time.monotonic() + WAIT_S
            while not path.exists():
                assert time.monotonic() < end, f"{path} is not there: its maker failed"
                time.sleep(0.1)
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CHAIDAEN_HOME", str(self.home))
            make()
