"""What is on every map for paper: scale bar, north arrow, and a warning where there is one."""

from __future__ import annotations

import math
from typing import Final

from maps.base.i18n import text
from maps.base.style import PALETTE
from maps.picture.frame import Frame
from maps.picture.lettering import letters, widths, wrapped
from maps.picture.marks import Box

ROUND: Final = (1.0, 2.0, 5.0)
"""What a scale bar may be long, times a power of ten metres."""


def scale_bar(frame: Frame, lang: str) -> tuple[str, Box]:
    """Draw a bar of round kilometres at the middle latitude, in two halves."""
    most_m = min(130.0, (frame.box.right - frame.box.left) / 3) * frame.metres()
    unit = 10.0 ** math.floor(math.log10(most_m))
    metres = max(unit * step for step in ROUND if unit * step <= most_m)
    wide = metres / frame.metres()
    left, base = frame.box.left + 14, frame.box.bottom - 14
    box = Box(left - 6, base - 24, left + wide + 34, base + 8)
    half = wide / 2
    said = text("km_value", value=f"{metres / 1000:g}")[lang == "th"]
    ink = PALETTE["ink"]
    numbers = "".join(
        f'<text x="{left + at:.2f}" y="{base - 8:.2f}" font-size="10.5" text-anchor="{anchor}" '
        f'fill="{ink}">{letters(words)}</text>'
        for at, anchor, words in (
            (0.0, "start", "0"),
            (wide, "middle", said),
        )
    )
    svg = (
        f'<rect x="{box.left:.2f}" y="{box.top:.2f}" width="{box.right - box.left:.2f}" '
        f'height="{box.bottom - box.top:.2f}" rx="3" fill="#fff" fill-opacity=".82"/>'
        f'<rect class="scale" x="{left:.3f}" y="{base - 4:.2f}" width="{wide:.3f}" height="5" '
        f'fill="#fff" stroke="{ink}" stroke-width=".9"/>'
        f'<rect x="{left:.3f}" y="{base - 4:.2f}" width="{half:.3f}" height="5" fill="{ink}"/>'
        f"{numbers}"
    )
    return svg, box


def warning_drawn(said: str, box: Box) -> tuple[str, Box]:
    """Write a warning at the upper edge of a map; without one there is a box without height."""
    middle, top = (box.left + box.right) / 2, box.top + 7
    lines = wrapped(said, box.right - box.left - 130, 11, 700) if said else []
    if not lines:
        return "", Box(middle, box.top, middle, box.top)
    wide = max(widths([(line, 700) for line in lines]).values()) * 11 + 26
    edges = Box(middle - wide / 2, top, middle + wide / 2, top + 15 * len(lines) + 6)
    written = "".join(
        f'<text x="{middle:.1f}" y="{top + 14.5 + 15 * at:.1f}" font-size="11" font-weight="700" '
        f'text-anchor="middle" fill="{PALETTE["caution"]}">{letters(line)}</text>'
        for at, line in enumerate(lines)
    )
    svg = (
        f'<rect x="{edges.left:.1f}" y="{top:.1f}" width="{wide:.1f}" '
        f'height="{edges.bottom - top:g}" rx="4" fill="{PALETTE["caution-soft"]}" '
        f'stroke="{PALETTE["caution"]}" stroke-width="1.2"/>{written}'
    )
    return svg, edges


def north_arrow(box: Box) -> tuple[str, Box]:
    """Draw an arrow to the north in the right upper corner."""
    x, y = box.right - 34, box.top + 10
    svg = (
        f'<g transform="translate({x:.2f} {y:.2f})" fill="{PALETTE["ink"]}" stroke="#fff" '
        f'paint-order="stroke"><path d="M12 1l7 20-7-4.5L5 21z" stroke-width="2"/>'
        f'<text x="12" y="33" font-size="11" font-weight="700" text-anchor="middle" '
        f'stroke-width="3">N</text></g>'
    )
    return svg, Box(x, y, x + 24, y + 36)
