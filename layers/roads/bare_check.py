"""A file of roads from elsewhere may be whole and not right: what it says is looked at first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from layers.arrays import Floats, Ints
from layers.roads.schema import (
    HIGHWAYS,
    ONEWAY,
    RESTRICTION_COLUMNS,
    SEGMENT_COLUMNS,
)

FARTHEST_CM: Final = 2_003_800_000
"""Half of the equator: no road between two nodes is longer."""

FARTHEST: Final = 2**40
"""Steps of points beyond this are none, whatever the unit."""

WORDS: Final = {"highway": frozenset(HIGHWAYS), "oneway": frozenset(ONEWAY)}
"""What columns may say of which others know every word."""


def check_columns(columns: Mapping[str, Ints], about: Mapping[str, Any]) -> None:
    """Refuse columns of `layers.roads.bare` that do not belong together or lie off the Earth.

    Parameters
    ----------
    columns
        By name, as there.
    about
        As there.

    Raises
    ------
    ValueError
        What is wrong.
    KeyError, TypeError
        Something is missing, or of another kind.
    """
    for table in ("node", "segment", "restriction", "point"):
        rows = {len(values) for name, values in columns.items() if name.startswith(f"{table}.")}
        if len(rows) > 1:
            raise ValueError(f"columns of {table} differ in length")
    _check_units(about)
    nodes, segments = len(columns["node.lon"]), len(columns["segment.u"])
    for name, most in (("lon", 180), ("lat", 90)):
        _within(columns, f"node.{name}", -most / about["unit_deg"], most / about["unit_deg"])
    ends = {**columns, "segment.v": columns["segment.u"] + columns["segment.v"]}
    for name in ("segment.u", "segment.v", "restriction.via_node"):
        _within(ends, name, 0, nodes - 1)
    for name in ("restriction.from_segment", "restriction.to_segment"):
        _within(columns, name, 0, segments - 1)
    _within(columns, "segment.length_cm", 1, FARTHEST_CM)
    points = len(columns["point.x"])
    _within(columns, "segment.points", 0, points)
    if int(columns["segment.points"].sum()) != points:
        raise ValueError("points are not those of the segments")
    for name in ("point.x", "point.y"):
        _within(columns, name, -FARTHEST, FARTHEST)
        if abs(float(columns[name].astype(float).sum())) > FARTHEST:
            raise ValueError(f"{name} leads off the Earth")
    for name, words in about["words"].items():
        _check_words(columns, name, words)


def check_places(xy: Floats, ends: Ints, length_m: Floats) -> None:
    """Refuse nodes where the coordinate system ends, and roads shorter than the straight line.

    Parameters
    ----------
    xy
        Of nodes, metres, shape (nodes, 2).
    ends
        Nodes at both ends of segments, shape (segments, 2).
    length_m
        Of segments, shape (segments,).

    Raises
    ------
    ValueError
        What is wrong.
    """
    if not np.isfinite(xy).all():
        raise ValueError("nodes lie where the coordinate system has no place")
    straight_m = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    # A map of a wide area is off by a few in a hundred at its rim, never by half.
    if (length_m < straight_m / 2 - 1).any():
        raise ValueError("roads are shorter than the straight line between their ends")


def _check_units(about: Mapping[str, Any]) -> None:
    for name in ("unit_deg", "unit_m"):
        if not isinstance(about[name], float | int) or not 1e-9 <= about[name] <= 1e3:  # noqa: PLR2004
            raise ValueError(f"{name} is {about[name]!r}")
    if not isinstance(about["words"], dict) or not isinstance(about["crs"], str):
        raise TypeError("words or crs")


def _within(columns: Mapping[str, Ints], name: str, least: float, most: float) -> None:
    """Refuse numbers that are smaller or larger than they may be."""
    values = columns[name]
    if len(values) and not (least <= int(values.min()) and int(values.max()) <= most):
        raise ValueError(f"{name} is out of range")


def _check_words(columns: Mapping[str, Ints], name: str, words: list[Any]) -> None:
    """Refuse positions without a word, and words of another kind than the column."""
    table, _, column = name.partition(".")
    kinds = {"segment": SEGMENT_COLUMNS, "restriction": RESTRICTION_COLUMNS}.get(table, {})
    number = kinds.get(column, "str") == "float64"
    # Position 0 is nothing: text is never missing, only numbers are.
    _within(columns, name, 0 if number else 1, len(words) - 1)
    if not isinstance(words, list) or words[:1] != [None]:
        raise TypeError(f"words of {name}")
    for word in words[1:]:
        good = (
            isinstance(word, float | int)
            and not isinstance(word, bool)
            and math.isfinite(word)
            and word >= 0
            if number
            else isinstance(word, str)
        )
        if not good:
            raise ValueError(f"{name} is {word!r}")
    if len(set(words)) != len(words):
        raise ValueError(f"{name} has a word twice")
    if column in WORDS and not WORDS[column].issuperset(words[1:]):
        raise ValueError(f"{name} has words that are none of it")
