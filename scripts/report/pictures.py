"""Pictures of `chaidaen report`: files, those within the page, and those of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from maps.picture.chart import chart_picture, chart_title
from maps.picture.picture import DPI, WIDTH, picture_png, picture_webp
from maps.report.paper import Shown
from scripts.pictures import dpi_of
from scripts.report.part import Part

if TYPE_CHECKING:
    from maps.report.chapter import Chapter

PIXELS: Final = 900
"""Width of a picture within the page."""

PRINTED: Final = 2480
"""Width of a picture's file: that of A4 at 300 per inch."""

PAPER: Final = 1400
"""Width of a picture in the document: 200 per inch there."""

EMBEDDED: Final = 620_000
"""Bytes of the pictures that the page carries within itself: the first of every chapter, then
others while there is room; the rest it shows from beside it."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """What was drawn.

    Attributes
    ----------
    files
        SVG and PNG by name of file.
    chapters
        Those of the parts, with pictures.
    maps, charts
        For the document in each language: by language, then by a chapter's id.
    """

    files: Mapping[str, str | bytes]
    chapters: Sequence[Chapter]
    maps: Mapping[str, Mapping[str, Sequence[Shown]]]
    charts: Mapping[str, Mapping[str, Sequence[Shown]]]


def drawn(parts: Sequence[Part], lang: str) -> Pictures:
    """Draw everything, each map once in a language.

    Parameters
    ----------
    parts
        Of the report.
    lang
        Of the files and of the page; the documents are in both languages.
    """
    languages = (lang, "en" if lang == "th" else "th")
    maps: dict[str, dict[str, str]] = {
        name: {one: sheet.picture(one) for one in languages}
        for part in parts
        for name, sheet in part.sheets.items()
    }
    files: dict[str, str | bytes] = {}
    for part in parts:
        for name, sheet in part.sheets.items():
            files |= _both(name, maps[name][lang])
            for chart in sheet.charts:
                files |= _both(f"{name}_{chart}", sheet.chart(chart))
        for name, made in part.charts.items():
            files |= _both(name, chart_picture(made, lang))
    return Pictures(
        files,
        _pictured(parts, {name: own[lang] for name, own in maps.items()}),
        {
            one: {
                part.chapter.id: [
                    Shown(
                        view.title, picture_png(maps[_name(view.page)][one], pixels=_pixels(PAPER))
                    )
                    for view in part.chapter.views
                ]
                for part in parts
            }
            for one in languages
        },
        {
            one: {
                part.chapter.id: [
                    Shown(
                        chart_title(chart),
                        picture_png(chart_picture(chart, one), pixels=_pixels(PAPER)),
                    )
                    for chart in part.chapter.charts
                ]
                for part in parts
            }
            for one in languages
        },
    )


def _both(name: str, svg: str) -> dict[str, str | bytes]:
    """Return a picture as SVG and as PNG."""
    wide = float(svg.split('width="', 1)[1].split('"', 1)[0])
    pixels = round(_pixels(PRINTED) * min(wide / WIDTH, 1))
    return {f"{name}.svg": svg, f"{name}.png": picture_png(svg, pixels=pixels, dpi=dpi_of())}


def _pictured(parts: Sequence[Part], svgs: Mapping[str, str]) -> list[Chapter]:
    """Put pictures of its maps into every chapter, for paper and for who has the page alone."""
    views = [(at, own) for at, part in enumerate(parts) for own in range(len(part.chapter.views))]
    pictures: dict[tuple[int, int], bytes] = {}
    room = EMBEDDED
    for at, own in sorted(views, key=lambda one: one[1] > 0):
        svg = svgs[_name(parts[at].chapter.views[own].page)]
        picture = picture_webp(svg, pixels=_pixels(PIXELS)) if room > 0 else b""
        room -= len(picture)
        pictures[at, own] = picture if room > 0 or own == 0 else b""
    return [
        replace(
            part.chapter,
            views=tuple(
                replace(view, picture=pictures[at, own], beside=f"{_name(view.page)}.png")
                for own, view in enumerate(part.chapter.views)
            ),
        )
        for at, part in enumerate(parts)
    ]


def _pixels(usual: int) -> int:
    """Return a width as coarse or fine as all pictures are wanted."""
    return round(usual * dpi_of() / DPI)


def _name(page: str) -> str:
    return Path(page).stem
