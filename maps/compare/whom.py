"""What a scenario changes for whom, in plain words: from its key figures alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import pandas as pd

from maps.base import figures
from maps.base.i18n import Text, text
from maps.compare.figures import by_key, spelt
from maps.compare.rows import Subject, kind_name

LEAST_S: Final = 30.0
"""Seconds by which a way must change to be told of: they are written in minutes."""

LEAST_PEOPLE: Final = 0.5

LEAST_SHARE: Final = 0.005
"""Of the freight of a product by which it must change to be told of, and"""

LEAST_THB: Final = 0.5

PAYS: Final = 1.0
"""Of a benefit-cost ratio."""


class Moved(NamedTuple):
    """A key figure: today, in the scenario, and the difference; NaN where there is none."""

    base: float
    value: float
    change: float


def for_whom(table: pd.DataFrame, subject: Subject, names: Mapping[str, Text]) -> tuple[Text, ...]:
    """Tell in a few sentences what a scenario changes.

    Parameters
    ----------
    table
        Key figures of one scenario, columns `geo.compare.figures.COLUMNS`.
    subject
        Whose ways are told of, and in which season of the base; every kind of destination is.
    names
        Of places, crossings and products, by id.

    Returns
    -------
    sentences
        Each in both languages; what does not change is left out, but that nobody is nearer or
        farther.
    """
    known = {
        (key[0], key[3]): Moved(*(float(row[name]) for name in ("base", "value", "change")))
        for key, row in by_key(table).items()
        if key[1] in {"", subject.vehicle} and key[2] in {"", subject.season}
    }
    # A world that is wet beside a dry one knows all-season roads only.
    rains = subject.season == "dry" and "wet" in set(table["season"])
    return (
        *_people(known, names, rains=rains),
        *_ways(known, names),
        *_goods(known, names),
        *_crossings(known, names),
        *_traffic(known),
        *_works(known),
    )


Known = Mapping[tuple[str, str], Moved]


def _of(known: Known, figure: str) -> dict[str, Moved]:
    """Return a figure by what it is of."""
    return {kind: moved for (name, kind), moved in known.items() if name == figure}


def _people(known: Known, names: Mapping[str, Text], *, rains: bool) -> Iterator[Text]:
    for kind, farther in _of(known, "people_farther").items():
        goal, nearer = kind_name(kind, names), known["people_nearer", kind]
        reach = known.get(("people_any", kind), Moved(0, 0, 0)).change
        lost = "who_lost_in_rains" if rains else "who_lost"
        told = {
            "who_farther": farther.value,
            lost: -reach,
            "who_nearer": nearer.value,
            "who_gained": reach,
        }
        said = [
            text(key, kind=goal, people=text("people_value", value=figures.whole(people)))
            for key, people in told.items()
            if people >= LEAST_PEOPLE
        ]
        yield from said or [text("who_nobody", kind=goal)]


def _ways(known: Known, names: Mapping[str, Text]) -> Iterator[Text]:
    for kind, time in _of(known, "corridor_time_s").items():
        cost = known["corridor_cost_thb", kind]
        if abs(time.change) >= LEAST_S:
            yield text(
                "who_corridor",
                kind=kind_name(kind, names),
                hours=figures.hours(time.value),
                hours_base=figures.hours(time.base),
                baht=figures.whole(cost.value),
                baht_base=figures.whole(cost.base),
            )


def _goods(known: Known, names: Mapping[str, Text]) -> Iterator[Text]:
    freight = _of(known, "freight")
    cut = [
        kind_name(kind, names)
        for kind, one in freight.items()
        if math.isfinite(one.base) and math.isnan(one.value)
    ]
    if cut:
        yield text(
            "who_market_lost",
            kinds=(", ".join(one for one, _ in cut), " ".join(one for _, one in cut)),
        )
    moved = {
        kind: one
        for kind, one in freight.items()
        if abs(one.change) > LEAST_SHARE * abs(one.base) + LEAST_THB
    }
    if not moved:
        return
    most = max(moved, key=lambda kind: abs(moved[kind].change))
    yield text(
        "who_freight",
        kind=kind_name(most, names),
        baht=figures.whole(moved[most].value),
        baht_base=figures.whole(moved[most].base),
        more=str(sum(one.change > 0 for one in moved.values())),
        less=str(sum(one.change < 0 for one in moved.values())),
    )


def _crossings(known: Known, names: Mapping[str, Text]) -> Iterator[Text]:
    for kind, cost in _of(known, "crossing_cost_thb").items():
        time = known["crossing_time_s", kind]
        key = "who_crossing"
        if math.isnan(cost.base):
            key = "who_crossing_new"
        elif math.isnan(cost.value):
            key = "who_crossing_shut"
        yield text(
            key,
            kind=kind_name(kind, names),
            baht=figures.whole(cost.value),
            baht_base=figures.whole(cost.base),
            hours=figures.hours(time.value),
            hours_base=figures.hours(time.base),
        )


def _traffic(known: Known) -> Iterator[Text]:
    """Tell of a day's vehicle-hours and running costs; what is saved is the other way round."""
    hours = -known.get(("saved_time_h", ""), Moved(0, 0, 0)).value
    baht = -known.get(("saved_cost_thb", ""), Moved(0, 0, 0)).value
    whole = tuple(0 if math.isnan(value) else round(value) for value in (hours, baht))
    if any(whole):
        same = {(value > 0) - (value < 0) for value in whole} - {0}
        key = "who_traffic_more" if same == {1} else "who_traffic_less"
        key = "who_traffic_mixed" if len(same) > 1 else key
        form = "{:+,}" if len(same) > 1 else "{:,}"
        hours, baht = whole if len(same) > 1 else map(abs, whole)
        yield text(key, hours=form.format(hours), baht=form.format(baht))
    trips = known.get(("cut_off", ""), Moved(0, 0, 0)).value
    if trips >= LEAST_PEOPLE:
        yield text("who_no_way", trips=figures.whole(trips))


def _works(known: Known) -> Iterator[Text]:
    if ("bcr", "") in known and math.isfinite(known["bcr", ""].value):
        ratio = known["bcr", ""].value
        yield text(
            "who_pays" if ratio >= PAYS else "who_does_not_pay",
            cost=spelt("construction", known["construction", ""].value),
            ratio=spelt("bcr", ratio),
        )
