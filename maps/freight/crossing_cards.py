"""Crossings with all that freight needs to know of them, as readers see it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from geo.border.crossing import Crossing as Gate
from geo.border.crossing import Refusal
from layers.tables.places import Place
from maps.base import figures
from maps.base.crossings import STATUSES, Crossing, Fact, crossings_of
from maps.base.i18n import Text, either, opening_hours, text
from maps.base.page import fragment
from maps.freight.refusals import listed, refusal_text

MAY: Final = {True: "may_pass", False: "may_not_pass", None: "may_unsaid"}

CHART: Final = (240, 44)
"""Width and height of the chart of waiting."""

DAY_H: Final = 24


def gates_of(
    table: pd.DataFrame,
    gates: Mapping[str, Gate],
    *,
    places: Mapping[str, Place],
    titles: Mapping[str, Text],
    refusals: Mapping[str, Sequence[Refusal]],
    waits_s: Mapping[str, NDArray[np.float64]],
) -> tuple[Crossing, ...]:
    """Turn crossings into what their cards say, open ones first.

    Parameters
    ----------
    table
        As `layers.tables.crossings.read_crossings` gives it.
    gates
        The same crossings by id, as freight takes them: in a what-if one may be open that
        the table calls closed, and the card says so.
    places, titles
        Places and titles of vehicles, by id.
    refusals
        Why goods do not pass, by crossing; none where they do.
    waits_s
        Of some crossings, the mean wait at the gate by hour of leaving, shape (24,).

    Returns
    -------
    crossings
        Those of `table` that are in `gates`.
    """
    known = table[table["id"].isin(list(gates))]
    status = [gates[str(one)].status for one in known["id"]]
    said = dict(zip(known["id"], known["status"], strict=True))
    found = []
    for one in crossings_of(known.assign(status=status)):
        gate = gates[one.id]
        why = tuple(refusal_text(each, titles) for each in refusals.get(one.id, ()))
        supposed = said[one.id] != one.status
        found.append(
            replace(
                one,
                hours="",
                facts=(*_what_if(str(said[one.id]), supposed=supposed), *_facts(gate, places)),
                refusals=why,
                chart=wait_chart(waits_s[one.id]) if one.id in waits_s else one.chart,
            )
        )
    return tuple(found)


def wait_chart(wait_s: NDArray[np.float64]) -> Markup:
    """Draw the mean wait by hour of leaving as bars; the tallest is as high as the chart.

    Parameters
    ----------
    wait_s
        Shape (24,).

    Returns
    -------
    html
        An inline SVG with its axis; empty where nobody ever waits.
    """
    if not np.isfinite(wait_s).all() or wait_s.max() <= 0:
        return Markup("")
    width, height = CHART
    step = width // DAY_H
    tall = np.rint(wait_s / wait_s.max() * height).astype(int)
    path = "".join(
        f"M{at * step} {height}v{-high}h{step - 2}v{high}z"
        for at, high in enumerate(tall.tolist())
        if high
    )
    best = int(np.argmin(wait_s))
    return fragment(
        "wait_chart.html",
        width=width,
        height=height,
        path=path,
        most=figures.hours(float(wait_s.max())),
        least=figures.hours(float(wait_s.min())),
        at=f"{best:02d}:00",
    )


def _what_if(said: str, *, supposed: bool) -> tuple[Fact, ...]:
    """Say that a crossing is only supposed to be open."""
    if not supposed:
        return ()
    return (Fact(text("what_if"), text("what_if_said", status=text(STATUSES[said]))),)


def _facts(gate: Gate, places: Mapping[str, Place]) -> tuple[Fact, ...]:
    """List what is known of a gate, in the order of a card."""
    hours = opening_hours(gate.hours.text)
    sure = text("hours_known" if gate.hours_known else "hours_assumed")
    facts = [
        Fact(text("opening_hours"), (f"{hours[0]} ({sure[0]})", f"{hours[1]} ({sure[1]})")),
        Fact(text("goods"), text(MAY[gate.goods])),
        Fact(text("persons"), text(MAY[gate.persons])),
        Fact(text("vehicles"), _vehicles(gate)),
        Fact(text("max_gross"), _tonnes(gate.max_gross_t)),
        Fact(text("transload"), _transload(gate)),
        Fact(text("gate_fee"), text("baht_value", value=figures.whole(gate.fee_thb))),
    ]
    if "truck" in gate.dwell:
        dwell = gate.dwell["truck"]
        facts.append(
            Fact(
                text("dwell_truck"),
                text(
                    "dwell_value",
                    median=figures.whole(dwell.median_min),
                    p90=figures.whole(dwell.p90_min),
                ),
            )
        )
    beyond = places.get(gate.beyond)
    facts.append(
        Fact(
            text("beyond"),
            either(beyond.name_en, beyond.name_th) if beyond else text("not_known"),
        )
    )
    return tuple(facts)


def _vehicles(gate: Gate) -> Text:
    if gate.vehicles is not False and gate.classes:
        only = listed(", ".join(gate.classes), {})
        return text("only_these", classes=only)
    return text(MAY[gate.vehicles])


def _transload(gate: Gate) -> Text:
    if not gate.transload:
        return text("no_transload")
    return text(
        "transload_value",
        minutes=figures.whole(gate.transload_min),
        baht=figures.whole(gate.transload_thb_per_t),
    )


def _tonnes(gross_t: float) -> Text:
    if not math.isfinite(gross_t):
        return text("no_limit_known")
    return text("tonnes_value", value=f"{gross_t:g}")
