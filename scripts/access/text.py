"""How `chaidaen access` prints and writes its tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import shapely

from geo.access.access import Access
from geo.access.people import facility_names
from geo.driving.vehicle import load_vehicle
from geo.study import Study
from maps.access.rows import kind_of
from scripts.access.settlements import (
    extra,
    losers,
    losers_since,
    nearest,
    others,
    rainy_days,
    settlements,
    subdistricts,
)
from scripts.access.spelling import called, minutes_of, pair, percent, rows_of, value
from scripts.output import as_geojson, as_json, table_csv
from scripts.table import as_table
from scripts.words import filled, said


def files(answer: Access) -> dict[str, str]:
    """Return every table as CSV, by name of file; one without rows keeps its header."""
    return {
        f"{name}.csv": table_csv(table)
        for name, table in answer.tables.items()
        if len(table.columns)
    }


def text(study: Study, answer: Access, format_: str, lang: str = "en") -> str:
    """Write the answer in a format; CSV is one table, that of all pairs if it was wanted."""
    tables = answer.tables
    if format_ == "json":
        named = {name: rows_of(table) for name, table in tables.items()}
        return as_json({**named, "notes": list(answer.notes)})
    if format_ == "csv":
        shown = tables.get("od", tables["places"])
        return table_csv(shown)
    if format_ == "geojson":
        places = rows_of(tables["places"])
        return as_geojson((row, shapely.Point(row["lon"], row["lat"])) for row in places)
    names = facility_names(answer.facilities, answer.places, answer.kind)
    if lang == "th":
        thai = answer.facilities[["id", "name_th"]].astype(str).to_numpy().tolist()
        names |= {one: name for one, name in thai if name}
    seasons = answer.seasons
    parts = [
        _title(study, answer, lang),
        _people(tables["people"]),
        _measures(tables["measures"]),
        _groups([tables["districts"], tables["highland"]], answer.minutes, seasons),
        subdistricts(tables["subdistricts"], tables["places"], answer.minutes, seasons),
        losers(tables["losers"], answer.minutes) if len(seasons) > 1 else "",
        losers_since(tables["losers_since"], answer.minutes) if answer.scenario else "",
        settlements(tables["places"], seasons, names),
        "\n".join(filled(note) for note in answer.notes),
        extra(tables["places"], answer.extra, seasons),
        others(answer.others, seasons),
        rainy_days(tables["places"]),
        nearest(tables["places"], answer.nearest, seasons, names),
    ]
    return "\n\n".join(part for part in parts if part)


def _title(study: Study, answer: Access, lang: str) -> str:
    """Say what is asked of which area, for whom and in which world."""
    vehicle = load_vehicle(answer.vehicle)
    area = study.area
    named = (area.title_th, vehicle.title_th) if lang == "th" else (area.title_en, vehicle.title_en)
    world = ", ".join(answer.scenario)
    if lang == "th":
        kind = kind_of(answer.kind)[0][1]
        return f"{named[0]}: ไป{kind}ที่ใกล้ที่สุดด้วย{named[1]}" + (f" สถานการณ์ {world}" if world else "")
    kind, world = answer.kind.replace("_", " "), f", scenario {world}" if world else ""
    return filled(f"{named[0]}: to the nearest {kind} by {named[1]}{world}")


def _people(table: pd.DataFrame) -> str:
    rows = [
        (
            f"{row['season']}, {row['group']}",
            f"{row['settlements']}",
            f"{row['people']:,.0f}",
            percent(row["share"], ".1%"),
        )
        for row in rows_of(table)
    ]
    return as_table(("who", "settlements", "people", "share"), rows)


def _measures(table: pd.DataFrame) -> str:
    rows = [
        (row["measure"], value(row["value"], row["unit"]), row["unit"]) for row in rows_of(table)
    ]
    return as_table(("measure", "value", "unit"), rows, left=frozenset({0, 2}))


def _groups(
    tables: Sequence[pd.DataFrame], minutes: tuple[int, ...], seasons: tuple[str, ...]
) -> str:
    """Lay out groups of people by season; a group without settlements is left."""
    both = len(seasons) > 1
    rows = [
        (
            called(row),
            f"{row['people']:,.0f}",
            pair(row, "mean_minutes_{}", lambda value: minutes_of(value, none="-"), seasons),
            *(
                pair(row, f"share_{limit}_{{}}", lambda value: percent(value, ".0%"), seasons)
                for limit in minutes
            ),
            *([f"{row['people_lose_any']:,.0f}"] if both else []),
        )
        for table in tables
        for row in rows_of(table)
        if row["settlements"]
    ]
    if not rows:
        return ""
    limits = (f"≤ {limit} min" for limit in minutes)
    last = ("cut off",) if both else ()
    table = as_table(("/".join(seasons), "people", "mean min*", *limits, *last), rows)
    who = "reached in both seasons" if both else "reached"
    return f"{table}\n{said(f'* of those {who}: who is cut off is not in the mean')}"
