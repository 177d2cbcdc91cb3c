"""What an area lacks to go from a strategic plan to a full one, and what that costs in trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.area import Area, read_boundary
from layers.crs import LON_LAT
from layers.errors import ChaidaenError
from layers.io.toml_file import read_toml
from layers.io.vector import read_shapes
from layers.roads.bare import read_roads
from layers.store.facilities import facilities, imported_settlements, settlements
from layers.store.store import has_terrain, imported_folder, load_terrain
from layers.strategic.sections import read_sections
from layers.tables.crossings import read_crossings
from layers.tables.hazards import read_hazards
from layers.tables.products import read_harvests, read_markets
from layers.tables.traffic_counts import read_traffic

STATES: Final = ("has", "partly", "lacks")
"""How much of a topic there is."""

GOOD: Final = ("A", "B")
"""Of `layers.io.tables.QUALITIES`: measured, or good."""

FINE_CELL_M: Final = 100.0
"""Terrain of larger cells reads slopes too low to be told (drape over SRTM3 is 90 m)."""

OFFICES: Final = ("district", "province_capital")
HOSPITAL: Final = "hospital"

_FILE = Path(__file__).parent / "readiness.toml"


@dataclass(frozen=True)
class Topic:
    """What is said of one topic, each in English and Thai; see `readiness.toml`.

    `shipped` is what is found of roads that ship with the area, and `main` where those are main
    roads alone.
    """

    title: tuple[str, ...]
    found: tuple[str, ...]
    costs: tuple[str, ...]
    add: tuple[str, ...]
    shipped: tuple[str, ...] = ()
    main: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Topics:
    """The tables of `readiness.toml`."""

    topics: Mapping[str, Topic]


@dataclass(frozen=True)
class Ready:
    """How much there is of one topic.

    Attributes
    ----------
    topic
        As in `readiness.toml`.
    state
        Of `STATES`.
    facts
        The numbers that say so.
    told
        In which text of a topic they stand.
    """

    topic: str
    state: str
    facts: Mapping[str, str | float]
    told: Literal["found", "shipped", "main"] = "found"

    def lines(self, area: Area, lang: str) -> tuple[str, str, str, str]:
        """Return title, what is found, what it costs and what adds it, in `th` or `en`."""
        said, at = read_topics()[self.topic], int(lang == "th")
        text: tuple[str, ...] = getattr(said, self.told)
        found = text[at].format(**self.facts) if self.facts else ""
        return said.title[at], found, said.costs[at], said.add[at].format(area=area.slug)


@cache
def read_topics() -> Mapping[str, Topic]:
    """Read what is said of every topic."""
    return read_toml(_FILE, _Topics, what="what areas need").topics


def readiness(area: Area) -> tuple[Ready, ...]:
    """Tell what an area has and lacks.

    Parameters
    ----------
    area
        The area.

    Returns
    -------
    topics
        In the order of `readiness.toml`; what cannot be read is left out, since
        `layers.setup.checking.check_area` says why.
    """
    told = []
    for topic in read_topics():
        with suppress(ChaidaenError):
            told.append(_LOOK[topic](area))
    return tuple(told)


def _ready(topic: str, share: float, facts: Mapping[str, str | float]) -> Ready:
    """Judge by the share of what there should be that is there."""
    return Ready(topic, STATES[0 if share >= 1 else 1 if share > 0 else 2], facts)


def _share(known: float, wanted: float) -> float:
    return known / wanted if wanted else 0.0


def _boundary(area: Area) -> Ready:
    frame = read_shapes(area.layers.boundary)
    quality = str(frame["quality"].iloc[0]) if "quality" in frame else ""
    facts: dict[str, str | float] = {"quality": quality} if quality else {}
    return _ready("boundary", 0.5 if quality and quality not in GOOD else 1, facts)


def _roads(area: Area) -> Ready:
    if imported_folder(area.slug).is_dir():
        return Ready("roads", "has", {})
    if area.layers.roads is not None:
        return _shipped(area, area.layers.roads)
    if not area.layers.highways:
        return Ready("roads", "lacks", {})
    sections = read_sections(area)
    table, places = sections.table, sections.gazetteer
    near = _near(area)
    here = np.zeros(len(table), bool)
    for column in ("from_id", "to_id"):
        here |= _within(places.loc[table[column]], near)
    km, good = table["length_km"], table["quality"].isin(GOOD)
    sourced = _share(float(km[here & good].sum()), float(km[here].sum()))
    return Ready("roads", "partly", {"km": float(km[here].sum()), "sourced": sourced})


def _shipped(area: Area, path: Path) -> Ready:
    """Look at roads that ship: whole about the area, or its main roads alone."""
    roads = read_roads(path)
    here = _within(roads.nodes.iloc[roads.ends[:, 0]], _near(area))
    km = float(roads.length_m[here].sum() / 1000)
    if shapely.from_wkt(roads.about["all_within"]).is_empty:
        return Ready("roads", "partly", {"km": km}, "main")
    return Ready("roads", "has", {"km": km}, "shipped")


def _terrain(area: Area) -> Ready:
    if not has_terrain(area):
        return Ready("terrain", "lacks", {})
    terrain = load_terrain(area)
    shape = read_boundary(area)
    covered = shapely.box(*terrain.bounds).intersection(shape).area / shape.area
    grain = terrain.usual_grain_m(shape.bounds)
    share = covered if grain <= FINE_CELL_M else min(covered, 0.5)
    return _ready("terrain", share, {"cell_m": grain, "covered": covered})


def _people(area: Area) -> Ready:
    tables = area.layers.places or area.layers.villages
    if not tables and imported_settlements(area).empty:
        return Ready("people", "lacks", {"fine": 0, "offices": 0, "unknown": 0})
    people = settlements(area)
    offices = int(people["kind"].isin(OFFICES).sum())
    unknown = int((~(people["population"] > 0)).sum())
    fine = len(people) - offices
    whole = not offices and not unknown
    facts = {"fine": fine, "offices": offices, "unknown": unknown}
    return _ready("people", 1 if whole else 0.5, facts)


def _capacity(area: Area) -> Ready:
    there = facilities(area, HOSPITAL)
    there = there[_within(there, _near(area))]
    return _known("capacity", there["capacity"])


def _harvests(area: Area) -> Ready:
    return _known("harvests", read_harvests(area)["tonnes_per_year"])


def _prices(area: Area) -> Ready:
    return _known("prices", read_markets(area)["price_thb_per_kg"])


def _known(topic: str, values: pd.Series) -> Ready:
    """Judge by how many values are known."""
    known = int(values.notna().sum())
    return _ready(topic, _share(known, len(values)), {"known": known, "all": len(values)})


def _hazards(area: Area) -> Ready:
    here = int(_within(read_hazards(area), _near(area)).sum())
    return _ready("hazards", min(here, 1), {"here": here})


def _traffic(area: Area) -> Ready:
    counts = read_traffic(area)
    here = int((_within(counts, _near(area)) & (counts["scales"] == "yes")).sum())
    return _ready("traffic", min(here, 1), {"here": here})


def _crossings(area: Area) -> Ready:
    if not area.layers.crossings:
        return Ready("crossings", "lacks", {"here": 0, "good": 0})
    crossings = read_crossings(area)
    crossings = crossings[_within(crossings, _near(area))]
    good = crossings["quality"].isin(GOOD) & (crossings["status"] != "unknown")
    good &= (crossings["status_date"] != "") & (crossings["hours"] != "")
    share = _share(float(good.sum()), len(crossings)) if len(crossings) else 1.0
    return _ready("crossings", share, {"here": len(crossings), "good": int(good.sum())})


def _near(area: Area) -> BaseGeometry:
    """Return the area with half its margin around it, in degrees: outlines may be coarse."""
    shape = gpd.GeoSeries([read_boundary(area)], crs=LON_LAT).to_crs(area.crs)
    wide = shape.buffer(area.margin_km * 500).to_crs(LON_LAT).iloc[0]
    return cast("BaseGeometry", wide)


def _within(table: pd.DataFrame, shape: BaseGeometry) -> NDArray[np.bool_]:
    """Say which rows of a table with `lon` and `lat` lie inside."""
    inside = shapely.contains_xy(shape, table["lon"].to_numpy(), table["lat"].to_numpy())
    return np.asarray(inside, bool)


_LOOK: Final[Mapping[str, Callable[[Area], Ready]]] = {
    "boundary": _boundary,
    "roads": _roads,
    "terrain": _terrain,
    "people": _people,
    "capacity": _capacity,
    "harvests": _harvests,
    "prices": _prices,
    "hazards": _hazards,
    "traffic": _traffic,
    "crossings": _crossings,
}
