"""Fill what nobody tagged, by country and class of highway, and mark it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.io.toml_file import read_toml
from layers.roads.network import RoadNetwork

MARKED: Final = ("surface", "lanes", "maxspeed_kph")
"""Columns whose absence is marked; the legal limit stands in for the last."""


@dataclass(frozen=True)
class Usual:
    """What roads of each class usually are in one country."""

    surface: Mapping[str, str] = field(default_factory=dict)
    lanes: Mapping[str, float] = field(default_factory=dict, metadata={"min": 1, "max": 16})


@dataclass(frozen=True)
class _Countries:
    """The tables of `inference.toml`."""

    any: Usual
    TH: Usual


@cache
def usual_roads(country: str) -> Usual:
    """Return what roads usually are in a country, `any` where it says nothing.

    Examples
    --------
    >>> usual_roads("TH").surface["track"], usual_roads("AD").surface["track"]
    ('dirt', 'gravel')
    """
    path = Path(__file__).parent / "inference.toml"
    tables = read_toml(path, _Countries, what="the usual roads")
    own = getattr(tables, country, Usual())
    return Usual({**tables.any.surface, **own.surface}, {**tables.any.lanes, **own.lanes})


def infer(network: RoadNetwork, country: str) -> RoadNetwork:
    """Fill surface and lanes that nobody tagged.

    Parameters
    ----------
    network
        The roads.
    country
        ISO 3166 code of the area.

    Returns
    -------
    network
        A new one; `inferred` names the columns filled, and the source's notes count
        them by length.
    """
    usual = usual_roads(country)
    segments = network.segments
    highway = segments["highway"].astype(str)
    surface, lanes = segments["surface"].astype(str), segments["lanes"]
    bare = {
        "surface": ((surface == "") & (segments["tracktype"].astype(str) == "")).to_numpy(),
        "lanes": lanes.isna().to_numpy() & (highway != "ferry").to_numpy(),
        "maxspeed_kph": segments["maxspeed_kph"].isna().to_numpy(),
    }
    filled = segments.assign(
        surface=surface.where(~bare["surface"], highway.map(usual.surface).fillna(""))
        .astype("str")
        .astype("category"),
        lanes=lanes.where(~bare["lanes"], highway.map(usual.lanes).astype("float64")),
        inferred=_names(bare),
    )
    shares = [
        f"{name} of {network.length_m[bare[column]].sum() / network.length_m.sum():.0%}"
        for column, name in zip(MARKED, ("surface", "lanes", "speed limit"), strict=True)
    ]
    note = f"Not tagged and inferred by class of road, by length: {', '.join(shares)}."
    source = replace(network.source, notes=(*network.source.notes, note))
    return replace(network, segments=filled, source=source)


def _names(bare: Mapping[str, NDArray[np.bool_]]) -> pd.Categorical:
    """Name the columns that are bare in every row, as one text."""
    code = sum(bare[column].astype(np.int8) << bit for bit, column in enumerate(MARKED))
    texts = [
        " ".join(column for bit, column in enumerate(MARKED) if number >> bit & 1)
        for number in range(2 ** len(MARKED))
    ]
    return pd.Categorical.from_codes(np.asarray(code), pd.Index(texts, dtype="str"))
