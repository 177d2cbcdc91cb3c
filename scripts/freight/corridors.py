"""The corridors of `chaidaen freight`: from one place to provinces, crossings and beyond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from geo.border.passage import crossing_time
from geo.freight.haul import Haul, Terms
from geo.freight.haul_profile import Delivery, haul_facts, wet_passability
from geo.freight.least_cost import hauls, hauls_abroad
from geo.freight.road_limits import Barred, barred_roads
from geo.freight.terms import places_by_id
from geo.study import Study
from layers.tables.places import Place, find_place, read_places
from maps.picture.sheet import Sheet
from scripts.freight.files import corridor_layers
from scripts.freight.maps import corridor_page, other_deliveries
from scripts.freight.request import Result, Wanted
from scripts.freight.text import (
    barred_lines,
    closed_table,
    haul_row,
    haul_table,
)
from scripts.output import as_csv, as_geojson, as_json


@dataclass(frozen=True, eq=False)
class Carried:
    """What goods take from one place to others.

    Attributes
    ----------
    terms
        On what terms they are hauled.
    places
        By id.
    found
        The cheapest first; what is not reached says why.
    rows
        The same as rows of a table.
    barred
        Roads that keep each vehicle from the way it would take.
    """

    terms: Terms
    places: Mapping[str, Place]
    found: Sequence[Delivery]
    rows: Sequence[Mapping[str, Any]]
    barred: Mapping[str, tuple[Barred, ...]]


def carried(study: Study, wanted: Wanted) -> Carried:
    """Find what goods take from the start to all that is wanted."""
    terms = wanted.terms(study)
    start = wanted.home(study)
    places = places_by_id(study, [start])
    found = find_deliveries(study, wanted, terms, places)
    rows = [haul_row(terms, one) for one in found]
    if wanted.depart:
        rows = [row | _at_gate(terms, one.haul, wanted.depart)
                for row, one in zip(rows, found, strict=True)]  # fmt: skip
    return Carried(terms, places, found, rows, _barred(terms, start.id, found))


def corridors(study: Study, wanted: Wanted, format_: str) -> Result:
    """Answer what freight costs from one place to others.

    Parameters
    ----------
    study, wanted
        Where, from where, and on what terms.
    format_
        Of the text.

    Returns
    -------
    result
        With a table `corridors`.
    """
    return result_of(study, wanted, carried(study, wanted), format_)


def result_of(study: Study, wanted: Wanted, goods: Carried, format_: str) -> Result:
    """Give what goods take every form."""
    terms, places, found = goods.terms, goods.places, goods.found

    @cache
    def others() -> dict[str, list[Delivery]]:
        return other_deliveries(study, wanted, terms, found, places)

    def draw() -> Sheet:
        return corridor_page(
            study, wanted, terms, found, others=others(), barred=goods.barred, places=places
        )

    return Result(
        _text(goods.rows, found, goods.barred, format_, lang=wanted.lang, places=places),
        {"corridors": goods.rows},
        draw=draw,
        layers=lambda: corridor_layers(terms, found, others()),
    )


def find_deliveries(
    study: Study, wanted: Wanted, terms: Terms, places: Mapping[str, Place]
) -> list[Delivery]:
    """Find the hauls from the start to all that is wanted, the cheapest first."""
    start = wanted.home(study).id
    towns, gates = _targets(study, wanted, terms)
    carried = [
        *hauls(terms, [start], towns),
        *hauls_abroad(terms, [start], gates),
    ]
    wet = wet_passability(terms, study.world.hazards)
    found = [
        Delivery(
            haul,
            places[haul.to_id],
            haul_facts(terms, haul, places, wet) if haul.reached else None,
        )
        for haul in carried
    ]
    return sorted(found, key=lambda one: one.haul.cost_thb_per_t)


def _targets(study: Study, wanted: Wanted, terms: Terms) -> tuple[list[str], list[str]]:
    """Return the ids of places and of crossings that are wanted."""
    own = wanted.home(study).id
    if wanted.to not in {"all", "provinces", "crossings"}:
        one = find_place(wanted.to, study.gazetteer)
        return ([], [one.id]) if one.id in terms.crossings else ([one.id], [])
    table = read_places(study.area)
    capitals = table["id"][table["kind"] == "province_capital"].tolist()
    towns = [one for one in study.area.corridors or capitals if one != own]
    gates = [one for one in terms.crossings if one != own]
    return (
        towns if wanted.to != "crossings" else [],
        gates if wanted.to != "provinces" else [],
    )


def _barred(terms: Terms, start: str, found: list[Delivery]) -> dict[str, tuple[Barred, ...]]:
    """Find the roads that keep each vehicle from the way it would take."""
    ends = [one.haul.crossing or one.haul.to_id for one in found if one.haul.reached]
    return {
        name: barred_roads(terms.fleet, at, start, list(dict.fromkeys(ends)))
        for at, name in enumerate(terms.fleet.vehicles)
    }


def _at_gate(terms: Terms, haul: Haul, depart: datetime) -> dict[str, Any]:
    """Tell when who leaves then is at the gate, through it, and there."""
    none = {"depart": f"{depart:%Y-%m-%dT%H:%M}", "at_gate": "", "through": "", "arrive": ""}
    if not haul.reached:
        return none
    total = haul.time_s[1]
    if not haul.crossing:
        return none | {"arrive": f"{depart + timedelta(seconds=total):%Y-%m-%dT%H:%M}"}
    before = haul.before_s
    order = list(terms.fleet.vehicles)
    vehicle = terms.fleet.haulers[order.index(haul.inland[-1].stage.vehicle)].vehicle
    gate = depart + timedelta(seconds=before)
    passage = crossing_time(terms.crossings[haul.crossing], vehicle, gate)
    through = gate + timedelta(seconds=passage.total_s)
    there = through + timedelta(seconds=sum(drive.out.time_s for drive in haul.onward))
    times = {"at_gate": gate, "through": through, "arrive": there}
    return none | {name: f"{when:%Y-%m-%dT%H:%M}" for name, when in times.items()}


def _text(
    rows: Sequence[Mapping[str, Any]],
    found: Sequence[Delivery],
    barred: Mapping[str, tuple[Barred, ...]],
    format_: str,
    *,
    lang: str,
    places: Mapping[str, Place],
) -> str:
    """Write the answer in a format."""
    import shapely

    if format_ == "json":
        why = {name: [str(one) for one in found] for name, found in barred.items() if found}
        return as_json({"corridors": rows, "barred": why})
    if format_ == "csv":
        return as_csv(rows)
    if format_ == "geojson":
        return as_geojson(
            (row, shapely.union_all([route.geometry for route in one.facts.routes]))
            for row, one in zip(rows, found, strict=True)
            if one.facts
        )
    groups = {
        "to provinces and towns": [row for row in rows if not row["crossing"]],
        "through crossings": [row for row in rows if row["crossing"] == row["to_id"] != ""],
        "to the first city beyond": [
            row for row in rows if row["crossing"] not in {"", row["to_id"]}
        ],
    }
    parts = [
        f"{title}\n{haul_table(group, lang, places)}"
        for title, group in groups.items()
        if not all(row["why_not"] for row in group)
    ]
    parts.append(closed_table(rows, lang, places))
    said = barred_lines(barred)
    if said:
        parts.append(f"roads that do not bear a vehicle:\n{said}")
    return "\n\n".join(part for part in parts if part)
