"""Study areas: a folder with an `area.toml`, shipped or the user's own."""

from __future__ import annotations

import difflib
import itertools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import platformdirs
from shapely.geometry.base import BaseGeometry

from layers.crs import metric_crs
from layers.errors import DataError, UnknownNameError
from layers.io.toml_file import read_toml
from layers.io.vector import read_polygon

SHIPPED = Path(__file__).parent / "areas"

SHARED = Path(__file__).parent / "shared"
"""Tables that areas have in common."""

NAMED: Mapping[str, Path] = MappingProxyType({"shared": SHARED, "areas": SHIPPED})
"""What an `area.toml` names `shared:FILE` and `areas:AREA/FILE`, wherever it stands itself."""

DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
"""Names that Windows keeps for devices: no file or folder can have them."""


@dataclass(frozen=True)
class DataSource:
    """One source of an area's data, as its licence wants it named; in Thai too if it is told."""

    name: str
    licence: str
    attribution: str
    url: str = ""
    date: str = ""
    name_th: str = ""


@dataclass(frozen=True)
class Layers:
    """Files of an area, relative to its `area.toml`; what is left out is not there.

    A table may be several files: rows of the first come first, and take the place of rows of
    the same id in later ones. Of several `terrain` rasters the first that knows a place tells its
    height; `terrain_grain_m` says how fine each really is, 0 where it is its cells.
    """

    boundary: Path
    zones: Path | None = None
    outlines: Path | None = None
    villages: tuple[Path, ...] = ()
    facilities: tuple[Path, ...] = ()
    highways: tuple[Path, ...] = ()
    waypoints: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()
    crossings: tuple[Path, ...] = ()
    dwell: tuple[Path, ...] = ()
    hubs: tuple[Path, ...] = ()
    hazards: tuple[Path, ...] = ()
    products: tuple[Path, ...] = ()
    harvests: tuple[Path, ...] = ()
    markets: tuple[Path, ...] = ()
    traffic: tuple[Path, ...] = ()
    economics: Path | None = None
    targets: Path | None = None
    roads: Path | None = None
    roads_recipe: Path | None = None
    terrain: tuple[Path, ...] = ()
    terrain_grain_m: tuple[float, ...] = field(
        default=(), metadata={"min": 0, "max": 50_000, "unit": "m"}
    )
    elevation_grid: Path | None = None
    spot_heights: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Area:
    """One study area.

    Attributes
    ----------
    slug
        The folder's name, by which commands call it.
    folder
        Where it is.
    title_en, title_th
        Its titles.
    crs
        The one metric coordinate system of everything computed in it.
    country
        ISO 3166 code, upper case: legal speeds and inferences depend on it.
    home
        Place id where its corridors start, empty if none.
    corridors
        Place ids where they end, besides open crossings; all province capitals if empty.
    compared
        Ids of the scenarios that its report compares where none is named; all if empty.
    margin_km
        How far beyond the boundary roads are kept.
    layers, sources
        Its files, and where they came from.
    sources_from
        Files that hold more of `sources`, such as that of the shared tables.
    """

    slug: str
    folder: Path
    title_en: str
    title_th: str
    crs: str
    layers: Layers
    country: str = "TH"
    home: str = ""
    corridors: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    margin_km: float = field(default=10.0, metadata={"min": 0, "max": 500, "unit": "km"})
    sources: tuple[DataSource, ...] = ()
    sources_from: tuple[Path, ...] = ()

    def title(self, lang: str) -> str:
        """Return the title in `th` or `en`."""
        return self.title_th if lang == "th" else self.title_en


@dataclass(frozen=True)
class _Sources:
    """The tables of a file of sources."""

    sources: tuple[DataSource, ...]


def data_folder() -> Path:
    """Return the user's data folder; `CHAIDAEN_HOME` overrides it."""
    chosen = os.environ.get("CHAIDAEN_HOME")
    return Path(chosen) if chosen else platformdirs.user_data_path("chaidaen", appauthor=False)


def user_areas_folder() -> Path:
    """Return the folder of the user's own areas."""
    return data_folder() / "areas"


def fetched_sources(slug: str) -> Path:
    """Return the file that names whose terrain and people were fetched for an area."""
    return data_folder() / "fetched" / slug / "sources.toml"


def find_areas() -> Mapping[str, Path]:
    """List the areas there are, by slug: the shipped ones, then the user's.

    A user's area of the same slug takes the place of a shipped one.
    """
    found: dict[str, Path] = {}
    for root in (SHIPPED, user_areas_folder()):
        if root.is_dir():
            found |= {
                folder.name: folder
                for folder in sorted(root.iterdir())
                if (folder / "area.toml").is_file() and not folder.name.startswith(".")
            }
    return found


def load_area(name: str) -> Area:
    """Load an area by its slug, or by the path of its folder.

    Parameters
    ----------
    name
        A slug of `find_areas`, or a folder that holds an `area.toml`.

    Returns
    -------
    area
        With every path made absolute; files are not opened yet.

    Raises
    ------
    UnknownNameError
        There is no such area; the message lists those there are.
    DataError
        `area.toml` has problems.
    """
    areas = find_areas()
    folder = areas.get(name)
    if folder is None and (Path(name) / "area.toml").is_file():
        folder = Path(name).resolve()
    if folder is None:
        near = difflib.get_close_matches(name, areas, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UnknownNameError(f"area {name!r} is not known; {hint}areas: {', '.join(areas)}")
    path = folder / "area.toml"
    slug = check_slug(folder.name)
    area = read_toml(path, Area, what="an area", folders=NAMED, slug=slug, folder=folder)
    metric_crs(area.crs, path)
    more = [read_toml(one, _Sources, what="sources").sources for one in area.sources_from]
    sources = tuple(dict.fromkeys(itertools.chain(*more, area.sources)))
    fetched = fetched_sources(slug)
    if fetched.is_file():
        named = {one.name for one in sources}
        late = read_toml(fetched, _Sources, what="sources").sources
        sources += tuple(one for one in late if one.name not in named)
    return replace(area, sources=sources)


def check_slug(slug: str) -> str:
    """Return `slug` if it can name an area on every file system.

    Raises
    ------
    DataError
        It holds anything but lower-case letters, digits and `_`, or is one of `DEVICES`.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", slug):
        raise DataError(
            f"area name {slug!r}: use lower-case letters, digits and _, starting with a letter"
        )
    if slug in DEVICES:
        raise DataError(f"area name {slug!r}: is the name of a device on Windows; choose another")
    return slug


def read_boundary(area: Area) -> BaseGeometry:
    """Read an area's boundary.

    Returns
    -------
    boundary
        Polygon or MultiPolygon in lon, lat.

    Raises
    ------
    DataError
        The file is no GeoJSON or other vector file, or holds no valid polygon.
    CrsError
        It has no coordinate system.
    """
    return read_polygon(area.layers.boundary)
