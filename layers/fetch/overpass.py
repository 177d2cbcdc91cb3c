"""Raw OpenStreetMap data of a tile, by OSMnx from an Overpass server, kept once fetched.

OSMnx writes the queries, waits for a slot and caches the answers; in its cache-only mode it
stops there, and the answers become a file that our own reader takes. So roads are the same
whether they were fetched or imported.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import osmnx
import requests
import shapely

from layers.crs import Bounds
from layers.errors import FetchError, TemporaryError, TooLargeError, WriteError
from layers.fetch.fetched import tiles_folder
from layers.fetch.sources import Sources
from layers.fetch.web import AGENT, Teller, check_answer, check_no_page, retrying
from layers.io.files import fingerprint
from layers.io.folders import writing_folder
from layers.osm.water import TAGS as WATER_TAGS
from layers.roads.schema import HIGHWAYS
from layers.tables.facility_kinds import SETTLEMENTS, facility_kinds
from layers.terrain.terrain import METRES_PER_DEGREE

KINDS: Final = ("roads", "facilities")
"""What is asked for apart; rivers and settlements come with the facilities."""

QUARTERED: Final = 3
"""How often a tile that is too large for the server is cut into four."""

_TOO_LARGE: Final = ("out of memory", "query timed out", "maxsize")
_RECORD: Final = "record.json"


def tiles_of(bounds: Bounds, tile_km: float) -> list[Bounds]:
    """Cut an extent into tiles of equal size, of at most so many kilometres a side.

    Examples
    --------
    >>> len(tiles_of((97.0, 18.0, 98.0, 19.0), 50)), len(tiles_of((97.0, 18.0, 97.1, 18.1), 50))
    (9, 1)
    """
    west, south, east, north = bounds
    metres = METRES_PER_DEGREE / (tile_km * 1000)
    nearest = min(abs(south), abs(north)) if south * north > 0 else 0.0
    columns = max(1, math.ceil((east - west) * metres * math.cos(math.radians(nearest))))
    rows = max(1, math.ceil((north - south) * metres))
    x = [west + (east - west) * at / columns for at in range(columns + 1)]
    y = [south + (north - south) * at / rows for at in range(rows + 1)]
    return [(x[c], y[r], x[c + 1], y[r + 1]) for r in range(rows) for c in range(columns)]


def tile_folder(kind: str, tile: Bounds) -> Path:
    """Return where the answers for a tile are kept."""
    asked = (*_way_filters(), *_tags("roads").items()) if kind == "roads" else _tags(kind).items()
    key = fingerprint(kind, tuple(asked), tuple(round(value, 6) for value in tile))
    return tiles_folder() / key


def kept_answers(kind: str, tile: Bounds) -> list[Path]:
    """Return the files of a tile that were fetched before, none if they are not whole.

    Each is held against the hash that was written beside it.
    """
    folder = tile_folder(kind, tile)
    try:
        hashes = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        whole = all(_sha256(folder / name) == sha for name, sha in hashes.items())
    except (OSError, ValueError, AttributeError):
        return []
    return [folder / name for name in sorted(hashes)] if whole else []


def fetch_tile(kind: str, tile: Bounds, sources: Sources, teller: Teller) -> list[Path]:
    """Fetch a tile, in quarters if the server cannot answer for it at once, and keep it.

    Parameters
    ----------
    kind
        One of `KINDS`.
    tile
        Extent in degrees.
    sources
        Which server, and how patient we are.
    teller
        Told of pauses and quarters.

    Returns
    -------
    files
        JSON as Overpass wrote it.

    Raises
    ------
    FetchError
        The server cannot be reached or does not answer; nothing of the tile is kept.
    """
    with writing_folder(tile_folder(kind, tile), replace=True) as temporary:
        _fetch(kind, tile, temporary, sources, teller, QUARTERED)
        hashes = {path.name: _sha256(path) for path in sorted(temporary.glob("*.json"))}
        (temporary / _RECORD).write_text(json.dumps(hashes), encoding="utf-8")
    return kept_answers(kind, tile)


@contextmanager
def osmnx_settings(folder: Path, sources: Sources) -> Iterator[None]:
    """Let OSMnx keep its cache in a folder and ask our servers, as long as the block runs."""
    ours: dict[str, Any] = {
        "cache_folder": folder,
        "use_cache": True,
        "cache_only_mode": True,
        "overpass_url": sources.overpass.url,
        "overpass_rate_limit": sources.overpass.rate_limit,
        "nominatim_url": sources.nominatim.url,
        # It goes into the query too, where Overpass takes whole seconds only.
        "requests_timeout": round(sources.overpass.timeout_s),
        # Answers are checked before OSMnx sees them: it would wait for 55 s, and for ever.
        "requests_kwargs": {"hooks": {"response": _check}},
        "max_query_area_size": math.inf,
        "doh_url_template": None,
        "http_user_agent": AGENT,
        "http_referer": "",
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(osmnx.settings, name) for name in ours}
    resolver = socket.getaddrinfo  # OSMnx puts its own in this place
    try:
        for name, value in ours.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        socket.getaddrinfo = resolver
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


def _fetch(
    kind: str, tile: Bounds, folder: Path, sources: Sources, teller: Teller, quarters: int
) -> None:
    """Ask for a tile; in four parts if it is too large."""
    try:
        with osmnx_settings(folder, sources):
            for ask in _questions(kind, shapely.box(*tile)):
                call = functools.partial(_asked, sources, ask)
                retrying(call, sources.connection, teller)
    except TooLargeError as error:
        if not quarters:
            raise FetchError(
                f"{error}, even for the smallest part of a tile; "
                "try another server with --overpass, or a smaller tile_km in sources.toml"
            ) from error
        teller.say(f"{error}; asking in four parts")
        west, south, east, north = tile
        x, y = (west + east) / 2, (south + north) / 2
        for part in (
            (west, south, x, y),
            (x, south, east, y),
            (west, y, x, north),
            (x, y, east, north),
        ):
            _fetch(kind, part, folder, sources, teller, quarters - 1)


def _asked(sources: Sources, ask: Callable[[], object]) -> None:
    """Let OSMnx ask; its cache holds the answer then."""
    if sources.overpass.rate_limit:
        # OSMnx would wait for a minute, and more than once, without a word.
        url = f"{sources.overpass.url.rstrip('/')}/status"
        check_answer(
            requests.get(url, headers={"User-Agent": AGENT}, timeout=sources.connection.timeout_s)
        )
    try:
        ask()
    except InterruptedError:  # so OSMnx ends in its cache-only mode
        return
    except OSError as error:
        if isinstance(error, (requests.RequestException, FetchError)):
            raise
        raise WriteError(f"the cache of OSMnx: not written: {error.strerror or error}") from error


def _questions(kind: str, tile: shapely.Polygon) -> list[Callable[[], object]]:
    """Return what OSMnx is asked for."""
    tags = _tags(kind)
    asked: list[Callable[[], object]] = [lambda: osmnx.features_from_polygon(tile, tags)]
    if kind == "roads":
        filters = _way_filters()
        asked.insert(0, lambda: osmnx.graph_from_polygon(tile, custom_filter=filters))
    return asked


def _way_filters() -> list[str]:
    """Return the filters of Overpass for all that `layers.osm.scan` takes for a road."""
    roads = "|".join(name for name in HIGHWAYS if name != "ferry")
    return [f'["highway"~"^({roads})$"]', '["route"="ferry"]']


def _tags(kind: str) -> dict[str, bool | str | list[str]]:
    """Return the tags of objects that are wanted besides roads."""
    if kind == "roads":
        return {"type": "restriction"}
    pairs = [pair for each in facility_kinds().values() for pair in each.tags()]
    pairs += [("place", value) for value in SETTLEMENTS]
    pairs += list(WATER_TAGS)
    found: dict[str, list[str]] = {}
    for key, value in dict.fromkeys(pairs):
        found.setdefault(key, []).append(value)
    return {**found, "ford": True}


def _check(response: requests.Response, *_: object, **__: object) -> None:
    """Refuse what is no answer of Overpass or Nominatim; a hook of requests."""
    if response.is_redirect:
        return
    try:
        check_answer(response)
        if not response.request.path_url.partition("?")[0].endswith("/status"):
            _check_body(response)
    except BaseException:
        response.close()
        raise


def _check_body(response: requests.Response) -> None:
    """Refuse a body that is no JSON, or whose remark says that it is not whole."""
    url = response.url.partition("?")[0]
    try:
        start = response.content[:2000]
    except requests.exceptions.ChunkedEncodingError as error:
        raise TemporaryError(f"{url}: the answer broke off") from error
    check_no_page(url, response.headers.get("Content-Type", ""), start)
    try:
        said = response.json()
    except ValueError as error:
        raise TemporaryError(f"{url}: the answer is cut short or no JSON") from error
    remark = str(said.get("remark", "")) if isinstance(said, dict) else ""
    if any(words in remark.lower() for words in _TOO_LARGE):
        raise TooLargeError(f"{url}: {remark}")
    if remark:
        # rate_limited, too busy, and whatever else keeps the answer from being whole.
        raise TemporaryError(f"{url}: {remark}")


def _sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
