"""Where data are fetched from: `sources.toml`, and what the user's own file says instead."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from layers.area import DataSource, data_folder
from layers.errors import DataError, in_file
from layers.io.toml_file import from_table, read_toml_table

SHIPPED: Final = Path(__file__).parent / "sources.toml"

TILE_FIELDS: Final = ("ns", "lat", "ew", "lon")
COUNTRY_FIELDS: Final = ("ISO3", "iso3", "year")


@dataclass(frozen=True)
class Connection:
    """How patient requests are; see `sources.toml`."""

    tries: int = field(metadata={"min": 1, "max": 20})
    pause_s: float = field(metadata={"min": 0, "max": 600, "unit": "s"})
    longest_s: float = field(metadata={"min": 0, "max": 86_400, "unit": "s"})
    timeout_s: float = field(metadata={"min": 0.1, "max": 3600, "unit": "s"})


@dataclass(frozen=True)
class WebSource:
    """One source on the web.

    Attributes
    ----------
    name, licence, attribution, page, date
        As its licence wants it named, and where a person reads of it.
    url
        Its address, or the pattern of it.
    sha256
        Of the whole file, where only one is right; empty if unknown.
    """

    name: str
    url: str
    licence: str
    attribution: str
    page: str = ""
    date: str = ""
    sha256: str = ""

    def credit(self) -> DataSource:
        """Return the row of an area's sources."""
        return DataSource(self.name, self.licence, self.attribution, self.page, self.date)


@dataclass(frozen=True, kw_only=True)
class OverpassSource(WebSource):
    """A server of raw OpenStreetMap data, and how it is asked."""

    tile_km: float = field(metadata={"min": 1, "max": 500, "unit": "km"})
    timeout_s: float = field(metadata={"min": 1, "max": 3600, "unit": "s"})
    rate_limit: bool


@dataclass(frozen=True, kw_only=True)
class YearlySource(WebSource):
    """A source with a file for every year."""

    year: int = field(metadata={"min": 2000, "max": 2100})


@dataclass(frozen=True)
class Sources:
    """All of `sources.toml`."""

    connection: Connection
    overpass: OverpassSource
    nominatim: WebSource
    dem: WebSource
    population: YearlySource


def load_sources(path: Path | None = None, *, overpass: str = "", nominatim: str = "") -> Sources:
    """Read where data are fetched from.

    Parameters
    ----------
    path
        A file that says some of it anew; by default `sources.toml` of the data folder.
    overpass, nominatim
        Addresses that win over every file.

    Returns
    -------
    sources
        Checked; nothing was asked of any server.

    Raises
    ------
    MissingFileError
        `path` is not there.
    DataError
        A key is unknown or its value cannot be used; the message names file and key.
    """
    table = read_toml_table(SHIPPED)
    own = data_folder() / "sources.toml"
    given = path or (own if own.is_file() else None)
    if given is not None:
        table = _laid_over(table, read_toml_table(given, what="a file of sources"))
    problems: list[str] = []
    for name, url in (("overpass", overpass), ("nominatim", nominatim)):
        if url:
            table[name]["url"] = url
    source = given or SHIPPED
    sources = from_table(Sources, table, path=source, problems=problems)
    if sources is not None:
        problems += _bad_addresses(sources)
    if problems or sources is None:
        raise in_file(source, problems)
    return sources


def dem_url(source: WebSource, lon: int, lat: int) -> str:
    """Return the address of the tile whose south-west corner is at whole degrees.

    Examples
    --------
    >>> source = WebSource("dem", "https://x/{ns}{lat}_{ew}{lon}.tif", "", "")
    >>> dem_url(source, 97, 18), dem_url(source, -7, -3)
    ('https://x/N18_E097.tif', 'https://x/S03_W007.tif')
    """
    where = {"ns": "NS"[lat < 0], "lat": f"{abs(lat):02d}"}
    where |= {"ew": "EW"[lon < 0], "lon": f"{abs(lon):03d}"}
    return source.url.format_map(where)


def population_url(source: YearlySource, country: str) -> str:
    """Return the address of a country's raster.

    Parameters
    ----------
    source
        The source.
    country
        ISO 3166 code of two letters, upper case.

    Raises
    ------
    DataError
        There is no such country.
    """
    codes = read_toml_table(Path(__file__).parent / "countries.toml")
    if country not in codes:
        raise DataError(f"country {country!r} is no code of ISO 3166 such as TH, LA, MM")
    iso3 = str(codes[country])
    return source.url.format_map({"ISO3": iso3, "iso3": iso3.lower(), "year": source.year})


def _laid_over(table: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a table in which what the own one says takes the place of the other."""
    both = dict(table)
    for key, value in own.items():
        below = both.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = _laid_over(below, value)  # noqa: PLW2901
        both[key] = value
    return both


def _bad_addresses(sources: Sources) -> list[str]:
    """Say what is wrong with the addresses."""
    rows: tuple[tuple[str, WebSource, tuple[str, ...]], ...] = (
        ("overpass", sources.overpass, ()),
        ("nominatim", sources.nominatim, ()),
        ("dem", sources.dem, TILE_FIELDS),
        ("population", sources.population, COUNTRY_FIELDS),
    )
    problems = []
    for name, source, fields in rows:
        parts = urlsplit(source.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            problems.append(f"key '{name}.url': {source.url!r} is no address of http or https")
            continue
        try:
            found = {part[1] for part in string.Formatter().parse(source.url)} - {None}
        except ValueError as error:
            problems.append(f"key '{name}.url': {source.url!r}: {error}")
            continue
        if unknown := sorted(str(field) for field in found - set(fields)):
            known = ", ".join(f"{{{field}}}" for field in fields) or "none"
            problems.append(f"key '{name}.url': {{{unknown[0]}}} is unknown; there are: {known}")
    return problems
