"""`chaidaen freight`: from the field over the mountains to provinces and across the border."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.freight.request import Result, Wanted
from scripts.options import (
    WithCoordinates,
    analysis,
    check_season,
    known_vehicles,
    say,
    say_touched,
    scenarios,
)

if TYPE_CHECKING:
    from geo.study import Study
    from layers.tables.places import Place


@click.command(cls=WithCoordinates)
@click.argument("area")
@click.option("--from", "from_", help="Where goods start; the area's home by default.")
@click.option("--to", default="all", show_default=True,
              help="provinces, crossings, all, or one place or crossing.")  # fmt: skip
@click.option("--vehicle", "vehicles", multiple=True, callback=known_vehicles,
              help="Only this vehicle; may be given again. All that carry goods by default, "
                   "changed at hubs where that is cheaper.")  # fmt: skip
@click.option("--season", type=click.Choice(["dry", "wet"]), default="dry", show_default=True,
              help="Dry or rainy season.")  # fmt: skip
@click.option("--empty-share", type=click.FloatRange(0, 1),
              help="Part of the trips that come back empty.")  # fmt: skip
@click.option("--product", help="Value chain of a product: cabbage, garlic …; or all.")
@click.option("--harvests", type=click.Path(path_type=Path, dir_okay=False),
              help="Your own table of harvests in place of the area's.")  # fmt: skip
@click.option("--split", type=click.Choice(["all", "logit"]), default="all", show_default=True,
              help="Tonnes to the best market and way, or shared by cost.")  # fmt: skip
@click.option("--locate", type=click.IntRange(1, 50),
              help="So many collection points, where they best stand.")  # fmt: skip
@click.option("--departures", is_flag=True,
              help="With --to CROSSING: leave now, or wait for the gate?")  # fmt: skip
@click.option("--depart", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
              help="Local time of departure: when one is at the gate and through it.")  # fmt: skip
@click.option("--matrix", is_flag=True,
              help="Every settlement to every crossing, by vehicle and season.")  # fmt: skip
@click.option("--alternatives", type=click.IntRange(0, 3), default=1, show_default=True,
              help="Other ways that the map shows.")  # fmt: skip
@click.option("--open", "opened", multiple=True,
              help="What if this crossing were open to goods? May be given again.")  # fmt: skip
@scenarios
@analysis
def freight(  # noqa: PLR0913
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
    opened: tuple[str, ...],
    scenario: tuple[str, ...],
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
) -> None:
    """Cost of carrying goods in AREA: to the provinces, through the crossings and beyond.

    Baht, litres and CO2 are for the load of the vehicle that loads at the start, with the
    empty share of ways back; hours are the 10th, 50th and 90th percentile over departures
    of a week and the time that a gate takes.
    """
    from geo.study import open_study
    from layers.errors import DataError
    from scripts.output import emit

    if sum((product is not None, locate is not None, departures, matrix)) > 1:
        raise click.UsageError("--product, --locate, --departures and --matrix: one at a time")
    if harvests and not (product or locate):
        raise click.UsageError("--harvests goes with --product or --locate")
    study = open_study(area, roads=source, opened=opened, scenarios=scenario)
    say_touched(study.touched, lang, quiet=quiet)
    check_season(study.world.season, season)
    wanted = Wanted(
        _start(study, from_), to, vehicles, season, empty_share, depart, alternatives, lang
    )
    if product is not None:
        from scripts.freight.products import value_chain

        result = value_chain(study, wanted, product, harvests, split, format_)
    elif locate is not None:
        from scripts.freight.sites import sites

        result = sites(study, wanted, locate, harvests, format_)
    elif departures or matrix:
        from scripts.freight.tables import departure_times, whole_matrix

        answer = departure_times if departures else whole_matrix
        result = answer(study, wanted, format_)
    else:
        from scripts.freight.corridors import corridors

        result = corridors(study, wanted, format_)
    if format_ == "geojson" and not result.text:
        raise DataError("this table has no geometry; take --format json or csv")
    if map_ and result.draw is None:
        raise click.UsageError("--map: this table has no map")
    _save(result, map_, output, crs=study.area.crs, overwrite=overwrite, quiet=quiet)
    emit(result.text)
    for message in (*result.messages, *study.network.source.notes):
        say(message, quiet=quiet)


def _start(study: Study, typed: str | None) -> Place | None:
    """Find where goods start."""
    from layers.tables.places import find_place

    if typed is None:
        return None
    found = find_place(typed, study.gazetteer)
    return found if found.id else replace(found, id=found.name_en)


def _save(
    result: Result,
    map_: Path | None,
    output: Path | None,
    *,
    crs: str,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the map, tables as CSV and one workbook, and a GeoPackage in the area's CRS."""
    import pandas as pd

    from scripts.exports import write_workbook
    from scripts.freight.files import save_layers
    from scripts.output import as_csv, save_all
    from scripts.pictures import map_files

    files: dict[Path, str | bytes] = {}
    if result.draw and (map_ or output):
        files = map_files(result.draw(), map_, output, quiet=quiet)
    if output:
        files |= {output / f"{name}.csv": as_csv(rows) for name, rows in result.tables.items()}
    book = output / "freight.xlsx" if output else None
    package = output / "freight.gpkg" if output and result.layers else None
    also = tuple(path for path in (book, package) if path)
    save_all(files, overwrite=overwrite, also=also)
    if package and result.layers:
        save_layers(package, result.layers(), crs)
    if book:
        write_workbook(book, {name: pd.DataFrame(rows) for name, rows in result.tables.items()})
