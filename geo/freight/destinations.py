"""Where freight goes: provinces, towns and crossings, and those that the roads end before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from geo.freight.haul import Terms
from geo.study import Study
from layers.errors import DataError

GROUPS: Final = ("all", "provinces", "crossings")
"""Destinations that a word names; anything else is one place."""

TOWNS: Final = ("city", "town")
"""Kinds of places that goods go to where an area names no province capital."""


TOO_FAR: Final = "the roads lead to no province capital: goods go to the towns"
NO_CAPITAL: Final = "the area names no province capital: goods go to its towns"


def beyond(study: Study) -> tuple[str, ...]:
    """Say how many crossings of the country are left out, since the roads end before them."""
    return _left_out(len(study.world.crossings) - len(study.crossings), "border crossing")


def _left_out(count: int, what: str) -> tuple[str, ...]:
    """Count what is left out, in one sentence; none where nothing is."""
    if not count:
        return ()
    lie = f"{what} lies" if count == 1 else f"{what}s lie"
    are = "is" if count == 1 else "are"
    return (f"{count} {lie} beyond the roads of this area and {are} left out",)


def _within(terms: Terms, towns: Sequence[str], what: str) -> tuple[list[str], tuple[str, ...]]:
    """Leave out places of a country that the roads of this area end before."""
    if not towns:
        return [], ()
    near = np.any([terms.fleet.at(one, towns).near for one in terms.fleet.vehicles], axis=0)
    kept = [one for one, there in zip(towns, near, strict=True) if there]
    return kept, _left_out(len(towns) - len(kept), what)


def destinations(
    study: Study, terms: Terms, start: str, to: str
) -> tuple[tuple[list[str], list[str]], tuple[str, ...]]:
    """Return the ids of places and of crossings that are meant, and what to tell the reader."""
    if to not in GROUPS:
        return ([], [to]) if to in terms.crossings else ([to], []), ()
    table, notes = study.tables.places, tuple[str, ...]()
    capitals = table["id"][table["kind"] == "province_capital"].tolist()
    towns = [one for one in study.area.corridors or capitals if one != start]
    if not study.area.corridors and to != "crossings":
        towns, notes = _within(terms, towns, "province capital")
    gates = [one for one in terms.crossings if one != start]
    if not towns and to != "crossings":
        every = study.gazetteer
        towns = [one for one in every["id"][every["kind"].isin(TOWNS)] if one != start]
        towns, more = _within(terms, towns, "town")
        if towns:
            more = (*more, TOO_FAR if notes else NO_CAPITAL)
        notes = (*notes, *more)
    chosen = towns if to != "crossings" else [], gates if to != "provinces" else []
    if not any(chosen):
        what = {
            "all": "province capital, town or crossing",
            "provinces": "province capital or town",
            "crossings": "crossing",
        }[to]
        why = f" ({'; '.join(notes)})" if notes else ""
        raise DataError(
            f"area {study.area.slug!r} has no {what} to carry goods to; name a place{why}"
        )
    return chosen, notes
