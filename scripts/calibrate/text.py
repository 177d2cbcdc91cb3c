"""Words and tables of `chaidaen calibrate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from geo.calibration.errors import agreement, error_table

if TYPE_CHECKING:
    from geo.calibration.errors import Errors
    from geo.calibration.fitting import Fit
    from geo.calibration.observed import LeftOut, Observation

HEADER = ("time", "vehicle", "km", "published h", "ours h", "error", "left out", "quality")
"""Of the table of every time."""

SUMMED = ("of", "rows", "median error", "within 20 %", "mean error")
"""Of the table of errors."""


def time_rows(fits: Sequence[Fit]) -> list[tuple[str, ...]]:
    """Lay out every published time, ours beside it."""
    return [
        (
            one.id,
            one.vehicle,
            f"{one.km:,.0f}",
            _span(one),
            f"{ours:.2f}",
            f"{ours / one.told_h - 1:+.0%}",
            f"{error:+.0%}",
            one.quality,
        )
        for each in fits
        for one, ours, error in zip(each.observations, each.hours, each.errors, strict=True)
    ]


def error_rows(fits: Sequence[Fit]) -> list[tuple[str, ...]]:
    """Lay out errors with each route left out, by vehicle, terrain and class of road."""
    return [_summed(one) for one in error_table(fits)]


def agreement_rows(fits: Sequence[Fit]) -> list[tuple[str, ...]]:
    """Lay out how far published times of one trip are from one another, and ours from them."""
    return [_summed(one) for one in agreement(fits)]


def _summed(one: Errors) -> tuple[str, ...]:
    """Spell what was summed up."""
    shares = f"{one.median:.1%}", f"{one.within:.0%}", f"{one.mean:+.1%}"
    return one.what, str(one.rows), *shares


def values_text(values: Mapping[str, Mapping[str, float]]) -> str:
    """Write what vehicles are driven by after the fit as TOML."""
    lines = []
    for vehicle, own in values.items():
        lines.append(f"[{vehicle}.driving]")
        lines += [f"{name} = {value:g}" for name, value in own.items()]
    return "\n".join(lines)


def page(title: str, command: str, fits: Sequence[Fit], left: Sequence[LeftOut]) -> str:
    """Write the tables as a page of Markdown."""
    rows = sorted(time_rows(fits), key=lambda row: (row[1], row[0]))
    parts = [
        f"# Published times and ours: {title}",
        (
            f"Made by `{command}`. Hours are as published, the middle of a range; ours count the "
            "halts of buses, minivans, songthaews and trucks where the published time does. Ours "
            "are by the parameters of the fit; `left out` is the error when all times of the "
            "same two ends are left out of it. `layers/shared/travel_times.csv` has the source "
            "and quality of every row."
        ),
        "## Errors, each route left out of the fit",
        "\n".join(_markdown(SUMMED, error_rows(fits))),
        *_agreeing(fits),
        "## Every time",
        "\n".join(_markdown(HEADER, rows)),
        "## Not compared",
        "\n".join(_markdown(("time", "why"), [(one.id, one.why) for one in left])),
    ]
    return "\n\n".join(parts) + "\n"


def _agreeing(fits: Sequence[Fit]) -> list[str]:
    """Say what errors are worth: published times of one trip differ, too."""
    rows = agreement_rows(fits)
    if not rows:
        return []
    return [
        "## How well published times agree with one another",
        (
            "Trips of which several times were published for the same vehicle: each time told by "
            "the median of the others, and by ours with the route left out."
        ),
        "\n".join(_markdown(SUMMED, rows)),
    ]


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def _span(one: Observation) -> str:
    """Spell published hours."""
    low, high = f"{one.hours_min:g}", f"{one.hours_max:g}"
    return low if low == high else f"{low}-{high}"
