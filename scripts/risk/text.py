"""How `chaidaen risk` prints its tables."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geo.risk.criticality import MEASURES
from geo.risk.failure import Failure
from geo.risk.risk import Criticality
from scripts.access.spelling import rows_of
from scripts.output import as_geojson, as_json, hours, table_csv
from scripts.risk.storm_text import storms_text
from scripts.table import as_table
from scripts.words import filled, said

FIRST: Final = 15
"""Rows of a table that are printed; files have all."""

Names = Mapping[str, str]
"""Of places by id, in the language of the answer."""


MANY = 60
"""Settlements that a terminal shows, the worst reached first."""


def tables_of(found: Criticality | Failure) -> dict[str, pd.DataFrame]:
    """Return the tables of an answer by name, without shapes."""
    if isinstance(found, Failure):
        return {"detours": found.detours, "totals": found.totals}
    tables = {
        "corridors": pd.DataFrame(found.corridors.drop(columns="geometry")),
        "links": pd.DataFrame(found.links.drop(columns="geometry")),
        "correlation": found.correlation,
    }
    tables |= {"places": found.places} if found.roads.people else {}
    if found.storms:
        tables |= {"storms": found.storms.measures, "storm_days": found.storms.days}
    return tables


def files(found: Criticality | Failure) -> dict[str, str]:
    """Return every table as CSV, by name of file."""
    return {
        f"{name}.csv": table_csv(table)
        for name, table in plain_tables(found).items()
        if len(table.columns)
    }


def plain_tables(answer: Criticality | Failure) -> dict[str, pd.DataFrame]:
    """Return the tables as a spreadsheet can hold them: lists as text, yes and no in words."""
    found = {}
    for name, table in tables_of(answer).items():
        yes = table.select_dtypes("bool").columns
        plain = table.assign(**{one: table[one].map({True: "yes", False: "no"}) for one in yes})
        if "segments" in plain.columns:
            lists = plain["segments"].map(lambda links: " ".join(map(str, links)))
            plain = plain.assign(segments=lists)
        infinite = [one for one in plain.columns if plain[one].dtype == "float64"]
        found[name] = plain.assign(
            **{one: plain[one].replace(float("inf"), float("nan")) for one in infinite}
        )
    return found


def text(found: Criticality | Failure, format_: str, lang: str) -> str:
    """Write the answer in a format; CSV is its main table, GeoJSON has its lines."""
    tables = plain_tables(found)
    failed = isinstance(found, Failure)
    main = tables["detours" if failed else "corridors"]
    if format_ == "json":
        listed = {name: rows_of(table) for name, table in tables.items() if name != "links"}
        return as_json({**listed, "notes": list(found.notes)})
    if format_ == "csv":
        return table_csv(main)
    if format_ == "geojson":
        if isinstance(found, Failure):
            rows = rows_of(tables["totals"])
            return as_geojson([(row, found.shape) for row in rows])
        return as_geojson(zip(rows_of(main), found.corridors.geometry, strict=True))
    names = {one: both[lang == "th"] for one, both in found.roads.names.items()}
    notes = "\n".join(filled(note) for note in found.notes)
    if isinstance(found, Failure):
        parts = [_totals(tables["totals"]), _detours(names, tables["detours"]), notes]
    else:
        parts = [
            _ranking(names, tables["corridors"]),
            _cut_off(names, tables["corridors"]),
            _correlation(tables["correlation"]),
            _worth(tables["corridors"]),
            _places(found, names, tables["places"], lang) if "places" in tables else "",
            storms_text(tables["storms"], tables["storm_days"], lang) if found.storms else "",
            notes,
        ]
    return "\n\n".join(part for part in parts if part)


def _ranking(names: Names, table: pd.DataFrame) -> str:
    rows = [
        (
            f"{row['rank']}",
            row["stretch"] or "-",
            _ends(names, row),
            f"{row['hours_thb']:,.0f}",
            f"{row['people_extra_h']:,.0f}",
            f"{row['tonnes_extra_h']:,.0f}",
            _known(row["whole_extra_h"]),
            f"{row['people_on_link']:,.0f}",
            f"{row['tonnes_on_link']:,.0f}",
            "-" if row["detour_ratio_mean"] is None else f"{row['detour_ratio_mean']:.1f}",
            f"{row['people_cut_off']:,.0f}",
            _known(row["whole_people_cut_off"]),
        )
        for row in rows_of(table[table["rank"] > 0].head(FIRST))
    ]
    header = (
        "",
        "worst link of",
        "between",
        "baht/day",
        "person-h",
        "t-h",
        "whole h",
        "trips/day",
        "t/day",
        "detour",
        "cut off",
        "whole",
    )
    return as_table(header, rows, left=frozenset({1, 2}))


def _cut_off(names: Names, table: pd.DataFrame) -> str:
    """List what cuts off the most."""
    table = table[table["rank_cut_off"] > 0].sort_values("rank_cut_off", kind="stable")
    if table.empty:
        return said("No single link lost cuts anybody off.")
    rows = [
        (
            f"{row['rank_cut_off']}",
            row["stretch"] or "-",
            _ends(names, row),
            f"{row['people_cut_off']:,.0f}",
            _known(row["whole_people_cut_off"]),
            f"{row['tonnes_cut_off']:,.1f}",
        )
        for row in rows_of(table.head(FIRST))
    ]
    header = ("", "cuts off by the worst link of", "between", "people", "whole", "t/day")
    return as_table(header, rows, left=frozenset({1, 2}))


def _known(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _correlation(table: pd.DataFrame) -> str:
    rows = [
        (row["measure"].replace("_", " "), *(_signed(row[one]) for one in MEASURES))
        for row in rows_of(table)
    ]
    return as_table(("rank correlation", *(one.replace("_", " ") for one in MEASURES)), rows)


def _worth(table: pd.DataFrame) -> str:
    table = table[table["rank_worth"] > 0].sort_values("rank_worth", kind="stable")
    if table.empty:
        return said("No hazard is known to close a link that matters.")
    rows = [
        (
            f"{row['rank_worth']}",
            row["stretch"] or "-",
            f"{row['closed_days']:.2f}",
            f"{row['lost_h']:,.0f}",
            f"{row['cut_off_days']:,.0f}",
            f"{row['worth_thb']:,.0f}",
            f"{row['cost_thb']:,.0f}",
            f"{row['worth_per_cost']:.3f}",
        )
        for row in rows_of(table.head(FIRST))
    ]
    header = (
        "",
        "kept open, per year",
        "days shut",
        "h",
        "trips cut",
        "worth, baht",
        "cost, baht",
        "worth/cost",
    )
    return as_table(header, rows, left=frozenset({1}))


def _places(found: Criticality, names: Names, table: pd.DataFrame, lang: str) -> str:
    drawn = "worst_reached" in table.columns
    shown = table
    if drawn:
        shown = table[(table["worst_reached"] < 1) | (table["second_way"] == "no")]
    rows = [
        (
            names.get(row["id"], row["name_en"]),
            *(f"{row[f'reached_{kind}']:.1%}" for kind in found.kinds if drawn),
            *((f"{row['lost_h']:,.1f}",) if drawn else ()),
            row["second_way"],
            textwrap.shorten(row[f"only_by_{lang}"], 40, placeholder=" …"),
        )
        for row in rows_of(shown.head(MANY))
    ]
    if not rows:
        return said("Every settlement is reached on every day of the rains, by more than one way.")
    drawn_columns = (*found.kinds, "h lost/year") if drawn else ()
    header = ("in the rains", *drawn_columns, "2nd way", "only by")
    last = len(header) - 1
    text = as_table(header, rows, left=frozenset({0, last - 1, last}))
    more = len(shown) - len(rows)
    rest = said(f"… and {more} more: --format csv or json has all")
    return f"{text}\n{rest}" if more else text


def _totals(table: pd.DataFrame) -> str:
    rows = [
        (
            row["unit"],
            f"{row['delayed']:,.0f}",
            f"{row['extra_h']:,.0f}",
            *("-" if row[one] is None else f"{row[one]:,.0f}" for one in ("extra_thb", "time_thb")),
            f"{row['cut_off']:,.0f}",
        )
        for row in rows_of(table)
    ]
    header = ("who", "later", "h more", "baht more", "hours in baht", "cut off")
    return as_table(header, rows)


def _detours(names: Names, table: pd.DataFrame) -> str:
    if table.empty:
        return said("Nobody is later: other ways are as good.")
    rows = [
        (
            names.get(row["id"], row["name_en"]),
            names.get(row["to"], row["to"]),
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


def _ends(names: Names, row: Mapping[str, Any]) -> str:
    ends = [names.get(row[f"place_{side}"], row[f"place_{side}"]) for side in ("from", "to")]
    return " - ".join(dict.fromkeys(ends))


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"
