"""Real data of an area from the web: every part for itself, then one import of them all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from layers.area import (
    Area,
    DataSource,
    check_slug,
    fetched_sources,
    find_areas,
    load_area,
    read_boundary,
)
from layers.crs import Bounds
from layers.errors import ChaidaenError, DataError, WriteError
from layers.fetch.download import Order, keep_record, kept
from layers.fetch.fetched import clear_leftovers
from layers.fetch.overpass import KINDS
from layers.fetch.overpass_answers import oldest, write_osm
from layers.fetch.parts import (
    Job,
    fetch_boundary,
    fetch_dem,
    fetch_osm,
    fetch_population,
    kept_osm,
)
from layers.io.files import fingerprint, writing
from layers.io.vector import read_polygon
from layers.roads.bare import BareRoads
from layers.store.importing import Imported, Origin, import_files, is_kept, widened
from layers.store.lock import writing_area
from layers.store.new_area import OSM, sources_text
from layers.store.store import imported_folder, read_stored, read_stored_roads

WHAT: Final = ("boundary", "roads", "facilities", "dem", "population")
"""Parts, in the order in which they are fetched."""

LIVE: Final = "osm live"
"""The kind of roads that were fetched, in `layers.roads.network.Source`."""


@dataclass(frozen=True)
class Place:
    """Where an area is that is not known yet, and what may be replaced.

    Attributes
    ----------
    name
        As a person would search for it.
    boundary
        A file, instead of a name.
    country
        ISO 3166 code of two letters.
    overwrite
        Whether roads that were imported from files give way.
    """

    name: str = ""
    boundary: Path | None = None
    country: str = ""
    overwrite: bool = False


@dataclass(frozen=True, eq=False)
class Fetched:
    """What came of it.

    Attributes
    ----------
    roads
        Roads of the area as they are now, None if it has none that were fetched.
    fresh
        Whether they were imported anew.
    files
        Of every part that is there now.
    failed
        Why a part is not, in one sentence each.
    """

    roads: BareRoads | None
    fresh: bool
    files: Mapping[str, Path]
    failed: Mapping[str, str]


NOWHERE: Final = Place()


class _Osm(NamedTuple):
    """Tiles in one file: which kinds are in it, and the day of the oldest data."""

    path: Path
    kinds: tuple[str, ...]
    date: str


def fetch_area(job: Job, what: Collection[str] = WHAT, place: Place = NOWHERE) -> Fetched:
    """Fetch parts of an area and import them; what fails does not keep back the rest.

    Parameters
    ----------
    job
        Which area, from where, and whether offline.
    what
        Some of `WHAT`.
    place
        Where a new area is.

    Returns
    -------
    fetched
        What is there and what failed.

    Raises
    ------
    BusyError
        Another run writes the area.
    DataError
        The name cannot be one, or nobody knows where the area is.
    WriteError
        Roads imported from files are there, or the disk is full.
    """
    check_slug(job.slug)
    with writing_area(job.slug):
        clear_leftovers(job.slug)
        area = load_area(job.slug) if job.slug in find_areas() else None
        mine = _from_file(job.slug) if not place.overwrite else ""
        if mine and set(KINDS) & set(what):
            raise WriteError(
                f"{imported_folder(job.slug)}: roads imported from a file are there ({mine}); "
                "--overwrite replaces them"
            )
        outline = _outline(job, area, place)
        shape = read_boundary(area) if area else read_polygon(outline)
        wide = widened(shape, area.margin_km if area else Area.margin_km)
        country = place.country or (area.country if area else "")
        files, failed = _parts(job, what, wide.bounds, country)
        files = {"boundary": outline, **files}
        terrain, people = _credits(job, files)
        _keep_credits(job.slug, (*(terrain if not mine else ()), *people))
        imported = None
        if mine:
            job.teller.say(f"roads stay those of {mine}; import them again with --dem FILE")
        try:
            broken = bool(set(KINDS) & set(failed))
            osm = None if mine else _together(job, wide.bounds, broken=broken)
            if osm is not None:
                files |= dict.fromkeys(osm.kinds, osm.path)
                imported = _import(job, area, osm, files, country, (terrain, people))
        except ChaidaenError as error:
            failed.setdefault("roads", str(error))
        return Fetched(
            imported.roads if imported else None,
            bool(imported and imported.fresh),
            {part: files[part] for part in WHAT if part in files},
            failed,
        )


def _from_file(slug: str) -> str:
    """Return the title of roads that a person imported from files, empty if there are none."""
    folder = imported_folder(slug)
    try:
        source = read_stored(folder).source if folder.is_dir() else None
    except DataError:
        return ""
    return source.title if source and source.kind != LIVE else ""


def _outline(job: Job, area: Area | None, place: Place) -> Path:
    """Return the file of the boundary: a known area keeps its own."""
    if area is not None:
        if place.name or place.boundary:
            job.teller.say(f"boundary: area {area.slug!r} keeps its own")
        return area.layers.boundary
    return place.boundary or fetch_boundary(job, place.name)


def _parts(
    job: Job, what: Collection[str], bounds: Bounds, country: str
) -> tuple[dict[str, Path], dict[str, str]]:
    """Fetch every part that is wanted; return the rasters there are, and why parts failed."""
    steps: dict[str, Callable[[], object]] = {
        "roads": lambda: fetch_osm(job, "roads", bounds),
        "facilities": lambda: fetch_osm(job, "facilities", bounds),
        "dem": lambda: fetch_dem(job, bounds),
        "population": lambda: fetch_population(job, bounds, country),
    }
    failed: dict[str, str] = {}
    for part, step in steps.items():
        if part in what:
            try:
                step()
            except ChaidaenError as error:
                failed[part] = str(error)
    rasters = {part: job.folder / f"{part}.tif" for part in ("dem", "population")}
    return {part: path for part, path in rasters.items() if path.is_file()}, failed


def _together(job: Job, bounds: Bounds, *, broken: bool) -> _Osm | None:
    """Put all tiles into one file, if those of the roads are there; None if not."""
    answers = {kind: kept_osm(job, kind, bounds) for kind in KINDS}
    if not answers["roads"]:
        return None
    path = job.folder / "osm.osm.gz"
    every = [answer for kind in KINDS for answer in answers[kind]]
    asked = fingerprint(files=tuple(every))
    # Of a refresh that broke off some tiles are new and some are old.
    mixed = job.refresh and broken and path.is_file()
    if not mixed and not kept(path, asked):
        job.teller.say("putting the tiles together")
        with writing(path) as temporary:
            write_osm(every, temporary)
        keep_record(Order(job.sources.overpass.url, path, "", asked))
    return _Osm(path, tuple(kind for kind in KINDS if answers[kind]), oldest(every))


def _credits(
    job: Job, files: Mapping[str, Path]
) -> tuple[tuple[DataSource, ...], tuple[DataSource, ...]]:
    """Return whose terrain and whose people were fetched."""
    terrain = (job.sources.dem.credit(),) if "dem" in files else ()
    people = (job.sources.population.credit(),) if "population" in files else ()
    return terrain, people


def _keep_credits(slug: str, sources: tuple[DataSource, ...]) -> None:
    """Name sources beside what was fetched: an area that is there already gets them from here."""
    path, text = fetched_sources(slug), sources_text(sources)
    if sources and not (path.is_file() and path.read_text("utf-8") == text):
        with writing(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")


def _import(
    job: Job,
    area: Area | None,
    osm: _Osm,
    files: Mapping[str, Path],
    country: str,
    named: tuple[tuple[DataSource, ...], tuple[DataSource, ...]],
) -> Imported:
    """Import all parts that are there, unless they were imported before."""
    dem = (files["dem"],) if "dem" in files else ()
    if area is not None and _is_there(area, osm.path, dem):
        return Imported(area, read_stored_roads(imported_folder(area.slug)), fresh=False)
    terrain, people = named
    return import_files(
        job.slug,
        osm.path,
        dem=dem,
        boundary=None if area else files["boundary"],
        overwrite=True,
        origin=Origin(
            kind=LIVE,
            title="OpenStreetMap (Overpass)",
            date=osm.date,
            sources=(replace(OSM, date=osm.date), *terrain),
            others=people,
            country=country,
        ),
        progress=job.teller.say,
    )


def _is_there(area: Area, osm: Path, dem: tuple[Path, ...]) -> bool:
    """Say whether the roads of an area are of these very files, and whole."""
    try:
        return imported_folder(area.slug).is_dir() and is_kept(area, osm, dem)
    except DataError:
        return False
