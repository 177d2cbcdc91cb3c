"""Keep a network in a folder: its roads in one file, under a hash of what it was made from."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from layers.area import Area, user_areas_folder
from layers.errors import DataError, MissingFileError
from layers.io.files import fingerprint
from layers.roads.columnar import network_arrays, network_of
from layers.roads.inference import LIKELY, infer
from layers.roads.network import RoadNetwork, Source
from layers.store.kept import code_fingerprint, read_kept, write_kept
from layers.store.lock import settled
from layers.store.whole import STORED, read_whole
from layers.tables.traffic_counts import read_traffic
from layers.tables.villages import read_villages

if TYPE_CHECKING:
    from layers.roads.bare import BareRoads
    from layers.terrain.terrain import Terrain

FORMAT = 8
"""Goes up when what is stored changes; part of every hash."""

SOURCES = ("osm", "strategic")
"""What `--source` may name, the preferred one first."""

AGAIN = "import the area again, with --overwrite"
"""What a person is told to do with roads that cannot be read."""

ROADS = "network.roads"
"""Name of the file of roads in the folder of an import."""

LEVEL = 6
"""How hard its bytes are pressed: twice as quick as the hardest for a hundredth more."""


@dataclass(frozen=True)
class Stored:
    """What a folder of a network says of itself."""

    format: int
    fingerprint: str
    source: Source


def imported_folder(area_slug: str) -> Path:
    """Return where the imported network of an area is kept, beside the user's areas."""
    return settled(user_areas_folder() / area_slug / "network")


def load_network(area: Area, source: str = "", surfaces: str = LIKELY) -> RoadNetwork:
    """Load the roads of an area: what was imported, else what ships, else the strategic network.

    Made ready once, they are kept until something they depend on changes.

    Parameters
    ----------
    area
        The area.
    source
        `osm` or `strategic` forces one.
    surfaces
        What minor roads are taken for that nobody tagged, as for `layers.roads.inference.infer`.

    Returns
    -------
    network
        Ready for analysis.

    Raises
    ------
    DataError
        The area has no such source.
    """
    return keyed_network(area, source, surfaces)[0]


def keyed_network(area: Area, source: str = "", surfaces: str = LIKELY) -> tuple[RoadNetwork, str]:
    """Load the roads of an area with the hash of all that they were made from."""
    made_from, make = _network_source(area, source)
    villages = read_villages(area) if area.layers.villages else None
    key = fingerprint(made_from, surfaces, files=area.layers.villages)
    kept = read_kept(key)
    if kept is not None:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return network_of(kept.arrays, kept.about), key
    made = make()
    if _network_source(area, source)[0] != made_from:
        # An import ended meanwhile: these may be its roads, and the hash is that of others.
        return keyed_network(area, source, surfaces)
    network = infer(made, area.country, surfaces=surfaces, villages=villages)
    write_kept(key, *network_arrays(network))
    return network, key


def _network_source(area: Area, source: str) -> tuple[str, Callable[[], RoadNetwork]]:
    """Return the hash of what the roads are made from, and what makes them."""
    folder = imported_folder(area.slug)
    if source not in {"", *SOURCES}:
        raise DataError(f"source {source!r} is none of {', '.join(SOURCES)}")
    if source != "strategic" and not folder.is_dir() and area.layers.roads:
        return _own_key("shipped", area), lambda: _with_houses(area, _shipped(area))
    if source == "strategic" or (not source and not folder.is_dir() and area.layers.highways):
        key = _own_key("strategic", area)
        return key, lambda: _ready(area, _strategic(area))
    if not folder.is_dir():
        raise DataError(
            f"area {area.slug!r} has no imported roads; run: "
            f"chaidaen fetch {area.slug}, or chaidaen import {area.slug} --osm FILE --dem FILE"
        )
    key = fingerprint("imported", _version(), read_stored(folder), area.country)
    return key, lambda: _with_houses(area, read_network(folder))


# Most runs find roads kept and ready: what makes them, rasters and all, is imported when needed.


def _shipped(area: Area) -> RoadNetwork:
    """Make the roads that ship with an area."""
    from layers.store.shipped import shipped_network

    return shipped_network(area)


def _strategic(area: Area) -> RoadNetwork:
    """Make the strategic network of an area."""
    from layers.strategic.network import read_strategic

    return read_strategic(area)


def _with_houses(area: Area, network: RoadNetwork) -> RoadNetwork:
    """Make roads ready whose minor ones tell where houses stand."""
    from layers.roads.built_up import with_built_up

    return _ready(area, with_built_up(network))


def _ready(area: Area, network: RoadNetwork) -> RoadNetwork:
    """Add what an area's tables know of its roads."""
    from layers.roads.counted import with_counts

    return with_counts(network, read_traffic(area) if area.layers.traffic else None)


