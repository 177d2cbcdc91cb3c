"""How `chaidaen compare` prints what it found."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo.compare.economics import Traffic
from geo.compare.figures import Compared
from geo.scenario.apply import Touched
from geo.study import Study
from layers.crs import LON_LAT
from layers.tables.places import read_places
from maps.base.change_words import change_text
from scripts.access.text import COLUMNS, rows_of
from scripts.compare.basis import assumptions, counts
from scripts.output import as_geojson, as_json, as_table, hours, with_header

LABELS = {
    "mean_minutes": "mean minutes to {kind}",
    "people_30": "people within 30 min of {kind}",
    "people_60": "people within 60 min of {kind}",
    "people_120": "people within 120 min of {kind}",
    "people_any": "people who reach {kind}",
    "people_nearer": "people nearer to {kind}",
    "people_farther": "people farther from {kind}",
    "rural_access": "Rural Access Index",
    "corridor_time_s": "to {kind}: h",
    "corridor_cost_thb": "to {kind}: baht",
    "corridor_fuel_l": "to {kind}: litres",
    "corridor_co2_kg": "to {kind}: kg CO2",
    "worst_extra_h": "person-hours more a day, worst link lost",
    "worst_people_cut_off": "people cut off, worst link lost",
    "freight": "freight of {kind}, baht/t",
    "saved_time_h": "vehicle-hours saved a day",
    "saved_cost_thb": "vehicle cost saved, baht a day",
    "saved_co2_kg": "CO2 saved, kg a day",
    "cut_off": "trips cut off a day",
    "connected": "new trips possible a day",
    "lost_days": "days that it lasts",
    "lost_time_h": "  vehicle-hours lost in them",
    "lost_cost_thb": "  vehicle cost lost in them, baht",
    "lost_cut_off": "  trips cut off in them",
    "construction": "construction, million baht",
    "construction_low": "  low",
    "construction_high": "  high",
    "maintenance": "maintenance, million baht/year",
    "first_year_benefit": "benefit of the first year, million",
    "first_year_time": "  users' time",
    "first_year_vehicles": "  vehicles",
    "first_year_goods": "  goods' time",
    "first_year_generated": "  generated trips",
    "first_year_co2": "  CO2",
    "npv": "net present value, million baht",
    "npv_p10": "  10th percentile",
    "npv_p50": "  median",
    "npv_p90": "  90th percentile",
    "bcr": "benefit-cost ratio",
    "irr": "internal rate of return",
    "fyrr": "first-year rate of return",
    "probability_pays": "probability that it pays",
}
"""What each figure is called."""

MILLIONS = ("construction", "maintenance", "first_year", "npv")
PERCENT = frozenset({"irr", "fyrr", "rural_access", "probability_pays"})


def text(
    base: Study,
    found: Sequence[Compared],
    traffic: Traffic | None,
    notes: Sequence[str],
    *,
    format_: str,
    lang: str,
) -> str:
    """Write comparisons in a format; CSV is the key figures, GeoJSON the links that change."""
    if format_ == "json":
        return as_json(_json(found, traffic, notes, lang))
    if format_ == "csv":
        rows = [{"scenario": one.id, **row} for one in found for row in rows_of(one.figures)]
        return with_header(list(rows[0]), rows)
    if format_ == "geojson":
        return as_geojson(_features(found))
    parts = [_heads(found, lang), _side_by_side(found)]
    parts += [_districts(base, one, lang) for one in found]
    parts += [_losses(base, one, lang) for one in found]
    if traffic and traffic.known:
        parts += [counts(traffic), assumptions(traffic)]
    parts.append("\n".join(textwrap.fill(note, COLUMNS) for note in notes))
    return "\n\n".join(part for part in parts if part)


def touched(one: Touched, lang: str) -> str:
    """Say what a change touched, and what building it needs."""
    parts = [change_text(one.change, lang)]
    if one.segments:
        parts.append(f"{one.km:,.1f} km in {one.segments:,} segments")
    if one.crossings:
        parts.append(f"{one.crossings} crossing")
    if one.needs:
        need = one.needs
        slope = "" if math.isnan(need.cross_slope) else f", cross-slope {need.cross_slope:.0%}"
        parts.append(
            f"needs {need.road_m / 1000:,.1f} km of road, {need.tunnel_m / 1000:,.1f} km of "
            f"tunnel, {need.bridge_m / 1000:,.1f} km of bridge{slope}"
        )
    return "; ".join(parts)


def spelt(figure: str, value: float | None) -> str:
    """Spell a figure."""
    if value is None or math.isnan(value):
        return "-"
    if figure == "corridor_time_s":
        return hours(value)
    if figure in PERCENT:
        return f"{value:.1%}"
    if figure.startswith(MILLIONS):
        return f"{value / 1e6:,.1f}"
    if figure == "bcr":
        return f"{value:.2f}"
    return f"{value:,.1f}" if figure in {"mean_minutes", "corridor_fuel_l"} else f"{value:,.0f}"


def signed(figure: str, value: float | None) -> str:
    """Spell a change with its sign; nothing that would read as none."""
    if value is None or math.isnan(value):
        return ""
    shown = spelt(figure, abs(value))
    if not any(digit in "123456789" for digit in shown):
        return "="
    return f"{'+' if value > 0 else '-'}{shown}"


def _heads(found: Sequence[Compared], lang: str) -> str:
    lines = []
    for one in found:
        lines.append(f"{one.titles[lang == 'th']} ({one.id})")
        lines += [
            textwrap.fill(touched(change, lang), COLUMNS, initial_indent="  - ",
                          subsequent_indent="    ")
            for change in one.study.touched
        ]  # fmt: skip
    return "\n".join(lines)


def _side_by_side(found: Sequence[Compared]) -> str:
    """Lay out the figures: a column for the base, and one for every scenario with its change."""
    keys = ["figure", "vehicle", "season", "to_kind"]
    tables = [one.figures.set_index(keys) for one in found]
    order = pd.concat([one.figures[keys] for one in found]).drop_duplicates()
    blocks: dict[str, list[tuple[str, ...]]] = {}
    for figure, vehicle, season, kind in order.itertuples(index=False):
        key = (figure, vehicle, season, kind)
        own: list[dict[Any, Any] | None] = [
            table.loc[[key]].iloc[0].to_dict() if key in table.index else None for table in tables
        ]
        base = next((row["base"] for row in own if row), math.nan)
        cells: list[str] = []
        for row in own:
            cells += _cells(figure, row)
        head = f"{vehicle}, {season}" if vehicle else "roads and money"
        if any(cell not in {"", "-"} for cell in cells):
            label = LABELS[figure].format(kind=kind)
            blocks.setdefault(head, []).append((label, spelt(figure, base), *cells))
    names = [name for one in found for name in (one.id, "change")]
    return "\n\n".join(as_table((head, "base", *names), rows) for head, rows in blocks.items())


def _cells(figure: str, row: Mapping[str, float] | None) -> tuple[str, str]:
    if row is None:
        return "-", ""
    change = "" if math.isnan(row["base"]) else signed(figure, row["change"])
    return spelt(figure, row["value"]), change


def _districts(base: Study, one: Compared, lang: str) -> str:
    """Lay out who gains and who loses, by district; only where anybody does."""
    table = one.tables.districts
    moved = table[(table["people_nearer"] > 0) | (table["people_farther"] > 0)]
    places = read_places(base.area)
    named = places[places["code"] != ""].drop_duplicates("code").set_index("code")
    rows = [
        (
            str(named[f"name_{lang}"].get(row["district"], row["district"]) or row["district"]),
            f"{row['to_kind']}, {row['vehicle']}, {row['season']}",
            f"{row['people']:,.0f}",
            _minutes(row["mean_minutes_base"]),
            _minutes(row["mean_minutes"]),
            f"{row['people_nearer']:,.0f}",
            f"{row['people_farther']:,.0f}",
        )
        for row in rows_of(moved)
    ]
    if not rows:
        return f"{one.id}: nobody is a minute nearer or farther."
    header = (one.id, "to, by, in", "people", "mean min*", "now", "nearer", "farther")
    shown = as_table(header, rows, left=frozenset({0, 1}))
    return f"{shown}\n* of those reached before and after"


def _losses(base: Study, one: Compared, lang: str) -> str:
    """Lay out what the loss of the worst corridors costs, today and then."""
    if one.criticality is None or one.criticality.empty:
        return ""
    every = base.gazetteer.drop_duplicates("id").set_index("id")
    named = every[f"name_{lang}"].where(every[f"name_{lang}"] != "", every["name_en"])
    rows = [
        (
            row["ref"] or row[f"name_{lang}"] or "-",
            f"{row['km_from']:.0f}-{row['km_to']:.0f}",
            f"{named[row['place_from']]} - {named[row['place_to']]}",
            row["state"],
            *(_whole(row[name]) for name in ("extra_h_base", "extra_h", "people_cut_off_base",
                                             "people_cut_off")),
        )
        for row in rows_of(one.criticality)
    ]  # fmt: skip
    header = (
        f"{one.id}: lost",
        "km",
        "between",
        "state",
        "person-h/day",
        "then",
        "cut off",
        "then",
    )
    return as_table(header, rows, left=frozenset({0, 2, 3}))


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _minutes(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}"


def _json(
    found: Sequence[Compared], traffic: Traffic | None, notes: Sequence[str], lang: str
) -> dict[str, Any]:
    """Return everything as one object."""
    rules = traffic.rules.told() if traffic else ()
    return {
        "scenarios": [
            {
                "id": one.id,
                "title_en": one.titles[0],
                "title_th": one.titles[1],
                "touched": [touched(change, lang) for change in one.study.touched],
                **{name: rows_of(table) for name, table in one.by_name().items()},
            }
            for one in found
        ],
        "counts": rows_of(traffic.scale.counts) if traffic else [],
        "assumptions": [
            dict(zip(("name", "value", "unit", "source"), row, strict=True)) for row in rules
        ],
        "notes": list(notes),
    }


def _features(found: Sequence[Compared]) -> list[tuple[dict[str, Any], Any]]:
    """Return the links that are new, closed or otherwise changed."""
    features = []
    for one in found:
        moved = one.links[one.links["state"] != "same"]
        lines = one.study.network.segments.geometry.iloc[moved.index].to_crs(LON_LAT)
        features += [
            ({"scenario": one.id, **row}, line)
            for row, line in zip(rows_of(moved), lines, strict=True)
        ]
    return features
