"""From tags of ways to the attribute columns of roads."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.io.unseen import one_line
from layers.osm.tags import (
    direction,
    duration_s,
    is_set,
    is_tunnel,
    lane_count,
    most_specific,
    posted_kph,
    road_class,
    size_m,
    weight_t,
    word,
)

KEYS: Final = (
    *("highway", "route", "railway", "area", "ref", "name", "name:th", "name:en"),
    *("surface", "tracktype", "smoothness", "lanes", "width", "maxspeed", "duration"),
    *("oneway", "junction", "bridge", "tunnel", "toll", "maxweight", "maxheight"),
    *("maxaxleload", "maxlength", "maxspeed:type", "source:maxspeed", "zone:maxspeed"),
    *("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "goods"),
)
"""Keys of ways that are read, besides `layers.roads.signs`; every other one is left in the file."""

SIGNS: Final = "signs"
"""Column of raw tags that holds `layers.roads.signs` of a way."""

_TEXT = ("ref", "name", "name:th", "name:en")
_WORD = ("surface", "tracktype", "smoothness")
SPEED_KEYS: Final = ("maxspeed", "maxspeed:type", "zone:maxspeed", "source:maxspeed")
"""Keys of which the first that names a speed is the sign's."""

_ACCESS = ("access", "vehicle", "motor_vehicle", "motorcar")

Value = TypeVar("Value", bound=Hashable)


def apply_once(
    function: Callable[..., Value], tags: pd.DataFrame, *keys: str
) -> tuple[list[Value], NDArray[np.int64]]:
    """Apply a function once to every distinct combination of values.

    Parameters
    ----------
    function
        Takes one text per key.
    tags
        Categorical columns, one row per way.
    keys
        Columns to read.

    Returns
    -------
    results, row
        Value of every combination, and which of them each way has, shape (ways,).

    Examples
    --------
    >>> tags = pd.DataFrame({"lanes": ["2", "4", "2"]}, dtype="category")
    >>> results, row = apply_once(lane_count, tags, "lanes")
    >>> results, row.tolist()
    ([2.0, 4.0], [0, 1, 0])
    """
    row = np.zeros(len(tags), np.int64)
    for key in keys:
        values = tags[key].cat
        row = pd.factorize(row * len(values.categories) + values.codes.to_numpy(np.int64))[0]
    first = np.unique(row, return_index=True)[1]
    distinct = (tags[key].iloc[first] for key in keys)
    return [function(*texts) for texts in zip(*distinct, strict=True)], row


def attributes(tags: pd.DataFrame) -> pd.DataFrame:
    """Turn the tags of ways into the attributes of roads.

    Parameters
    ----------
    tags
        A categorical column for each of `KEYS` and `SIGNS`, empty where untagged.

    Returns
    -------
    attributes
        Columns `layers.roads.schema.ATTRIBUTE_COLUMNS` and `duration_s`, one row per way; text is
        categorical, an untagged number NaN.
    """

    def text(function: Callable[..., str], *keys: str) -> pd.Categorical:
        results, row = apply_once(function, tags, *keys)
        codes, categories = pd.factorize(np.array(results, dtype=object), sort=True)
        return pd.Categorical.from_codes(codes[row], categories=pd.Index(categories, dtype="str"))

    def plain(function: Callable[..., float], *keys: str) -> NDArray[np.float64 | np.bool_]:
        results, row = apply_once(function, tags, *keys)
        return np.array(results, bool if function in {is_set, is_tunnel} else float)[row]

    return pd.DataFrame(
        {
            **{key.replace(":", "_"): text(one_line, key) for key in _TEXT},
            "highway": text(road_class, "highway", "route", "railway", "motor_vehicle"),
            **{key: text(word, key) for key in _WORD},
            "lanes": plain(lane_count, "lanes"),
            "width_m": plain(size_m, "width"),
            "maxspeed_kph": plain(posted_kph, *SPEED_KEYS),
            "oneway": text(direction, "oneway", "junction", "highway"),
            "bridge": plain(is_set, "bridge"),
            "tunnel": plain(is_tunnel, "tunnel"),
            "toll": plain(is_set, "toll"),
            "hgv": text(most_specific, "goods", "hgv"),
            "maxweight_t": plain(weight_t, "maxweight"),
            "maxheight_m": plain(size_m, "maxheight"),
            "maxaxleload_t": plain(weight_t, "maxaxleload"),
            "maxlength_m": plain(size_m, "maxlength"),
            "access": text(most_specific, *_ACCESS),
            "signs": text(str, SIGNS),
            "duration_s": plain(duration_s, "duration"),
        },
        index=tags.index,
    )