def _own_key(kind: str, area: Area) -> str:
    """Hash all that is made from files of the area."""
    tables = [getattr(area.layers, one.name) for one in dataclasses.fields(area.layers)]
    files = [path for one in tables for path in (one if isinstance(one, tuple) else (one,))]
    there = tuple(path for path in files if isinstance(path, Path) and path.is_file())
    grain = area.layers.terrain_grain_m
    meant = (area.slug, area.title_en, area.crs, area.country, area.margin_km, area.sources, grain)
    return fingerprint(kind, _version(), meant, [path.name for path in there], files=there)


def _version() -> str:
    """Hash the code that makes networks."""
    layers = Path(__file__).parents[1]
    rooms = ("io", "roads", "terrain", "strategic", "tables", "store")
    return code_fingerprint(layers / "area.py", layers / "crs.py", *(layers / r for r in rooms))


def load_terrain(area: Area) -> Terrain:
    """Open the terrain of an area: that of its import, else its own.

    Raises
    ------
    DataError
        The area has neither.
    """
    from layers.terrain.own import own_terrain
    from layers.terrain.terrain import open_terrain

    imported = imported_terrain(area)
    if imported:
        return open_terrain(*imported)
    if not area.layers.terrain:
        raise DataError(f"area {area.slug!r} has no terrain; import it with --dem FILE")
    return own_terrain(area)


def imported_terrain(area: Area) -> list[Path]:
    """Return the rasters of an area's import, the first to be asked first."""
    return _rasters(imported_folder(area.slug))


def has_terrain(area: Area) -> bool:
    """Say whether an area has a terrain, its own or that of its import."""
    return bool(area.layers.terrain or imported_terrain(area))


def save_roads(roads: BareRoads, folder: Path, fingerprint: str) -> None:
    """Write roads into a folder that is there and empty.

    Parameters
    ----------
    roads
        What to keep.
    folder
        Where; the caller makes it whole or not at all (`layers.io.folders.writing_folder`).
    fingerprint
        Hash of everything they were made from.
    """
    from layers.roads.bare import packed_roads

    (folder / ROADS).write_bytes(packed_roads(replace(roads, about={}), level=LEVEL))
    stored = Stored(FORMAT, fingerprint, roads.source)
    text = json.dumps(dataclasses.asdict(stored), ensure_ascii=False, indent=1)
    (folder / STORED).write_text(text, encoding="utf-8")


def read_stored(folder: Path) -> Stored:
    """Read what a stored network says of itself.

    Raises
    ------
    DataError
        The folder is damaged, or was written by another version.
    """
    return read_whole(folder, _stored)


def _stored(folder: Path) -> Stored:
    """Read what the folder of one moment says of itself."""
    path = folder / STORED
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        notes = tuple(table["source"].pop("notes"))
        source = Source(**table["source"], notes=notes)
        stored = Stored(table["format"], table["fingerprint"], source)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: is damaged; {AGAIN}") from error
    if stored.format != FORMAT:
        raise DataError(f"{path}: was written by another version; {AGAIN}")
    return stored


def read_stored_roads(folder: Path) -> BareRoads:
    """Read the roads that `save_roads` wrote; errors as `read_stored`."""
    return read_whole(folder, _stored_roads)


def _stored_roads(folder: Path) -> BareRoads:
    """Read the roads of the folder of one moment."""
    from layers.roads.bare import read_roads

    stored = _stored(folder)
    try:
        return replace(read_roads(folder / ROADS), source=stored.source)
    except (DataError, MissingFileError) as error:
        raise DataError(f"{error}; {AGAIN}") from error


def read_network(folder: Path) -> RoadNetwork:
    """Read the roads that `save_roads` wrote, and drape them; errors as `read_stored`."""
    return read_whole(folder, _draped)


def _draped(folder: Path) -> RoadNetwork:
    """Drape the roads of the folder of one moment over its terrain."""
    from layers.terrain.drape import drape
    from layers.terrain.notes import terrain_notes
    from layers.terrain.terrain import open_terrain

    roads = _stored_roads(folder)
    rasters = _rasters(folder)
    terrain = open_terrain(*rasters) if rasters else None
    nodes, profile = drape(roads.nodes, roads.segments, terrain)
    notes = roads.source.notes
    if terrain is not None:
        notes += terrain_notes(profile.repairs, float(roads.segments["length_m"].sum()))
    flat = profile.repairs.flat_segments > 0
    source = replace(roads.source, notes=notes, flat=flat)
    return RoadNetwork(nodes, roads.segments, profile, roads.restrictions, source)


def _rasters(folder: Path) -> list[Path]:
    """Return the rasters beside a network, the first to be asked first."""
    return sorted(folder.glob("terrain*.tif"), key=lambda path: (len(path.name), path))
