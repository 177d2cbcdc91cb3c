"""What a report is about where nobody says it: kinds of facilities, scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from geo.study import Study
    from maps.base.i18n import Text
    from scripts.report.part import Asked

KINDS: Final = ("hospital", "market", "collection_point")
"""Those of them that an area has are told of."""


def not_compared(study: Study, asked: Asked) -> list[Text]:
    """Name the area's scenarios that are not in the report, if there are any."""
    from geo.scenario.scenario_file import find_scenarios, read_scenarios
    from maps.base.i18n import text

    left = sorted(set(find_scenarios(study.area)) - set(asked.scenarios))
    titles = [(one.title_en, one.title_th) for one in read_scenarios(study.area, left)]
    if not titles:
        return []
    named = "; ".join(one for one, _ in titles), " ".join(one for _, one in titles)
    return [text("report_not_compared", scenarios=named)]


def listed(kinds: Sequence[str]) -> Text:
    """Name kinds of facilities, with commas between them."""
    from maps.access.rows import kind_of

    every = [kind_of(kind)[0] for kind in kinds]
    return ", ".join(one for one, _ in every), " ".join(one for _, one in every)


def kinds_of(study: Study, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of facilities that were asked for, else the usual ones that are there."""
    from layers.errors import DataError

    for kind in wanted:
        study.tables.facilities(kind)
    if wanted:
        return tuple(dict.fromkeys(wanted))
    found = []
    for kind in KINDS:
        try:
            study.tables.facilities(kind)
        except DataError:
            continue
        found.append(kind)
    return tuple(found)


def scenarios_of(study: Study, wanted: tuple[str, ...], skip: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scenarios that were asked for, else those that the area compares, or all."""
    from geo.scenario.scenario_file import find_scenarios, read_scenarios

    if "scenarios" in skip:
        if wanted:
            raise click.UsageError("--scenario and --skip scenarios exclude each other")
        return ()
    usual = study.area.compared or tuple(find_scenarios(study.area))
    chosen = tuple(dict.fromkeys(wanted)) or usual
    # One that cannot be read is told before anything is computed.
    read_scenarios(study.area, chosen)
    return chosen
