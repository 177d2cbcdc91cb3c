"""Fetch a file: resumed where it broke off, checked, and in its place only when whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import requests

from layers.errors import FetchError, TemporaryError, WriteError
from layers.fetch.sources import Connection
from layers.fetch.web import AGENT, Amount, Teller, check_answer, check_no_page, retrying
from layers.io.files import write_text

CHUNK: Final = 1 << 16
PARTIAL, UNSATISFIABLE = 206, 416

Headers = dict[str, str]


@dataclass(frozen=True)
class Record:
    """What is written beside a fetched file.

    Attributes
    ----------
    asked
        What was asked for, in our words; the same again is not fetched again.
    url, etag, modified
        Where it is from, and which version of it.
    sha256, size
        Of the file as it is kept.
    fetched
        When, ISO.
    """

    asked: str
    url: str
    etag: str
    modified: str
    sha256: str
    size: int
    fetched: str


@dataclass(frozen=True)
class Order:
    """A file that is wanted.

    Attributes
    ----------
    url
        Where from.
    path
        Where to.
    what
        What it is, in a few words, for the bar.
    asked
        What is asked for, for the record.
    sha256
        Of the whole file on the server, where it is known.
    """

    url: str
    path: Path
    what: str
    asked: str
    sha256: str = ""


class Head(NamedTuple):
    """What a server says of a file: whether it sends parts, how long it is, how it begins."""

    parts: bool
    size: int
    etag: str
    modified: str
    start: bytes


UNSAID: Final = Head(parts=False, size=0, etag="", modified="", start=b"")
"""Of what is no file on a server."""


def kept(path: Path, asked: str) -> Record | None:
    """Return the record of a file that was fetched before and is whole, else None."""
    try:
        table = json.loads(_beside(path).read_text(encoding="utf-8"))
        record = Record(**table)
        size = path.stat().st_size
    except (OSError, ValueError, TypeError):
        return None
    same = record.asked == asked and record.size == size
    return record if same and sha256_of(path) == record.sha256 else None


def keep_record(order: Order, head: Head = UNSAID) -> Record:
    """Write beside a fetched file what it is."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sha256, size = sha256_of(order.path), order.path.stat().st_size
    record = Record(order.asked, order.url, head.etag, head.modified, sha256, size, now)
    write_text(_beside(order.path), json.dumps(dataclasses.asdict(record), indent=1) + "\n")
    return record


def forget(path: Path) -> None:
    """Take away a file and its record."""
    path.unlink(missing_ok=True)
    _beside(path).unlink(missing_ok=True)


def look(url: str, connection: Connection, teller: Teller) -> Head:
    """Ask for the beginning of a file, as GDAL will; errors as `download`."""
    return retrying(lambda: _look(url, connection), connection, teller)


def download(order: Order, connection: Connection, teller: Teller) -> Record:
    """Fetch a file into its place; what came of it before a failure is not fetched twice.

    Parameters
    ----------
    order
        Which file; beside its path it is `.part` until it is whole.
    connection, teller
        How patient we are, and who is told.

    Returns
    -------
    record
        Also written beside the file.

    Raises
    ------
    FetchError
        It cannot be fetched; a part that can be resumed stays.
    WriteError
        The disk is full.
    """
    part = order.path.with_name(order.path.name + ".part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        head = retrying(lambda: _receive(order, part, connection, teller), connection, teller)
        found, wanted = sha256_of(part), order.sha256.lower()
        if wanted and found != wanted:
            part.unlink()
            _version(part).unlink()
            raise FetchError(
                f"{order.url}: is not what it should be: its SHA-256 is {found}, expected was "
                f"{wanted}; it was thrown away: run this again, or correct sources.toml"
            )
        part.replace(order.path)
        _version(part).unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, (FetchError, WriteError, requests.RequestException)):
            raise
        raise WriteError(f"{order.path}: not written: {error.strerror or error}") from error
    return keep_record(order, head)


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _receive(order: Order, part: Path, connection: Connection, teller: Teller) -> Head:
    """Fetch what is missing of a part."""
    url = order.url
    have, version = _have(part, url)
    headers = {"Range": f"bytes={have}-", "If-Range": version} if have else {}
    with closing(_get(url, headers, connection)) as response:
        if response.status_code == UNSATISFIABLE:
            part.unlink(missing_ok=True)
            raise TemporaryError(f"{url}: has become shorter; from the beginning", after_s=0.0)
        check_answer(response)
        head = _head(response, b"")
        if response.status_code != PARTIAL or _first_byte(response) != have:
            have = 0
        write_text(_version(part), json.dumps({"url": url, "version": _strong(head)}))
        with part.open("r+b" if have else "wb") as stream:
            done = stream.seek(have)
            stream.truncate()
            try:
                for chunk in response.iter_content(CHUNK):
                    if not done:
                        check_no_page(url, response.headers.get("Content-Type", ""), chunk)
                    done += stream.write(chunk)
                    known = done / head.size if head.size else math.nan
                    teller.amount(Amount(order.what, known, done))
            except requests.RequestException as error:
                raise TemporaryError(_broken(url, done, head.size)) from error
    if head.size and done != head.size:
        raise TemporaryError(_broken(url, done, head.size))
    return head


def _broken(url: str, done: int, size: int) -> str:
    """Say how far a download came."""
    return f"{url}: broke off after {done:,} of {size:,} bytes"


def _look(url: str, connection: Connection) -> Head:
    """Ask once."""
    with closing(_get(url, {"Range": f"bytes=0-{CHUNK - 1}"}, connection)) as response:
        check_answer(response)
        start = next(response.iter_content(CHUNK), b"")
        check_no_page(url, response.headers.get("Content-Type", ""), start)
        return _head(response, start)


def _get(url: str, headers: Headers, connection: Connection) -> requests.Response:
    """Send a request; the body is not read yet."""
    every = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
    return requests.get(url, headers=every, stream=True, timeout=connection.timeout_s)


def _head(response: requests.Response, start: bytes) -> Head:
    """Read what an answer says of the file."""
    headers: Any = response.headers
    parts = response.status_code == PARTIAL
    total = re.fullmatch(r"bytes \d+-\d+/(\d+)", headers.get("Content-Range", ""))
    size = int(total[1]) if parts and total else int(headers.get("Content-Length", 0) or 0)
    return Head(parts, size, headers.get("ETag", ""), headers.get("Last-Modified", ""), start)


def _first_byte(response: requests.Response) -> int:
    """Return where the body of a partial answer begins."""
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _have(part: Path, url: str) -> tuple[int, str]:
    """Return how much there is of a file, and of which version; 0 if it cannot be resumed."""
    try:
        state = json.loads(_version(part).read_text(encoding="utf-8"))
        version = str(state["version"]) if state["url"] == url else ""
        return (part.stat().st_size, version) if version else (0, "")
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""


def _strong(head: Head) -> str:
    """Return what `If-Range` may be asked with; a weak tag may not."""
    return head.etag if head.etag and not head.etag.startswith("W/") else head.modified


def _beside(path: Path) -> Path:
    """Return where the record of a file is."""
    return path.with_name(path.name + ".json")


def _version(part: Path) -> Path:
    """Return where the version of a part is."""
    return part.with_name(part.name + ".json")
