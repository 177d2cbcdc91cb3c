"""`chaidaen vehicles`: which vehicles there are, and every number of them."""

from __future__ import annotations

import click

from scripts.options import language


@click.command()
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@language("Language of the list.")
def vehicles(format_: str, lang: str) -> None:
    """List the vehicles there are: shipped ones and your own.

    --format json shows every parameter, with its source.
    """
    from geo.driving.vehicle import SHIPPED, Vehicle, find_vehicles, load_vehicle
    from scripts.output import as_json, emit, plain
    from scripts.table import as_table

    loaded = {name: load_vehicle(name) for name in find_vehicles()}
    if format_ == "json":
        emit(as_json([plain(one) for one in loaded.values()]))
        return
    rows = []
    for name, path in find_vehicles().items():
        one = loaded[name]
        gross, power, price = "", "", ""
        if isinstance(one, Vehicle):
            gross, power = f"{one.body.gross_t:g}", f"{one.engine.power_kw:g}"
            price = f"{one.engine.fuel_thb_per_l:g}"
        where = "shipped" if path.parent == SHIPPED else "your own"
        title = one.title_th if lang == "th" else f"{one.title_en} · {one.title_th}"
        rows.append((name, one.kind, gross, power, price, where, title))
    header = ("vehicle", "kind", "gross t", "power kW", "baht/L", "from", "title")
    emit(as_table(header, rows, left=frozenset({0, 1, 5, 6}), ids=frozenset({0})))
