"""Scenarios in the report: each against today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.compare.access import PROVINCES
from geo.compare.compare import compare
from geo.compare.ranking import with_ranking
from geo.rules.priorities import read_priorities
from geo.study import Study
from maps.base.i18n import text
from maps.compare.compare_map import compare_map
from maps.report.chapter import View
from maps.report.scenarios import scenario_chapter
from scripts.compare.command import given
from scripts.compare.files import layers_of
from scripts.options import say
from scripts.report.part import Asked, Part

if TYPE_CHECKING:
    import pandas as pd

MOVED: Final = ("lost", "gained")
"""States of a way that a scenario opens or closes."""

SAME: Final = 1e-6
"""Of seconds and baht: what is left when equal sums are taken from one another."""


def scenario_part(study: Study, asked: Asked) -> Part:
    """Compare every scenario with today."""
    say(f"… {len(asked.scenarios)} scenarios", quiet=asked.quiet)
    found = compare(
        study,
        asked.scenarios,
        vehicles=(asked.vehicle,),
        to=(asked.kinds[0], PROVINCES),
        progress=lambda step: say(f"… {step}", quiet=asked.quiet),
    )
    priorities = read_priorities(given(asked.rank)) if asked.rank else None
    found = with_ranking(found, priorities, asked.budget)
    drawn = layers_of(found, "scenarios_")
    views = [View("scenarios.html", text("report_view_scenarios"))]
    return Part(
        scenario_chapter(found, lang=asked.lang, views=views),
        {"scenarios": compare_map(found, lang=asked.lang)},
        tables={f"scenarios_{name}": _told(name, table) for name, table in found.tables().items()},
        layers=drawn.layers,
        views=drawn.views,
        styles=drawn.styles,
    )


def _told(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Leave out links that nobody drives and ways that stay as they are.

    Of nine scenarios that is half a million rows in which nothing stands; `chaidaen compare`
    writes them all.
    """
    if name == "links":
        use = table[["vehicles_per_day_base", "vehicles_per_day"]].max(axis=1)
        return table[(table["state"] != "same") | (use > 0)]
    if name == "pairs":
        moved = table[["time_s_change", "cost_thb_change"]].abs().max(axis=1)
        return table[(moved > SAME) | table["state"].isin(MOVED)]
    return table
