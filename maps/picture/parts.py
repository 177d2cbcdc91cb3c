"""Pieces of a page drawn as SVG: inline symbols and boxes look as the style sheet says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from markupsafe import escape

from maps.picture.css import Node, computed, node, pixels
from maps.picture.lettering import letters

REM: Final = 16.0

KEPT: Final = frozenset(
    (
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "opacity",
        "fill-opacity",
        "stroke-opacity",
        "paint-order",
        "font-size",
        "font-weight",
    )
)
"""Properties that an SVG element takes from the style sheet."""

SHAPES: Final = frozenset(
    ("path", "rect", "circle", "line", "polyline", "polygon", "g", "svg", "text", "tspan")
)


@dataclass
class Tag:
    """An element of HTML: its name, attributes, and what is in it."""

    name: str
    given: Mapping[str, str]
    inside: list[Tag | str] = field(default_factory=list)

    def elements(self) -> list[Tag]:
        """Return the elements in it, without text."""
        return [one for one in self.inside if isinstance(one, Tag)]

    def at(self, siblings: Sequence[Tag]) -> Node:
        """Return it as selectors see it."""
        return node(
            self.name,
            self.given.get("class", ""),
            self.given.get("style", ""),
            first=self is siblings[0],
            last=self is siblings[-1],
        )


class _Reader(HTMLParser):
    """Reads pieces of our own pages, which are well-formed."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Tag("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.handle_startendtag(tag, attrs)
        if tag not in {"br", "img"}:
            self.open.append(self.open[-1].elements()[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element that holds nothing."""
        self.open[-1].inside.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag not in {"br", "img"} and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.open[-1].inside.append(data)


def elements(html: str) -> list[Tag]:
    """Return the elements of a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0].elements()


def symbol(tag: Tag, path: Sequence[Node], x: float, y: float, size: float = 1.0) -> str:
    """Draw an inline SVG of a page with its middle at a point, its style written into it.

    Parameters
    ----------
    tag, path
        The `svg`, and the elements around it with itself.
    x, y
        Where the middle of its box goes.
    size
        How many times as large.

    Returns
    -------
    svg
        A group.
    """
    left, top, wide, high = (float(part) for part in tag.given["viewbox"].split())
    scale = float(tag.given.get("width", wide)) / wide * size
    dx, dy = x - (left + wide / 2) * scale, y - (top + high / 2) * scale
    move = f'transform="translate({dx:.2f} {dy:.2f}) scale({scale:.4f})"'
    return f"<g {move}>{drawn(tag, path)}</g>"


def drawn(tag: Tag, path: Sequence[Node], lang: str = "") -> str:
    """Draw what is in an inline SVG, its style written into it.

    Parameters
    ----------
    tag, path
        The `svg`, and the elements around it with itself.
    lang
        What is marked as another language is left out.

    Returns
    -------
    svg
        A group.
    """
    return f"<g{_attributes(computed(path))}>{''.join(_shapes(tag, path, lang))}</g>"


def words(tag: Tag, lang: str, weight: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the text of an element in one language, with 700 for what is bold, breaks as such."""
    for one in tag.inside:
        if isinstance(one, str):
            yield " ".join(one.split("\n")), weight
        elif one.name == "br":
            yield "\n", weight
        elif one.given.get("lang", lang) == lang:
            yield from words(one, lang, 700 if one.name == "b" else weight)


def _shapes(tag: Tag, path: Sequence[Node], lang: str) -> Iterator[str]:
    """Yield the elements of an inline SVG with their style as attributes."""
    siblings = tag.elements()
    for one in tag.inside:
        if isinstance(one, str):
            if tag.name in {"text", "tspan"}:
                yield letters(one)
            continue
        if one.name not in SHAPES or one.given.get("lang", lang) != lang:
            continue
        own = (*path, one.at(siblings))
        given = "".join(
            f' {name}="{escape(value)}"'
            for name, value in one.given.items()
            if name not in {"class", "style", "lang"} and not name.startswith("aria-")
        )
        inside = "".join(_shapes(one, own, lang))
        yield f"<{one.name}{given}{_attributes(computed(own))}>{inside}</{one.name}>"


def _attributes(style: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in style.items() if name in KEPT)


def block(style: Mapping[str, str], x: float, y: float, wide: float, high: float) -> str:
    """Draw a box with its background, border and rounded corners.

    Parameters
    ----------
    style
        As `maps.picture.css.computed` gives it.
    x, y, wide, high
        Its outer edges.

    Returns
    -------
    svg
        Empty where there is nothing to see.
    """
    edge = pixels(style.get("border-width", "0"), REM)
    fill = style.get("background-color", style.get("background", "none"))
    if "gradient" in fill:
        return _stripes(fill, x, y, wide, high)
    if "border-top" in style and not edge:
        colour = style.get("border-color", "")
        return _top_edge(style["border-top"], colour, x, y + high / 2, wide)
    if fill == "none" and not edge:
        return ""
    radius = style.get("border-radius", "0")
    inner = min(wide, high) - edge
    round_ = inner / 2 if radius.endswith("%") else min(pixels(radius, REM), inner / 2)
    stroke = f' stroke="{style["border-color"]}" stroke-width="{edge:g}"' if edge else ""
    turn = "rotate(45deg)" in style.get("transform", "")
    turned = f' transform="rotate(45 {x + wide / 2:.2f} {y + high / 2:.2f})"' if turn else ""
    return (
        f'<rect x="{x + edge / 2:.2f}" y="{y + edge / 2:.2f}" width="{wide - edge:.2f}" '
        f'height="{high - edge:.2f}" rx="{round_:.2f}" fill="{escape(fill)}"{stroke}{turned}/>'
    )


def _top_edge(border: str, other: str, x: float, y: float, wide: float) -> str:
    """Draw a border that stands for a line, in its own colour or another one."""
    width, kind, colour = border.split(None, 2)
    colour = other or colour
    px = pixels(width, REM)
    gaps = {"dashed": f"{px * 3:g} {px * 2:g}", "dotted": f"{px * 0.9:g} {px * 1.3:g}"}
    dashes = f' stroke-dasharray="{gaps[kind]}"' if kind in gaps else ""
    return (
        f'<path d="M{x:.2f} {y:.2f}h{wide:.2f}" fill="none" stroke="{escape(colour)}" '
        f'stroke-width="{px:g}"{dashes}/>'
    )


def _stripes(fill: str, x: float, y: float, wide: float, high: float) -> str:
    """Draw a repeating gradient as stripes: upright ones, or slanted over a ground."""
    colours = [part for part in fill.replace("(", " ").replace(",", " ").split() if "#" in part]
    upright = "90deg" in fill
    if upright:
        step, each = 9.0, 2.0
        path = "".join(
            f"M{x + at * step + each / 2:.2f} {y:.2f}v{high:.2f}"
            for at in range(math.ceil(wide / step))
        )
        return f'<path d="{path}" stroke="{colours[0]}" stroke-width="{each:g}"/>'
    ground = colours[-1]
    path = "".join(
        f"M{x + max(0, at - high):.2f} {y + min(high, at):.2f}"
        f"L{x + min(wide, at):.2f} {y + max(0, at - wide):.2f}"
        for at in (5 + 7 * k for k in range(math.ceil((wide + high) / 7)))
        if at < wide + high
    )
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}" fill="{ground}" '
        f'stroke="{colours[0]}" stroke-width=".6"/>'
        f'<path d="{path}" stroke="{colours[0]}" stroke-width="2"/>'
    )
