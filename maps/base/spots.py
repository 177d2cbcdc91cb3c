"""Hundreds of places as circles: each told once, however many sheets show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import folium
import numpy as np
from folium.template import Template
from markupsafe import Markup, escape
from numpy.typing import NDArray

from maps.base.i18n import Text
from maps.base.leaflet import PAIR, html_for_folium, lat_lon

SLOT: Final = "\ue003"
"""Stands in a card where what is told of a place goes, the first first: no letter of any
language."""


@dataclass(frozen=True)
class Place:
    """A place, and what its card begins with on every sheet."""

    lon: float
    lat: float
    radius: float
    told: tuple[Text, ...]


@dataclass(frozen=True)
class Spot:
    """A place on one sheet: which it is, how it looks, and what else its card tells.

    Attributes
    ----------
    place
        Its number among the places.
    fill, edge
        Colours.
    weight
        Of its edge, pixels.
    told
        After what is told of the place itself.
    """

    place: int
    fill: str
    edge: str
    weight: float
    told: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The spots of one pane, and their card: HTML with a `SLOT` for each thing that is told."""

    card: str
    spots: tuple[Spot, ...]


class SpotLayer(folium.map.Layer):
    """Places as circles with cards, which `assets/spots.js` draws.

    Parameters
    ----------
    places
        All that any sheet shows.
    sheets
        By the pane that they lie on.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "var {{ this.get_name() }} = L.spots({{ this.data|tojson }});\n"
        "{% endmacro %}"
    )

    def __init__(self, places: Sequence[Place], sheets: Mapping[str, Sheet]) -> None:
        super().__init__(control=False)
        self._name = "Spots"
        self.places, self.sheets = tuple(places), dict(sheets)
        every = [spot for sheet in sheets.values() for spot in sheet.spots]
        looks = list(dict.fromkeys(map(_look, every)))
        at = {look: number for number, look in enumerate(looks)}
        self.data = {
            "looks": looks,
            "places": [
                [*lat_lon([[one.lon, one.lat]])[0], round(one.radius, 1), *map(_words, one.told)]
                for one in self.places
            ],
            "sheets": {
                pane: [
                    html_for_folium(sheet.card),
                    [[one.place, at[_look(one)], *map(_words, one.told)] for one in sheet.spots],
                ]
                for pane, sheet in self.sheets.items()
            },
        }

    def spots(self) -> Iterator[tuple[str, NDArray[np.float64], dict[str, Any]]]:
        """Yield pane, lon and lat, and how a circle looks: for a picture."""
        for pane, sheet in self.sheets.items():
            for spot in sheet.spots:
                place = self.places[spot.place]
                look = {
                    "radius": place.radius,
                    "color": spot.edge,
                    "weight": spot.weight,
                    "fill": True,
                    "fillColor": spot.fill,
                    "fillOpacity": 1,
                }
                yield pane, np.array([[place.lon, place.lat]]), look


def _look(spot: Spot) -> tuple[str, str, float]:
    return spot.fill, spot.edge, spot.weight


def _words(words: Text) -> str:
    """Write words in both languages as `network.js` reads them; what is the same, once."""
    english, thai = (html_for_folium(escape(one)) for one in words)
    if english == thai:
        return english
    return f"{PAIR[0]}{english}{PAIR[1]}{thai}{PAIR[2]}"


def slots(count: int) -> list[Markup]:
    """Return what a card is rendered with in place of what it tells.

    Examples
    --------
    >>> len(slots(3))
    3
    """
    return [Markup(SLOT)] * count  # noqa: S704
