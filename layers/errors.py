"""Errors a reader can act on: each names the file, the key, the value and the choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


class ChaidaenError(Exception):
    """Root of all errors of this project; the command line prints it as one line."""


class DataError(ChaidaenError, ValueError):
    """A file or a value in it cannot be used."""


class MissingFileError(ChaidaenError, FileNotFoundError):
    """A file that was named is not there."""


class CrsError(DataError):
    """Coordinates without, or in the wrong, coordinate reference system."""


class UnknownNameError(ChaidaenError, LookupError):
    """A name that is not known; the message lists the nearest ones."""


class NoRoadError(ChaidaenError, ValueError):
    """A point too far from any road."""


class NoRouteError(ChaidaenError, ValueError):
    """Two points between which nothing leads."""


class EngineError(ChaidaenError, RuntimeError):
    """The routing library refused its input."""


class WriteError(ChaidaenError, OSError):
    """A result could not be written; nothing half-written is left."""


class BusyError(WriteError):
    """Another run is writing the same area."""


class FetchError(ChaidaenError, ConnectionError):
    """Something could not be fetched; what was fetched before is kept."""


class SchedulerError(ChaidaenError, ConnectionError):
    """No scheduler of a batch can be reached; what was answered before is kept."""


class NotThereError(FetchError):
    """The server has no such file."""


class ElsewhereError(FetchError):
    """A raster that does not reach into the area."""


class TooLargeError(FetchError):
    """The server lacks memory or time for a request of this size."""


class TemporaryError(FetchError):
    """A failure that may pass; `after_s` is how long the server asks to wait, if it does."""

    def __init__(self, message: str, *, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


def in_file(path: Path | Sequence[Path], problems: Iterable[str], *, limit: int = 20) -> DataError:
    """Put all problems of one file into one error.

    Parameters
    ----------
    path
        The file the problems are in, or the files of one table.
    problems
        One short sentence each.
    limit
        How many to spell out; the rest are counted.

    Returns
    -------
    error
        To be raised by the caller.
    """
    listed = list(problems)
    shown = "; ".join(listed[:limit])
    more = f"; and {len(listed) - limit} more" if len(listed) > limit else ""
    files = [path] if isinstance(path, Path) else path
    return DataError(f"{', '.join(map(str, files))}: {shown}{more}")
