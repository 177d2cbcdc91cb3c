"""Results in a folder: all of one run, whatever stops it.

All files are written into a folder beside, which then takes the place of the old one; what
else lies there goes along. A folder that is not only ours (many other files, where the program
was started, where a disk is mounted, or whose own folder may not be written) keeps its place:
then its files are put there one by one, and a list of them lets the next run undo what was cut
off.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from layers.errors import WriteError
from layers.io.beside import OWN, WRITING, name_beside, sweep
from layers.io.files import not_written
from layers.io.folders import swap_in
from layers.io.system import lock_now
from layers.io.targets import lies_in

LOCK: Final = OWN
"""Held as long as the run lives whose folder it is in."""

NEW: Final = "new"
OLD: Final = "old"
LIST: Final = "list"

MOST_OTHERS: Final = 200
"""A folder with more files of others is not ours to swap."""


@contextmanager
def writing_files(
    folder: Path,
    names: Sequence[str] = (),
    *,
    replace: bool = False,
    gone: Collection[str] = (),
) -> Iterator[Path]:
    """Yield a temporary folder whose files go into `folder` when the block ends well.

    Other files of `folder` are left alone. On any failure all is as it was; a run that is
    killed leaves all as it was, or as it is to be, and what it leaves beside goes with the
    next.

    Parameters
    ----------
    folder
        Where the files go; it is made.
    names
        Of files that the block writes, also such as `tables/a.csv`, so that it is told before
        it runs that one is there; whatever it writes goes into the folder.
    replace
        Whether files that are there already give way.
    gone
        Names of files that are there and shall not be any more.

    Raises
    ------
    WriteError
        A file is there and may not be replaced; the disk is full; the folder may not be
        written, or a file of it is open elsewhere.
    """
    _refuse(folder, names, replace=replace)
    place = folder.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        put_right(place)
        whole = _may_swap(place, [*names, *gone])
        own, handle = _own(place, place.parent if whole else place)
    except OSError as error:
        raise not_written(folder, error) from error
    try:
        new = own / NEW
        new.mkdir()
        yield new
        # What a disk that failed for a moment kept from being cleared away.
        for one in (new, *(path for path in new.rglob("*") if path.is_dir())):
            sweep(one)
        written = sorted(
            one.relative_to(new).as_posix() for one in new.rglob("*") if not one.is_dir()
        )
        missing = sorted(set(names) - set(written))
        if missing:
            raise WriteError(f"{folder / missing[0]}: not written")
        _refuse(folder, written, replace=replace)
        if whole and _may_swap(place, [*written, *gone]):
            _swap(new, place, own, {*written, *gone})
        else:
            _one_by_one(own, place, written, gone)
    except OSError as error:
        raise not_written(folder, error) from error
    finally:
        os.close(handle)
        _clear(own, place)


def _refuse(folder: Path, names: Sequence[str], *, replace: bool) -> None:
    """Raise where something is there that may not, or cannot, be replaced."""
    if folder.exists() and not folder.is_dir():
        raise WriteError(f"{folder}: not written: is a file, and no folder")
    if folder.is_symlink() and not folder.exists():
        raise WriteError(f"{folder}: is a link to {folder.resolve()}, which is not there")
    for name in names:
        path = folder / name
        if path.is_dir():
            raise WriteError(f"{path}: not written: is a folder, and no file that may be replaced")
        if (path.exists() or path.is_symlink()) and not replace:
            raise WriteError(f"{path}: is already there; --overwrite replaces it")
        above = path.parent
        if above != folder and above.exists() and not above.is_dir():
            raise WriteError(f"{above}: not written: is a file, and no folder")


def _may_swap(place: Path, ours: Sequence[str]) -> bool:
    """Say whether a folder is only ours, so that another may take its place."""
    if not place.exists():
        return True
    started = Path.cwd()
    if place in {started, *started.parents} or place.is_mount():
        return False
    if not os.access(place.parent, os.W_OK):
        return False
    others = itertools.islice(_others(place, set(ours)), MOST_OTHERS + 1)
    return sum(1 for _ in others) <= MOST_OTHERS


def _others(place: Path, ours: Collection[str]) -> Iterator[Path]:
    """Yield files, links and empty folders that are none of ours, relative to their folder."""
    for root, folders, files in os.walk(place):
        here = Path(root)
        folders[:] = [one for one in folders if not one.startswith(WRITING)]
        links = [one for one in folders if (here / one).is_symlink()]
        if here != place and not folders and not files:
            yield here.relative_to(place)
        for name in (*files, *links):
            path = (here / name).relative_to(place)
            if path.as_posix() not in ours:
                yield path


def _swap(new: Path, place: Path, own: Path, ours: Collection[str]) -> None:
    """Let a new folder take the place of an old one, whose other files go along."""
    if place.exists():
        shutil.copymode(place, new)
        _take_along(place, new, ours)
    swap_in(new, place, own / OLD)
    if new.exists():
        # What somebody put there in between.
        _take_along(new, place, ours)


def _take_along(place: Path, new: Path, ours: Collection[str]) -> None:
    """Let other files stand in a new folder too: the same files, or copies."""
    for name in list(_others(place, ours)):
        path, other = place / name, new / name
        if other.exists() or other.is_symlink():
            continue
        other.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            other.symlink_to(path.readlink())
        elif path.is_dir():
            other.mkdir()
        else:
            try:
                other.hardlink_to(path)
            except OSError:
                shutil.copy2(path, other)


def _one_by_one(own: Path, place: Path, names: Sequence[str], gone: Collection[str]) -> None:
    """Put files into a folder that keeps its place; if one cannot be, all come back."""
    there = [name for name in (*names, *gone) if (place / name).exists()]
    listed = json.dumps({"names": list(names), "there": there})
    (own / f"{LIST}.new").write_text(listed, encoding="utf-8")
    (own / f"{LIST}.new").replace(own / LIST)
    try:
        for name in dict.fromkeys((*there, *names)):
            for root in (place, own / OLD):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
            if name in there:
                (place / name).replace(own / OLD / name)
            if (own / NEW / name).exists():
                (own / NEW / name).replace(place / name)
    except BaseException:
        _undo(own, place)
        raise
    (own / LIST).unlink()


def _undo(own: Path, place: Path) -> None:
    """Put back the files that a run was about to replace, where it did not end."""
    try:
        listed = json.loads((own / LIST).read_text(encoding="utf-8"))
        there, names = (
            # A folder may come from others, and a name in it lead anywhere.
            {name for name in listed[key] if lies_in(place, name) and lies_in(own / OLD, name)}
            for key in ("there", "names")
        )
    except FileNotFoundError:
        return
    except (ValueError, TypeError, KeyError, RecursionError):
        there, names = set(), set()  # none that a run of ours wrote
    for name in sorted(there):
        if (own / OLD / name).exists():
            (own / OLD / name).replace(place / name)
    for name in sorted(names - there):
        if (place / name).is_file():
            (place / name).unlink()
    (own / LIST).unlink()


def _own(place: Path, root: Path) -> tuple[Path, int]:
    """Make a folder for this run alone, and hold its lock."""
    root.mkdir(parents=True, exist_ok=True)
    while True:
        own = name_beside(root / place.name)
        own.mkdir()
        with suppress(FileNotFoundError):  # another run swept it away just now
            handle = os.open(own / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
            if lock_now(handle) and (own / LOCK).exists():
                return own, handle
            os.close(handle)


def put_right(folder: Path) -> None:
    """Put right what killed runs left of a folder, and take away what they left beside it.

    Parameters
    ----------
    folder
        As for `writing_files`, which begins with this.
    """
    place = folder.resolve()
    begun = f"{WRITING}{place.name}-"
    for root in (place.parent, place):
        if not root.is_dir():
            continue
        left = [one for one in root.iterdir() if one.name.startswith(begun)]
        for own in (one for one in left if not one.is_symlink()):
            try:
                handle = os.open(own / LOCK, os.O_RDWR)
            except OSError:
                with suppress(OSError):  # just made, and is made anew; or none of ours
                    own.rmdir()
                continue
            free = lock_now(handle)
            os.close(handle)
            if free:
                _undo(own, place)
                _clear(own, place)


def _clear(own: Path, place: Path) -> None:
    """Take away the folder of a run, but never the only copy of what was there."""
    if (own / OLD).is_dir() and not place.exists():
        (own / OLD).replace(place)
    # The lock goes last: who is killed here is still told apart from who lives.
    for name in (NEW, OLD):
        shutil.rmtree(own / name, ignore_errors=True)
    for name in (LIST, f"{LIST}.new"):
        (own / name).unlink(missing_ok=True)
    shutil.rmtree(own, ignore_errors=True)
