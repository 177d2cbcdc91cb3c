"""How `chaidaen compare` prints what it found."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any

from geo.compare.compare import Comparison, Comparisons
from geo.scenario.apply import Touched
from geo.study import Study
from geo.traffic.estimate import Traffic
from layers.crs import LON_LAT
from maps.base.change_words import change_text, with_names
from maps.base.figures import NONE
from maps.base.i18n import Text
from maps.compare.figures import by_key, change, label, spelt
from maps.compare.more_tables import more_tables
from maps.compare.rows import kind_name, names_of, subject_of
from maps.compare.whom import for_whom
from scripts.access.spelling import rows_of
from scripts.output import as_geojson, as_json, with_header
from scripts.table import as_table, tabled
from scripts.words import COLUMNS, filled, said, speaks_thai


def text(found: Comparisons, *, format_: str, lang: str) -> str:
    """Write comparisons in a format; CSV is the key figures, GeoJSON the links that change."""
    if format_ == "json":
        return as_json(_json(found, lang))
    if format_ == "csv":
        rows = [{"scenario": one.id, **row} for one in found for row in rows_of(one.figures)]
        return with_header(list(rows[0]), rows)
    if format_ == "geojson":
        return as_geojson(_features(found))
    parts = [_heads(found, lang), _side_by_side(found)]
    parts += [_districts(one, lang) for one in found]
    parts += [_losses(found.base, one, lang) for one in found]
    parts += [tabled(one) for one in more_tables(found)]
    if found.traffic and found.traffic.known:
        parts += [counts(found.traffic), assumptions(found.traffic)]
    parts.append("\n".join(filled(note) for note in found.notes))
    return "\n\n".join(part for part in parts if part)


def touched(one: Touched, lang: str, names: Mapping[str, Text] | None = None) -> str:
    """Say what a change touched, and what building it needs."""
    parts = [change_text(with_names(one.change, names or {}, lang), lang)]
    if one.segments:
        ending = "" if one.segments == 1 else "s"
        parts.append(said(f"{one.km:,.1f} km in {one.segments:,} segment{ending}"))
    if one.crossings:
        parts.append(said(f"{one.crossings} crossing"))
    if one.needs:
        need = one.needs
        slope = "" if math.isnan(need.cross_slope) else f", cross-slope {need.cross_slope:.0%}"
        parts.append(
            said(
                f"needs {need.road_m / 1000:,.1f} km of road, {need.tunnel_m / 1000:,.1f} km of "
                f"tunnel, {need.bridge_m / 1000:,.1f} km of bridge{slope}"
            )
        )
    return "; ".join(parts)


def _heads(found: Comparisons, lang: str) -> str:
    lines, names = [], names_of(found)
    for one in found:
        lines.append(f"{one.title_th if lang == 'th' else one.title_en} ({one.id})")
        lines += [
            textwrap.fill(
                touched(change, lang, names),
                COLUMNS,
                initial_indent="  - ",
                subsequent_indent="    ",
            )
            for change in one.touched
        ]
        for told in for_whom(one.figures, subject_of(found), names):
            lines.append(
                textwrap.fill(
                    told[lang == "th"], COLUMNS, initial_indent="  ", subsequent_indent="    "
                )
            )
    return "\n".join(lines)


def _side_by_side(found: Comparisons) -> str:
    """Lay out the figures: a column for the base, and one for every scenario with its change."""
    tables, goals = [by_key(one.figures) for one in found], names_of(found)
    blocks: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for key in dict.fromkeys(key for table in tables for key in table):
        figure, vehicle, season, kind = key
        own = [table.get(key) for table in tables]
        base = next((row["base"] for row in own if row), math.nan)
        cells: list[str] = []
        for row in own:
            cells += _cells(figure, row)
        if any(cell not in {"", NONE} for cell in cells):
            named = label(figure, kind_name(kind, goals))[speaks_thai()]
            row_of = (named, spelt(figure, base), *cells)
            blocks.setdefault((vehicle, season), []).append(row_of)
    made = []
    for (vehicle, season), rows in blocks.items():
        head = f"{said(vehicle)}, {said(season)}" if vehicle else "roads and money"
        names = [name for one in found for name in (_name(one, vehicle, season), "change")]
        made.append(as_table((head, "base", *names), rows))
    return "\n\n".join(made)


def _name(one: Comparison, vehicle: str, season: str) -> str:
    """Return a scenario's id, with the season that it sets if that is not the base's."""
    rows = one.figures[(one.figures["vehicle"] == vehicle) & (one.figures["season_base"] == season)]
    odd = [other for other in rows["season"].unique() if other != season]
    return f"{one.id} ({odd[0]})" if odd else one.id


def _cells(figure: str, row: Mapping[str, float] | None) -> tuple[str, str]:
    if row is None:
        return NONE, ""
    if math.isnan(row["base"]) or math.isnan(row["change"]):
        return spelt(figure, row["value"]), ""
    return spelt(figure, row["value"]), change(figure, row["change"]).spelt or "="


def _districts(one: Comparison, lang: str) -> str:
    """Lay out who gains and who loses, by district; only where anybody does."""
    table = one.districts
    moved = table[(table["people_nearer"] > 0) | (table["people_farther"] > 0)]
    rows = [
        (
            row[f"name_{lang}"],
            ", ".join(said(row[one]) for one in ("to_kind", "vehicle", "season")),
            f"{row['people']:,.0f}",
            _minutes(row["mean_minutes_base"]),
            _minutes(row["mean_minutes"]),
            f"{row['people_nearer']:,.0f}",
            f"{row['people_farther']:,.0f}",
        )
        for row in rows_of(moved)
    ]
    if not rows:
        return said(f"{one.id}: nobody is a minute nearer or farther.")
    header = (one.id, "to, by, in", "people", "mean min*", "now", "nearer", "farther")
    shown = as_table(header, rows, left=frozenset({0, 1}))
    return f"{shown}\n{said('* of those reached before and after')}"


def _losses(base: Study, one: Comparison, lang: str) -> str:
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
            *(
                _whole(row[name])
                for name in ("extra_h_base", "extra_h", "people_cut_off_base", "people_cut_off")
            ),
        )
        for row in rows_of(one.criticality)
        if row["state"] != "kept" or row["extra_h_change"] or row["people_cut_off_change"]
    ]
    if not rows:
        return said(f"{one.id}: the loss of no corridor costs more or less than today.")
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


def _json(found: Comparisons, lang: str) -> dict[str, Any]:
    """Return everything as one object."""
    traffic = found.traffic
    rules = rows_of(traffic.rules.table()) if traffic else []
    return {
        "scenarios": [
            {
                "id": one.id,
                "title_en": one.title_en,
                "title_th": one.title_th,
                "touched": [touched(change, lang) for change in one.touched],
                **{name: rows_of(table) for name, table in one.tables().items()},
            }
            for one in found
        ],
        **{name: rows_of(table) for name, table in found.extra.items()},
        "trips": rows_of(traffic.trips.table(traffic.rules)) if traffic else [],
        "counts": rows_of(traffic.scale.counts) if traffic else [],
        "assumptions": [{"name": row.pop("assumption"), **row} for row in rules],
        "notes": list(found.notes),
    }


def _features(found: Comparisons) -> list[tuple[dict[str, Any], Any]]:
    """Return the links that are new, closed or otherwise changed."""
    features = []
    for one in found:
        moved = one.links[one.links["state"] != "same"]
        lines = moved.geometry.to_crs(LON_LAT)
        features += [
            ({"scenario": one.id, **row}, line)
            for row, line in zip(rows_of(moved.drop(columns="geometry")), lines, strict=True)
        ]
    return features


def counts(traffic: Traffic) -> str:
    """Lay out how well the trips fit what was counted, and what is only a ceiling, and why."""
    table = rows_of(traffic.scale.counts)
    names = ("vehicles_per_day", "estimated_per_day", "modelled_per_day", "held_out_per_day")
    rows = [
        (
            row["id"],
            row["section"],
            *("-" if row[name] is None else f"{row[name]:,.0f}" for name in names),
            "fitted" if row["scales"] == "yes" else "ceiling",
        )
        for row in table
    ]
    header = ("counted at", "section", "counted/day", "gravity", "fitted", "held out", "used as")
    fits = traffic.scale.misfits()
    told = "; ".join(
        f"{name} {_times(fits[key][0])} in the median, {_times(fits[key][1])} at worst"
        for key, name in (
            ("estimated", "gravity alone"),
            ("modelled", "fitted"),
            ("held_out", "where the count itself is left out"),
        )
    )
    lines = [as_table(header, rows, left=frozenset({0, 1, 6}))]
    lines.append(filled(f"Misfit to the counts: {told}."))
    lines += [
        filled(f"{row['id']} is a ceiling: {row['note']}")
        for row in table
        if row["scales"] != "yes" and row["note"]
    ]
    return "\n".join(lines)


def _times(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f} times off"


def assumptions(traffic: Traffic) -> str:
    """List every assumption, wrapped so that its source can be read."""
    lines = [said("Assumptions (low / likeliest / high)")]
    for name, value, unit, source in traffic.rules.rows():
        line = said(f"{name}: {value} {unit}".rstrip()) + (f" [{source}]" if source else "")
        lines.append(textwrap.fill(line, COLUMNS, initial_indent="  ", subsequent_indent="      "))
    return "\n".join(lines)
