"""What a reader of a comparison must know."""

from __future__ import annotations

from collections.abc import Iterable

from geo.access.people import offices
from geo.study import Study
from geo.traffic.estimate import Traffic


def of_seasons(name: str, seasons: Iterable[tuple[str, str]]) -> list[str]:
    """Say of a scenario where its season is not that of the base: pairs of base and scenario."""
    odd = dict.fromkeys(pair for pair in seasons if pair[0] != pair[1])
    return [
        f"{name} sets the season: its figures are of the {new} season, those of "
        f"the base beside them of the {old} season."
        for old, new in odd
    ]


def caveats(base: Study, traffic: Traffic | None) -> list[str]:
    """Say what weakens the figures."""
    notes = [
        (
            "Mean minutes are of those reached before and after, whose base may differ by "
            "scenario; who lives along a closed road counts as cut off. A product one of whose "
            "harvests loses its market has no mean. Corridors are lost one link at a time, for "
            "the trips of people that `chaidaen risk` has by default; who is cut off "
            "makes no hours."
        ),
        *offices(base.tables.settlements),
    ]
    if traffic and not traffic.known:
        notes.append(
            f"No economics: {base.area.slug} has no table of counted traffic whose roads are "
            "there (`traffic` under [layers] of its area.toml)."
        )
    if traffic and traffic.known:
        notes.append(
            "Trips are estimated by gravity between places and fitted to counts; beside each "
            "count stands what the model gives, also when it does not know that count: that is "
            "how far it may be off on roads where nobody counts."
        )
        rules = base.rules.economics
        notes.append(
            f"Benefits are those of a year: {base.rules.seasons.season_days:g} days of the rains, "
            "when unpaved roads are slow and whoever finds one impassable waits, and the dry days. "
            "Prices are market prices; noise, land and the environment are not in the economics. "
            "What a closure costs is told per day, for its days, and for the days a year that "
            "recorded cuts shut these roads "
            "(unsourced as a rate); whoever has no way at all is counted, and has no price."
        )
        notes.append(
            "Beside market prices stands what the same is worth at economic ones, taxes taken out "
            f"({rules.conversion}). What is built grows rough again: {rules.wear}, whose cost is "
            "in the maintenance."
        )
    return notes
