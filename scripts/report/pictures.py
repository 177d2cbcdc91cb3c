"""Pictures of `chaidaen report`: files, those within the page, and those of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from maps.base.png import png, reduced, smaller, webp
from maps.picture.chart import chart_picture, chart_title
from maps.picture.picture import DPI, WIDTH, picture_pixels, picture_png
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

EMBEDDED: Final = 560_000
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
    # What is drawn once as large as it gets is made smaller for the page and for the document.
    paper: dict[tuple[str, str], bytes] = {}
    small: dict[str, NDArray[np.uint8]] = {}
    charts: dict[str, bytes] = {}
    chart_svg = cache(chart_picture)
    shown = {chart_svg(chart, lang) for part in parts for chart in part.chapter.charts}

    def chart_files(name: str, svg: str) -> dict[str, str | bytes]:
        large = _large(svg)
        if svg in shown and large.shape[1] >= _pixels(PAPER):
            charts[svg] = png(*reduced(_at_most(large, PAPER)), dpi=DPI)
        return _files(name, svg, large)

    for part in parts:
        for name, sheet in part.sheets.items():
            large = _large(maps[name][lang])
            files |= _files(name, maps[name][lang], large)
            paper[name, lang] = png(*reduced(_at_most(large, PAPER)), dpi=DPI)
            small[name] = _at_most(large, PIXELS)
            for chart in sheet.charts:
                files |= chart_files(f"{name}_{chart}", sheet.chart(chart))
        for name, made in part.charts.items():
            files |= chart_files(name, chart_svg(made, lang))
    return Pictures(
        files,
        _pictured(parts, small),
        {
            one: {
                part.chapter.id: [
                    Shown(
                        view.title,
                        paper.get((_name(view.page), one))
                        or picture_png(maps[_name(view.page)][one], pixels=_pixels(PAPER)),
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
                        _on_paper(chart_svg(chart, one), charts),
                    )
                    for chart in part.chapter.charts
                ]
                for part in parts
            }
            for one in languages
        },
    )


def _on_paper(svg: str, charts: Mapping[str, bytes]) -> bytes:
    """Return a chart as PNG for the document: as it was made smaller, else drawn for it."""
    return charts.get(svg) or picture_png(svg, pixels=_pixels(PAPER))


def _files(name: str, svg: str, large: NDArray[np.uint8]) -> dict[str, str | bytes]:
    """Return the files of a picture that is drawn."""
    return {f"{name}.svg": svg, f"{name}.png": png(*reduced(large), dpi=dpi_of())}


def _large(svg: str) -> NDArray[np.uint8]:
    """Draw a picture as wide as its file is."""
    wide = float(svg.split('width="', 1)[1].split('"', 1)[0])
    return picture_pixels(svg, round(_pixels(PRINTED) * min(wide / WIDTH, 1)))


def _at_most(large: NDArray[np.uint8], usual: int) -> NDArray[np.uint8]:
    """Make a picture as wide as is usual, unless it is narrower."""
    wanted = _pixels(usual)
    return smaller(large, wanted) if wanted < large.shape[1] else large


def _pictured(parts: Sequence[Part], small: Mapping[str, NDArray[np.uint8]]) -> list[Chapter]:
    """Put pictures of its maps into every chapter, for paper and for who has the page alone."""
    views = [(at, own) for at, part in enumerate(parts) for own in range(len(part.chapter.views))]
    pictures: dict[tuple[int, int], bytes] = {}
    room = EMBEDDED
    for at, own in sorted(views, key=lambda one: one[1] > 0):
        picture = webp(small[_name(parts[at].chapter.views[own].page)]) if room > 0 else b""
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
