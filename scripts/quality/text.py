"""The answer of `chaidaen quality` as table, JSON, CSV or GeoJSON, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import shapely

from geo.quality.checks import TAGS, Quality
from scripts.output import as_geojson, as_json, with_header
from scripts.table import as_table
from scripts.words import said

FILES: Final = ("findings.csv", "findings.geojson", "tags.csv", "map.html", "map.png")
"""What `--output` writes."""

SHOWN: Final = 5
"""Findings of a kind that the table spells out."""

MEANINGS: Final = {
    "dead_end": (
        "dead ends near a road",
        "The road ends just before another: if they meet there, routes go round today.",
    ),
    "disconnected": (
        "parts nothing joins",
        "No route leads there: a road is missing, or drawn without its junction.",
    ),
    "no_way_out": (
        "entered, not left",
        "One-ways lead in and none out, or the file ends there: routes never go there.",
    ),
    "no_way_in": (
        "left, not entered",
        "One-ways lead out and none in, or the file ends there: it cannot be reached.",
    ),
    "no_way": ("neither entered nor left", "One-ways shut it off on both sides."),
    "bridge": (
        "rivers crossed on nothing",
        "Neither bridge, culvert nor ford is tagged: no weight limit of it is known.",
    ),
}
"""By kind: what it is called, and what it means for who plans."""

TAGS_MEAN: Final = (
    "What is not tagged is inferred from class and country: speeds, fuel and passability in the "
    "rains rest on surface; overtaking and narrow roads on lanes and width; law on maxspeed."
)


def text(quality: Quality, format_: str, *, strategic: bool) -> str:
    """Return the answer in a format.

    Parameters
    ----------
    quality
        What was found.
    format_
        One of `scripts.options.FORMATS`.
    strategic
        Whether the roads are not from OpenStreetMap.
    """
    if format_ == "json":
        return as_json(_json(quality)) + "\n"
    if format_ == "csv":
        return files(quality)["findings.csv"]
    if format_ == "geojson":
        return files(quality)["findings.geojson"]
    return _table(quality, strategic=strategic)


def files(quality: Quality) -> dict[str, str]:
    """Return tables as files by name, the map apart."""
    rows = [_row(row) for row in quality.findings.to_dict("records")]
    points = [shapely.Point(row["lon"], row["lat"]) for row in rows]
    columns = [*quality.findings.columns, "link"]
    return {
        "findings.csv": with_header(columns, rows),
        "findings.geojson": as_geojson(zip(rows, points, strict=True)) + "\n",
        "tags.csv": with_header(["highway", "km", *TAGS], _plain(quality.tags)),
    }


def link(row: Mapping[Any, Any]) -> str:
    """Return where a finding can be mended, empty where it has no number in OpenStreetMap."""
    for key, kind in (("osm_node", "node"), ("osm_way", "way")):
        if row[key] > 0:
            return f"https://www.openstreetmap.org/{kind}/{row[key]}"
    return ""


def _json(quality: Quality) -> dict[str, Any]:
    """Return everything as a JSON object."""
    counts = quality.findings["kind"].value_counts()
    km = quality.findings.groupby("kind")["km"].sum()
    summary = [
        {
            "kind": kind,
            "count": int(counts.get(kind, 0)),
            "km": float(km.get(kind, 0.0)),
            "meaning": MEANINGS[kind][1],
        }
        for kind in quality.checked
    ]
    return {
        "tags": _plain(quality.tags),
        "summary": summary,
        "findings": [_row(row) for row in quality.findings.to_dict("records")],
    }


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return one finding as JSON knows it."""
    gap = row["gap_m"] if row["gap_m"] == row["gap_m"] else None
    return {**{str(key): value for key, value in row.items()}, "gap_m": gap, "link": link(row)}


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with None where a number is not known."""
    return [
        {str(key): None if pd.isna(value) else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]


def _table(quality: Quality, *, strategic: bool) -> str:
    """Lay out shares and findings, with what they mean."""
    blocks = []
    if not strategic:
        rows = [
            (str(row["highway"]), f"{row['km']:,.0f}", *(_share(row[tag]) for tag in TAGS))
            for row in quality.tags.to_dict("records")
        ]
        shares = as_table(("tagged, share of km", "km", *TAGS), rows)
        blocks.append(f"{shares}\n{said(TAGS_MEAN)}")
    findings = quality.findings
    for kind in quality.checked:
        title, meaning = MEANINGS[kind]
        mine = findings[findings["kind"] == kind]
        edge = int(mine["at_edge"].sum())
        cut = said(f", {edge} of them cut off at the edge of the area") if edge else ""
        if mine.empty:
            blocks.append(f"{said(title)}: {said('none')}")
            continue
        gaps = kind == "dead_end"
        km = "" if kind in {"dead_end", "bridge"} else f", {mine['km'].sum():,.1f} {said('km')}"
        rows = [_spelt(row, gaps=gaps) for row in mine.head(SHOWN).to_dict("records")]
        header = ("", "gap m" if gaps else "km", "at")
        listed = as_table(header, rows, left=frozenset({0, 2}))
        more = said(f"… {len(mine) - SHOWN} more: --format csv")
        more = f"\n{more}" if len(mine) > SHOWN else ""
        blocks.append(f"{said(title)}: {len(mine)}{km}{cut}\n{said(meaning)}\n{listed}{more}")
    if "bridge" not in quality.checked and not strategic:
        blocks.append(said("rivers crossed on nothing: not checked, no river is in the import"))
    return "\n\n".join(blocks) + "\n"


def _spelt(row: Mapping[Any, Any], *, gaps: bool) -> tuple[str, str, str]:
    """Spell out one finding."""
    number = f"{row['gap_m']:.1f}" if gaps else f"{row['km']:,.2f}"
    where = f"{row['lon']:.5f},{row['lat']:.5f}  {link(row)}".rstrip()
    return f"  {row['highway']} {row['name']}".rstrip(), number, where


def _share(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.0%}"
