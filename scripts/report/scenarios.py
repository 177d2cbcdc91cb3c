"""Scenarios in the report: each against today."""

from __future__ import annotations

from geo.compare.access import PROVINCES
from geo.compare.compare import compare
from geo.study import Study
from maps.base.i18n import text
from maps.compare.compare_map import compare_map
from maps.report.chapter import View
from maps.report.scenarios import scenario_chapter
from scripts.compare.files import layers_of
from scripts.options import say
from scripts.report.part import Asked, Part


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
    drawn = layers_of(found, "scenarios_")
    views = [View("scenarios.html", text("report_view_scenarios"))]
    return Part(
        scenario_chapter(found, lang=asked.lang, views=views),
        {"scenarios": compare_map(found, lang=asked.lang)},
        tables={f"scenarios_{name}": table for name, table in found.tables().items()},
        layers=drawn.layers,
        views=drawn.views,
        styles=drawn.styles,
    )
