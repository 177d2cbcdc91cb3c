"""The report's chapter on freight: what a tonne costs to the provinces and across the border."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from geo.freight.corridor_legs import Measures
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.tabled import Cell, Column, Table, decimal, share, whole
from maps.report.chapter import SHOWN, Chapter, Number, View, more_rows
from maps.report.measures import measures_table
from maps.route.corridor_map import Corridor

Row = Mapping[str, Any]

ROADS = 6
"""Road numbers that a row names."""


def freight_chapter(  # noqa: PLR0913 - what the chapter tells
    rows: Sequence[Row],
    *,
    start: Text,
    names: Mapping[str, Text],
    vehicles: Mapping[str, Text],
    whys: Mapping[str, Text],
    routes: Sequence[Corridor] = (),
    driver: Text = ("", ""),
    chains: Sequence[Row] = (),
    products: Mapping[str, Text] | None = None,
    views: Sequence[View] = (),
    charts: Sequence[Markup] = (),
    measured: Sequence[tuple[Text, Text, Measures]] = (),
) -> Chapter:
    """Tell what it costs to carry goods from one place to others.

    Parameters
    ----------
    rows
        Corridors of `chaidaen freight`, the cheapest first; those without a way say why.
    start
        Where goods start.
    names, vehicles
        Of places and vehicles, by id.
    whys
        Why goods do not get to a place, by its id.
    routes, driver
        The fastest ways to the same places, and what drives them.
    chains
        Value chains of products, each harvest to each market.
    products
        Names, by id.
    views, charts
        What shows it.
    measured
        Indicators of corridors across the border: destination, gate, figures.
    """
    reached = [row for row in rows if not row["why_not"]]
    towns = [row for row in reached if not row["crossing"]]
    gates = [row for row in reached if row["crossing"] == row["to_id"]]
    beyond = [row for row in reached if row["crossing"] and row["crossing"] != row["to_id"]]
    shut = [row for row in rows if row["why_not"] and row["crossing"] in {"", row["to_id"]}]
    every = sum(bool(row["crossing"]) and row["crossing"] == row["to_id"] for row in rows)
    tables = (
        _routes(routes, driver),
        _corridors(text("to_capitals"), towns, names, vehicles, 2 * SHOWN),
        _corridors(text("report_through"), gates, names, vehicles),
        _corridors(text("report_beyond"), beyond, names, vehicles),
        measures_table(measured),
        _chains(chains, names, products or {}, vehicles),
        _shut(shut, names, whys),
    )
    return Chapter(
        "freight",
        text("report_freight"),
        _headline(towns, gates, start, names),
        numbers=tuple(_numbers(towns, gates, every, names)),
        views=tuple(views),
        charts=tuple(charts),
        tables=tuple(table for table in tables if table.rows),
        notes=(
            text("report_freight_note"),
            text("limit_crossings"),
            *([text("report_measures_note")] if measured else []),
        ),
    )


def _headline(
    towns: Sequence[Row], gates: Sequence[Row], start: Text, names: Mapping[str, Text]
) -> Text:
    if not towns:
        return text("none")
    first = _told(towns[0], names)
    if not gates:
        return text("report_freight_towns", start=start, **first)
    gate = {f"gate_{key}": value for key, value in _told(gates[0], names).items()}
    return text("report_freight_headline", start=start, **first, **gate)


def _told(row: Row, names: Mapping[str, Text]) -> dict[str, str | Text]:
    return {
        "to": _name(row, names),
        "km": figures.km(row["distance_m"]),
        "hours": figures.hours(row["time_p50_s"]),
        "baht": figures.whole(row["cost_thb_per_t"]),
    }


def _numbers(
    towns: Sequence[Row], gates: Sequence[Row], every: int, names: Mapping[str, Text]
) -> list[Number]:
    found = [
        Number(
            text(key),
            text("report_baht_t", value=figures.whole(rows[0]["cost_thb_per_t"])),
            text("report_to_in", **_told(rows[0], names)),
        )
        for key, rows in (("report_cheapest_town", towns), ("report_cheapest_gate", gates))
        if rows
    ]
    if every:
        of_all = text("report_of", value=str(every))
        found.append(Number(text("report_gates_reached"), (str(len(gates)),) * 2, of_all))
    if towns:
        steep = max(towns, key=lambda row: row["climb_m"])
        climb = text("climb_to", metres=figures.whole(steep["climb_m"]))
        found.append(Number(text("hardest"), _name(steep, names), climb))
    return found


def _corridors(
    caption: Text,
    rows: Sequence[Row],
    names: Mapping[str, Text],
    vehicles: Mapping[str, Text],
    most: int = SHOWN,
) -> Table:
    columns = (
        Column(text("destination"), numeric=False),
        Column(text("km")),
        Column(text("hours")),
        Column(text("report_p90")),
        Column(text("report_baht_per_t")),
        Column(text("report_co2_t")),
        Column(text("climb")),
        Column(text("steepest")),
        Column(text("report_passable")),
        Column(text("report_by"), numeric=False),
    )
    shown = rows[:most]
    return Table(
        caption,
        columns,
        tuple(
            (
                Cell(_name(row, names), aside=_through(row, names)),
                Cell(figures.km(row["distance_m"]), row["distance_m"]),
                Cell(figures.hours(row["time_p50_s"]), row["time_p50_s"]),
                Cell(figures.hours(row["time_p90_s"]), row["time_p90_s"]),
                whole(row["cost_thb_per_t"]),
                decimal(row["co2_kg_per_t"], 0),
                whole(row["climb_m"]),
                decimal(row["max_grade_pct"], 0),
                share(row["passable_wet"]),
                Cell(_by(row["vehicles"], vehicles), aside=_roads(row["roads"])),
            )
            for row in shown
        ),
        more_rows(len(rows), most),
    )


def _roads(told: str) -> str:
    """Shorten a list of roads to the first `ROADS`."""
    every = told.split(" · ")
    return " · ".join([*every[:ROADS], "…"]) if len(every) > ROADS else told


def _routes(routes: Sequence[Corridor], driver: Text) -> Table:
    """List what a road sign says, and how long it takes."""
    columns = (
        Column(text("destination"), numeric=False),
        Column(text("via"), numeric=False),
        Column(text("km")),
        Column(text("hours")),
        Column(text("climb")),
        Column(text("descent")),
        Column(text("steepest")),
        Column(text("fuel")),
    )
    return Table(
        text("report_routes", vehicle=driver),
        columns,
        tuple(
            (
                Cell(one.name),
                Cell(_roads(one.refs.replace("\N{NO-BREAK SPACE}", " "))),
                Cell(figures.km(one.route.distance_m), one.route.distance_m),
                Cell(figures.hours(one.route.time_s), one.route.time_s),
                whole(one.route.climb_m),
                whole(one.route.descent_m),
                decimal(one.route.max_grade_pct, 0),
                whole(one.route.fuel_l),
            )
            for one in routes
            if one.route.to_place.kind == "province_capital"
        ),
    )


def _chains(
    rows: Sequence[Row],
    names: Mapping[str, Text],
    products: Mapping[str, Text],
    vehicles: Mapping[str, Text],
) -> Table:
    """List for every harvest its cheapest market."""
    columns = (
        Column(text("report_product"), numeric=False),
        Column(text("report_from"), numeric=False),
        Column(text("report_market"), numeric=False),
        Column(text("km")),
        Column(text("hours")),
        Column(text("report_baht_per_t")),
        Column(text("report_farm_price")),
        Column(text("report_by"), numeric=False),
    )
    best: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row["product"], row["from_id"])
        if not row["why_not"] and (
            key not in best or row["cost_thb_per_t"] < best[key]["cost_thb_per_t"]
        ):
            best[key] = row
    return Table(
        text("report_chains"),
        columns,
        tuple(
            (
                Cell(products.get(row["product"], (row["product"],) * 2)),
                Cell(names.get(row["from_id"], (row["from_id"],) * 2)),
                Cell(names.get(row["to_id"], (row["to_id"],) * 2)),
                Cell(figures.km(row["distance_m"]), row["distance_m"]),
                Cell(figures.hours(row["time_p50_s"]), row["time_p50_s"]),
                whole(row["cost_thb_per_t"]),
                share(row["logistics_share"]),
                Cell(_by(row["vehicles"], vehicles)),
            )
            for row in list(best.values())[:SHOWN]
        ),
        more_rows(len(best)),
    )


def _shut(rows: Sequence[Row], names: Mapping[str, Text], whys: Mapping[str, Text]) -> Table:
    columns = tuple(Column(text(one), numeric=False) for one in ("report_no_way", "report_why"))
    return Table(
        text("not_open"),
        columns,
        tuple(
            (Cell(_name(row, names)), Cell(whys.get(row["to_id"], row["why_not"])))
            for row in rows[:SHOWN]
        ),
        more_rows(len(rows)),
    )


def _name(row: Row, names: Mapping[str, Text]) -> Text:
    return names.get(row["to_id"], (row["to"],) * 2)


def _through(row: Row, names: Mapping[str, Text]) -> str | Text:
    if row["crossing"] in {"", row["to_id"]}:
        return ""
    return text("report_via", gate=names.get(row["crossing"], (row["crossing"],) * 2))


def _by(chain: str, vehicles: Mapping[str, Text]) -> Text:
    """Name the vehicles of a chain, one after the other."""
    named = [vehicles.get(one, (one, one)) for one in chain.split(" > ")]
    arrow = " \N{RIGHTWARDS ARROW} "
    return arrow.join(one[0] for one in named), arrow.join(one[1] for one in named)
