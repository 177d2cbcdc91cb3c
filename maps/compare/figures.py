"""Key figures of a comparison as readers see them; `geo.compare.figures.FIGURES` lists them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd

from geo.compare.figures import FIGURES
from maps.base import figures
from maps.base.i18n import Text, text

MINUS = "\N{MINUS SIGN}"


class Change(NamedTuple):
    """A change as readers see it, empty if it reads as none; whether it is good (1), bad (-1)."""

    spelt: str
    good: int


def label(figure: str, kind: str | Text = "") -> Text:
    """Return what a figure is called; `kind` is a destination, place or product."""
    return text(f"figure_{figure}", kind=kind)


def spelt(figure: str, value: float) -> str:
    """Write a figure as readers see it.

    Examples
    --------
    >>> spelt("corridor_time_s", 5400), spelt("npv", -1.25e9), spelt("irr", 0.123)
    ('1:30', '-1,250.0', '12.3 %')
    """
    if not math.isfinite(value):
        return figures.NONE
    forms = {
        "hours": figures.hours,
        "percent": lambda one: f"{one:.1%}".replace("%", " %"),
        "millions": lambda one: f"{one / 1e6:z,.1f}",
        "ratio": lambda one: f"{one:z.2f}",
        "decimal": lambda one: f"{one:z,.1f}",
        "whole": figures.whole,
    }
    return forms[FIGURES[figure].form](value)


def change(figure: str, value: float) -> Change:
    """Write a change with its sign.

    Examples
    --------
    >>> change("mean_minutes", -5.0).good, change("people_30", 0.2)
    (1, Change(spelt='', good=0))
    """
    shown = spelt(figure, abs(value))
    if not any(digit in "123456789" for digit in shown):
        return Change("", 0)
    up = value > 0
    return Change(f"{'+' if up else MINUS}{shown}", FIGURES[figure].better * (1 if up else -1))


def by_key(table: pd.DataFrame) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return key figures by figure, vehicle, season of the base, and destination."""
    keys = ("figure", "vehicle", "season_base", "to_kind")
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return {tuple(str(row[key]) for key in keys): row for row in rows}
