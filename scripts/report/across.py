"""Corridors across the border in the report: steps, indicators, and waits by the hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from geo.compare.freight import LEAST_SHARE
from geo.freight.across import hauls_across
from geo.freight.corridor_legs import Leg, Measures, legs_of, measures
from geo.freight.corridors import Freight, freight
from geo.freight.departures import hourly_waits
from geo.freight.haul_profile import Delivery
from geo.scenario.scenario_file import read_scenarios
from geo.study import Study
from maps.base.i18n import Text, either
from maps.freight.rows import short
from maps.freight.steps_chart import Way, steps_chart
from maps.freight.wait_hours import wait_hours


@dataclass(frozen=True, eq=False)
class Across:
    """What is told of corridors that pass a gate.

    Attributes
    ----------
    charts
        By name of their file.
    measured
        Destination, gate and indicators of each, the cheapest first.
    table
        The same with ids, a row per corridor.
    """

    charts: Mapping[str, Markup]
    measured: Sequence[tuple[Text, Text, Measures]]
    table: pd.DataFrame


def across(study: Study, goods: Freight, lang: str, scenarios: Sequence[str] = ()) -> Across:
    """Measure the corridors across the border.

    In the world of a scenario the charts show how it was before, too; of every scenario that
    is compared there are charts of the corridors that it changes.
    """
    passed = [one for one in goods.deliveries if one.haul.reached and one.haul.crossing]
    # A corridor leads to a city beyond; where none is known its gate is the end.
    beyond = [one for one in passed if one.haul.to_id != one.haul.crossing] or passed
    before = freight(study.today) if study.today else None
    cities = Counter(one.place.id for one in beyond)
    ways = [
        Way(
            _told(goods, one, by_gate=cities[one.place.id] > 1),
            legs_of(goods.terms, one.haul),
            _before(before, one),
        )
        for one in beyond
    ]
    found = [measures(way.legs) for way in ways]
    gates: dict[str, Delivery] = {}
    for one in sorted(passed, key=lambda one: one.haul.before_s):
        gates.setdefault(one.haul.crossing, one)
    waits = [
        (_name(goods, gate), hourly_waits(goods.terms, one.haul)) for gate, one in gates.items()
    ]
    charts = {
        "freight_steps_time": steps_chart(ways, "time", lang),
        "freight_steps_cost": steps_chart(ways, "cost", lang),
        "freight_waits": wait_hours(waits, lang),
    }
    for scenario in scenarios:
        charts |= _with(study, goods, scenario, lang)
    table = pd.DataFrame(
        [
            {"to_id": one.place.id, "crossing": one.haul.crossing, **asdict(figures)}
            for one, figures in zip(beyond, found, strict=True)
        ]
    )
    return Across(
        {name: chart for name, chart in charts.items() if chart},
        [
            (_name(goods, one.place.id), _name(goods, one.haul.crossing), figures)
            for one, figures in zip(beyond, found, strict=True)
        ],
        table,
    )


def _with(study: Study, goods: Freight, scenario: str, lang: str) -> dict[str, Markup]:
    """Draw the corridors that a scenario changes beside how they are today."""
    world = study.with_scenarios(scenario)
    (told,) = read_scenarios(study.area, (scenario,))
    terms, hauls = hauls_across(world)
    beyond = [one for one in hauls if one.to_id != one.crossing] or hauls
    today = {
        (one.place.id, one.haul.crossing): legs_of(goods.terms, one.haul)
        for one in goods.deliveries
        if one.haul.reached and one.haul.crossing
    }
    cities = Counter(one.to_id for one in beyond)
    ways = []
    for haul in beyond:
        legs, before = legs_of(terms, haul), today.get((haul.to_id, haul.crossing), ())
        if not before or _differ(legs, before):
            name = _between(goods, haul.to_id, haul.crossing, by_gate=cities[haul.to_id] > 1)
            ways.append(Way(name, legs, before))
    title = told.title_en, told.title_th
    return {
        f"freight_steps_{what}_{told.id}": steps_chart(ways, what, lang, world=title)
        for what in ("time", "cost")
        if ways
    }


def _differ(legs: Sequence[Leg], before: Sequence[Leg]) -> bool:
    """Whether two ways take another time or money."""
    sums = [
        np.array([[leg.time_s[1], leg.cost_thb_per_t] for leg in one]).sum(axis=0)
        for one in (legs, before)
    ]
    return bool((np.abs(sums[0] - sums[1]) > LEAST_SHARE * sums[1]).any())


def _before(before: Freight | None, one: Delivery) -> tuple[Leg, ...]:
    """Return the legs of the same corridor in the world before; none where there is none."""
    key = one.place.id, one.haul.crossing
    for old in before.deliveries if before else ():
        if before and (old.place.id, old.haul.crossing) == key:
            return legs_of(before.terms, old.haul)
    return ()


def _told(goods: Freight, one: Delivery, *, by_gate: bool) -> Text:
    return _between(goods, one.place.id, one.haul.crossing, by_gate=by_gate)


def _between(goods: Freight, place: str, crossing: str, *, by_gate: bool) -> Text:
    """Name a destination, and the gate where more than one leads there."""
    name, gate = _name(goods, place), short(_name(goods, crossing))
    return (f"{name[0]} ({gate[0]})", f"{name[1]} ({gate[1]})") if by_gate else name


def _name(goods: Freight, place: str) -> Text:
    known = goods.places.get(place)
    return either(known.name_en, known.name_th) if known else (place, place)
