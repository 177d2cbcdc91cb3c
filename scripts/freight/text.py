"""Hauls as rows of an answer, and as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo.freight.haul import Haul, Terms
from geo.freight.haul_profile import Delivery
from geo.freight.road_limits import Barred
from layers.tables.places import Place
from scripts.output import as_table, hours, roads


def haul_row(terms: Terms, one: Delivery) -> dict[str, Any]:
    """Return a haul as one flat row; None where goods do not get there.

    Amounts per load are those of the vehicle that loads at the origin, the empty share of
    ways back included.
    """
    haul, facts = one.haul, one.facts
    crossing = terms.crossings.get(haul.crossing)
    load_t = haul.drives[0].payload_t if haul.reached else None
    per_t = ("cost_thb_per_t", "fuel_l_per_t", "co2_kg_per_t")
    amounts = {name: getattr(haul, name) if haul.reached else None for name in per_t}
    return {
        "from_id": haul.from_id,
        "to_id": haul.to_id,
        "to": one.place.name_en,
        "kind": one.place.kind,
        "crossing": haul.crossing,
        "status": crossing.status if crossing else "",
        "vehicles": " > ".join(haul.vehicles),
        "hubs": " > ".join(drive.stage.to_id for drive in haul.inland[:-1]),
        "distance_m": haul.distance_m if haul.reached else None,
        "time_p10_s": haul.time_s[0] if haul.reached else None,
        "time_p50_s": haul.time_s[1] if haul.reached else None,
        "time_p90_s": haul.time_s[2] if haul.reached else None,
        "load_t": load_t,
        "cost_thb": _times(amounts["cost_thb_per_t"], load_t),
        **amounts,
        "fuel_l": _times(amounts["fuel_l_per_t"], load_t),
        "co2_kg": _times(amounts["co2_kg_per_t"], load_t),
        "climb_m": facts.climb_m if facts else None,
        "descent_m": facts.descent_m if facts else None,
        "max_grade_pct": facts.max_grade_pct if facts else None,
        "roads": " · ".join(ref for route in facts.routes for ref in roads(route)) if facts else "",
        "limiting_road": facts.limiting_road if facts else "",
        "lost_s": facts.lost_s if facts else None,
        "passable": haul.passable if haul.reached else None,
        "passable_wet": facts.passable_wet if facts else None,
        "why_not": why_not(terms, haul),
    }


def why_not(terms: Terms, haul: Haul) -> str:
    """Say why goods do not get there, with the source of what is known; empty if they do."""
    if haul.reached:
        return ""
    said = "; ".join(str(one) for one in haul.refusals)
    crossing = terms.crossings.get(haul.crossing)
    if crossing and any(one.kind in {"closed", "unknown"} for one in haul.refusals):
        said = f"{said} ({crossing.source})"
    return said


def haul_table(rows: Sequence[Mapping[str, Any]], lang: str, places: Mapping[str, Place]) -> str:
    """Lay out the hauls that get there, the cheapest first."""
    header = ("", "km", "h P10", "P50", "P90", "baht", "baht/t", "L", "kg CO2", "climb m",
              "max %", "wet %", "slowest road", "by")  # fmt: skip
    body = [
        (
            _name(row, places, lang),
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
    body = [(_name(row, places, lang), row["why_not"]) for row in rows if row["why_not"]]
    return as_table(("no way for goods to", "why"), body, left=frozenset({0, 1})) if body else ""


def barred_lines(barred: Mapping[str, Sequence[Barred]]) -> str:
    """Say which vehicles are kept off which roads; empty if none is."""
    return "\n".join(
        f"{vehicle}: {'; '.join(str(one) for one in roads_of)}"
        for vehicle, roads_of in barred.items()
        if roads_of
    )


def _name(row: Mapping[str, Any], places: Mapping[str, Place], lang: str) -> str:
    name = _short(places[row["to_id"]].name(lang))
    beyond = row["crossing"] and row["crossing"] != row["to_id"]
    return f"{name} ← {_short(places[row['crossing']].name(lang))}" if beyond else name


def _short(name: str) -> str:
    """Leave out what stands in brackets: a table has no room for it."""
    return name.split(" (", maxsplit=1)[0]


def _times(per_t: float | None, load_t: float | None) -> float | None:
    return None if per_t is None or load_t is None else per_t * load_t
