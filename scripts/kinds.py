"""Kinds of values of options that click reads too kindly."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, Final

import click

BUDDHIST: Final = 543
"""Years that the Buddhist era is ahead."""

UNREADABLE: Final = "\ufffd"
"""Stands for bytes that are no text."""

FAR: Final = 2200
"""A year from here on is one of the Buddhist era."""


class Number(click.FloatRange):
    """A number in a range; `nan` is in none."""

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401
        """Refuse what is no number."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


class LocalTime(click.DateTime):
    """A date and time of the common era; a Buddhist year is refused, with the one it would be."""

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401
        """Refuse a year that nobody plans for."""
        year = re.match(r"[0-9]{4}(?=-)", str(value))
        if year and int(year[0]) >= FAR:
            # Not read as it is: 29 February is in other years there.
            meant = f"{int(year[0]) - BUDDHIST}{str(value)[4:]}"
            super().convert(meant, param, ctx)
            self.fail(f"{year[0]} is a Buddhist year; {meant}?", param, ctx)
        return super().convert(value, param, ctx)


class FileName(click.Path):
    """A file or a folder, whose name other programs can read, too."""

    def __init__(self, **given: bool) -> None:
        super().__init__(path_type=Path, **given)

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401
        """Refuse a name that is not UTF-8, for which `scripts.cli.main` puts a mark."""
        if UNREADABLE in str(value):
            self.fail(f"{value}: the name is not UTF-8; rename it.", param, ctx)
        return super().convert(value, param, ctx)


class NewFile(FileName):
    """A file to write: what is there and no file is refused before anything is computed."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False)

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401
        """Refuse what is there and cannot give way."""
        from layers.io.targets import target_of

        path = Path(str(super().convert(value, param, ctx)))
        target_of(path)
        return path
