"""Roads lost in turn or together, for `chaidaen risk` and the report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import shapely

from geo.risk import closure_days as risk_hazards
from geo.risk import rains as risk_wet
from geo.risk import ranking as risk_links
from geo.risk.closure_days import HazardFile
from geo.risk.criticality import rank_correlation
from geo.risk.demand import Demand, people, tonnes
from geo.risk.failure import Stretch, failure, lost_links
from geo.risk.loaded_roads import Roads, put_on_roads
from geo.rules.risk import read_risk
from geo.study import Study
from layers.errors import DataError
from scripts.options import say
from scripts.risk.text import Answer

SPURS = (
    "A settlement stands at one point: at the end of a short spur it has no second way by that "
    "alone, and all its people count as cut off with the spur."
)


def roads_of(  # noqa: PLR0913
    study: Study,
    demand: str,
    to: tuple[str, ...],
    vehicle: str,
    truck: str,
    trips: float | None,
    season: str,
    *,
    population: Path | None,
    quiet: bool,
) -> tuple[Roads, tuple[str, ...]]:
    """Put what was asked for on the roads."""
    made: list[Demand] = []
    notes: list[str] = []
    if demand != "tonnes":
        usual = read_risk().travel.trips_per_person_day
        often = usual if trips is None else trips
        who, said = people(study, to, vehicle, often, population=population)
        made.append(who)
        notes += said
    if demand != "people":
        say("… where the harvests go", quiet=quiet)
        goods, said = tonnes(study, truck, season)
        made += [goods] if goods else []
        notes += said
    if not made:
        raise DataError(notes[-1])
    roads, said = put_on_roads(study, made, season)
    return roads, (*notes, *said)


def ranking(
    roads: Roads,
    hazards: tuple[HazardFile, ...],
    samples: int,
    seed: int,
    lang: str,
    notes: tuple[str, ...],
) -> Answer:
    """Lose every link in turn, and draw the rains."""
    closed, said = risk_hazards.closed_days(roads, hazards)
    table = risk_links.links(roads, closed)
    found = risk_links.as_corridors(roads, table)
    correlation = rank_correlation(table).rename_axis("measure").reset_index()
    tables = {"corridors": found, "links": table, "correlation": correlation}
    flow = risk_links.people_flow(roads)
    if flow:
        tables["places"] = risk_wet.places(roads, flow, days=samples, seed=seed)
    lines = roads.network.segments.geometry.to_crs("EPSG:4326").to_numpy()
    shapes = [shapely.line_merge(shapely.union_all(lines[list(at)])) for at in found["segments"]]
    protection = read_risk().protection
    worth = (f"An hour counts {protection.time_thb_per_h:g} baht, a km protected for "
             f"{protection.life_years:g} years {protection.cost_thb_per_km:,.0f} (unsourced). Who "
             "is cut off has no price.")  # fmt: skip
    kinds = flow.demand.kinds if flow else ()
    return Answer(tables, lang, _names(roads, lang), kinds, shapes, (*notes, *said, SPURS, worth))


def failing(
    roads: Roads, links: tuple[Stretch, ...], days: float, lang: str, notes: tuple[str, ...]
) -> Answer:
    """Lose some links together."""
    lost = lost_links(roads, links)
    lines = roads.network.segments.geometry.to_crs("EPSG:4326").to_numpy()[lost]
    km = roads.network.length_m[lost].sum() / 1000
    named = " and ".join(map(str, links))
    said = (
        f"Lost for {days:g} days: {named}; links {int(lost.sum())}, {km:,.1f} km: between two "
        "places it does not matter where a road is cut."
    )
    tables = failure(roads, lost, days)
    shape = shapely.line_merge(shapely.union_all(lines))
    return Answer(
        tables, lang, _names(roads, lang), (), [shape] * len(tables["totals"]), (said, *notes)
    )


def _names(roads: Roads, lang: str) -> dict[str, str]:
    """Return the names of places and settlements by id, in a language if they have it."""
    tables = [roads.study.gazetteer, *(flow.demand.origins for flow in roads.flows)]
    every = pd.concat([table[["id", "name_en", "name_th"]] for table in tables])
    own, other = every["name_en"].astype(str), every["name_th"].astype(str)
    if lang == "th":
        own, other = other, own
    return dict(zip(every["id"], own.where(own != "", other), strict=True))
