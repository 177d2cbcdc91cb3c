"""How `chaidaen risk` prints its tables."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import shapely

from geo.risk.criticality import MEASURES
from scripts.access.text import COLUMNS, rows_of
from scripts.output import as_geojson, as_json, as_table, hours, with_header

FIRST: Final = 15
"""Rows of a table that are printed; files have all."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What `chaidaen risk` found.

    Attributes
    ----------
    tables
        By name: `corridors`, `links`, `correlation`, `places`; or `totals` and `detours` of
        a failure. `segments` of corridors are positions in `links`.
    lang
        Of what is printed.
    names
        Of places, by id, in the language of the answer.
    kinds
        Where people go.
    shapes
        Of links or of what fails, in lon, lat.
    notes
        What the reader must know.
    """

    tables: Mapping[str, pd.DataFrame]
    lang: str
    names: Mapping[str, str]
    kinds: tuple[str, ...]
    shapes: Sequence[shapely.Geometry]
    notes: tuple[str, ...]


def files(answer: Answer) -> dict[str, str]:
    """Return every table as CSV, by name of file."""
    return {
        f"{name}.csv": with_header(list(table.columns), rows_of(table))
        for name, table in plain_tables(answer).items()
        if len(table.columns)
    }


def plain_tables(answer: Answer) -> dict[str, pd.DataFrame]:
    """Return the tables as a spreadsheet can hold them: lists as text, yes and no in words."""
    found = {}
    for name, table in answer.tables.items():
        yes = table.select_dtypes("bool").columns
        plain = table.assign(**{one: table[one].map({True: "yes", False: "no"}) for one in yes})
        if "segments" in plain.columns:
            lists = plain["segments"].map(lambda links: " ".join(map(str, links)))
            plain = plain.assign(segments=lists)
        infinite = [one for one in plain.columns if plain[one].dtype == "float64"]
        found[name] = plain.assign(**{one: plain[one].replace(float("inf"), float("nan"))
                                      for one in infinite})  # fmt: skip
    return found


def text(answer: Answer, format_: str) -> str:
    """Write the answer in a format; CSV is its main table, GeoJSON has its lines."""
    tables = plain_tables(answer)
    failed = "detours" in tables
    main = tables["detours" if failed else "corridors"]
    if format_ == "json":
        listed = {name: rows_of(table) for name, table in tables.items() if name != "links"}
        return as_json({**listed, "notes": list(answer.notes)})
    if format_ == "csv":
        return with_header(list(main.columns), rows_of(main))
    if format_ == "geojson":
        rows = rows_of(tables["totals"] if failed else main)
        return as_geojson(zip(rows, answer.shapes, strict=False))
    notes = "\n".join(textwrap.fill(note, COLUMNS) for note in answer.notes)
    if failed:
        parts = [_totals(tables["totals"]), _detours(answer, tables["detours"]), notes]
    else:
        parts = [
            _ranking(answer, tables["corridors"]),
            _cut_off(answer, tables["corridors"]),
            _correlation(tables["correlation"]),
            _worth(answer, tables["corridors"]),
            _places(answer, tables["places"]) if "places" in tables else "",
            notes,
        ]
    return "\n\n".join(part for part in parts if part)


def road(row: Mapping[str, Any], lang: str) -> str:
    """Name a corridor as a planner does: `108 km 42-58`."""
    digits = 0 if row["km_to"] - row["km_from"] >= 2 else 1  # noqa: PLR2004
    name = row["ref"] or row[f"name_{lang}"] or row["name_en"] or row["name_th"] or "-"
    return f"{name} km {row['km_from']:.{digits}f}-{row['km_to']:.{digits}f}"


def _ranking(answer: Answer, table: pd.DataFrame) -> str:
    rows = [
        (
            f"{row['rank']}",
            road(row, answer.lang),
            _ends(answer, row),
            f"{row['extra_h']:,.0f}",
            f"{row['people_on_link']:,.0f}",
            f"{row['tonnes_on_link']:,.0f}",
            "-" if row["detour_ratio_mean"] is None else f"{row['detour_ratio_mean']:.1f}",
            f"{row['people_cut_off']:,.0f}",
        )
        for row in rows_of(table[table["rank"] > 0].head(FIRST))
    ]
    header = ("", "lost", "between", "h/day", "trips/day", "t/day", "detour", "cut off")
    return as_table(header, rows, left=frozenset({1, 2}))


def _cut_off(answer: Answer, table: pd.DataFrame) -> str:
    """List what cuts off the most."""
    table = table[table["rank_cut_off"] > 0].sort_values("rank_cut_off", kind="stable")
    if table.empty:
        return "No single link lost cuts anybody off."
    rows = [
        (
            f"{row['rank_cut_off']}",
            road(row, answer.lang),
            _ends(answer, row),
            f"{row['people_cut_off']:,.0f}",
            f"{row['tonnes_cut_off']:,.1f}",
        )
        for row in rows_of(table.head(FIRST))
    ]  # fmt: skip
    header = ("", "cuts off if lost", "between", "people", "t/day")
    return as_table(header, rows, left=frozenset({1, 2}))


def _correlation(table: pd.DataFrame) -> str:
    rows = [
        (row["measure"].replace("_", " "), *(_signed(row[one]) for one in MEASURES))
        for row in rows_of(table)
    ]
    return as_table(("rank correlation", *(one.replace("_", " ") for one in MEASURES)), rows)


def _worth(answer: Answer, table: pd.DataFrame) -> str:
    table = table[table["rank_worth"] > 0].sort_values("rank_worth", kind="stable")
    if table.empty:
        return "No hazard is known to close a link that matters."
    rows = [
        (
            f"{row['rank_worth']}",
            road(row, answer.lang),
            f"{row['closed_days']:.2f}",
            f"{row['lost_h']:,.0f}",
            f"{row['cut_off_days']:,.0f}",
            f"{row['worth_thb']:,.0f}",
            f"{row['cost_thb']:,.0f}",
            f"{row['worth_per_cost']:.3f}",
        )
        for row in rows_of(table.head(FIRST))
    ]
    header = ("", "kept open, per year", "days shut", "h", "trips cut", "worth, baht",
              "cost, baht", "worth/cost")  # fmt: skip
    return as_table(header, rows, left=frozenset({1}))


def _places(answer: Answer, table: pd.DataFrame) -> str:
    drawn = "worst_reached" in table.columns
    shown = table
    if drawn:
        shown = table[(table["worst_reached"] < 1) | (table["second_way"] == "no")]
    rows = [
        (
            answer.names.get(row["id"], row["name_en"]),
            *(f"{row[f'reached_{kind}']:.1%}" for kind in answer.kinds if drawn),
            *((f"{row['lost_h']:,.1f}",) if drawn else ()),
            row["second_way"],
            textwrap.shorten(row[f"only_by_{answer.lang}"], 40, placeholder=" …"),
        )
        for row in rows_of(shown)
    ]
    if not rows:
        return "Every settlement is reached on every day of the rains, by more than one way."
    drawn_columns = (*answer.kinds, "h lost/year") if drawn else ()
    header = ("in the rains", *drawn_columns, "2nd way", "only by")
    last = len(header) - 1
    return as_table(header, rows, left=frozenset({0, last - 1, last}))


def _totals(table: pd.DataFrame) -> str:
    rows = [
        (
            row["unit"],
            f"{row['delayed']:,.0f}",
            f"{row['extra_h']:,.0f}",
            f"{row['extra_thb']:,.0f}",
            f"{row['time_thb']:,.0f}",
            f"{row['cut_off']:,.0f}",
        )
        for row in rows_of(table)
    ]
    header = ("who", "later", "h more", "baht more", "hours in baht", "cut off")
    return as_table(header, rows)


def _detours(answer: Answer, table: pd.DataFrame) -> str:
    if table.empty:
        return "Nobody is later: other ways are as good."
    rows = [
        (
            answer.names.get(row["id"], row["name_en"]),
            answer.names.get(row["to"], row["to"]),
            "" if row["population"] is None else f"{row['population']:,.0f}",
            f"{row['demand']:,.0f}",
            hours(row["before_s"]),
            "cut off" if row["after_s"] is None else hours(row["after_s"]),
            "-" if row["extra_thb"] is None else f"{row['extra_thb']:,.0f}",
        )
        for row in rows_of(table)
    ]
    header = ("from", "to", "people", "trips or t", "h before", "h then", "baht more")
    return as_table(header, rows, left=frozenset({0, 1}))


def _ends(answer: Answer, row: Mapping[str, Any]) -> str:
    ends = [answer.names.get(row[f"place_{side}"], row[f"place_{side}"]) for side in ("from", "to")]
    return " - ".join(dict.fromkeys(ends))


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"
