"""The map of collection points: which were chosen, and which settlement goes to which."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import folium
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.freight.collection_points import CollectionPoints, Sites
from layers.area import read_boundary
from layers.tables.places import Place
from maps.base import figures, overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, either, text
from maps.base.leaflet import lat_lon, offline_map
from maps.base.legend import Legend, circles, ground, legend, symbol
from maps.base.lines import bounds_of, line_points
from maps.base.marks import bind_card, layer_of, marker
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.base.subject import SEASONS, Subject
from maps.freight.rows import vehicle_names
from maps.picture.sheet import Sheet, sheet

COLOURS: Final = 7
"""Colours `site-1` to `site-7`; more sites begin anew, and lines still tell whose is whose."""

WEIGHTS: Final = {"t": "tonnes_value", "people": "people_value"}
"""Phrases for what settlements weigh."""


@dataclass(frozen=True)
class Settlement:
    """One settlement: what it weighs, and what its way to the site costs."""

    name: Text
    lon: float
    lat: float
    weight: float
    cost_thb_per_t: float


@dataclass(frozen=True)
class Site:
    """One candidate.

    Attributes
    ----------
    at
        Its position among the chosen, -1 if it was not.
    name, lon, lat
        Which, and where.
    colour
        A name in `maps.base.style.PALETTE`.
    own
        The settlements that go there, the heaviest first.
    """

    at: int
    name: Text
    lon: float
    lat: float
    colour: str
    own: tuple[Settlement, ...]

    @property
    def weight(self) -> float:
        """What its settlements weigh together."""
        return sum(one.weight for one in self.own)

    @property
    def mean_thb_per_t(self) -> float:
        """Their weighted mean cost, NaN where nobody counts."""
        total = sum(one.weight * one.cost_thb_per_t for one in self.own)
        return total / self.weight if self.weight else math.nan


def sites_map(subject: Subject, found: CollectionPoints, places: pd.DataFrame) -> Sheet:
    """Draw where collection points would best stand, and who goes where.

    Parameters
    ----------
    subject
        The area, its roads, and the language; the season is that of the terms.
    found
        Chosen sites and assignments.
    places
        Table of those that the map names.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    area, network = subject.area, subject.network
    solution = found.solution
    every = _settlements(found.settlements, solution, found.weight)
    sites = _sites(found.candidates, every, solution)
    chosen = sorted((one for one in sites if one.at >= 0), key=lambda one: one.at)
    lost = [one for one, site in zip(every, solution.assigned.tolist(), strict=True) if site < 0]
    shape = read_boundary(area)
    at = [(one.lon, one.lat) for one in every] + [(one.lon, one.lat) for one in sites]
    points = shapely.points(at).tolist()
    made = offline_map(bounds_of([shape]), whole=bounds_of([shape, *points]))
    for layer in (
        *backdrop(area),
        overlays.roads(network),
        _spiders(chosen),
        overlays.places(places),
        _circles(chosen, lost),
        _marks(sites),
    ):
        layer.add_to(made)
    season_text, vehicle = (
        text(SEASONS[found.terms.season]),
        vehicle_names(found.terms.fleet)[found.vehicle],
    )
    rest = [one for one in sites if one.at < 0]
    vehicle_season = (
        f"{vehicle[0]} · {season_text[0]}",
        f"{vehicle[1]} · {season_text[1]}",
    )
    return sheet(
        "sites.html",
        made=made,
        title=text("sites_title", area=(area.title_en, area.title_th)),
        lang=subject.lang,
        subtitle=vehicle_season,
        legends=_legends(chosen, rest=bool(rest)),
        area=area,
        network=network,
        sites=chosen,
        lost=lost,
        amount=WEIGHTS[found.unit],
        by_people=found.unit == "people",
    )


def _legends(chosen: Sequence[Site], *, rest: bool) -> list[Legend]:
    """Explain the colour of each site, and symbols."""
    colours = [
        symbol("freight_parts.html", "site_symbol", _mean(site), site.colour, True)  # noqa: FBT003
        for site in chosen
    ]
    point = "freight_parts.html", "site_symbol"
    signs = [
        symbol(*point, text("site"), "ink", True),  # noqa: FBT003 - a macro of a template
        *([symbol(*point, text("candidate"), "ink", False)] if rest else []),  # noqa: FBT003
        circles("sized", text("legend_settlements")),
        *ground(),
    ]
    return [legend(colours, text("sites")), legend(signs, text("legend"))]


