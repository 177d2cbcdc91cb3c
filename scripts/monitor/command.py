"""`chaidaen monitor`: key figures over the years, against targets and a timetable."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.options import FILE, FOLDER, NEW_FILE, language, say

if TYPE_CHECKING:
    import pandas as pd

    from layers.area import Area


@click.command()
@click.argument("area")
@click.option("--targets", "chosen", type=FILE, help="Your own file of targets.")
@click.option(
    "--source",
    type=click.Choice(["osm", "strategic"]),
    help="Runs on roads of this source; that of the latest run by default.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How results are printed.",
)
@click.option("--page", "--map", "page_", type=NEW_FILE, help="Write an HTML page to this file.")
@click.option("--output", type=FOLDER, help="Write results into this folder too.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
@language("Language shown first.")
def monitor(  # noqa: PLR0913
    *,
    area: str,
    chosen: Path | None,
    source: str | None,
    format_: str,
    page_: Path | None,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
    lang: str,
) -> None:
    """Show the key figures of AREA over time, against its targets and its timetable.

    Every report adds its figures to the area's history in your data folder. Targets are a
    file targets.toml: --targets FILE, else monitor/AREA/targets.toml of your data folder,
    else that of the area.
    """
    from geo.goals.standing import one_source, standings
    from layers.area import load_area
    from layers.goals.history import history_path, read_history
    from layers.goals.targets import targets_of
    from scripts.dates import today
    from scripts.monitor.text import indicator_row, step_row, told
    from scripts.output import as_csv, emit, results, save_all

    place, day = load_area(area), today()
    targets = targets_of(place, chosen)
    every = read_history(place)
    history, source = one_source(every, source or "")
    found = standings(targets, history, day)
    steps = targets.steps if targets else ()
    answer = told(found, steps, day, format_=format_, lang=lang)
    if page_ or output:
        from maps.monitor.monitor import monitor_page

        html = monitor_page(
            area=place, standings=found, targets=targets, day=day, source=source, lang=lang
        )
        with results(output, page_, overwrite=overwrite) as (folder, drawn):
            written = {drawn: html} if drawn else {}
            if folder:
                written[folder / "monitor.html"] = html
                written[folder / "indicators.csv"] = as_csv([indicator_row(one) for one in found])
                written[folder / "steps.csv"] = as_csv([step_row(one, day) for one in steps])
                written[folder / "history.csv"] = every.to_csv(index=False, lineterminator="\n")
            save_all(written, overwrite=True)
    emit(answer)
    if targets and targets.note_en:
        say(targets.note_th if lang == "th" else targets.note_en, quiet=quiet)
    if targets is None:
        say(f"{area}: no targets are set; they stand in a file targets.toml", quiet=quiet)
    if history.empty:
        say(f"no figures yet: chaidaen report {area} adds its own", quiet=quiet)
    elif len(history) < len(every):
        say(f"runs on other roads than {source} are left out (--source)", quiet=quiet)
    say(f"history: {history_path(place)}", quiet=quiet)


def record(
    area: Area,
    figures: pd.DataFrame,
    *,
    source: str,
    fingerprint: str,
    day: date | None = None,
) -> Path:
    """Add the key figures of a run to the history of an area.

    Parameters
    ----------
    area
        Whose history.
    figures
        Of `geo.goals.key_figures.key_figures`.
    source
        `network.source.kind`: `osm` or `strategic`.
    fingerprint
        Hexadecimal digits of a hash of all that the figures were computed from, such as of
        `layers.io.files.fingerprint` or SHA-256.
    day
        Date of the run, today by default.

    Returns
    -------
    path
        The history.

    Raises
    ------
    DataError
        The history is damaged, or figures cannot stand in it; nothing is written.
    WriteError
        It cannot be written.
    """
    from importlib.metadata import version

    from layers.goals.history import append_history
    from scripts.dates import today

    return append_history(
        area,
        figures,
        date=day or today(),
        source=source,
        fingerprint=fingerprint,
        version=version("chaidaen"),
    )
