"""Places on either side of the swipe: their minutes today, and what a scenario changes."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any, Final

import folium
import numpy as np
import pandas as pd

from layers.arrays import Bools
from layers.tables.villages import NAMELESS
from maps.access.layers import MANY, radius
from maps.base import figures
from maps.base.change_scale import MINUTES, changes
from maps.base.classes import class_of
from maps.base.i18n import Text, either, text
from maps.base.marks import layer_of, marker
from maps.base.page import fragment
from maps.base.spots import Place, Sheet, Spot, SpotLayer, slots
from maps.base.style import PALETTE
from maps.base.time_scale import steps
from maps.compare.rows import Shown

LIMITS: Final = (30, 60, 120)
"""Breaks of the minutes of today."""

OF_PLACE: Final = ("name", "other", "people", "base")
"""What a card tells of a place on every sheet, in this order."""

THEN: Final = ("now", "change")
"""What it tells besides where a scenario is shown."""

NAMED: Final = 60
"""How many places have a name where there are many: those that change most for most people."""


def places(shown: Sequence[Shown]) -> SpotLayer:
    """Mark places, larger for more people: all of them today, with a scenario those that change.

    Parameters
    ----------
    shown
        Scenarios of one and the same today. Places are told apart by where they are, since a
        scenario may add some.

    Returns
    -------
    layer
        Panes `before` and `after-0`, `after-1`, …; a place that reaches nothing is a ring.
    """
    every = pd.concat([one.places for one in shown], ignore_index=True)
    every = every.drop_duplicates(["lon", "lat", "name_en"], ignore_index=True)
    number = {key: at for at, key in enumerate(_keys(every))}
    smaller = 1.5 if len(every) > MANY else 0.0
    made = [
        Place(
            float(row["lon"]),
            float(row["lat"]),
            radius(float(row["population"])) - smaller,
            (
                name := either(str(row["name_en"]), str(row["name_th"])),
                name if name[0] != name[1] else ("", ""),
                (figures.whole(float(row["population"])),) * 2,
                _minutes(float(row["minutes_base"])),
            ),
        )
        for row in _rows(every)
    ]
    return SpotLayer(
        made,
        {
            "before": Sheet(_card(OF_PLACE), _today(shown[0].places, number)),
            **{
                f"after-{at}": Sheet(_card(OF_PLACE + THEN), _then(one.places, number))
                for at, one in enumerate(shown)
            },
        },
    )


def _card(told: Sequence[str]) -> str:
    """Make a card with room for what is told, in this order."""
    room = dict.fromkeys(OF_PLACE + THEN, "") | dict(zip(told, slots(len(told)), strict=True))
    return fragment("compare_card.html", **room)


def changed(table: pd.DataFrame) -> Bools:
    """Say for every place whether a reader sees a change: of a minute or more, or of all."""
    middle = len(MINUTES) // 2
    moved = class_of(table["minutes_change"], MINUTES)
    seen: Bools = (moved >= 0) & (moved != middle)
    seen |= table["state"].isin(("lost", "gained")).to_numpy()
    return seen


def labels(shown: Sequence[Shown], towns: Collection[str]) -> folium.FeatureGroup:
    """Name places above both sides: towns, then those where most changes, the largest first.

    Parameters
    ----------
    shown
        The scenarios.
    towns
        Ids of places whose name stands there from afar.
    """
    layer = layer_of("layer_places")
    table = shown[0].places
    table = table[~table["name_en"].str.startswith(NAMELESS)]
    touched = {key for one in shown for key in _keys(one.places[changed(one.places)])}
    ranked = table.assign(
        town=table["id"].isin(towns),
        touched=[key in touched for key in _keys(table)],
    ).sort_values(["town", "touched", "population"], ascending=False, kind="stable")
    many = len(table) > MANY
    for row in _rows(ranked[:NAMED] if many else ranked):
        name = either(str(row["name_en"]), str(row["name_th"]))
        label = fragment("compare_name.html", name=name)
        quiet = "spot minor" if many else "spot"
        css = "town" if row["town"] else quiet
        marker(float(row["lon"]), float(row["lat"]), label, css).add_to(layer)
    return layer


def _today(table: pd.DataFrame, number: dict[tuple[object, ...], int]) -> tuple[Spot, ...]:
    """Colour every place by its minutes today."""
    scale = steps(LIMITS)
    found = class_of(table["minutes_base"].to_numpy(np.float64), LIMITS)
    return tuple(
        _spot(number[key], scale[at].colour if at >= 0 else "")
        for key, at in zip(_keys(table), found, strict=True)
    )


def _then(table: pd.DataFrame, number: dict[tuple[object, ...], int]) -> tuple[Spot, ...]:
    """Colour the places that change by how much they do."""
    scale = changes(MINUTES, "minutes")
    shown = table[changed(table)]
    found = class_of(shown["minutes_change"], MINUTES)
    return tuple(
        _spot(
            number[key],
            scale[at].colour if at >= 0 else "",
            lost=row["state"] == "lost",
            told=(_minutes(float(row["minutes"])), _change(float(row["minutes_change"]))),
        )
        for key, at, row in zip(_keys(shown), found, _rows(shown), strict=True)
    )


def _spot(place: int, colour: str, *, told: tuple[Text, ...] = (), lost: bool = False) -> Spot:
    edge = "closed" if lost else "ink" if colour else "unreached"
    return Spot(place, colour or PALETTE["surface"], PALETTE[edge], 1.2 if colour else 2.5, told)


def _keys(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(zip(table["lon"], table["lat"], table["name_en"], strict=True))


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _minutes(value: float) -> Text:
    if not math.isfinite(value):
        return text("not_reached")
    return text("minutes_value", value=f"{math.ceil(value):,}")


def _change(value: float) -> Text:
    if not math.isfinite(value):
        return (figures.NONE,) * 2
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return text("minutes_value", value=f"{sign}{abs(value):,.1f}")
