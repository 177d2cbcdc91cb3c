"""The comparison as a page: today and scenarios under one swipe, key figures, economics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import shapely
from markupsafe import Markup

from geo.compare.access import destinations
from geo.compare.compare import Comparisons
from geo.study import Study
from layers.errors import DataError
from layers.tables.zones import zones_of
from maps.access.layers import TOWNS, facilities
from maps.base.backdrop import backdrop
from maps.base.change_scale import MINUTES, VEHICLES, changes
from maps.base.i18n import Text, text
from maps.base.leaflet import offline_map
from maps.base.legend import Legend, facility, legend, sign
from maps.base.seats import seats
from maps.base.time_scale import steps
from maps.compare import layers as compare_layers
from maps.compare.more_tables import more_tables
from maps.compare.places import LIMITS, labels, places
from maps.compare.rows import (
    Shown,
    district_rows,
    groups,
    kind_name,
    names_of,
    shown_of,
    subject_of,
    vehicles_of,
)
from maps.compare.tornado import tornado_chart
from maps.compare.whom import for_whom
from maps.picture.picture import Panel
from maps.picture.sheet import Sheet, sheet


def compare_map(found: Comparisons, *, lang: str) -> Sheet:
    """Draw scenarios against today as a page of their own.

    The map shows minutes to the first kind of destination, with the first vehicle and in the
    first season that was asked for; the reader chooses which scenario lies beside today.

    Parameters
    ----------
    found
        Of `geo.compare.compare.compare`.
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
    base, subject, names = found.base, subject_of(found), names_of(found)
    shown = [shown_of(one, subject, names) for one in found]
    if not shown:
        raise DataError("comparison: no scenario was given")
    area, shape = base.area, base.tables.boundary
    one, vehicles = kind_name(subject.kind, names), vehicles_of(found)
    traffic = found.traffic if found.traffic and found.traffic.known else None
    made = offline_map(_bounds(shown, shape))
    layers = [
        *compare_layers.panes(len(shown)),
        *backdrop(area),
        compare_layers.before(shown[0]),
        *(compare_layers.after(scenario, at) for at, scenario in enumerate(shown)),
        facilities(destinations(base, subject.kind), one),
        places(shown),
        labels(shown, _towns(base)),
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
        network=base.network,
        shown=shown,
        goal=one,
        who=vehicles[subject.vehicle],
        when=text(f"season_{subject.season}"),
        whom=[for_whom(one.figures, subject, names) for one in shown],
        groups=groups(shown, names, vehicles),
        districts=[district_rows(scenario) for scenario in shown],
        tornados=tornados,
        charts={f"tornado_{at}": chart for at, chart in enumerate(tornados, start=1) if chart},
        more_tables=more_tables(found),
        fit=_fit(traffic.scale.misfits()) if traffic else None,
        assumptions=traffic.rules.rows() if traffic else (),
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
                    if not one.low < 0 < one.high
                ),
                sign("swatch ring lost", text("legend_lost")),
            ],
            text("minutes_change", kind=goal),
        ),
        legend(
            [
                *(sign("swatch round", one.label, colour=one.colour) for one in steps(LIMITS)),
                sign("swatch ring", text("legend_ring")),
                facility(goal),
                *([sign("stroke wide", text("legend_width"))] if traffic else []),
            ],
            text("today"),
        ),
    ]


def _towns(base: Study) -> list[str]:
    """List the ids of settlements that districts are called after, else of towns."""
    table = base.tables.settlements.sort_values("population", ascending=False, kind="stable")
    districts = zones_of(base.tables.zones, "district")
    names = [table, districts]
    told = [
        list(zip(one["name_en"].map(str), one["name_th"].map(str), strict=True)) for one in names
    ]
    found: list[str] = table["id"][seats(*told)].tolist()
    if found:
        return found
    return table["id"][table["kind"].isin(TOWNS)].tolist() if "kind" in table else []


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
