"""Scenarios in the report: each against today."""

from __future__ import annotations

from geo.compare.access import PROVINCES, trips_of
from geo.compare.access import Asked as Sides
from geo.compare.economics import keys_of, traffic
from geo.study import Study
from maps.base.i18n import text
from maps.compare.tornado import tornado_chart
from maps.report.chapter import View
from maps.report.scenarios import scenario_chapter
from scripts.compare import files as compare_files
from scripts.compare.answer import compare_all
from scripts.options import say
from scripts.report.part import Asked, Part

SEASON = "dry"
TORNADOS = 1
"""So many, of the scenarios that pay best."""


def scenario_part(study: Study, asked: Asked) -> Part:
    """Compare every scenario with today."""
    say(f"… {len(asked.scenarios)} scenarios", quiet=asked.quiet)
    rules = study.rules.economics
    sides = Sides((asked.vehicle,), (SEASON,), (asked.kinds[0], PROVINCES))
    worlds = [((one,), study.with_scenarios(one)) for one in asked.scenarios]
    wanted = [(asked.vehicle, SEASON, 1.0), *keys_of(rules, SEASON).values()]
    trips = trips_of(study, wanted)
    known = traffic(study, trips, SEASON, rules)
    found, _ = compare_all(study, worlds, sides, trips, known, skip=(), quiet=asked.quiet)
    which = asked.kinds[0], asked.vehicle, SEASON
    shown = [compare_files.shown_of(study, one, which) for one in found]
    names = compare_files.names_of(study)
    built = sorted(
        (one for one in shown if one.appraisal and len(one.appraisal.tornado)),
        key=lambda one: -(one.appraisal.bcr if one.appraisal else 0.0),
    )
    charts = [
        tornado_chart(one.appraisal, title=text("tornado_title", name=one.title), lang=asked.lang)
        for one in built[:TORNADOS]
        if one.appraisal
    ]
    drawn = compare_files.page(study, found, known, sides, asked.lang)
    layers, styles = compare_files.layers_of(found)
    return Part(
        scenario_chapter(
            shown,
            kind=which[0],
            names=names,
            views=[View("scenarios.html", text("report_view_scenarios"))],
            charts=charts,
        ),
        {"scenarios": drawn},
        tables={
            f"scenarios_{name}": table
            for name, table in compare_files.tables_of(found, known).items()
        },
        layers={f"scenarios_{name}": frame for name, frame in layers.items()},
        styles={f"scenarios_{name}": style for name, style in styles.items()},
    )
