"""How `chaidaen compare` prints what it found."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo.scenario import Touched
from layers.crs import LON_LAT
from layers.places import read_places
from scripts.access_text import COLUMNS, rows_of
from scripts.compare_figures import Compared
from scripts.compare_money import Traffic
from scripts.output import as_geojson, as_json, as_table, hours, with_header
from scripts.session import Session

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
    "freight": "freight of {kind}, baht/t",
    "saved_time_h": "vehicle-hours saved a day",
    "saved_cost_thb": "vehicle cost saved, baht a day",
    "saved_co2_kg": "CO2 saved, kg a day",
    "cut_off": "trips cut off a day",
    "connected": "new trips possible a day",
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


def text(  # noqa: PLR0913
    base: Session,
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
    if traffic and traffic.known:
        parts += [_counts(traffic), _assumptions(traffic)]
    parts.append("\n".join(textwrap.fill(note, COLUMNS) for note in notes))
    return "\n\n".join(part for part in parts if part)


def touched(one: Touched, lang: str) -> str:
    """Say what a change touched, and what building it needs."""
    parts = [one.change.describe(lang)]
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
            for change in one.session.touched
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


def _districts(base: Session, one: Compared, lang: str) -> str:
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


def _minutes(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}"


def _counts(traffic: Traffic) -> str:
    """Lay out how well the trips fit what was counted, and what is only a ceiling, and why."""
    counts = rows_of(traffic.scale.counts)
    names = ("vehicles_per_day", "estimated_per_day", "modelled_per_day", "held_out_per_day")
    rows = [
        (
            row["id"],
            row["section"],
            *("-" if row[name] is None else f"{row[name]:,.0f}" for name in names),
            "fitted" if row["scales"] == "yes" else "ceiling",
        )
        for row in counts
    ]
    header = ("counted at", "section", "counted/day", "gravity", "fitted", "held out", "used as")
    fits = traffic.scale.misfits()
    told = "; ".join(
        f"{name} {_times(fits[key][0])} in the median, {_times(fits[key][1])} at worst"
        for key, name in (("estimated", "gravity alone"), ("modelled", "fitted"),
                          ("held_out", "where the count itself is left out"))
    )  # fmt: skip
    lines = [as_table(header, rows, left=frozenset({0, 1, 6}))]
    lines.append(textwrap.fill(f"Misfit to the counts: {told}.", COLUMNS))
    lines += [
        textwrap.fill(f"{row['id']} is a ceiling: {row['note']}", COLUMNS)
        for row in counts
        if row["scales"] != "yes" and row["note"]
    ]
    return "\n".join(lines)


def _times(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f} times off"


def _assumptions(traffic: Traffic) -> str:
    """List every assumption, wrapped so that its source can be read."""
    lines = ["Assumptions (low / likeliest / high)"]
    for name, value, unit, source in traffic.rules.told():
        line = f"{name}: {value} {unit}".rstrip() + (f" [{source}]" if source else "")
        lines.append(textwrap.fill(line, COLUMNS, initial_indent="  ", subsequent_indent="      "))
    return "\n".join(lines)


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
                "touched": [touched(change, lang) for change in one.session.touched],
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
        lines = one.session.network.segments.geometry.iloc[moved.index].to_crs(LON_LAT)
        features += [
            ({"scenario": one.id, **row}, line)
            for row, line in zip(rows_of(moved), lines, strict=True)
        ]
    return features
