"""Answers of `chaidaen freight` as text: a table for people, JSON, CSV or GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import shapely

from geo.freight.collection_points import CollectionPoints
from geo.freight.corridors import Freight
from geo.freight.departures import DAY_MIN, DepartureTimes
from geo.freight.matrix import FreightMatrix
from geo.freight.product_flows import ProductFlows
from geo.freight.road_limits import RoadLimit
from layers.tables.places import Place
from scripts.freight.explained import explained_rows, explained_table
from scripts.freight.rows import name_of, records
from scripts.output import as_csv, as_geojson, as_json, hours, told
from scripts.table import as_table
from scripts.words import said

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

MANY = 100
"""Rows that a terminal shows whole."""

FEW = 12
"""Names in a sentence."""


def corridors(found: Freight, format_: str, lang: str, *, explain: bool = False) -> str:
    """Write corridors in a format, and what their hours are made of."""
    rows = records(found.corridors)
    if format_ == "json":
        why = {name: [str(one) for one in limits] for name, limits in found.barred.items()}
        barred = {name: limits for name, limits in why.items() if limits}
        made_of = {"explained": explained_rows(found)} if explain else {}
        return as_json({"corridors": rows, "barred": barred, **made_of})
    if format_ == "csv":
        return as_csv(rows)
    if format_ == "geojson":
        return as_geojson(
            (row, shapely.union_all([route.geometry for route in one.profile.routes]))
            for row, one in zip(rows, found.deliveries, strict=True)
            if one.profile
        )
    groups = {
        "to provinces and towns": [row for row in rows if not row["crossing"]],
        "through crossings": [row for row in rows if row["crossing"] == row["to_id"] != ""],
        "to the first city beyond": [
            row for row in rows if row["crossing"] not in {"", row["to_id"]}
        ],
    }
    parts = [
        f"{said(title)}\n{haul_table(group, lang, found.places)}"
        for title, group in groups.items()
        if not all(row["why_not"] for row in group)
    ]
    parts.append(closed_table(rows, lang, found.places))
    if explain:
        parts.append(explained_table(found, lang))
    unfit = barred_lines(found.barred)
    if unfit:
        parts.append(f"{said('roads that do not bear a vehicle:')}\n{unfit}")
    return "\n\n".join(part for part in parts if part)


def haul_table(rows: Sequence[Mapping[str, Any]], lang: str, places: Mapping[str, Place]) -> str:
    """Lay out the hauls that get there, the cheapest first."""
    header = (
        "",
        "km",
        "h P10",
        "P50",
        "P90",
        "baht",
        "baht/t",
        "L",
        "kg CO2",
        "climb m",
        "max %",
        "wet %",
        "slowest road",
        "by",
    )
    body = [
        (
            name_of(row, places, lang),
            f"{row['distance_m'] / 1000:,.0f}",
            *(hours(row[f"time_p{p}_s"]) for p in (10, 50, 90)),
            f"{row['cost_thb']:,.0f}",
            f"{row['cost_thb_per_t']:,.0f}",
            f"{row['fuel_l']:,.0f}",
            f"{row['co2_kg']:,.0f}",
            f"{row['climb_m']:,.0f}",
            f"{row['max_grade_pct']:.0f}",
            f"{row['passable_wet']:.0%}",
            row["limiting_road"],
            row["vehicles"],
        )
        for row in rows
        if not row["why_not"]
    ]
    return as_table(header, body, left=frozenset({0, 12, 13}))


def closed_table(rows: Sequence[Mapping[str, Any]], lang: str, places: Mapping[str, Place]) -> str:
    """List what goods do not get to, and why; empty if they get everywhere."""
    body = [(name_of(row, places, lang), row["why_not"]) for row in rows if row["why_not"]]
    return as_table(("no way for goods to", "why"), body, left=frozenset({0, 1})) if body else ""


def barred_lines(barred: Mapping[str, Sequence[RoadLimit]]) -> str:
    """Say which vehicles are kept off which roads; empty if none is."""
    return "\n".join(
        f"{said(vehicle)}: {'; '.join(said(str(one)) for one in limits)}"
        for vehicle, limits in barred.items()
        if limits
    )


def flows(found: ProductFlows, format_: str, lang: str) -> str:
    """Write product flows in a format; as GeoJSON the roads with their tonnes."""
    rows, places = records(found.chains), found.places
    links = records(pd.DataFrame(found.links.drop(columns="geometry")))
    if format_ == "json":
        return as_json(
            {
                "chains": rows,
                "flows": links,
                "to_market": records(found.to_market),
                "tonnes_unknown": records(found.unknown),
            }
        )
    if format_ == "csv":
        return as_csv(rows)
    if format_ == "geojson":
        return as_geojson(zip(links, found.links.geometry, strict=True))
    header = (
        "product",
        "from",
        "to",
        "km",
        "h P50",
        "P90",
        "baht/t",
        "% of farm price",
        "margin/kg",
        "spoilt",
        "kg CO2/t",
        "t/year",
        "by",
    )
    thai = lang == "th"
    named = {name: (one.name_th or name) if thai else name for name, one in found.products.items()}
    open_ = [row for row in rows if not row["why_not"]]
    shown = open_
    if len(open_) > MANY:
        # From hundreds of villages a terminal shows those whose tonnes are known first.
        shown = [row for row in open_ if row["tonnes_per_year"] is not None] or open_[:MANY]
    body = [
        (
            named[row["product"]],
            places[row["from_id"]].name(lang),
            places[row["to_id"]].name(lang).split(" (")[0],
            f"{row['distance_m'] / 1000:,.0f}",
            hours(row["time_p50_s"]),
            hours(row["time_p90_s"]),
            f"{row['cost_thb_per_t']:,.0f}",
            told(row["logistics_share"], ".0%"),
            told(row["margin_thb_per_kg"], ".2f"),
            f"{row['spoilage']:.0%}",
            f"{row['co2_kg_per_t']:,.0f}",
            told(row["tonnes_per_year"], ",.0f"),
            row["vehicles"],
        )
        for row in shown
    ]
    parts = [as_table(header, body, left=frozenset({0, 1, 2, 12}))]
    if len(shown) < len(open_):
        more = len(open_) - len(shown)
        parts.append(
            said(f"… and {more} more, from where no tonnes are known: --format csv has all")
        )
    reached = {(row["product"], row["to_id"]) for row in open_}
    shut = {
        (row["product"], row["to_id"]): row["why_not"]
        for row in rows
        if row["why_not"] and (row["product"], row["to_id"]) not in reached
    }
    cut = {row["from_id"] for row in rows if row["why_not"]} - {row["from_id"] for row in open_}
    if cut:
        names = sorted(places[one].name(lang) for one in cut)
        told_of = ", ".join(names[:FEW]) + (" …" if len(names) > FEW else "")
        parts.append(said(f"From {len(names)} places no way leads to any market: {told_of}"))
    if shut:
        lines = [(named[name], places[to].name(lang), why) for (name, to), why in shut.items()]
        parts.append(as_table(("product", "no way to", "why"), lines, left=frozenset({0, 1, 2})))
    return "\n\n".join(parts)


def sites(found: CollectionPoints, format_: str, lang: str) -> str:
    """Write collection points in a format."""
    rows, places = records(found.sites), {one.id: one for one in found.candidates}
    if format_ == "json":
        return as_json({"sites": rows, "places": records(found.assigned)})
    if format_ == "csv":
        return as_csv(rows)
    if format_ == "geojson":
        return as_geojson(
            (row, shapely.Point(places[row["site"]].lon, places[row["site"]].lat)) for row in rows
        )
    body = [
        (
            places[row["site"]].name(lang),
            f"{row['places']}",
            f"{row[f'weight_{found.unit}']:,.0f}",
            told(row["mean_thb_per_t"], ",.0f"),
        )
        for row in rows
    ]
    return as_table(("collection point", "settlements", found.unit, "mean baht/t"), body)


def departure_rows(found: DepartureTimes) -> list[dict[str, Any]]:
    """Return departures as rows, minutes of the week spelt as day and time."""
    return [
        {
            "departure": _clock(row["departure_min"]),
            "at_gate": _clock(row["arrival_min"]),
            "wait_s": row["wait_s"],
            "time_p50_s": row["time_p50_s"],
            "time_p90_s": row["time_p90_s"],
            "there_p50": _clock(row["departure_min"] + row["time_p50_s"] / 60),
        }
        for row in found.departures.to_dict("records")
    ]


def departures(found: DepartureTimes, format_: str, lang: str, day: int) -> str:
    """Write departures in a format: JSON and CSV have the whole week, a table one day."""
    rows = departure_rows(found)
    if format_ in {"json", "csv"}:
        return as_json(rows) if format_ == "json" else as_csv(rows)
    if format_ != "table":
        return ""
    today = [row for row in rows if row["departure"].startswith(DAYS[day])]
    least = min(row["time_p50_s"] for row in today)
    body = [
        (
            row["departure"],
            row["at_gate"],
            *(hours(row[name]) for name in ("wait_s", "time_p50_s", "time_p90_s")),
            row["there_p50"],
            "shortest" if row["time_p50_s"] == least else "",
        )
        for row in today
    ]
    gate = found.terms.crossings[found.haul.crossing]
    named = (gate.name_th if lang == "th" else gate.name_en) or gate.name_en
    head = said(
        f"{found.origin.name(lang)} → {found.goal.name(lang)} by {found.vehicle}, "
        f"{named} open {gate.hours.text}"
        f"{'' if gate.hours_known else ' (usual hours, not known for this gate)'}"
    )
    header = ("leave", "at gate", "wait h", "h P50", "P90", "there (P50)", "")
    return f"{head}\n{as_table(header, body, left=frozenset({0, 1, 5, 6}))}"


def matrix(found: FreightMatrix, format_: str) -> str:
    """Write the matrix in a format; a table has the cheapest origin and vehicle of a crossing."""
    if format_ in {"json", "csv"}:
        rows = records(found.costs)
        return as_json(rows) if format_ == "json" else as_csv(rows)
    if format_ != "table":
        return ""
    known = found.costs.dropna().sort_values("cost_thb_per_t")
    best = known.drop_duplicates(["to_id", "season"]).sort_values(["to_id", "season"])
    body = [
        (
            row["to_id"],
            row["season"],
            row["from_id"],
            row["vehicle"],
            f"{row['cost_thb_per_t']:,.0f}",
            hours(row["travel_time_s"]),
        )
        for row in best.to_dict("records")
    ]
    header = ("crossing", "season", "cheapest from", "by", "baht/t", "h")
    return as_table(header, body, left=frozenset({0, 1, 2, 3}))


def _clock(minute: float) -> str:
    """Spell a minute of the week as day and time.

    Examples
    --------
    >>> _clock(1530.0), _clock(10080.0 + 59.6)
    ('Tu 01:30', 'Mo 01:00')
    """
    at = round(minute) % (7 * DAY_MIN)
    return f"{DAYS[at // DAY_MIN]} {at % DAY_MIN // 60:02d}:{at % 60:02d}"
