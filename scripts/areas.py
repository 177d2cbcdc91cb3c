"""`chaidaen areas`: which areas there are."""

from __future__ import annotations

import json

import click

from scripts.options import language


@click.command()
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@language("Language of the list.")
def areas(format_: str, lang: str) -> None:
    """List the areas there are: shipped ones and your own."""
    from layers.area import SHIPPED, find_areas, load_area
    from layers.errors import ChaidaenError
    from layers.store.store import imported_folder
    from scripts.words import said

    rows: list[dict[str, object]] = []
    for slug, folder in find_areas().items():
        try:
            area = load_area(slug)
            titles = {"title_en": area.title_en, "title_th": area.title_th, "problem": ""}
            own = (
                "shipped" if area.layers.roads else "strategic" if area.layers.highways else "none"
            )
        except ChaidaenError as error:
            titles = {"title_en": "", "title_th": "", "problem": str(error)}
            own = "none"
        roads = "osm" if imported_folder(slug).is_dir() else own
        shipped = folder.parent == SHIPPED
        rows.append({"area": slug, **titles, "roads": roads, "shipped": shipped})
    if format_ == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        where = said("shipped" if row["shipped"] else "your own")
        both = row["title_th"] if lang == "th" else f"{row['title_en']} · {row['title_th']}"
        roads = f"{said('roads')}: {said(str(row['roads']))}"
        click.echo(f"{row['area']:<20} {row['problem'] or both}  ({where}; {roads})")
