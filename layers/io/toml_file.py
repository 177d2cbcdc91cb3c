"""Strict TOML: a file becomes a frozen dataclass, or one error naming every problem."""

from __future__ import annotations

import codecs
import dataclasses
import difflib
import math
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from layers.errors import DataError, in_file
from layers.io.files import existing_file
from layers.io.unseen import has_unseen

T = TypeVar("T")

LONGEST_BITS: Final = 63
"""Whole numbers beyond are a slip of the hand, and beyond what a number of a table can hold."""


def read_toml(
    path: Path,
    cls: type[T],
    *,
    what: str = "a TOML file",
    folders: Mapping[str, Path] | None = None,
    **given: object,
) -> T:
    """Read a TOML file into a frozen dataclass.

    Fields are the keys; a field without a default is required. A field's metadata may
    hold `min`, `max`, `choices` and `unit`.

    Parameters
    ----------
    path
        The file.
    cls
        The dataclass, its fields typed with `str`, `bool`, `int`, `float`, `date`, `Path`,
        `tuple[X, ...]`, `Mapping[str, X]`, `X | None` or further dataclasses.
        A `Path` is relative to the file that names it; a `tuple[Path, ...]` may be one name.
    what
        What kind of file it is, for messages.
    folders
        Folders by name: a `Path` written `name:file` is a file of that folder.
    **given
        Values of fields that do not stand in the file.

    Returns
    -------
    value
        An instance of `cls`.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        It is not TOML, or keys are unknown, missing, of a wrong type or out of range;
        one message names them all.
    """
    problems: list[str] = []
    table = read_toml_table(path, what=what)
    value = _instance(cls, table, _Place(path, "", problems, folders or {}), given)
    if problems:
        raise in_file(path, problems)
    return typing.cast("T", value)


def read_toml_table(path: Path, *, what: str = "a TOML file") -> dict[str, Any]:
    """Read a TOML file as it is; errors as `read_toml`, but for what its keys mean."""
    text = read_utf8(existing_file(path, what))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise DataError(f"{path}: not valid TOML: tables or lists are nested too deep") from error
    except ValueError as error:  # A number of thousands of digits.
        raise DataError(f"{path}: not valid TOML: {str(error).split(';')[0]}") from error


def from_table(
    cls: type[T],
    table: object,
    *,
    path: Path,
    problems: list[str],
    key: str = "",
    **given: object,
) -> T | None:
    """Make a frozen dataclass from one table of a TOML file.

    Parameters
    ----------
    cls
        As for `read_toml`.
    table
        What stands in the file.
    path, key
        Where it stands.
    problems
        What is wrong is added here.
    **given
        Values of fields that do not stand in the table.

    Returns
    -------
    value
        An instance of `cls`, None if anything is wrong.
    """
    value = _instance(cls, table, _Place(path, key, problems, {}), given)
    return typing.cast("T | None", value)


