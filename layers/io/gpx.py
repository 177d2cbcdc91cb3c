"""Tracks of drives: GPX files read safely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.parsers import expat

import numpy as np

from layers.arrays import Floats
from layers.errors import DataError
from layers.io.files import existing_file

LARGEST_BYTES: Final = 200_000_000
MOST_POINTS: Final = 2_000_000
DEEPEST: Final = 50
"""Elements within elements."""

BLOCK: Final = 1 << 16


@dataclass(frozen=True, eq=False)
class Track:
    """Where somebody was when, in the order of time.

    Attributes
    ----------
    name
        Of the file.
    lon, lat
        Degrees, shape (points,).
    time_s
        Seconds since the first point, rising, shape (points,).
    """

    name: str
    lon: Floats
    lat: Floats
    time_s: Floats


class _Reader:
    """What has been read of the points of a track; expat calls it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.points: list[tuple[float, float, float]] = []
        self.depth = 0
        self._at: tuple[float, float] | None = None
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise DataError(f"{self.path}: elements stand more than {DEEPEST} deep")
        tag = name.rpartition(":")[2]
        if tag == "trkpt":
            self._at = self._position(attributes)
        elif tag == "time" and self._at is not None:
            self._text = []

    def words(self, text: str) -> None:
        """Take text of the element."""
        if self._text is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        """End an element."""
        self.depth -= 1
        tag = name.rpartition(":")[2]
        if tag == "time" and self._text is not None and self._at is not None:
            self.points.append((*self._at, self._moment("".join(self._text).strip())))
            self._text = None
            if len(self.points) > MOST_POINTS:
                raise DataError(f"{self.path}: more than {MOST_POINTS:,} points")
        elif tag == "trkpt":
            self._at = None

    def _position(self, attributes: dict[str, str]) -> tuple[float, float]:
        try:
            lon, lat = float(attributes["lon"]), float(attributes["lat"])
        except (KeyError, ValueError):
            raise DataError(f"{self._where()}: needs lat and lon in degrees") from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004
            raise DataError(f"{self._where()}: {lat:g}, {lon:g} does not lie on Earth")
        return lon, lat

    def _moment(self, text: str) -> float:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise DataError(
                f"{self._where()}: time {text[:40]!r} is none such as 2026-01-31T08:00:00Z"
            ) from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

    def _where(self) -> str:
        return f"{self.path}: point {len(self.points) + 1}"


def read_gpx(path: Path) -> Track:
    """Read the points of a GPX file's tracks that have a time.

    Parameters
    ----------
    path
        The file. What it says of a document type, entities included, is refused.

    Returns
    -------
    track
        All tracks of the file as one, sorted by time; of points of one second the first.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is too large, no XML, brings its own entities, a point lies off Earth, or fewer than
        two points have a time.
    """
    size = existing_file(path, "a track").stat().st_size
    if size > LARGEST_BYTES:
        raise DataError(f"{path}: {size / 1e6:,.0f} MB; at most {LARGEST_BYTES / 1e6:,.0f}")
    reader, parser = _Reader(path), expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise DataError(f"{path}: has a document type of its own, which no track needs")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                parser.Parse(block)
            parser.Parse(b"", True)  # noqa: FBT003 - expat's own
    except expat.ExpatError as error:
        raise DataError(f"{path}: not valid XML: {error}") from error
    if len(reader.points) < 2:  # noqa: PLR2004
        raise DataError(f"{path}: fewer than two points of a track have a time")
    lon, lat, moment = np.array(reader.points, np.float64).T
    order = np.argsort(moment, kind="stable")
    lon, lat, moment = lon[order], lat[order], moment[order]
    later = np.concatenate([[True], np.diff(moment) > 0])
    return Track(path.name, lon[later], lat[later], moment[later] - moment[0])
