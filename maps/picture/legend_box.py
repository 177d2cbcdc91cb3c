"""Legends drawn as SVG, beside a map or in columns below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from maps.base.legend import Entry, Legend
from maps.base.style import PALETTE
from maps.picture.css import Node, computed, node, pixels
from maps.picture.lettering import letters, wrapped
from maps.picture.parts import Tag, block, elements, symbol

SLOT: Final = 32.0
"""Width of what a sign may take."""

SIZE: Final = 11.0
HEAD: Final = 12.0
LINE: Final = 14.5
GAP: Final = 3.5
"""Between two entries."""

EM: Final = 13.4
"""Of the page's legend, from which signs have their size."""

AROUND: Final = (node("ul", "legend stacked"), node("li"))


def legend_drawn(groups: Sequence[Legend], width: float, at: int) -> tuple[str, float]:
    """Draw legends one below the other.

    Parameters
    ----------
    groups
        The legends.
    width
        Of a line with its sign.
    at
        Of the language in a text.

    Returns
    -------
    svg, height
        From its left upper corner on.
    """
    y = 0.0
    parts = []
    for group in groups:
        svg, high = _group(group, width, at)
        parts.append(f'<g transform="translate(0 {y:.1f})">{svg}</g>')
        y += high + 9
    return "".join(parts), max(y - 9, 0.0)


def in_columns(groups: Sequence[Legend], width: float, count: int, at: int) -> tuple[str, float]:
    """Draw legends in columns of about the same height, in their order."""
    each = (width - 16 * (count - 1)) / count
    drawn = [_group(group, each, at) for group in groups]
    whole = sum(high + 9 for _, high in drawn)
    heights = [0.0] * count
    parts = []
    column = 0
    for svg, high in drawn:
        full = heights[column] and heights[column] + high / 2 > whole / count
        if full and column < count - 1:
            column += 1
        x = column * (each + 16)
        parts.append(f'<g transform="translate({x:.1f} {heights[column]:.1f})">{svg}</g>')
        heights[column] += high + 9
    return "".join(parts), max(heights) if heights else 0.0


def legend_lines(legend: Sequence[Legend], at: int) -> Iterator[tuple[str, int]]:
    """Yield what stands in a legend, and how heavily, for `measure_ahead`."""
    for group in legend:
        if group.title:
            yield _capital(group.title[at]), 700
        yield from ((_capital(entry.label[at]), 400) for entry in group.entries)


def _group(group: Legend, width: float, at: int) -> tuple[str, float]:
    parts = []
    y = 0.0
    if group.title:
        for line in wrapped(_capital(group.title[at]), width, HEAD, 700):
            parts.append(_text(line, 0, y + HEAD, HEAD, 700))
            y += LINE + 1
        y += 3
    for entry in group.entries:
        lines = wrapped(_capital(entry.label[at]), width - SLOT - 8, SIZE)
        parts += sample(entry, SLOT / 2, y + LINE / 2)
        parts += [
            _text(line, SLOT + 8, y + LINE / 2 + SIZE * 0.35 + LINE * row, SIZE, 400)
            for row, line in enumerate(lines)
        ]
        y += max(len(lines) * LINE, LINE) + GAP
    return "".join(parts), y


def _capital(said: str) -> str:
    """Begin with a capital, as the page does."""
    return said[:1].upper() + said[1:]


def sample(entry: Entry, x: float, y: float) -> Iterator[str]:
    """Draw a sign with its middle at a point."""
    tags = elements(str(entry.sample))
    for tag in tags:
        path = (*AROUND, tag.at(tags))
        inside = tag.elements()
        if tag.name == "svg":
            yield symbol(tag, path, x, y, 18 / 22)
        elif inside:
            yield from _row(inside, path, x, y)
        else:
            yield _box(computed(path), x, y)


def _row(tags: Sequence[Tag], path: Sequence[Node], x: float, y: float) -> Iterator[str]:
    """Draw boxes side by side, in their middle at a point."""
    styles = [computed((*path, tag.at(tags))) for tag in tags]
    wides = [pixels(style.get("width", "0"), EM) for style in styles]
    left = x - (sum(wides) + 2 * (len(wides) - 1)) / 2
    for style, wide in zip(styles, wides, strict=True):
        yield _box(style, left + wide / 2, y)
        left += wide + 2


def _box(style: dict[str, str], x: float, y: float) -> str:
    wide = min(pixels(style.get("width", "0"), EM), SLOT)
    high = pixels(style.get("height", "0"), EM)
    return block(style, x - wide / 2, y - high / 2, wide, high)


def _text(words: str, x: float, y: float, size: float, weight: int) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.2f}" font-size="{size:g}" font-weight="{weight}" '
        f'fill="{PALETTE["ink"]}">{letters(words)}</text>'
    )