def read_utf8(path: Path) -> str:
    """Read a text file as UTF-8, with or without a byte-order mark, or as UTF-16 with one.

    Raises
    ------
    DataError
        It is in another encoding; the message says how to save it.
    """
    try:
        with path.open("rb") as stream:
            wide = stream.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        return path.read_text(encoding="utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        whole = path.read_bytes()
        line = whole[: error.start].count(b"\n") + 1
        thai = " (it looks like Thai of Windows, code page 874)" if _is_thai_874(whole) else ""
        raise DataError(
            f"{path}: line {line} is not UTF-8 text{thai}; save the file as UTF-8 "
            "(in Excel: 'CSV UTF-8'; in Notepad: encoding UTF-8)"
        ) from error


def _is_thai_874(text: bytes) -> bool:
    """Tell whether bytes that are no UTF-8 are likely Thai in code page 874."""
    high = [byte for byte in text if byte >= 0x80]  # noqa: PLR2004
    thai = sum(0xA1 <= byte <= 0xDA or 0xDF <= byte <= 0xFB for byte in high)  # noqa: PLR2004
    return thai >= 0.9 * len(high)


def read_date(text: str) -> date:
    """Read a date as `2027-12-31`; another way of writing it is a `DataError`.

    Examples
    --------
    >>> read_date("2027-12-31")
    datetime.date(2027, 12, 31)
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise DataError(f"{text!r} is no date such as 2027-12-31")


@dataclasses.dataclass(frozen=True)
class _Place:
    """Where in which file we are, and where problems go."""

    path: Path
    key: str
    problems: list[str]
    folders: Mapping[str, Path]

    def at(self, key: str) -> _Place:
        inner = f"{self.key}.{key}" if self.key else key
        return dataclasses.replace(self, key=inner)

    def report(self, problem: str) -> None:
        self.problems.append(f"key {self.key!r}: {problem}" if self.key else problem)


def _instance(cls: type, table: object, place: _Place, given: Mapping[str, object]) -> object:
    if not isinstance(table, dict):
        place.report(f"must be a table, not {table!r}")
        return None
    before = len(place.problems)
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls) if f.name not in given}
    for key in table:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            place.at(key).report(f"unknown; {hint}valid keys: {', '.join(fields)}")
    values: dict[str, object] = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(hints[name], table[name], place.at(name), field.metadata)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            place.at(name).report("missing")
    if len(place.problems) > before:
        return None
    return cls(**values, **given)


def _value(hint: Any, value: object, place: _Place, metadata: Mapping[str, Any]) -> object:  # noqa: ANN401, PLR0911
    """Check one value against its type and range; problems go to `place`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        hint = next(argument for argument in arguments if argument is not type(None))
        return _value(hint, value, place, metadata)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _instance(hint, value, place, {})
    if origin is tuple:
        if arguments[0] is Path and isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            place.report(f"must be a list, not {value!r}")
            return ()
        return tuple(
            _value(arguments[0], item, place.at(str(index + 1)), metadata)
            for index, item in enumerate(value)
        )
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            place.report(f"must be a table, not {value!r}")
            return {}
        return types.MappingProxyType(
            {
                key: _value(arguments[1], item, place.at(key), metadata)
                for key, item in value.items()
            }
        )
    return _scalar(hint, value, place, metadata)


def _scalar(hint: Any, value: object, place: _Place, metadata: Mapping[str, Any]) -> object:  # noqa: ANN401
    if isinstance(value, int) and value.bit_length() > LONGEST_BITS:
        place.report(f"must be a number, not one of {len(str(value))} digits")
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if hint is Path and isinstance(value, str):
        return _file(value, place)
    if hint is date:
        return _date(value, place)
    names = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    names |= {Path: "the name of a file", object: "text, a number or true or false"}
    if not isinstance(value, hint) or (hint not in {bool, object} and isinstance(value, bool)):
        place.report(f"must be {names.get(hint, hint)}, not {value!r}")
        return value
    if isinstance(value, str) and has_unseen(value):
        place.report(f"{value!r} holds a control character")
    choices = metadata.get("choices")
    if choices and value not in choices:
        place.report(f"{value!r} is none of {', '.join(map(str, choices))}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        unit = f" {metadata['unit']}" if metadata.get("unit") else ""
        low, high = metadata.get("min", -math.inf), metadata.get("max", math.inf)
        if not low <= value <= high:
            place.report(f"{value!r}{unit} is not within {low} to {high}{unit}")
    return value


def _date(value: object, place: _Place) -> object:
    """Check a date, written as TOML's own or as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return read_date(value if isinstance(value, str) else str(value))
    except DataError as error:
        place.report(str(error))
        return value


def _file(value: str, place: _Place) -> Path:
    """Return the file that is meant: beside the one that names it, or in a named folder."""
    name, colon, rest = value.partition(":")
    folder = place.folders.get(name) if colon else None
    if folder is None:
        # A folder of data from somebody else names its own files, and no others.
        own, file = place.path.parent, Path(value)
        leads_out = file.is_absolute() or ".." in file.parts or bool(re.match("[A-Za-z]:", value))
        if leads_out or not (own / file).resolve().is_relative_to(own.resolve()):
            place.report(f"{value!r} leads out of the folder of {place.path.name}")
        return own / value
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    if rest not in there:
        near = difflib.get_close_matches(rest, there, n=5) or sorted(there)
        names = ", ".join(f"{name}:{one}" for one in near)
        place.report(f"{value!r} is not there; there are: {names}")
    return folder / rest
