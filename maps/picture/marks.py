"""The marks of a map drawn as SVG: symbols, and names that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import escape

from maps.picture.css import Node, computed, node, pixels
from maps.picture.lettering import letters, widths
from maps.picture.parts import REM, Tag, block, elements, symbol, words
from maps.picture.scene import Mark

RANK: Final = (
    "found",
    "zone",
    "isochrone-mark",
    "home",
    "end",
    "via",
    "province_capital",
    "facility",
    "site",
    "market",
    "hub",
    "crossing open",
    "corridor",
    "shield-icon",
    "crossing",
    "town",
    "city",
    "district",
    "spot",
    "neighbour-mark",
)
"""Kinds of marks by the importance of their names, as `map.js` has them."""

SOLID: Final = frozenset(("home", "crossing", "end", "facility", "hub", "market", "site"))
"""Kinds whose symbol no name may cover."""

ALWAYS: Final = frozenset(("home", "zone"))
"""Kinds whose name is there even where it overlaps."""

FAR: Final = ((8.0, "far"), (7.0, "farther"))
"""Below which zoom the stage has which class."""


class Box(NamedTuple):
    """The edges of something, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Say whether two boxes overlap, or nearly so from the side."""
        return (
            self.left < other.right + 2
            and self.right > other.left - 2
            and self.top < other.bottom
            and self.bottom > other.top
        )

    def within(self, other: Box) -> bool:
        """Say whether it lies in another one."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Placed:
    """A name in its place."""

    box: Box
    svg: str


@dataclass(frozen=True)
class _Label:
    """A name before it has a place: its point, its lines with their weights, its style."""

    kinds: frozenset[str]
    x: float
    y: float
    lines: tuple[tuple[str, int], ...]
    style: dict[str, str]

    @property
    def em(self) -> float:
        return pixels(self.style.get("font-size", "1rem"), REM)


def marks(
    shown: Sequence[tuple[Mark, float, float]],
    *,
    zoom: float,
    frame: Box,
    taken: Sequence[Box],
    lang: str,
) -> tuple[str, list[Placed]]:
    """Draw marks, and their names where there is room.

    Parameters
    ----------
    shown
        Marks and where they are, in pixels.
    zoom
        As Leaflet counts it: from afar some names are left out.
    frame
        No name leaves it.
    taken
        Where no name may be.
    lang
        Of names.

    Returns
    -------
    symbols, names
        SVG of symbols, the upper ones last; important names first, right or left of their
        point, or not at all.
    """
    stage = node("div", " ".join(["leaflet-pane", *(one for below, one in FAR if zoom < below)]))
    symbols: list[str] = []
    labels: list[_Label] = []
    boxes = list(taken)
    for mark, x, y in sorted(shown, key=lambda one: (one[0].offset, one[2])):
        kinds = frozenset(mark.classes.split())
        path = (stage, node("div", mark.classes))
        if computed(path).get("display") == "none":
            continue
        inside = elements(mark.html)
        for tag in inside:
            own = (*path, tag.at(inside))
            if tag.name == "span" and "label" in own[-1].classes:
                labels.append(_Label(kinds, x, y, tuple(_lines(tag, lang)), computed(own)))
            elif tag.name in {"svg", "i"}:
                svg, box = _symbol(tag, own, x, y)
                symbols.append(svg)
                if SOLID & kinds:
                    boxes.append(box)
    return "".join(symbols), list(_placed(labels, frame, boxes))


def _symbol(tag: Tag, path: Sequence[Node], x: float, y: float) -> tuple[str, Box]:
    """Draw a symbol where its style puts it."""
    style = computed(path)
    left, top = x + pixels(style.get("left", "0"), REM), y + pixels(style.get("top", "0"), REM)
    if tag.name == "svg":
        wide, high = (float(tag.given[name]) for name in ("width", "height"))
        size = 0.62 if "scale(.62)" in style.get("transform", "") else 1.0
        box = Box(left, top, left + wide, top + high)
        return symbol(tag, path, left + wide / 2, top + high / 2, size), box
    said = "".join(one for one in tag.inside if isinstance(one, str)).strip()
    if said:
        em = pixels(style.get("font-size", "1rem"), REM)
        return _cross(said, style, x, y, em), Box(x - em / 2, y - em / 2, x + em / 2, y + em / 2)
    wide, high = (pixels(style.get(name, "0"), REM) for name in ("width", "height"))
    return block(style, left, top, wide, high), Box(left, top, left + wide, top + high)


