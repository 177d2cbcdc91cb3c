"""`chaidaen quality`: how far the roads of an area can be trusted, and what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.kinds import Number
from scripts.options import analysis, say

if TYPE_CHECKING:
    from geo.quality.checks import Quality
    from layers.area import Area
    from layers.roads.network import RoadNetwork

NOT_FROM_OSM = (
    "These roads are a strategic network, drawn from tables: nothing of it is tagged in "
    "OpenStreetMap, its lines are no survey, and rivers are not known. Shares of tags, gaps "
    "between roads and missing bridges do not apply; only connections are checked."
)


@click.command()
@click.argument("area")
@click.option(
    "--within",
    type=Number(0, 1000, min_open=True),
    default=20.0,
    show_default=True,
    help="Tell dead ends so many metres from a road.",
)
@analysis
def quality(  # noqa: PLR0913
    *,
    area: str,
    within: float,
    format_: str,
    map_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
    source: str | None,
) -> None:
    """Tell how far the roads of AREA can be trusted, and what looks wrong.

    Shares of km with surface, lanes, speed limit and width; dead ends just before another
    road; parts that nothing joins; stretches that one-ways shut; rivers crossed without a
    bridge. Each finding names its way in OpenStreetMap, so that somebody can mend it there.
    """
    from layers.area import load_area
    from layers.store.store import load_network
    from scripts.output import emit, results, save_all
    from scripts.pictures import map_files
    from scripts.quality.text import FILES, files, text

    found = load_area(area)
    also = [*([map_] if map_ else []), *([output / name for name in FILES] if output else [])]
    save_all({}, overwrite=overwrite, also=also)
    network = load_network(found, source or "")
    strategic = network.source.kind == "strategic"
    made = _looked(found, network, within)
    if map_ or output:
        from maps.quality.quality_map import quality_map

        drawn = quality_map(area=found, network=network, quality=made, lang=lang)
        with results(output, map_, overwrite=overwrite) as (folder, drawn_map):
            written = map_files(drawn, drawn_map, folder, quiet=quiet)
            if folder:
                written |= {folder / name: body for name, body in files(made).items()}
            save_all(written, overwrite=True)
    emit(text(made, format_, strategic=strategic))
    if strategic:
        say(NOT_FROM_OSM, quiet=quiet)
    for note in network.source.notes:
        say(note, quiet=quiet)


def _looked(area: Area, network: RoadNetwork, reach_m: float) -> Quality:
    """Look at the roads; of a strategic network only at its connections."""
    from dataclasses import replace

    from geo.quality.checks import CONNECTIONS
    from geo.quality.checks import quality as look
    from layers.area import read_boundary
    from layers.store.points import load_water

    boundary = read_boundary(area)
    if network.source.kind != "strategic":
        return look(network, water=load_water(area), boundary=boundary, reach_m=reach_m)
    made = look(network, boundary=boundary)
    kept = made.findings[made.findings["kind"].isin(CONNECTIONS)].reset_index(drop=True)
    return replace(made, tags=made.tags[:0], findings=kept, checked=CONNECTIONS)
