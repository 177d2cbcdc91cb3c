"""Charts as pictures: the inline SVG of a page, made to stand alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup

from layers.errors import DataError
from maps.base.i18n import Text, known
from maps.base.style import PALETTE
from maps.picture.css import Node, node
from maps.picture.lettering import font_rules, letters, measure_ahead, wrapped
from maps.picture.parts import Tag, drawn, elements, words

MARGIN: Final = 18.0


def chart_picture(chart: Markup, lang: str) -> str:
    """Draw a chart of a page as a picture of its own.

    Parameters
    ----------
    chart
        A figure with an inline SVG; its caption becomes the title, a small paragraph the
        note below.
    lang
        The one language of two that it speaks.

    Returns
    -------
    svg
        On white, with the rules of the style sheet written into its elements.

    Raises
    ------
    DataError
        There is no chart in it.
    UnknownNameError
        There is no such language.
    """
    known(lang)
    whole = Tag("body", {}, list(elements(str(chart))))
    found = list(_paths(whole, (node("body"),)))
    svg = next((one for one in found if one[0].name == "svg"), None)
    if svg is None:
        raise DataError("chart picture: there is no chart in it")
    tag, path = svg
    _, _, wide, high = (float(part) for part in tag.given["viewbox"].split())
    width = wide + 2 * MARGIN
    y = MARGIN
    parts = []
    caption, below = _said(found, "figcaption", lang), _said(found, "p", lang)
    measure_ahead([(caption, 700), (below, 400)])
    for line in wrapped(caption, wide, 16, 700) if caption else []:
        y += 17
        parts.append(_line(line, y, 16, 700, "ink"))
        y += 5
    y += 6
    parts.append(f'<g transform="translate({MARGIN:g} {y:g})">{drawn(tag, path, lang)}</g>')
    y += high
    for line in wrapped(below, wide, 10.5) if below else []:
        y += 15
        parts.append(_line(line, y, 10.5, 400, "muted"))
    height = y + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}"><style>{font_rules()}</style>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def chart_title(chart: Markup) -> Text:
    """Return what a chart of a page is called in both languages."""
    for tag, _ in _paths(Tag("body", {}, list(elements(str(chart)))), (node("body"),)):
        if "data-en" in tag.given and "data-th" in tag.given:
            return tag.given["data-en"], tag.given["data-th"]
    return "", ""


def _paths(tag: Tag, path: tuple[Node, ...]) -> Iterator[tuple[Tag, tuple[Node, ...]]]:
    """Yield every element with those around it, without what lies inside of an SVG."""
    inside = tag.elements()
    for one in inside:
        own = (*path, one.at(inside))
        yield one, own
        if one.name != "svg":
            yield from _paths(one, own)


def _said(found: Sequence[tuple[Tag, tuple[Node, ...]]], name: str, lang: str) -> str:
    """Return what the first element of a name says, nothing where there is none."""
    for tag, _ in found:
        if tag.name == name:
            return "".join(part for part, _ in words(tag, lang)).strip()
    return ""


def _line(said: str, y: float, size: float, weight: int, colour: str) -> str:
    return (
        f'<text x="{MARGIN:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{PALETTE[colour]}">{letters(said)}</text>'
    )
