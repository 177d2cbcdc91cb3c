"""The report: one page with the corridor map, the tables, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.route import Route
from layers.area import Area
from layers.network import RoadNetwork
from layers.places import Place
from maps import figures
from maps.corridors import (
    Corridor,
    corridor_figure,
    corridor_parts,
    corridor_rows,
    home_name,
    of_kind,
    subtitle,
)
from maps.crossings import Crossing, crossings_of
from maps.i18n import Text, date, known, text
from maps.page import page


@dataclass(frozen=True)
class Row(Corridor):
    """A corridor with what is known of its destination.

    Attributes
    ----------
    crossing
        If it is one.
    quality
        Of the destination's data, a letter of `layers.places.QUALITIES`.
    """

    crossing: Crossing | None
    quality: str


@dataclass(frozen=True)
class Number:
    """One figure of the introduction."""

    label: Text
    value: Text
    detail: Text | None = None


def report_page(  # noqa: PLR0913 - what the report shows
    *,
    area: Area,
    network: RoadNetwork,
    routes: Sequence[Route],
    crossings: pd.DataFrame,
    places: pd.DataFrame,
    unreachable: Sequence[tuple[Place, str]],
    lang: str,
    created: str,
    vehicle_title: Text,
) -> str:
    """Write the report of an area as one page.

    Parameters
    ----------
    area
        The area; its boundary is read.
    network
        The roads, drawn below the corridors.
    routes
        From the home place to province capitals and crossings.
    crossings, places
        Tables of `layers.places`.
    unreachable
        Places that no route reaches, each with the reason.
    lang
        The language the page opens in, `en` or `th`.
    created
        The report's date, ISO.
    vehicle_title
        The vehicle's name, English and Thai.

    Returns
    -------
    html
        One file that needs no other and no internet; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    parts = corridor_parts(area, network, routes, crossings=crossings, places=places)
    all_crossings = crossings_of(crossings)
    by_id = {one.id: one for one in all_crossings}
    qualities = dict(zip(places["id"], places["quality"], strict=True))
    rows = [_row(row, by_id, qualities) for row in corridor_rows(routes)]
    capitals, to_open = of_kind(rows, "province_capital"), of_kind(rows, "crossing")
    return page(
        "report.html",
        title=text("report_title", area=(area.title_en, area.title_th)),
        lang=known(lang),
        parts=parts,
        subtitle=_dated(subtitle(routes, vehicle_title), created),
        figure=corridor_figure(area, network, routes, parts=parts, lang=lang),
        lead=text(
            "lead",
            home=home_name(area, routes),
            vehicle=vehicle_title,
            capitals=str(len(capitals)),
            crossings=str(len(to_open)),
        ),
        numbers=_numbers(capitals, to_open),
        capitals=capitals,
        open_crossings=to_open,
        elsewhere=of_kind(rows, ""),
        shut=[one for one in all_crossings if one.status != "open"],
        unreachable=unreachable,
        area=area,
        network=network,
        created=created,
    )


def _row(row: Corridor, crossings: Mapping[str, Crossing], qualities: Mapping[str, str]) -> Row:
    """Add to a corridor what the tables know of its destination."""
    place_id = row.route.to_place.id
    crossing = crossings.get(place_id)
    quality = crossing.quality if crossing else qualities.get(place_id, "")
    return Row(**vars(row), crossing=crossing, quality=quality)


def _numbers(capitals: Sequence[Corridor], to_open: Sequence[Corridor]) -> list[Number]:
    """Choose the figures of the introduction; rows come nearest first."""
    numbers: list[Number] = []
    if capitals:
        numbers.append(_number("nearest_capital", capitals[0]))
        numbers.append(_number("farthest_capital", capitals[-1]))
    if to_open:
        numbers.append(_number("nearest_crossing", to_open[0]))
    if capitals or to_open:
        steep = max((*capitals, *to_open), key=lambda row: row.route.climb_m)
        climb = text("climb_to", metres=figures.whole(steep.route.climb_m))
        numbers.append(Number(text("hardest"), steep.name, climb))
    return numbers


def _number(key: str, row: Corridor) -> Number:
    km = text("km_value", value=figures.km(row.route.distance_m))
    hours = text("hours_value", value=figures.hours(row.route.time_s))
    return Number(text(key), row.name, (f"{km[0]} · {hours[0]}", f"{km[1]} · {hours[1]}"))


def _dated(line: Text, created: str) -> Text:
    """Put the report's date behind the line under its title."""
    english, thai = date(created)
    return f"{line[0]} · {english}", f"{line[1]} · {thai}"
