"""What a comparison rests on, as `chaidaen compare` prints it: counts and assumptions."""

from __future__ import annotations

import math
import textwrap

from geo.compare.economics import Traffic
from scripts.access.text import COLUMNS, rows_of
from scripts.output import as_table


def counts(traffic: Traffic) -> str:
    """Lay out how well the trips fit what was counted, and what is only a ceiling, and why."""
    table = rows_of(traffic.scale.counts)
    names = ("vehicles_per_day", "estimated_per_day", "modelled_per_day", "held_out_per_day")
    rows = [
        (
            row["id"],
            row["section"],
            *("-" if row[name] is None else f"{row[name]:,.0f}" for name in names),
            "fitted" if row["scales"] == "yes" else "ceiling",
        )
        for row in table
    ]
    header = ("counted at", "section", "counted/day", "gravity", "fitted", "held out", "used as")
    fits = traffic.scale.misfits()
    told = "; ".join(
        f"{name} {_times(fits[key][0])} in the median, {_times(fits[key][1])} at worst"
        for key, name in (("estimated", "gravity alone"), ("modelled", "fitted"),
                          ("held_out", "where the count itself is left out"))
    )  # fmt: skip
    lines = [as_table(header, rows, left=frozenset({0, 1, 6}))]
    lines.append(textwrap.fill(f"Misfit to the counts: {told}.", COLUMNS))
    lines += [
        textwrap.fill(f"{row['id']} is a ceiling: {row['note']}", COLUMNS)
        for row in table
        if row["scales"] != "yes" and row["note"]
    ]
    return "\n".join(lines)


def _times(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f} times off"


def assumptions(traffic: Traffic) -> str:
    """List every assumption, wrapped so that its source can be read."""
    lines = ["Assumptions (low / likeliest / high)"]
    for name, value, unit, source in traffic.rules.told():
        line = f"{name}: {value} {unit}".rstrip() + (f" [{source}]" if source else "")
        lines.append(textwrap.fill(line, COLUMNS, initial_indent="  ", subsequent_indent="      "))
    return "\n".join(lines)
