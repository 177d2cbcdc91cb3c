"""The files of `chaidaen report`: the page, tables, layers, and what all was made from."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from geo.study import Study
from layers.io.results import writing_files
from maps.base.credits import credits_of
from maps.base.i18n import Text, text
from maps.report.brief import brief_page
from maps.report.paper import Paper, report_docx
from maps.report.report import report_page, titles_of
from scripts.dates import today
from scripts.exports import write_geopackage
from scripts.names import names_of
from scripts.output import as_json, table_csv
from scripts.pictures import warn_without_thai
from scripts.report.check import FILE, files_of, followed, stale
from scripts.report.goals import Followed, follow
from scripts.report.part import Asked, Part
from scripts.report.pictures import Pictures, drawn
from scripts.report.provenance import provenance, unchanged, version
from scripts.workbook import limits_of, notes_of, write_workbook

ALWAYS: Final = (
    "index.html",
    "report_th.docx",
    "report_en.docx",
    "tables.xlsx",
    "report.gpkg",
    FILE,
)
"""Files that every report has."""

SHEET_ROWS = 10_000
"""Longer tables are CSV files only: a workbook should open on a small laptop."""


@dataclass(frozen=True, eq=False)
class Made:
    """All parts, by name, what could not be made, what was left out, and the hashes of inputs."""

    parts: Mapping[str, Part]
    notes: tuple[Text, ...]
    skip: tuple[str, ...]
    inputs: Mapping[str, str]


def written(study: Study, asked: Asked, made: Made, folder: Path, *, overwrite: bool) -> list[str]:
    """Write everything into a folder, all of it or nothing.

    Returns
    -------
    names
        Of the files, relative to the folder.

    Raises
    ------
    DataError
        An input changed while the parts were made.
    WriteError
        A file is there and may not be replaced, or cannot be written.
    """
    created = today().isoformat()
    tables = {name: table for part in made.parts.values() for name, table in part.tables.items()}
    layers = {name: frame for part in made.parts.values() for name, frame in part.layers.items()}
    views = {name: view for part in made.parts.values() for name, view in part.views.items()}
    styles = {name: style for part in made.parts.values() for name, style in part.styles.items()}
    sheets = {name: sheet for part in made.parts.values() for name, sheet in part.sheets.items()}
    texts = {f"{name}.html": sheet.html for name, sheet in sheets.items()}
    texts |= {f"tables/{name}.csv": table_csv(table) for name, table in tables.items()}
    made_from = provenance(study, asked, made.skip, created)
    unchanged(made.inputs, made_from["inputs"])
    goals = follow(study, asked, made.parts, made_from)
    warn_without_thai(quiet=asked.quiet)
    pictures = drawn(list(made.parts.values()), asked.lang)
    about: Any = {
        "area": study.area,
        "network": study.network,
        "world": study.scenario,
        "chapters": pictures.chapters,
        "told": [("monitor", goals.headline)] if goals.headline else [],
        "lang": asked.lang,
        "created": created,
    }
    texts["brief.html"] = brief_page(**about)
    texts["index.html"] = report_page(
        more=[("monitor", text("monitor_heading"), goals.section)],
        files=_told(made),
        notes=made.notes,
        version=version(),
        **about,
    )
    when = datetime.fromisoformat(created).replace(hour=12)
    papers = {
        f"report_{lang}.docx": report_docx(
            paper_of(study, made.parts.values(), made.notes, pictures, goals, lang),
            lang=lang,
            created=when,
        )
        for lang in ("th", "en")
    }
    names = [*texts, *pictures.files, *papers, "tables.xlsx", "report.gpkg"]
    left = stale(folder, {*names, FILE})
    with writing_files(folder, [*names, FILE], replace=overwrite, gone=left) as temporary:
        (temporary / "tables").mkdir()
        for name, told in (texts | dict(pictures.files) | papers).items():
            data = told if isinstance(told, bytes) else told.encode()
            # Excel takes a CSV without the mark for the code page of the computer.
            (temporary / name).write_bytes(codecs.BOM_UTF8 + data if ".csv" in name else data)
        write_workbook(
            temporary / "tables.xlsx",
            {name: table for name, table in tables.items() if len(table) <= SHEET_ROWS},
            notes_of(study, made.notes, created),
            lang=asked.lang,
            created=when,
            names=names_of(study, asked.kinds, (*asked.scenarios, *asked.worlds)),
        )
        write_geopackage(temporary / "report.gpkg", layers, styles, views=views)
        told_of = made_from | {"followed": followed(study), "files": files_of(temporary, names)}
        (temporary / FILE).write_text(as_json(told_of), encoding="utf-8", newline="\n")
    return [*names, FILE]


def paper_of(
    study: Study,
    parts: Iterable[Part],
    notes: Sequence[Text],
    pictures: Pictures,
    goals: Followed,
    lang: str,
) -> Paper:
    """Gather what the document holds."""
    return Paper(
        *titles_of(study.area, study.network, today().isoformat(), study.scenario),
        tuple(part.chapter for part in parts),
        pictures.maps[lang],
        pictures.charts[lang],
        more=((text("monitor_heading"), goals.tables),) if goals.tables else (),
        told=(goals.headline,) if goals.headline else (),
        limits=limits_of(study, notes),
        sources=tuple((one, one) for one in credits_of(study.area, study.network)),
    )


def _told(made: Made) -> list[tuple[str, Text]]:
    """Say what else lies in the folder."""
    views = [view for part in made.parts.values() for view in part.chapter.views]
    return [
        *((view.page, view.title) for view in views),
        ("brief.html", text("report_file_brief")),
        ("report_th.docx", text("report_file_paper_th")),
        ("report_en.docx", text("report_file_paper_en")),
        ("tables.xlsx", text("report_file_tables")),
        ("report.gpkg", text("report_file_layers")),
        ("provenance.json", text("report_file_provenance")),
    ]
