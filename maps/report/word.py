"""What python-docx has no word for: styles in two scripts, fields, heads that come again."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any, Final

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from maps.base.style import PALETTE

FONT: Final = {"en": "Calibri", "th": "TH Sarabun New"}
"""Of each language; Thai letters are `TH Sarabun New` in either, as Thai offices write."""

SIZE: Final = {"en": (10.5, 14.0), "th": (15.0, 15.0)}
"""Points of Latin and of Thai letters; Sarabun is small for its points."""


def styled(document: Any, lang: str) -> None:  # noqa: ANN401 - python-docx's own
    """Set paper, margins, fonts and colours in the styles, where an office would change them."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    latin, thai = SIZE[lang]
    for style in document.styles:
        if not hasattr(style, "font") or style.name is None:
            continue
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(name), None)
        for name in ("w:ascii", "w:hAnsi"):
            fonts.set(qn(name), FONT[lang])
        fonts.set(qn("w:cs"), FONT["th"])
        size = style.font.size
        if size is not None or style.name == "Normal":
            points = latin if style.name == "Normal" else size.pt * latin / 11
            style.font.size = Pt(round(points * 2) / 2)
            thai_size(style, round(points * thai / latin))
        if style.name.startswith(("Heading", "Title")):
            style.font.color.rgb = RGBColor.from_string(PALETTE["accent"].removeprefix("#"))
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:bidi"), "th-TH")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def lie(document: Any, *, across: bool) -> None:  # noqa: ANN401
    """Begin a page that lies across, or stands upright; none if it does so already."""
    now = document.sections[-1]
    if (now.orientation == WD_ORIENT.LANDSCAPE) == across:
        return
    made = document.add_section(WD_SECTION.NEW_PAGE)
    made.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    made.page_width, made.page_height = now.page_height, now.page_width


def keep_whole(row: Any) -> None:  # noqa: ANN401
    """Keep a row of a table on one page."""
    mark = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no word for it


def thai_size(words: Any, points: int) -> None:  # noqa: ANN401
    """Set the size of Thai letters of a style or a run: Word takes them for complex script."""
    properties = words.element.get_or_add_rPr()
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), str(points * 2))
    after = properties.find(qn("w:sz"))
    after.addnext(size)


def page_number(paragraph: Any) -> None:  # noqa: ANN401
    """Add the field that Word fills with the number of the page."""
    run = paragraph.add_run()
    for kind, said in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = said or None
        run._r.append(part)  # noqa: SLF001 - python-docx has no word for fields


def close(grid: Any) -> None:  # noqa: ANN401
    """Leave little room beside what stands in the cells of a table."""
    room = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        own = OxmlElement(f"w:{side}")
        own.set(qn("w:w"), "45")
        own.set(qn("w:type"), "dxa")
        room.append(own)
    grid._tbl.tblPr.find(qn("w:tblLook")).addprevious(room)  # noqa: SLF001 - no word for it


def repeat(row: Any) -> None:  # noqa: ANN401
    """Let a row stand at the top of every page that its table reaches."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no word for it


def dated(data: bytes, created: datetime) -> bytes:
    """Write the parts of a document anew, all with one time: the same inputs, the same bytes."""
    held = io.BytesIO()
    when = created.timetuple()[:6]
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, date_time=when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            new.writestr(info, old.read(name))
    return held.getvalue()
