"""Check every file of an area, and gather all problems rather than stop at the first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from layers.area import Area, read_boundary
from layers.errors import ChaidaenError
from layers.goals.targets import targets_of
from layers.setup.people_check import check_villages
from layers.store.store import imported_folder, read_network
from layers.strategic.network import read_strategic
from layers.tables.crossings import check_crossings, read_crossings, read_dwell
from layers.tables.hazards import read_hazards
from layers.tables.hubs import read_hubs
from layers.tables.places import gazetteer, read_places
from layers.tables.products import product_problems, read_harvests, read_markets, read_products
from layers.tables.traffic_counts import read_traffic
from layers.tables.zones import read_zones
from layers.terrain.own import own_terrain
from layers.terrain.terrain import Terrain

GRID = 200
"""Terrain is read at so many points each way, to see that it can be."""

STEEPEST = 0.10
"""No highway climbs more than this from one known height to the next."""


@dataclass(frozen=True)
class Findings:
    """What a check found.

    Attributes
    ----------
    facts
        One line per file that is sound.
    problems
        One line per file that is not, or per disagreement between files.
    """

    facts: tuple[str, ...]
    problems: tuple[str, ...]


def check_area(area: Area, *, vehicles: Collection[str] | None = None) -> Findings:
    """Read every file of an area and hold them against each other.

    Parameters
    ----------
    area
        The area.
    vehicles
        Ids of the vehicles there are; without them those of products are not checked.

    Returns
    -------
    findings
        All of them; nothing is raised for a bad file.
    """
    facts: list[str] = []
    problems: list[str] = []

    def products(area: Area) -> tuple[list[str], list[str]]:
        return _products(area, vehicles)

    for look in (
        _boundary,
        _zones,
        _places,
        _villages,
        _crossings,
        _hubs,
        _roads,
        _imported,
        _hazards,
        _traffic,
        products,
        _targets,
        _terrain,
        _cover,
    ):
        _gather(look, area, facts, problems)
    if not area.sources:
        problems.append(f"{area.folder / 'area.toml'}: names no [[sources]]; licences ask for them")
    return Findings(tuple(facts), _told_once(problems))


def _told_once(problems: Iterable[str]) -> tuple[str, ...]:
    """Keep what says most of a file: a bad table is met by every check that needs it."""
    parts: dict[str, set[tuple[str, str]]] = {}
    for problem in problems:
        file, _, rest = problem.partition(": ")
        parts[problem] = {(file, part) for part in rest.split("; ")}
    return tuple(
        problem
        for problem, own in parts.items()
        if not any(own < other for other in parts.values())
    )


def _gather(
    look: Callable[[Area], tuple[list[str], list[str]]],
    area: Area,
    facts: list[str],
    problems: list[str],
) -> None:
    """Run one check; an error of it is a problem like any other."""
    try:
        good, bad = look(area)
    except ChaidaenError as error:
        problems.append(str(error))
    else:
        facts.extend(good)
        problems.extend(bad)


def _boundary(area: Area) -> tuple[list[str], list[str]]:
    return [f"{area.layers.boundary.name}: {read_boundary(area).geom_type}"], []


def _zones(area: Area) -> tuple[list[str], list[str]]:
    zones = read_zones(area)
    counts = [f"{count} {level}s" for level, count in zones["level"].value_counts().items()]
    return [f"zones: {', '.join(counts)}"] if counts else [], []


def _villages(area: Area) -> tuple[list[str], list[str]]:
    return [check_villages(area)] if area.layers.villages else [], []


def _places(area: Area) -> tuple[list[str], list[str]]:
    places = read_places(area)
    known = set(gazetteer(area)["id"])
    named = [("home", area.home)] if area.home else []
    named += [("corridors", one) for one in area.corridors]
    bad = [
        f"{area.folder / 'area.toml'}: key {key!r}: {one!r} is no id of a place or crossing"
        for key, one in named
        if one not in known
    ]
    return [f"places: {len(places)}"], bad


def _crossings(area: Area) -> tuple[list[str], list[str]]:
    check_crossings(area, read_places(area))
    facts = [f"crossings: {len(read_crossings(area))}"]
    if area.layers.dwell:
        facts.append(f"dwell: {len(read_dwell(area))}")
    return facts, []


def _hubs(area: Area) -> tuple[list[str], list[str]]:
    hubs = read_hubs(area)
    sites = int((hubs["candidate"] == "yes").sum())
    return [f"hubs: {len(hubs)}, {sites} of them candidates"] if area.layers.hubs else [], []


def _roads(area: Area) -> tuple[list[str], list[str]]:
    if not area.layers.highways:
        return [], []
    network = read_strategic(area)
    km = network.length_m.sum() / 1000
    loose = int(network.nodes["component"].max())
    bad = [f"highways: the network falls into {loose + 1} parts that do not meet"] if loose else []
    rise = np.abs(np.diff(network.nodes["elevation_m"].to_numpy()[network.ends], axis=1))[:, 0]
    names = network.segments["name_en"].astype(str)
    bad += [
        f"highways: {names[at]!r} climbs {rise[at]:,.0f} m in "
        f"{network.length_m[at] / 1000:.1f} km; its heights or its length must be wrong"
        for at in np.flatnonzero(rise > STEEPEST * network.length_m)
    ]
    return [f"highways: {len(network.segments)} segments, {km:,.0f} km"], bad


def _imported(area: Area) -> tuple[list[str], list[str]]:
    folder = imported_folder(area.slug)
    if not folder.is_dir():
        return [], []
    network = read_network(folder)
    return [f"imported roads: {len(network.segments):,} segments, {network.source.title}"], []


def _hazards(area: Area) -> tuple[list[str], list[str]]:
    return [f"hazards: {len(read_hazards(area))}"], []


def _traffic(area: Area) -> tuple[list[str], list[str]]:
    counts = len(read_traffic(area))
    return [f"counted traffic: {counts}"] if counts else [], []


def _products(area: Area, vehicles: Collection[str] | None) -> tuple[list[str], list[str]]:
    problems = product_problems(area, vehicles=vehicles)
    if problems:
        return [], [*problems]
    counts = {
        "products": len(read_products(area)),
        "harvests": len(read_harvests(area)),
        "markets": len(read_markets(area)),
    }
    return [f"{name}: {count}" for name, count in counts.items()], []


def _targets(area: Area) -> tuple[list[str], list[str]]:
    targets = targets_of(area)
    if targets is None:
        return [], []
    return [f"targets: {len([*targets.each()])}, steps: {len(targets.steps)}"], []


def _terrain(area: Area) -> tuple[list[str], list[str]]:
    if not area.layers.terrain:
        return [], []
    found, problems = [], []
    for tile in own_terrain(area).tiles:
        # Each by itself: of several rasters the later ones are read only beyond the first.
        west, south, east, north = tile.bounds
        lon, lat = np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID))
        heights = Terrain((tile,)).sample(lon.ravel(), lat.ravel())
        if np.isnan(heights).all():
            problems.append(f"{tile.path}: holds no data")
            continue
        low, high = np.nanmin(heights), np.nanmax(heights)
        told = f"elevations {low:,.0f} to {high:,.0f} m, told every {tile.grain_m:,.0f} m"
        found.append(f"{tile.path.name}: {told}")
    return found, problems


def _cover(area: Area) -> tuple[list[str], list[str]]:
    if not area.layers.terrain:
        return [], []
    box = shapely.union_all([shapely.box(*tile.bounds) for tile in own_terrain(area).tiles])
    covered = box.contains(read_boundary(area))
    return [], [] if covered else [f"{area.layers.terrain[-1]}: does not cover the boundary"]
