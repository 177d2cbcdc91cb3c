"""The comparison as a page: today and scenarios under one swipe, key figures, economics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import shapely
from markupsafe import Markup

from layers.area import Area, read_boundary
from layers.errors import DataError
from layers.roads.network import RoadNetwork
from maps.access.layers import facilities
from maps.base.backdrop import backdrop
from maps.base.change_scale import MINUTES, VEHICLES, changes
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, facility, legend, sign
from maps.base.time_scale import steps
from maps.compare import layers as compare_layers
from maps.compare.rows import Shown, district_rows, groups, kind_name
from maps.compare.tornado import tornado_chart
from maps.picture.picture import Panel
from maps.picture.sheet import Sheet, sheet


def compare_map(  # noqa: PLR0913 - what the page shows
    *,
    area: Area,
    network: RoadNetwork,
    shown: Sequence[Shown],
    goals: pd.DataFrame,
    kind: str,
    vehicle: str,
    season: str,
    names: Mapping[str, Text],
    vehicles: Mapping[str, Text],
    assumptions: Sequence[tuple[str, str, str, str]],
    misfits: Mapping[str, tuple[float, float]] | None = None,
    lang: str,
) -> Sheet:
    """Draw scenarios against today as a page of their own.

    Parameters
    ----------
    area, network
        The area and its roads of today, for sources.
    shown
        At least one scenario; the reader chooses which one lies beside today.
    goals
        Destinations of the minutes, columns `name_en, name_th, lon, lat`.
    kind
        What they are: a kind of facility, or `provinces`.
    vehicle, season
        Of the minutes that the map shows.
    names
        Of places and products in the figures, by id.
    vehicles
        Titles by id.
    assumptions
        Name, value, unit and source of each; empty without economics.
    misfits
        Median and worst of the traffic against counts, by `estimated`, `modelled` and
        `held_out`, in how many times it is off; nothing is said where one is not known.
    lang
        The language the page opens in, `en` or `th`.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    DataError
        There is no scenario to draw.
    UnknownNameError
        There is no such language.
    """
    if not shown:
        raise DataError("comparison: no scenario was given")
    shape = read_boundary(area)
    one = kind_name(kind, names)
    made = offline_map(_bounds(shown, shape))
    layers = [
        *compare_layers.panes(len(shown)),
        *backdrop(area),
        compare_layers.before(shown[0]),
        *(compare_layers.after(scenario, at) for at, scenario in enumerate(shown)),
        facilities(goals, one),
        compare_layers.names(shown[0].places),
    ]
    for layer in layers:
        layer.add_to(made)
    title = text("compare_title", area=(area.title_en, area.title_th))
    tornados = [_tornado(scenario, lang) for scenario in shown]
    return sheet(
        "compare.html",
        made=made,
        title=title,
        lang=lang,
        legends=_legends(one, traffic=any(each.appraisal is not None for each in shown)),
        panels=_panels(shown),
        subtitle=_subtitle(shown),
        area=area,
        network=network,
        shown=shown,
        goal=one,
        who=vehicles.get(vehicle, (vehicle, vehicle)),
        when=text(f"season_{season}"),
        groups=groups(shown, names, vehicles),
        districts=[district_rows(scenario) for scenario in shown],
        tornados=tornados,
        charts={f"tornado_{at}": chart for at, chart in enumerate(tornados, start=1) if chart},
        fit=_fit(misfits or {}),
        assumptions=assumptions,
    )


def _legends(goal: Text, *, traffic: bool) -> list[Legend]:
    """Explain what changes, and what is today."""
    strokes = (
        sign("stroke", one.label, colour=one.colour) for one in changes(VEHICLES, "vehicles")
    )
    return [
        legend(
            [
                sign("stroke new", text("road_new")),
                sign("stroke cut", text("road_closed")),
                sign("stroke works", text("road_works")),
            ],
            text("with_scenario"),
        ),
        *([legend(strokes, text("traffic_change"))] if traffic else []),
        legend(
            [
                *(
                    sign("swatch round", one.label, colour=one.colour)
                    for one in changes(MINUTES, "minutes")
                ),
                sign("swatch ring", text("legend_ring")),
            ],
            text("minutes_change", kind=goal),
        ),
        legend(
            [
                *(
                    sign("swatch round", one.label, colour=one.colour)
                    for one in steps(compare_layers.LIMITS)
                ),
                facility(goal),
                *([sign("stroke wide", text("legend_width"))] if traffic else []),
            ],
            text("today"),
        ),
    ]


def _panels(shown: Sequence[Shown]) -> list[Panel]:
    """Put today and every scenario side by side."""
    after = [f"after-{at}" for at in range(len(shown))]
    return [
        Panel(text("today"), tuple(after)),
        *(
            Panel(one.title, ("before", *(pane for pane in after if pane != own)))
            for one, own in zip(shown, after, strict=True)
        ),
    ]


def _bounds(shown: Sequence[Shown], shape: shapely.Geometry) -> tuple[float, float, float, float]:
    """Return what holds the area and whatever any scenario builds or closes."""
    every = [compare_layers.bounds(one.links, shape) for one in shown]
    west, south = (min(box[at] for box in every) for at in (0, 1))
    east, north = (max(box[at] for box in every) for at in (2, 3))
    return west, south, east, north


def _fit(misfits: Mapping[str, tuple[float, float]]) -> Text | None:
    """Say how far the traffic is from what was counted, None where nobody knows."""
    known = {name: pair for name, pair in misfits.items() if math.isfinite(pair[0])}
    if set(known) != {"estimated", "modelled", "held_out"}:
        return None
    parts = {
        f"{name}_{which}": f"{value:.1f}"
        for name, pair in known.items()
        for which, value in zip(("median", "worst"), pair, strict=True)
    }
    return text("traffic_fit", **parts)


def _subtitle(shown: Sequence[Shown]) -> Text:
    return " · ".join(one.title[0] for one in shown), " · ".join(one.title[1] for one in shown)


def _tornado(shown: Shown, lang: str) -> Markup | None:
    """Draw the tornado of what is built, None where nothing is."""
    found = shown.appraisal
    if found is None or found.tornado.empty:
        return None
    return tornado_chart(found, title=text("tornado_title", name=shown.title), lang=lang)
