"""`chaidaen freight`: from the field over the mountains to provinces and across the border."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scripts.freight import decisions
from scripts.kinds import FileName, Number
from scripts.options import (
    WithCoordinates,
    analysis,
    check_season,
    known_vehicles,
    say,
    say_touched,
    scenarios,
    untagged,
)

if TYPE_CHECKING:
    import pandas as pd

    from geo.study import Study
    from scripts.freight.answers import Answer


@click.command(cls=WithCoordinates)
@click.argument("area")
@click.option("--from", "from_", help="Where goods start; the area's home by default.")
@click.option(
    "--to",
    default="all",
    show_default=True,
    help="provinces, crossings, all, or one place or crossing.",
)
@click.option(
    "--vehicle",
    "vehicles",
    multiple=True,
    callback=known_vehicles,
    help="Only this vehicle; may be given again. All that carry goods by default, "
    "changed at hubs where that is cheaper.",
)
@click.option(
    "--season",
    type=click.Choice(["dry", "wet"]),
    default="dry",
    show_default=True,
    help="Dry or rainy season.",
)
@click.option("--empty-share", type=Number(0, 1), help="Part of the trips that come back empty.")
@click.option("--product", help="Value chain of a product: cabbage, garlic …; or all.")
@click.option(
    "--harvests",
    type=FileName(dir_okay=False),
    help="Your own table of harvests in place of the area's.",
)
@click.option(
    "--split",
    type=click.Choice(["all", "logit"]),
    default="all",
    show_default=True,
    help="Tonnes to the best market and way, or shared by cost.",
)
@click.option(
    "--locate", type=click.IntRange(1, 50), help="So many collection points, where they best stand."
)
@click.option(
    "--departures", is_flag=True, help="With --to CROSSING: leave now, or wait for the gate?"
)
@click.option(
    "--depart",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="Local time of departure: when one is at the gate and through it.",
)
@click.option(
    "--matrix", is_flag=True, help="Every settlement to every crossing, by vehicle and season."
)
@click.option(
    "--alternatives",
    type=click.IntRange(0, 3),
    default=1,
    show_default=True,
    help="Other ways that the map shows.",
)
@click.option(
    "--explain", is_flag=True, help="Say what hours are made of; in JSON under `explained`."
)
@click.option(
    "--no-stops", is_flag=True, help="Hours of driving alone, without the driver's rest and nights."
)
@decisions.options
@click.option(
    "--open",
    "opened",
    multiple=True,
    help="What if this crossing were open to goods? May be given again.",
)
@untagged
@scenarios
@analysis
def freight(  # noqa: PLR0913, PLR0915 - an option is a line
    *,
    area: str,
    from_: str | None,
    to: str,
    vehicles: tuple[str, ...],
    season: str,
    empty_share: float | None,
    product: str | None,
    harvests: Path | None,
    split: str,
    locate: int | None,
    departures: bool,
    depart: datetime | None,
    matrix: bool,
    alternatives: int,
    explain: bool,
    no_stops: bool,
    total_cost: bool,
    rank: str | None,
    survey: Path | None,
    hour_price: float | None,
    cargo_value: float | None,
    opened: tuple[str, ...],
    scenario: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
    surfaces: str,
) -> None:
    """Cost of carrying goods in AREA: to the provinces, through the crossings and beyond.

    Baht, litres and CO2 are for the load of the vehicle that loads at the start, with the
    empty share of ways back; hours are the 10th, 50th and 90th percentile over departures
    of a week and the time that a gate takes.
    """
    from geo.freight.collection_points import FIELD, collection_points
    from geo.freight.corridors import freight as find_freight
    from geo.freight.departures import departure_times
    from geo.freight.matrix import freight_matrix
    from geo.freight.product_flows import product_flows
    from geo.freight.total_cost import total_costs
    from geo.study import open_study
    from layers.errors import DataError
    from maps.base.source_notes import for_answers
    from scripts.freight import answers
    from scripts.output import emit, refuse_existing

    questions = [product is not None, locate is not None, departures, matrix, rank is not None]
    alone = explain or no_stops or total_cost
    _check_usage(questions, harvests=harvests, to=to, alone=alone)
    decisions.check_prices(rank, survey, hour_price, cargo_value, total_cost=total_cost)
    told = [output / name for name in ("map.html", "freight.xlsx")] if output else []
    refuse_existing([*([map_] if map_ else []), *told], overwrite=overwrite)
    study = open_study(area, roads=source, surfaces=surfaces, opened=opened, scenarios=scenario)
    say_touched(study, lang, quiet=quiet)
    check_season(study.world.season, season)
    on: dict[str, Any] = {"vehicles": vehicles, "season": season, "empty_share": empty_share}
    drawn = map_ is not None or output is not None
    if product is not None:
        own = _own_harvests(study, harvests, vehicles=True)
        found = product_flows(study, product, from_, to, **on, split=split, harvests=own)
        answer = answers.of_flows(study, found, format_, lang)
    elif locate is not None:
        own = _own_harvests(study, harvests)
        carrier = {"vehicle": vehicles[0] if vehicles else FIELD}
        points = collection_points(
            study, locate, **carrier, season=season, empty_share=empty_share, harvests=own
        )
        answer = answers.of_sites(study, points, format_, lang)
    elif departures:
        answer = answers.of_departures(
            departure_times(study, to, from_, **on),
            format_,
            lang,
            depart.weekday() if depart else 0,
        )
    elif matrix:
        origins = [from_] if from_ else []
        seasons = freight_matrix(study, origins, vehicles=vehicles, empty_share=empty_share)
        answer = answers.of_matrix(seasons, format_)
    elif rank is not None:
        asked = (from_, season, hour_price, survey)
        answer = decisions.ranked(study, rank, *asked, format_=format_, lang=lang)
    else:
        others = alternatives if drawn or total_cost else 0
        more: dict[str, Any] = {
            "departure": depart,
            "alternatives": others,
            "halting": not no_stops,
        }
        corridors = find_freight(study, from_, to, **on, **more)
        answer = answers.of_corridors(study, corridors, format_, lang, explain=explain)
        if total_cost:
            answer = answers.with_totals(
                answer,
                corridors,
                *total_costs(study, corridors, hour_price, cargo_value),
                format_,
                lang,
            )
    if format_ == "geojson" and not answer.text:
        raise DataError("this table has no geometry; take --format json or csv")
    if map_ and answer.draw is None:
        raise click.UsageError("--map: this table has no map")
    _save(study, answer, map_, output, lang=lang, overwrite=overwrite, quiet=quiet)
    emit(answer.text)
    for message in (*answer.messages, *for_answers(study.network.source.notes)):
        say(message, quiet=quiet)


def _check_usage(questions: Sequence[bool], *, harvests: Path | None, to: str, alone: bool) -> None:
    """Refuse options that do not go together: product, locate, departures, matrix and rank."""
    product, locate, departures, _, _ = questions
    if sum(questions) > 1:
        raise click.UsageError(
            "--product, --locate, --departures, --matrix and --rank: one at a time"
        )
    if any(questions) and alone:
        raise click.UsageError("--explain, --no-stops and --total-cost go with corridors alone")
    if harvests and not (product or locate):
        raise click.UsageError("--harvests goes with --product or --locate")
    if departures and to in {"all", "provinces", "crossings"}:
        raise click.UsageError("--departures goes with --to and one crossing")


def _own_harvests(
    study: Study, path: Path | None, *, vehicles: bool = False
) -> pd.DataFrame | None:
    """Check the tables of products, and read the user's own harvests if there are any."""
    from geo.driving.vehicle import find_vehicles
    from layers.tables.products import check_products, read_harvests

    known = set(find_vehicles()) if vehicles else None
    check_products(study.area, harvests=path, vehicles=known)
    return read_harvests(study.area, path) if path else None


def _save(
    study: Study,
    answer: Answer,
    map_: Path | None,
    output: Path | None,
    *,
    lang: str,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the map, tables as CSV and one workbook, and a GeoPackage in the area's CRS."""
    if not (map_ or output):
        return
    import pandas as pd

    from scripts.freight.files import save_layers
    from scripts.output import as_csv, results, save_all
    from scripts.pictures import map_files
    from scripts.workbook import save_workbook

    tables = answer.tables.items()
    files: dict[Path, str | bytes] = {}
    with results(output, map_ if answer.draw else None, overwrite=overwrite) as (folder, drawn_map):
        if answer.draw:
            files = map_files(answer.draw(), drawn_map, folder, quiet=quiet)
        if folder:
            files |= {folder / f"{name}.csv": as_csv(rows) for name, rows in tables}
            save_workbook(
                folder / "freight.xlsx",
                study,
                {name: pd.DataFrame(rows) for name, rows in tables},
                answer.messages,
                lang=lang,
            )
            if answer.layers:
                save_layers(folder / "freight.gpkg", answer.layers(), study.area.crs)
        save_all(files, overwrite=True)