def _cross(said: str, style: dict[str, str], x: float, y: float, em: float) -> str:
    """Set a letter that is a symbol onto its point."""
    return (
        f'<text x="{x:.2f}" y="{y + em * 0.3:.2f}" text-anchor="middle" font-size="{em:g}" '
        f'font-weight="{style.get("font-weight", "400")}" fill="{style.get("color", "#000")}" '
        f'stroke="#fff" stroke-width="2.5" paint-order="stroke">{escape(said)}</text>'
    )


def _lines(tag: Tag, lang: str) -> Iterator[tuple[str, int]]:
    """Yield the lines of a label in one language, each with its weight, 0 for the label's."""
    line, weight = "", 0
    for part, bold in words(tag, lang):
        if part == "\n":
            yield line, weight
            line, weight = "", 0
        else:
            line, weight = line + part, bold or weight
    yield line, weight


def _placed(labels: Sequence[_Label], frame: Box, taken: list[Box]) -> Iterator[Placed]:
    """Give names their places, the important ones first."""
    known = widths([line for label in labels for line in _weighted(label)])
    ranked = sorted(range(len(labels)), key=lambda at: (_rank(labels[at].kinds), at))
    for label in (labels[at] for at in ranked):
        wide = max(known[line] for line in _weighted(label)) * label.em
        if not wide:
            continue
        right, left = _boxes(label, wide)
        free = [
            box
            for box in dict.fromkeys((right, left))
            if box.within(frame) and not any(box.meets(other) for other in taken)
        ]
        box = free[0] if free else right if ALWAYS & label.kinds else None
        if box is None:
            continue
        taken.append(box)
        yield Placed(box, _drawn(label, box, mirrored=box == left != right))


def _rank(kinds: frozenset[str]) -> int:
    found = (at for at, one in enumerate(RANK) if kinds.issuperset(one.split()))
    return next(found, len(RANK))


def _weighted(label: _Label) -> list[tuple[str, int]]:
    usual = int(label.style.get("font-weight", "400"))
    return [(line, weight or usual) for line, weight in label.lines]


def _padding(label: _Label) -> tuple[float, float]:
    """Return what is between text and outer edge: above, beside."""
    given = label.style.get("padding", "0").split()
    edge = pixels(label.style.get("border-width", "0"), REM)
    return pixels(given[0], label.em) + edge, pixels(given[-1], label.em) + edge


def _line_height(label: _Label) -> float:
    return float(label.style.get("line-height", "1.25")) * label.em


def _boxes(label: _Label, wide: float) -> tuple[Box, Box]:
    """Return a name's box right and left of its point; the same where it lies upon it."""
    above, beside = _padding(label)
    wide = max(wide + 2 * beside, pixels(label.style.get("min-width", "0"), label.em))
    high = _line_height(label) * len(label.lines) + 2 * above
    move = label.style.get("transform", "")
    if "translate(-50%" in move:
        share = float(move.split(",")[1].split("%")[0]) / 100
        left, top = label.x - wide / 2, label.y + share * high
        both = Box(left, top, left + wide, top + high)
        return both, both
    gap = pixels(label.style.get("left", "0"), label.em)
    top = label.y + pixels(label.style.get("top", "0"), label.em)
    return (
        Box(label.x + gap, top, label.x + gap + wide, top + high),
        Box(label.x - gap - wide, top, label.x - gap, top + high),
    )


def _drawn(label: _Label, box: Box, *, mirrored: bool) -> str:
    """Draw a name in its box."""
    above, _ = _padding(label)
    centred = "translate(-50%" in label.style.get("transform", "")
    x = (box.left + box.right) / 2 if centred else box.right if mirrored else box.left
    anchor = "middle" if centred else "end" if mirrored else "start"
    halo = ' stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    shared = (
        f'text-anchor="{anchor}" font-size="{label.em:.2f}" '
        f'fill="{label.style.get("color", "#000")}"'
        f"{halo if 'text-shadow' in label.style else ''}"
    )
    if label.style.get("font-style") == "italic":
        shared += ' font-style="italic"'
    high = _line_height(label)
    lines = "".join(
        f'<text x="{x:.2f}" y="{box.top + above + high * (at + 0.5) + label.em * 0.35:.2f}" '
        f'font-weight="{weight}" {shared}>{letters(line)}</text>'
        for at, (line, weight) in enumerate(_weighted(label))
    )
    return block(label.style, *box[:2], box.right - box.left, box.bottom - box.top) + lines
