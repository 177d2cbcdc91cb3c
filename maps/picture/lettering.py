"""Text in pictures: fonts for both scripts, widths as they will be drawn, lines that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import numpy as np
import resvg_py
from markupsafe import escape

from maps.base.png import read

LATIN: Final = (
    "'Segoe UI','Helvetica Neue','Noto Sans','Open Sans',Roboto,Arial,'Liberation Sans',"
    "'DejaVu Sans',sans-serif"
)
"""What Windows, macOS and Linux have, in this order."""

THAI: Final = (
    "'Leelawadee UI','Noto Sans Thai',Sarabun,'Noto Sans Thai Looped',Thonburi,Tahoma,Garuda,"
    "Loma,Waree,Laksaman,sans-serif"
)

OTHER: Final = (
    "'Segoe UI Symbol','Segoe UI','Lucida Grande','DejaVu Sans','Noto Sans Math',"
    "'Noto Sans Symbols',Arial,sans-serif"
)
"""For arrows and for whatever else is neither Latin nor Thai: alone, so that a font that is
found for it is not taken for the letters around it."""

_RUNS: Final = re.compile(
    r"([\u0e01-\u0e5b\u200b]+)|([^\u0000-\u024f\u0e01-\u0e5b\u1e00-\u1eff\u200b\u2010-\u2027\u2122]+)"
)
"""Thai, or neither that nor Latin."""

_CLUSTER: Final = re.compile(r"[เ-ไ]*[^เ-ไ][ะัาำิ-ฺๅๆฯ็-๎]*|[เ-ไ]+")
"""What must stay together where Thai is broken: vowels with the letter they belong to."""

_EM: Final = 20
"""Size at which text is measured."""

_ROW: Final = 44

SPACE: Final = 0.36
"""Of the size: a space, with what is white on either side of the words beside it."""

TOGETHER: Final = ((8, 400), (16, 400), (32, 200), (60, 100), (10**9, 20))
"""Texts of up to so many letters are measured so many at once: a sheet is as wide as its longest
text, and whatever is white on it takes time, too."""

MEASURED: Final = 400
"""Letters of a text that are measured; the rest is taken to be as wide as these."""


def letters(text: str) -> str:
    """Return text as the content of an SVG `text`: escaped, each script in its own font.

    Examples
    --------
    >>> letters("<b> ปาย")
    '&lt;b&gt; <tspan class="thai">ปาย</tspan>'
    """
    parts = _RUNS.split(_plain(text))
    kinds = ("", "thai", "other")
    return "".join(
        f'<tspan class="{kinds[at % 3]}">{escape(part)}</tspan>' if at % 3 else str(escape(part))
        for at, part in enumerate(parts)
        if part
    )


def font_rules() -> str:
    """Return the rules for an SVG's `style` that set fonts."""
    return f"text{{font-family:{LATIN}}}.thai{{font-family:{THAI}}}.other{{font-family:{OTHER}}}"


def widths(texts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], float]:
    """Measure texts as they will be drawn, at a size of one.

    Parameters
    ----------
    texts
        Text and weight (400, 700).

    Returns
    -------
    widths
        By text and weight, of their ink; spaces at the ends do not count.
    """
    wanted = tuple(sorted({(text, _weight(weight)) for text, weight in texts if text.strip()}))
    found = dict(zip(wanted, _inks(wanted), strict=True))
    return {(text, weight): found.get((text, _weight(weight)), 0.0) for text, weight in texts}


def measure_ahead(lines: Iterable[tuple[str, int]]) -> None:
    """Measure the words of many lines at once, so that `wrapped` knows them: fonts load slowly.

    Parameters
    ----------
    lines
        Text and weight.
    """
    widths([(word, weight) for line, weight in lines for word in line.split(" ")])


def width(text: str, weight: int = 400) -> float:
    """Measure one text, as `widths`."""
    return widths([(text, weight)])[text, weight]


def thai_is_drawn() -> bool:
    """Say whether this computer has a font with Thai letters, or boxes would stand for them."""
    one, other = _drawn([("ก", 400), ("ฮ", 400)])
    return bool(one.any()) and not np.array_equal(one, other)


def wrapped(text: str, most: float, size: float, weight: int = 400) -> list[str]:
    """Break a text into lines.

    Parameters
    ----------
    text
        Thai may be broken between its letters, where it has no spaces.
    most
        Width of a line.
    size, weight
        Of the font.

    Returns
    -------
    lines
        At least one.
    """
    words = text.split(" ")
    known = widths([(word, weight) for word in words])
    space = size * SPACE
    lines: list[str] = []
    line, used = "", 0.0
    for word in words:
        wide = known[word, weight] * size
        if line and used + space + wide > most:
            lines.append(line)
            line, used = "", 0.0
        if wide > most:
            *full, word = _broken(word, most, wide)  # noqa: PLW2901 - its last piece goes on
            lines += full
            wide = width(word, weight) * size
        line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    return [*lines, line]


def _broken(word: str, most: float, wide: float) -> list[str]:
    """Break one word that is wider than a line into pieces of about equal letters."""
    clusters = _CLUSTER.findall(word) or [word]
    each = max(1, int(len(clusters) * most / wide * 0.95))
    return ["".join(clusters[at : at + each]) for at in range(0, len(clusters), each)]


def _plain(text: str) -> str:
    """Leave out what XML may not hold."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _weight(weight: int) -> int:
    """Return the weight that a family of two has for it."""
    return 700 if weight >= 550 else 400  # noqa: PLR2004


@cache
def _measured() -> dict[tuple[str, int], float]:
    """Return what was measured in this run: maps name the same places, and fonts load slowly."""
    return {}


def _inks(texts: tuple[tuple[str, int], ...]) -> list[float]:
    known = _measured()
    new = [one for one in texts if one not in known]
    fewer = 0
    for most, at_once in TOGETHER:
        part = [one for one in new if fewer < len(one[0]) <= most]
        fewer = most
        for first in range(0, len(part), at_once):
            several = part[first : first + at_once]
            inks = _drawn([(text[:MEASURED], weight) for text, weight in several])
            for one, ink in zip(several, inks, strict=True):
                columns = np.flatnonzero(ink.any(axis=0))
                wide = float(columns[-1] - columns[0] + 1) / _EM if len(columns) else 0.0
                known[one] = wide * max(1.0, len(one[0]) / MEASURED)
    return [known[one] for one in texts]


def _drawn(texts: Sequence[tuple[str, int]]) -> list[np.ndarray]:
    """Draw texts one below the other; return what of each row is ink."""
    if not texts:
        return []
    wide = min(12_000, 40 + round(max(len(text) for text, _ in texts) * _EM * 1.1))
    rows = "".join(
        f'<text x="20" y="{at * _ROW + 31}" font-size="{_EM}" font-weight="{weight}">'
        f"{letters(text)}</text>"
        for at, (text, weight) in enumerate(texts)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{len(texts) * _ROW}">'
        f"<style>{font_rules()}</style>{rows}</svg>"
    )
    alpha = read(resvg_py.svg_to_bytes(svg_string=svg))[..., -1] > 60  # noqa: PLR2004
    return [alpha[at * _ROW : (at + 1) * _ROW] for at in range(len(texts))]
