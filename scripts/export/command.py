"""`chaidaen export`: the network with its costs, for QGIS and other programs."""

from __future__ import annotations

from pathlib import Path

import click

from geo.driving.usual import GOODS
from scripts.kinds import FileName, Number
from scripts.options import check_season, known_vehicle, say, say_touched, scenarios, untagged

FORMATS = ("gpkg", "graphml", "parquet", "osrm", "gmns", "geojson", "matrix", "omx")


@click.command()
@click.argument("area")
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="gpkg",
    show_default=True,
    help="gpkg for QGIS, graphml for OSMnx and NetworkX, parquet "
    "(GeoParquet, with heights), osrm (an .osm file, speeds and a profile), gmns (tables for "
    "transport models), geojson; matrix (CSV) and omx: travel times between places.",
)
@click.option(
    "--vehicle",
    callback=known_vehicle,
    default=GOODS,
    show_default=True,
    help="Id of a vehicle.",
)
@click.option(
    "--season",
    type=click.Choice(["dry", "wet"]),
    default="dry",
    show_default=True,
    help="Dry or rainy season.",
)
@click.option("--load", type=Number(0, 1), default=1.0, show_default=True, help="0 empty, 1 full.")
@click.option(
    "--places",
    type=FileName(),
    help="CSV with id, lon, lat: between which places matrix and omx tell times; by default "
    "between the settlements of AREA.",
)
@untagged
@scenarios
@click.option(
    "--source",
    type=click.Choice(["osm", "strategic"]),
    help="Force one source of roads; imported ones are preferred.",
)
@click.option(
    "--output",
    type=FileName(),
    help="File of gpkg, graphml, geojson and omx, folder of the others; a folder that is "
    "there, or a name without an ending, gets the file of the former. By default below "
    "output/AREA.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def export(  # noqa: PLR0913
    *,
    area: str,
    format_: str,
    vehicle: str,
    season: str,
    load: float,
    scenario: tuple[str, ...],
    places: Path | None,
    source: str | None,
    surfaces: str,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the roads of AREA with what driving them takes, both ways.

    Time, fuel, CO2 and baht of a vehicle on every segment, beside all that is known of the
    road. Where the vehicle may not drive there is no cost.

    matrix and omx hold how long the vehicle takes from every settlement to every other, door
    to door, as access tells it.
    """
    import numpy as np

    from geo.export.skims import place_times
    from geo.study import open_study
    from layers.area import load_area
    from maps.base.source_notes import for_answers
    from scripts.export.files import FORMATS as KINDS
    from scripts.export.files import Priced, write
    from scripts.export.places import known_places
    from scripts.output import save_all

    form = KINDS[format_]
    named = known_places(places, format_)
    path = output or Path("output") / load_area(area).slug / form.name
    if not form.files and (path.is_dir() or not path.suffix):
        path /= form.name
    taken = [path / name for name in form.files] or [path]
    save_all({}, overwrite=overwrite, also=taken)
    study = open_study(area, roads=source, surfaces=surfaces, scenarios=scenario)
    say_touched(study, "en", quiet=quiet)
    check_season(study.world.season, season)
    say("… costs of every segment", quiet=quiet)
    trip = study.trip(vehicle, season, load, "time")
    about = {
        "area": study.area.slug,
        "vehicle": vehicle,
        "load": load,
        "season": trip.season,
        "scenario": list(study.scenario),
    }
    priced = Priced(study.network, trip.costs, about, lambda: place_times(study, trip, named))
    say("… writing", quiet=quiet)
    write(priced, form, path, overwrite=overwrite)
    open_ = np.isfinite(trip.costs.time_s).any(axis=1)
    km = study.network.length_m / 1000
    click.echo(
        f"{path}: {len(study.network.nodes):,} nodes, {len(km):,} segments, {km.sum():,.1f} km, "
        f"of which {vehicle} may drive {km[open_].sum():,.1f}"
    )
    for note in for_answers(study.network.source.notes):
        say(note, quiet=quiet)
