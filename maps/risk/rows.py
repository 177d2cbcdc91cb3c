"""What the map of risk shows: corridors by three measures, and places in the rains."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import shapely

from maps.access.rows import kind_of
from maps.base import figures
from maps.base.i18n import Text, either, text

MEASURES: Final = {
    "extra_h": "measure_criticality",
    "demand_on_link": "measure_betweenness",
    "detour_ratio_mean": "measure_detour",
}
"""Columns by which corridors are ranked, and their phrases."""

RANKS: Final = (5, 10, 20, 40)
"""Last ranks of the classes; the rest is one more."""

LOOKS: Final = (
    ("hours-1", 7.0),
    ("hours-2", 5.5),
    ("hours-3", 4.2),
    ("hours-4", 3.2),
    ("hours-5", 2.4),
)
"""Colour and width of every class, the worst first: dark and wide."""

UNRANKED: Final = ("unreached", 2.0)
"""Of what makes nobody later: it only cuts off."""

SHORT: Final = 3
"""A number of fewer digits before kilometres reads as a count of them: 1 km 786-839."""

TOLD_KM: Final = 0.5
"""Kilometres that a corridor must have to be the one that cuts off most people."""

CHANCES: Final = (0.995, 0.95, 0.8)
"""Probabilities at which the colour of a place changes."""

CHANCE_COLOURS: Final = ("time-1", "time-3", "time-5", "time-7")


@dataclass(frozen=True)
class Corridor:
    """One corridor.

    Attributes
    ----------
    at
        Its position, by which list and map name it.
    name
        Road and kilometres, in both languages.
    between
        The places it lies between.
    shape
        In lon, lat.
    amounts, ranks, looks
        By measure: NaN where nothing is known, 0 without a rank, colour and width.
    row
        Its numbers, by name of column.
    """

    at: int
    name: Text
    between: Text
    shape: shapely.Geometry
    amounts: tuple[float, ...]
    ranks: tuple[int, ...]
    looks: tuple[tuple[str, float], ...]
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Chance:
    """The probability of reaching one kind of thing on a day of the rains, NaN if not drawn."""

    kind: Text
    reached: float
    minutes: float


@dataclass(frozen=True)
class Spot:
    """One place in the rains.

    Attributes
    ----------
    worst
        The least of its probabilities, NaN where no day was drawn.
    lost_h
        Hours lost per year, NaN likewise.
    second_way
        Whether no single link lost cuts it off from anything.
    only_by
        The roads without which it reaches less.
    """

    name: Text
    lon: float
    lat: float
    people: float
    worst: float
    lost_h: float
    second_way: bool
    only_by: Text
    colour: str
    chances: tuple[Chance, ...]


def corridor_rows(
    table: pd.DataFrame, shapes: Sequence[shapely.Geometry], names: Mapping[str, Text]
) -> tuple[Corridor, ...]:
    """Turn corridors into rows, in their order.

    Parameters
    ----------
    table
        Columns `MEASURES`, `ref, name_en, name_th, km_from, km_to, place_from, place_to`.
    shapes
        Of each, in lon, lat.
    names
        Of places, by id.
    """
    ranks = [_ranks(table[column]) for column in MEASURES]
    rows = []
    for at, row in enumerate(table.to_dict("records")):
        own = tuple(rank[at] for rank in ranks)
        ends = [
            names.get(str(row[end]), (str(row[end]),) * 2) for end in ("place_from", "place_to")
        ]
        rows.append(
            Corridor(
                at,
                road_name({str(key): value for key, value in row.items()}),
                _joined(list(dict.fromkeys(ends))),
                shapes[at],
                tuple(float(str(row[column])) for column in MEASURES),
                own,
                tuple(look(rank) for rank in own),
                {str(key): value for key, value in row.items()},
            )
        )
    return tuple(rows)


def most_cutting(
    rows: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any] | None:
    """Return the corridor whose loss cuts off most people, None where none cuts off any.

    One shorter than `TOLD_KM` is a street where somebody's dot meets the road, and no corridor;
    nor is a spur that is in no ranking.
    """
    told = [
        row
        for row in rows
        if row.get("rank_cut_off", 1) and float(row["km_to"]) - float(row["km_from"]) >= TOLD_KM
    ]
    most = max(told, key=lambda row: float(row["people_cut_off"]), default=None)
    return most if most is not None and float(most["people_cut_off"]) > 0 else None


def road_name(row: Mapping[str, Any]) -> Text:
    """Name a stretch as a planner does: road and kilometres."""
    digits = 0 if row["km_to"] - row["km_from"] >= 2 else 1  # noqa: PLR2004
    low, high = (f"{row[end]:.{digits}f}" for end in ("km_from", "km_to"))
    ref = str(row["ref"])
    name: Text = (ref, ref) if ref else either(row["name_en"], row["name_th"])
    if ref.isdecimal() and len(ref) < SHORT:
        name = text("highway_number", ref=ref)
    if not name[0]:
        name = text("unnamed")
    return text("corridor_km", road=name, low=low, high=high)


def look(rank: int) -> tuple[str, float]:
    """Return colour and width of a rank.

    Examples
    --------
    >>> look(1), look(6), look(0)
    (('hours-1', 7.0), ('hours-2', 5.5), ('unreached', 2.0))
    """
    if rank < 1:
        return UNRANKED
    return LOOKS[sum(rank > last for last in RANKS)]


def rank_labels() -> list[Text]:
    """Name the classes of ranks."""
    edges = [0, *RANKS]
    between = [
        text("rank_between", low=str(low + 1), high=str(high))
        for low, high in itertools.pairwise(edges)
    ]
    return [*between, text("rank_above", low=str(RANKS[-1] + 1))]


def spot_rows(places: pd.DataFrame, kinds: Sequence[tuple[str, Text]]) -> tuple[Spot, ...]:
    """Turn places into rows, in their order.

    Parameters
    ----------
    places
        Columns `name_en, name_th, lon, lat, population, second_way, only_by_en, only_by_th`,
        for every kind `minutes_…` and maybe `reached_…`, and maybe `worst_reached, lost_h`.
    kinds
        Where people go: id and words.
    """
    found = []
    for row in places.to_dict("records"):
        worst = float(str(row.get("worst_reached", math.nan)))
        found.append(
            Spot(
                either(str(row["name_en"]), str(row["name_th"])),
                float(str(row["lon"])),
                float(str(row["lat"])),
                float(str(row["population"])),
                worst,
                float(str(row.get("lost_h", math.nan))),
                bool(row["second_way"]),
                (str(row["only_by_en"]), str(row["only_by_th"])),
                chance_colour(worst),
                tuple(
                    Chance(
                        words,
                        float(str(row.get(f"reached_{kind}", math.nan))),
                        float(str(row[f"minutes_{kind}"])),
                    )
                    for kind, words in kinds
                ),
            )
        )
    return tuple(found)


def chance_colour(chance: float) -> str:
    """Return the colour of a probability, a name in `maps.base.style.PALETTE`."""
    if not math.isfinite(chance):
        return "surface"
    return CHANCE_COLOURS[sum(chance < low for low in CHANCES)]


def chance_labels() -> list[tuple[str, Text]]:
    """Return colours and names of the classes of probabilities."""
    low, middle, high = (f"{chance * 100:g}" for chance in reversed(CHANCES))
    labels = [
        text("chance_above", low=high),
        text("chance_between", low=middle, high=high),
        text("chance_between", low=low, high=middle),
        text("chance_below", high=low),
    ]
    return list(zip(CHANCE_COLOURS, labels, strict=True))


def kind_name(kind: str, names: Mapping[str, Text]) -> Text:
    """Return what people go to in words: a place by its name, else a kind of facility."""
    if kind == "capital":
        return text("a_capital")
    if kind == "city":
        return text("next_city")
    return names[kind] if kind in names else kind_of(kind)[0]


def per_cent(share: float) -> str:
    """Write a probability in per cent; what is not quite certain does not look so.

    Examples
    --------
    >>> per_cent(1.0), per_cent(0.9996), per_cent(0.355)
    ('100', '>99.9', '35.5')
    """
    if not math.isfinite(share):
        return figures.NONE
    if share < 1 and round(share * 100, 1) >= 100:  # noqa: PLR2004
        return ">99.9"
    return "100" if share == 1 else f"{share * 100:.1f}"


def _ranks(values: pd.Series) -> list[int]:
    """Rank from the greatest on, 0 where there is nothing."""
    known = values.where(values > 0)
    ranks: list[int] = known.rank(ascending=False, method="first").fillna(0).astype(int).tolist()
    return ranks


def _joined(ends: Sequence[Text]) -> Text:
    english, thai = (" \N{EN DASH} ".join(end[at] for end in ends) for at in range(2))
    return english, thai