def _mean(site: Site) -> Text:
    """Say what hauling to a site costs on average."""
    unit, mean = text("thb_per_t"), figures.whole(site.mean_thb_per_t)
    return f"{site.name[0]}: {mean} {unit[0]}", f"{site.name[1]}: {mean} {unit[1]}"


def _settlements(
    table: pd.DataFrame, found: Sites, weight: NDArray[np.float64]
) -> list[Settlement]:
    """Turn rows into settlements."""
    columns = (table[name] for name in ("name_en", "name_th", "lon", "lat"))
    return [
        Settlement(either(str(english), str(thai)), float(lon), float(lat), own, cost)
        for english, thai, lon, lat, own, cost in zip(
            *columns, weight.tolist(), found.cost.tolist(), strict=True
        )
    ]


def _sites(candidates: Sequence[Place], every: Sequence[Settlement], found: Sites) -> list[Site]:
    """Turn candidates into sites, each with its settlements."""
    chosen = found.chosen.tolist()
    made = []
    for at, place in enumerate(candidates):
        rank = chosen.index(at) if at in chosen else -1
        own = [every[one] for one in np.flatnonzero(found.assigned == at).tolist()]
        made.append(
            Site(
                rank,
                either(place.name_en, place.name_th),
                place.lon,
                place.lat,
                f"site-{rank % COLOURS + 1}" if rank >= 0 else "unreached",
                tuple(sorted(own, key=lambda one: -one.weight)),
            )
        )
    return made


def _spiders(chosen: Sequence[Site]) -> folium.FeatureGroup:
    """Draw a thin straight line from every settlement to its site."""
    layer = layer_of("layer_assigned")
    for site in chosen:
        lines = [shapely.LineString([(one.lon, one.lat), (site.lon, site.lat)]) for one in site.own]
        folium.PolyLine(  # type: ignore[no-untyped-call]
            line_points(lines),
            color=PALETTE[site.colour],
            weight=1.5,
            class_name=f"route route-{site.at}",
            bubbling_mouse_events=False,
        ).add_to(layer)
    return layer


def _circles(chosen: Sequence[Site], lost: Sequence[Settlement]) -> folium.FeatureGroup:
    """Mark settlements in the colour of their site, larger for more weight; rings reach none."""
    layer = layer_of("layer_places")
    marked = [(one, site) for site in chosen for one in site.own]
    most = max((one.weight for one, _ in marked), default=0.0) or 1.0
    for one, site in [*marked, *((one, None) for one in lost)]:
        circle = folium.CircleMarker(
            lat_lon([[one.lon, one.lat]])[0],
            radius=round(3 + 5 * math.sqrt(one.weight / most), 1) if site else 5,
            color=PALETTE["surface"] if site else PALETTE["unreached"],
            weight=1 if site else 2.5,
            fill=True,
            fill_color=PALETTE[site.colour if site else "surface"],
            fill_opacity=1,
            class_name="spot-circle",
        )
        card = fragment("settlement_card.html", one=one, site=site)
        bind_card(circle, card).add_to(layer)
        label = fragment("label.html", name=one.name)
        marker(one.lon, one.lat, label, "spot").add_to(layer)
    return layer


def _marks(sites: Sequence[Site]) -> folium.FeatureGroup:
    """Mark candidates: the chosen ones full and named, the others hollow."""
    layer = layer_of("layer_sites")
    for site in sorted(sites, key=lambda one: one.at):
        made = marker(
            site.lon,
            site.lat,
            fragment("site_icon.html", site=site),
            "site" if site.at >= 0 else "site unchosen",
            keyboard=True,
            z_index_offset=2000 if site.at >= 0 else 1000,
        )
        mean = figures.whole(site.mean_thb_per_t)
        bind_card(made, fragment("site_card.html", site=site, mean=mean)).add_to(layer)
    return layer
