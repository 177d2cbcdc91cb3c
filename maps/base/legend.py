"""What the signs of a map mean: one description, for the page and for the picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from maps.base.i18n import Text, text
from maps.base.page import macro
from maps.base.style import PALETTE


@dataclass(frozen=True)
class Entry:
    """One sign: as a piece of HTML that the style sheet gives its looks, and what it means."""

    sample: Markup
    label: Text


@dataclass(frozen=True)
class Legend:
    """Signs under a heading, which may be missing."""

    title: Text | None
    entries: tuple[Entry, ...]


def legend(entries: Iterable[Entry], title: Text | None = None) -> Legend:
    """Put signs together."""
    return Legend(title, tuple(entries))


def sign(classes: str, label: Text, *, colour: str = "", high: float = 0.0) -> Entry:
    """Return a sign that is a box or a line of the style sheet.

    Parameters
    ----------
    classes
        Like `swatch round`, `stroke major`.
    label
        What it means.
    colour
        A name in `maps.base.style.PALETTE`, or `#rrggbb`; of a stroke its line, else its ground.
    high
        Pixels, where the thickness says something.

    Examples
    --------
    >>> sign("swatch", ("near", "ใกล้"), colour="time-1").sample
    Markup('<i class="swatch" style="background:#efe350"></i>')
    """
    shade = PALETTE.get(colour, colour)
    said = [f"height:{high:g}px"] if high else []
    if shade:
        said.append(f"{'border-color' if 'stroke' in classes else 'background'}:{shade}")
    style = Markup(' style="{}"').format(";".join(said)) if said else ""
    return Entry(Markup('<i class="{}"{}></i>').format(classes, style), label)


def circles(classes: str, label: Text) -> Entry:
    """Return two circles of different size."""
    sample = Markup('<i class="circles {}" aria-hidden="true"><i></i><i></i></i>')
    return Entry(sample.format(classes), label)


def symbol(template: str, name: str, label: Text, *given: object) -> Entry:
    """Return a symbol that a macro of a template draws."""
    return Entry(macro(template, name, *given), label)


def facility(label: Text) -> Entry:
    """Return the symbol of a facility."""
    return symbol("parts.html", "facility_symbol", label)


def crossings() -> list[Entry]:
    """Return the symbols of crossings by status."""
    return [
        symbol("parts.html", "symbol", text("crossing_is", status=text(f"status_{status}")), status)
        for status in ("open", "closed", "unknown")
    ]


def ground() -> list[Entry]:
    """Return what every map lies on: roads, and the edge of the area."""
    return [
        sign("stroke major", text("road_major")),
        sign("stroke other", text("road_other")),
        sign("stroke edge", text("layer_boundary")),
    ]
