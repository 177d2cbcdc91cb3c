"""The visual language: one palette, given to the style sheet and to the map alike."""

from __future__ import annotations

from collections.abc import Sequence
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
    "water": "#6fa8c9",
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
    "route-2": "#00755e",
    "route-3": "#b0397f",
    "route-4": "#6f4e1f",
    "limit-class": "#7c8792",
    "limit-legal": "#183582",
    "limit-surface": "#b98700",
    "limit-curve": "#b5400c",
    "limit-grade": "#8246d8",
    "limit-brake": "#7d1018",
    "limit-width": "#1b2530",
    "limit-momentum": "#3393cf",
    "limit-town": "#78875a",
    "limit-junction": "#3c1ef0",
    "time-1": "#efe350",
    "time-2": "#9fd256",
    "time-3": "#4bb87c",
    "time-4": "#27928c",
    "time-5": "#336a8e",
    "time-6": "#453f82",
    "time-7": "#3c0a50",
    "unreached": "#6d6a66",
    "facility": "#a8201a",
    "flow": "#1f6fa8",
    "origin": "#e0a526",
    "site-1": "#005b96",
    "site-2": "#b5400c",
    "site-3": "#00755e",
    "site-4": "#b0397f",
    "site-5": "#8a6a00",
    "site-6": "#5b45a8",
    "site-7": "#7d1018",
    "change-1": "#08306b",
    "change-2": "#2171b5",
    "change-3": "#6baed6",
    "change-4": "#9b948a",
    "change-5": "#f0932b",
    "change-6": "#c2560c",
    "change-7": "#7a2703",
    "new-road": "#005b4f",
    "works": "#7fc9bd",
}
"""Safe for colour-blind readers: the hours darken steadily in grey (plasma, cut short),
the routes differ in hue; any two limits differ for people without red or green cones;
minutes darken steadily from near to far (viridis, cut short), `maps.base.time_scale` mixes them;
every text pair passes WCAG AA."""

HOUR_STEPS: Final = (1, 2, 3, 4, 6, 8, 12, 24)
"""Hours that one colour of the scale may span; the last spans twice that at most."""

HOUR_CLASSES: Final = 5


def hour_breaks(times_s: Sequence[float]) -> tuple[int, ...]:
    """Return the hours at which the colour of a corridor changes, to suit the longest one.

    Parameters
    ----------
    times_s
        Travel times of all corridors.

    Returns
    -------
    breaks
        One fewer than there are colours, evenly spaced.

    Examples
    --------
    >>> hour_breaks([2 * 3600, 11 * 3600]), hour_breaks([34 * 3600]), hour_breaks([])
    ((2, 4, 6, 8), (6, 12, 18, 24), (1, 2, 3, 4))
    """
    longest = max(times_s, default=0) / 3600
    fitting = (step for step in HOUR_STEPS if step * (HOUR_CLASSES + 1) >= longest)
    step = next(fitting, HOUR_STEPS[-1])
    return tuple(step * at for at in range(1, HOUR_CLASSES))


def hour_class(time_s: float, breaks: Sequence[int]) -> int:
    """Return the class of a travel time, 1 (near) to `HOUR_CLASSES` (far).

    Examples
    --------
    >>> [hour_class(hours * 3600, (3, 6, 9, 12)) for hours in (1, 3, 11.9, 40)]
    [1, 2, 4, 5]
    """
    return 1 + sum(time_s >= at * 3600 for at in breaks)


@cache
def stylesheet() -> str:
    """Return the style sheet of every page: the palette as variables, then the rules."""
    variables = "".join(f"--{name}:{colour};" for name, colour in PALETTE.items())
    return f":root{{{variables}}}\n{asset('maps.css')}"


@cache
def asset(name: str) -> str:
    """Return the text of a file of `maps/assets`."""
    return (files("maps") / "assets" / name).read_text(encoding="utf-8")
