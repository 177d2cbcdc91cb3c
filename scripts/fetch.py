"""`chaidaen fetch`: real data of an area from the web."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import click

from scripts.options import FILE, say
from scripts.progress import teller

PARTS: Final = ("boundary", "roads", "facilities", "dem", "population")


def _parts(ctx: click.Context, param: click.Parameter, value: str) -> Collection[str]:  # noqa: ARG001
    """Read a list of parts."""
    asked = [part.strip() for part in value.split(",") if part.strip()]
    wrong = [part for part in asked if part not in PARTS]
    if wrong or not asked:
        raise click.BadParameter(f"{value!r}: choose from {', '.join(PARTS)}")
    return asked


@click.command()
@click.argument("area")
@click.option(
    "--what",
    callback=_parts,
    default=",".join(PARTS),
    show_default=True,
    help="Parts to fetch, with commas between.",
)
@click.option("--place", default="", help="Of a new area: 'Tak Province, Thailand'.")
@click.option("--boundary", type=FILE, help="Of a new area: a polygon, any vector file.")
@click.option("--country", default="", metavar="CODE", help="ISO 3166, two letters, as TH.")
@click.option("--offline", is_flag=True, help="Use what was fetched before; say what is missing.")
@click.option("--refresh", is_flag=True, help="Fetch anew what was fetched before.")
@click.option("--overwrite", is_flag=True, help="Replace roads that were imported from files.")
@click.option("--overpass", default="", metavar="URL", help="Another server of OpenStreetMap.")
@click.option("--nominatim", default="", metavar="URL", help="Another server of place names.")
@click.option("--sources", type=FILE, help="Your own addresses; see layers/fetch/sources.toml.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def fetch(  # noqa: PLR0913
    *,
    area: str,
    what: Collection[str],
    place: str,
    boundary: Path | None,
    country: str,
    offline: bool,
    refresh: bool,
    overwrite: bool,
    overpass: str,
    nominatim: str,
    sources: Path | None,
    quiet: bool,
) -> None:
    """Get roads, facilities, rivers, terrain and people of AREA from the web.

    \b
    chaidaen fetch mae_hong_son
    chaidaen fetch tak --place "Tak Province, Thailand" --country TH
    chaidaen fetch tak --what dem,population

    What was fetched is kept and not fetched again; what fails does not keep back the rest.
    """  # noqa: D301
    if offline and refresh:
        raise click.UsageError("--offline and --refresh exclude each other")
    from layers.area import check_slug

    check_slug(area)
    from layers.fetch.fetching import Place, fetch_area
    from layers.fetch.parts import Job
    from layers.fetch.sources import load_sources

    known = load_sources(sources, overpass=overpass, nominatim=nominatim)
    job = Job(area, known, teller(quiet=quiet), offline=offline, refresh=refresh)
    where = Place(place, boundary, country.upper(), overwrite)
    fetched = fetch_area(job, what, where)
    if (roads := fetched.roads) is not None:
        say(f"{area}: {'imported' if fetched.fresh else 'nothing new'}", quiet=quiet)
        for note in roads.source.notes:
            say(f"  {note}", quiet=quiet)
        click.echo(
            f"{area}: {len(roads.nodes):,} nodes, {len(roads.segments):,} segments, "
            f"{roads.length_m.sum() / 1000:,.1f} km; {roads.source.title}, "
            f"{roads.source.date or 'undated'}"
        )
    elif "roads" not in fetched.failed:
        say(f"{area}: kept for when roads are fetched: --what roads", quiet=quiet)
    for part, path in fetched.files.items():
        click.echo(f"{part:<11} {path.stat().st_size / 1000:9,.0f} kB  {path}")
    for part, reason in fetched.failed.items():
        click.echo(f"chaidaen: {part}: {' '.join(reason.split())}", err=True)
    if fetched.failed:
        raise click.exceptions.Exit(1)
