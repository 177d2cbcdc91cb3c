"""A border crossing as readers see it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
from markupsafe import Markup

from maps.base.i18n import Text, either, text
from maps.base.page import fragment

STATUSES: Final = {
    "open": "status_open",
    "closed": "status_closed",
    "unknown": "status_unknown",
}
TYPES: Final = {
    "permanent": "type_permanent",
    "temporary": "type_temporary",
    "trade_point": "type_trade_point",
}
NEIGHBOURS: Final = {
    "Myanmar": "myanmar",
    "Laos": "laos",
    "Cambodia": "cambodia",
    "Malaysia": "malaysia",
    "Thailand": "thailand",
}

EMPTY: Final = Markup("")


@dataclass(frozen=True)
class Fact:
    """One line of a card: what it is, and how it is."""

    label: Text
    value: Text


@dataclass(frozen=True)
class Crossing:
    """One crossing.

    Attributes
    ----------
    id, lon, lat, status, status_date, hours, note, source, quality, other_side
        As in the table of crossings.
    name, status_text, kind, neighbour
        In both languages.
    facts
        What else is known, for freight.
    refusals
        Why goods do not pass.
    chart
        Of waiting at the gate, empty if there is none.
    """

    id: str
    lon: float
    lat: float
    name: Text
    status: str
    status_text: Text
    status_date: str
    kind: Text
    neighbour: Text
    other_side: str
    hours: str
    note: str
    source: str
    quality: str
    facts: tuple[Fact, ...] = ()
    refusals: tuple[Text, ...] = ()
    chart: Markup = EMPTY


def crossings_of(table: pd.DataFrame) -> tuple[Crossing, ...]:
    """Turn rows of a table of crossings into crossings, open ones first.

    Parameters
    ----------
    table
        As `layers.tables.crossings.read_crossings` gives it.

    Returns
    -------
    crossings
        By status, then in the table's order.
    """
    found = (_crossing(row) for row in table.to_dict("records"))
    order = list(STATUSES)
    return tuple(sorted(found, key=lambda one: order.index(one.status)))


def crossing_card(crossing: Crossing) -> Markup:
    """Set what is known of one crossing as a small card; everything in it is escaped."""
    return fragment("crossing_card.html", crossing=crossing)


def crossing_icon(crossing: Crossing) -> Markup:
    """Set the symbol of a crossing, a colour and a shape for its status, beside its name."""
    return fragment("crossing_icon.html", crossing=crossing)


def _crossing(row: Mapping[Hashable, object]) -> Crossing:
    cell = {str(name): str(value) for name, value in row.items()}
    country = NEIGHBOURS.get(cell["neighbour"])
    return Crossing(
        id=cell["id"],
        lon=float(cell["lon"]),
        lat=float(cell["lat"]),
        name=either(cell["name_en"], cell["name_th"]),
        status=cell["status"],
        status_text=text(STATUSES[cell["status"]]),
        status_date=cell["status_date"],
        kind=text(TYPES[cell["type"]]),
        neighbour=text(country) if country else (cell["neighbour"], cell["neighbour"]),
        other_side=cell["other_side"],
        hours=cell["hours"],
        note=cell["note"],
        source=cell["source"],
        quality=cell["quality"],
    )
