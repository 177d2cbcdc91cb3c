"""`chaidaen risk`: which road must not fail, and who is cut off when it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts import risk_options
from scripts.options import analysis, check_season, say, say_touched, scenarios

if TYPE_CHECKING:
    from scripts.risk_demand import Demand
    from scripts.risk_failure import Stretch
    from scripts.risk_hazards import HazardFile
    from scripts.risk_roads import Roads
    from scripts.risk_text import Answer
    from scripts.session import Session

SPURS = (
    "A settlement stands at one point: at the end of a short spur it has no second way by that "
    "alone, and all its people count as cut off with the spur."
)


@click.command()
@click.argument("area")
@risk_options.who
@risk_options.chance
@risk_options.what_if
@scenarios
@analysis
def risk(  # noqa: PLR0913
    *,
    area: str,
    demand: str,
    to: tuple[str, ...],
    vehicle: str,
    truck: str,
    trips: float | None,
    population: Path | None,
    season: str,
    samples: int,
    seed: int,
    hazards: tuple[HazardFile, ...],
    links: tuple[Stretch, ...],
    days: float | None,
    scenario: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
) -> None:
    """Rank the roads of AREA by what their loss costs, and say who is cut off.

    Every link is lost in turn: the hours of all who then take longer, people and tonnes
    together, and those cut off apart. Then the rains are drawn day by day, and hazards say
    how often each link is shut and what keeping it open is worth.

    \b
    chaidaen risk AREA --link 1095:150-160 --days 7   what if this one fails
    """  # noqa: D301
    if days is not None and not links:
        raise click.UsageError("--days goes with --link")
    if to and demand == "tonnes":
        raise click.UsageError("--to says where people go; --demand is tonnes")
    if population and demand == "tonnes":
        raise click.UsageError("--population counts people; --demand is tonnes")
    from scripts.output import emit
    from scripts.risk_files import failure_page, page, save
    from scripts.risk_text import text
    from scripts.session import open_area

    session = open_area(area, source, scenarios=scenario)
    say_touched(session.touched, lang, quiet=quiet)
    check_season(session.world.season, season)
    roads, notes = _roads(
        session, demand, to, vehicle, truck, trips, season, population=population, quiet=quiet
    )
    if links:
        answer = _failure(roads, links, days or 1.0, lang, notes)
    else:
        say(f"… {len(roads.chain)} links, each lost in turn; {samples} days of rain", quiet=quiet)
        answer = _ranking(roads, hazards, samples, seed, lang, notes)

    def draw() -> str:
        if links:
            return failure_page(roads, answer, links, days or 1.0)
        return page(roads, answer)

    save(roads, answer, draw, map_=map_, output=output, overwrite=overwrite)
    emit(text(answer, format_))
    for note in session.network.source.notes:
        say(note, quiet=quiet)


def _roads(  # noqa: PLR0913
    session: Session,
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
    from geo.hazard import read_risk
    from layers.errors import DataError
    from scripts.risk_demand import people, tonnes
    from scripts.risk_roads import put_on_roads

    made: list[Demand] = []
    notes: list[str] = []
    if demand != "tonnes":
        usual = read_risk().travel.trips_per_person_day
        often = usual if trips is None else trips
        who, said = people(session, to, vehicle, often, population=population)
        made.append(who)
        notes += said
    if demand != "people":
        say("… where the harvests go", quiet=quiet)
        goods, said = tonnes(session, truck, season)
        made += [goods] if goods else []
        notes += said
    if not made:
        raise DataError(notes[-1])
    roads, said = put_on_roads(session, made, season)
    return roads, (*notes, *said)


def _ranking(  # noqa: PLR0913
    roads: Roads,
    hazards: tuple[HazardFile, ...],
    samples: int,
    seed: int,
    lang: str,
    notes: tuple[str, ...],
) -> Answer:
    """Lose every link in turn, and draw the rains."""
    import shapely

    from geo.criticality import rank_correlation
    from geo.hazard import read_risk
    from scripts import risk_hazards, risk_links, risk_wet
    from scripts.risk_text import Answer

    closed, said = risk_hazards.closed_days(roads, hazards)
    table = risk_links.links(roads, closed)
    found = risk_links.as_corridors(roads, table)
    correlation = rank_correlation(table).rename_axis("measure").reset_index()
    tables = {"corridors": found, "links": table, "correlation": correlation}
    people = risk_links.people_flow(roads)
    if people:
        tables["places"] = risk_wet.places(roads, people, days=samples, seed=seed)
    lines = roads.network.segments.geometry.to_crs("EPSG:4326").to_numpy()
    shapes = [shapely.line_merge(shapely.union_all(lines[list(at)])) for at in found["segments"]]
    protection = read_risk().protection
    worth = (f"An hour counts {protection.time_thb_per_h:g} baht, a km protected for "
             f"{protection.life_years:g} years {protection.cost_thb_per_km:,.0f} (unsourced). Who "
             "is cut off has no price.")  # fmt: skip
    kinds = people.demand.kinds if people else ()
    return Answer(tables, lang, _names(roads, lang), kinds, shapes, (*notes, *said, SPURS, worth))


def _failure(
    roads: Roads, links: tuple[Stretch, ...], days: float, lang: str, notes: tuple[str, ...]
) -> Answer:
    """Lose some links together."""
    import shapely

    from scripts.risk_failure import failure, lost_links
    from scripts.risk_text import Answer

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
    import pandas as pd

    tables = [roads.session.gazetteer, *(flow.demand.origins for flow in roads.flows)]
    every = pd.concat([table[["id", "name_en", "name_th"]] for table in tables])
    own, other = every["name_en"].astype(str), every["name_th"].astype(str)
    if lang == "th":
        own, other = other, own
    return dict(zip(every["id"], own.where(own != "", other), strict=True))
