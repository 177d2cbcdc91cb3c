"""The files of `chaidaen report`: the page, tables, layers, and what all was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geo.study import Study
from layers.io.files import writing_files
from maps.base.i18n import Text, text
from maps.report.chapter import Chapter
from maps.report.report import report_page
from scripts.access.spelling import rows_of
from scripts.dates import today
from scripts.exports import write_geopackage, write_workbook
from scripts.output import as_json, with_header
from scripts.pictures import png_of, warn_without_thai
from scripts.report.goals import follow
from scripts.report.part import Asked, Part
from scripts.report.provenance import provenance, version

SHEET_ROWS = 100_000
"""Longer tables are CSV files only: a workbook should open on a small laptop."""

PIXELS = 900
"""Width of a picture within the page."""

EMBEDDED = 620_000
"""Bytes of the pictures that the page carries within itself: the first of every chapter, then
others while there is room; the rest it shows from beside it."""

SHEET_NAME = 31
"""Letters that a sheet's name may have."""


@dataclass(frozen=True, eq=False)
class Made:
    """All parts, by name, what could not be made, and what was left out."""

    parts: Mapping[str, Part]
    notes: tuple[str, ...]
    skip: tuple[str, ...]


def written(study: Study, asked: Asked, made: Made, folder: Path, *, overwrite: bool) -> list[str]:
    """Write everything into a folder, all of it or nothing.

    Returns
    -------
    names
        Of the files, relative to the folder.

    Raises
    ------
    WriteError
        A file is there and may not be replaced, or cannot be written.
    """
    created = today().isoformat()
    tables = {name: table for part in made.parts.values() for name, table in part.tables.items()}
    layers = {name: frame for part in made.parts.values() for name, frame in part.layers.items()}
    styles = {name: style for part in made.parts.values() for name, style in part.styles.items()}
    sheets = {name: sheet for part in made.parts.values() for name, sheet in part.sheets.items()}
    texts = {f"{name}.html": sheet.html for name, sheet in sheets.items()}
    texts |= {
        f"tables/{name}.csv": with_header(list(table.columns), rows_of(table))
        for name, table in tables.items()
    }
    made_from = provenance(study, asked, made.skip, created)
    goals = follow(study, asked, made.parts, made_from)
    texts["provenance.json"] = as_json(made_from)
    texts["index.html"] = report_page(
        area=study.area,
        network=study.network,
        world=study.scenario,
        chapters=_pictured(list(made.parts.values())),
        more=[("monitor", text("monitor_heading"), goals)],
        files=_told(made),
        notes=[(note, note) for note in made.notes],
        lang=asked.lang,
        created=created,
        version=version(),
    )
    warn_without_thai(quiet=asked.quiet)
    pictures = {f"{name}.png": png_of(sheet) for name, sheet in sheets.items()}
    pictures |= {
        f"{name}_{chart}.png": png_of(sheet, chart)
        for name, sheet in sheets.items()
        for chart in sheet.charts
    }
    names = [*texts, *pictures, "tables.xlsx", "report.gpkg"]
    with writing_files(folder, names, replace=overwrite) as temporary:
        (temporary / "tables").mkdir()
        for name, told in texts.items():
            (temporary / name).write_text(told, encoding="utf-8", newline="\n")
        for name, png in pictures.items():
            (temporary / name).write_bytes(png)
        write_workbook(temporary / "tables.xlsx", _sheets(tables), created=created)
        write_geopackage(temporary / "report.gpkg", layers, styles)
    return names


def _pictured(parts: Sequence[Part]) -> list[Chapter]:
    """Put pictures of its maps into every chapter, for paper and for who has the page alone."""
    views = [(at, own) for at, part in enumerate(parts) for own in range(len(part.chapter.views))]
    pictures: dict[tuple[int, int], bytes] = {}
    room = EMBEDDED
    for at, own in sorted(views, key=lambda one: one[1] > 0):
        name = Path(parts[at].chapter.views[own].page).stem
        picture = parts[at].sheets[name].webp(pixels=PIXELS) if room > 0 else b""
        room -= len(picture)
        pictures[at, own] = picture if room > 0 or own == 0 else b""
    return [
        replace(
            part.chapter,
            views=tuple(
                replace(view, picture=pictures[at, own], beside=f"{Path(view.page).stem}.png")
                for own, view in enumerate(part.chapter.views)
            ),
        )
        for at, part in enumerate(parts)
    ]


def _told(made: Made) -> list[tuple[str, Text]]:
    """Say what else lies in the folder."""
    views = [view for part in made.parts.values() for view in part.chapter.views]
    return [
        *((view.page, view.title) for view in views),
        ("tables.xlsx", text("report_file_tables")),
        ("report.gpkg", text("report_file_layers")),
        ("provenance.json", text("report_file_provenance")),
    ]


def _sheets(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Choose the tables that a workbook takes, under names that a sheet may have."""
    return {name[:SHEET_NAME]: table for name, table in tables.items() if len(table) <= SHEET_ROWS}
