"""`chaidaen scenarios`: which scenarios there are, and templates of new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scripts.options import NEW_FILE, language, say


@click.command()
@click.argument("area")
@click.option(
    "--new",
    "kind",
    help="Print a template of a kind of change: every key with its unit, for a road of AREA.",
)
@click.option("--output", type=NEW_FILE, help="Write the template to this file instead.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--source",
    type=click.Choice(["osm", "strategic"]),
    help="Force one source of roads; imported ones are preferred.",
)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.option("--quiet", is_flag=True, help="No messages.")
@language("Language of the list.")
def scenarios(
    *,
    area: str,
    kind: str | None,
    output: Path | None,
    overwrite: bool,
    source: str | None,
    format_: str,
    quiet: bool,
    lang: str,
) -> None:
    """List the scenarios of AREA, its own and yours, and what each changes.

    \b
    chaidaen scenarios mae_hong_son
    chaidaen scenarios mae_hong_son --new close-roads --output my_cut.toml
    chaidaen compare mae_hong_son --scenario my_cut.toml
    """  # noqa: D301
    from scripts.output import save_all

    if kind is None:
        if output:
            raise click.UsageError("--output is for the template of --new KIND")
        _list(area, format_, lang)
        return
    from geo.compare.templates import template
    from geo.study import open_study

    text = template(open_study(area, roads=source), kind)
    if output is None:
        click.echo(text, nl=False)
        return
    save_all({output: text}, overwrite=overwrite)
    say(f"{output}: chaidaen compare {area} --scenario {output}", quiet=quiet)


def _list(area: str, format_: str, lang: str) -> None:
    """Print a row for each scenario, and for each kind of change there is."""
    from geo.scenario.changes import KINDS
    from geo.scenario.scenario_file import find_scenarios, read_scenario
    from layers.area import load_area
    from scripts.output import as_json, emit
    from scripts.table import as_table
    from scripts.words import said

    loaded = load_area(area)
    rows: list[dict[str, Any]] = []
    for name, path in find_scenarios(loaded).items():
        one = read_scenario(path)
        rows.append(
            {
                "id": name,
                "changes": list(dict.fromkeys(change.kind for change in one.changes)),
                "extends": list(one.extends),
                "from": "the area" if path.parent.parent == loaded.folder else "your own",
                "title_en": one.title_en,
                "title_th": one.title_th,
                "source": one.source,
                "quality": one.quality,
                "problems": list(one.problems),
            }
        )
    if format_ == "json":
        emit(as_json({"scenarios": rows, "kinds": list(KINDS)}))
        return
    shown = [
        (
            row["id"],
            ", ".join([*row["changes"], *(f"and {base}" for base in row["extends"])]),
            row["from"],
            row[f"title_{lang}"],
            "; ".join(row["problems"]) or "-",
        )
        for row in rows
    ]
    header = ("scenario", "changes", "from", "title", "problems")
    table = as_table(header, shown, left=frozenset(range(len(header))))
    kinds = ", ".join(KINDS)
    new = f"A new one: chaidaen scenarios {area} --new KIND, where KIND is one of {kinds}"
    emit(f"{table}\n\n{said(new)}")
