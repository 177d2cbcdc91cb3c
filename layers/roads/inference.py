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

from layers.errors import DataError
from layers.io.toml_file import read_toml
from layers.roads.network import RoadNetwork
from layers.roads.untagged import CASES, PAVED, Untagged, look_at
from layers.roads.untagged import surfaces as minor_surfaces

MARKED: Final = ("surface", "lanes", "maxspeed_kph")
"""Columns whose absence is marked; the legal limit stands in for the last."""

LEAST_TOLD: Final = 0.005
"""Share of the length from which an absence is told: less is 0%."""

LIKELY: Final = "likely"
"""The case that holds where nobody chooses one."""


@dataclass(frozen=True)
class Usual:
    """What roads of each class usually are in one country."""

    surface: Mapping[str, str] = field(default_factory=dict)
    lanes: Mapping[str, float] = field(default_factory=dict, metadata={"min": 1, "max": 16})
    untagged: Untagged | None = None


@dataclass(frozen=True)
class _Countries:
    """The tables of `inference.toml`."""

    any: Usual
    TH: Usual


@cache
def _tables() -> _Countries:
    path = Path(__file__).parent / "inference.toml"
    return read_toml(path, _Countries, what="the usual roads")


def usual_roads(country: str) -> Usual:
    """Return what roads usually are in a country, `any` where it says nothing.

    Examples
    --------
    >>> usual_roads("TH").surface["track"], usual_roads("AD").surface["track"]
    ('dirt', 'gravel')
    """
    tables = _tables()
    own = getattr(tables, country, Usual())
    return Usual(
        {**tables.any.surface, **own.surface}, {**tables.any.lanes, **own.lanes}, own.untagged
    )


def untagged_roads(country: str) -> Untagged:
    """Return the cases of the surfaces of minor roads in a country.

    Raises
    ------
    DataError
        None are stated for it.
    """
    found = usual_roads(country).untagged
    if found is None:
        raise DataError(f"country {country!r}: no cases of untagged surfaces are stated")
    return found


def infer(
    network: RoadNetwork,
    country: str,
    *,
    surfaces: str = LIKELY,
    villages: pd.DataFrame | None = None,
) -> RoadNetwork:
    """Fill surface and lanes that nobody tagged.

    Parameters
    ----------
    network
        The roads.
    country
        ISO 3166 code of the area.
    surfaces
        `cautious`, `likely` or `hopeful`: what minor roads are taken for, in countries that
        state it.
    villages
        Columns `lon, lat, population`: roads to large ones are likelier paved.

    Returns
    -------
    network
        A new one; `inferred` names the columns filled, and the source's notes count
        them by length.

    Raises
    ------
    DataError
        There is no such case.
    """
    if surfaces not in CASES:
        raise DataError(f"surfaces {surfaces!r} is none of {', '.join(CASES)}")
    usual = usual_roads(country)
    segments = network.segments
    highway = segments["highway"].astype(str)
    surface, lanes = segments["surface"].astype(str), segments["lanes"]
    bare = {
        "surface": ((surface == "") & (segments["tracktype"].astype(str) == "")).to_numpy(),
        "lanes": lanes.isna().to_numpy() & (highway != "ferry").to_numpy(),
        "maxspeed_kph": segments["maxspeed_kph"].isna().to_numpy(),
    }
    taken, note = _surfaces(network, usual, bare["surface"], surfaces, villages)
    filled = segments.assign(
        surface=surface.where(~bare["surface"], taken).astype("str").astype("category"),
        lanes=lanes.where(~bare["lanes"], highway.map(usual.lanes).astype("float64")),
        inferred=_names(bare),
    )
    length = network.length_m.sum()
    shares = [
        f"{name} of {share:.0%}"
        for column, name in zip(MARKED, ("surface", "lanes", "speed limit"), strict=True)
        if (share := network.length_m[bare[column]].sum() / length) >= LEAST_TOLD
    ]
    told = f"Not tagged and inferred by class of road, by length: {', '.join(shares)}."
    counted = (told,) if shares else ()
    source = replace(network.source, notes=(*network.source.notes, *note, *counted))
    return replace(network, segments=filled, source=source)


def _surfaces(
    network: RoadNetwork,
    usual: Usual,
    bare: NDArray[np.bool_],
    name: str,
    villages: pd.DataFrame | None,
) -> tuple[NDArray[np.object_], tuple[str, ...]]:
    """Return the surfaces that bare roads are taken for, and what is to be said of it."""
    highway = network.segments["highway"].astype(str)
    by_class = highway.map(usual.surface).fillna("").to_numpy(object)
    if usual.untagged is None or not bare.any():
        return by_class, ()
    seen = look_at(network, usual.untagged, villages)
    cases = {one: minor_surfaces(seen, usual.untagged, one) for one in CASES}
    minor = bare & (cases[name] != "")
    if not minor.any():
        return by_class, ()
    km = network.length_m[minor].sum() / 1000
    paved = {
        one: network.length_m[minor & np.isin(found, PAVED)].sum() / 1000
        for one, found in cases.items()
    }
    note = (
        f"Of {km:,.0f} km of minor roads and tracks whose surface nobody tagged, "
        f"{paved[name]:,.0f} km are taken for paved, {name}: cautious {paved['cautious']:,.0f}, "
        f"likely {paved['likely']:,.0f}, hopeful {paved['hopeful']:,.0f} km; "
        "the rule has no source."
    )
    return np.where(minor, cases[name], by_class), (note,)


def _names(bare: Mapping[str, NDArray[np.bool_]]) -> pd.Categorical:
    """Name the columns that are bare in every row, as one text."""
    code = sum(bare[column].astype(np.int8) << bit for bit, column in enumerate(MARKED))
    texts = [
        " ".join(column for bit, column in enumerate(MARKED) if number >> bit & 1)
        for number in range(2 ** len(MARKED))
    ]
    return pd.Categorical.from_codes(np.asarray(code), pd.Index(texts, dtype="str"))
