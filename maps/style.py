"""The visual language: one palette, given to the style sheet and to the map alike."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

PALETTE: Final = {
    "paper": "#f6f3eb",
    "surface": "#ffffff",
    "sunken": "#efeae0",
    "ink": "#1b2530",
    "muted": "#4d5a66",
    "rule": "#d8d1c2",
    "accent": "#0b5563",
    "accent-soft": "#e1eef0",
    "caution": "#7a3e00",
    "caution-soft": "#fbeed3",
    "land": "#e9e4d8",
    "province": "#fbf9f3",
    "boundary": "#8b7d66",
    "road": "#8d857a",
    "road-minor": "#aaa296",
    "casing": "#ffffff",
    "open": "#00695c",
    "closed": "#a8201a",
    "unknown": "#5b5f66",
    "hours-1": "#0d0887",
    "hours-2": "#6a00a8",
    "hours-3": "#b12a90",
    "hours-4": "#d8505f",
    "hours-5": "#e06c1f",
    "route-1": "#005b96",
    "route-2": "#c2470a",
    "route-3": "#00755e",
    "route-4": "#8a3c7d",
}
"""Safe for colour-blind readers: the hours darken steadily in grey (plasma, cut short),
the routes are Okabe and Ito's, darkened; every text pair passes WCAG AA."""

HOUR_BREAKS: Final = (3.0, 6.0, 9.0, 12.0)
"""Hours at which the colour of a corridor changes: classes 1 to 5."""


def hour_class(time_s: float) -> int:
    """Return the class of a travel time, 1 (near) to 5 (far).

    Examples
    --------
    >>> [hour_class(hours * 3600) for hours in (1, 3, 11.9, 40)]
    [1, 2, 4, 5]
    """
    return 1 + sum(time_s >= at * 3600 for at in HOUR_BREAKS)


@cache
def stylesheet() -> str:
    """Return the style sheet of every page: the palette as variables, then the rules."""
    variables = "".join(f"--{name}:{colour};" for name, colour in PALETTE.items())
    return f":root{{{variables}}}\n{asset('maps.css')}"


@cache
def asset(name: str) -> str:
    """Return the text of a file of `maps/assets`."""
    return (files("maps") / "assets" / name).read_text(encoding="utf-8")
