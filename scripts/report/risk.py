"""Risk in the report: every link lost in turn, and the rains drawn day by day."""

from __future__ import annotations

from geo.risk.risk import criticality
from geo.study import Study
from maps.base.i18n import text
from maps.qgis.risk import risk_styles
from maps.report.chapter import View
from maps.report.risk import risk_chapter
from scripts.options import say
from scripts.report.part import Asked, Part
from scripts.risk.files import layers_of, page
from scripts.risk.text import plain_tables, tables_of


def risk_part(study: Study, asked: Asked) -> Part:
    """Rank the roads by what their loss costs."""
    say("… every link lost in turn", quiet=asked.quiet)
    found = criticality(study, vehicle=asked.vehicle)
    drawn = page(found, asked.lang)
    chapter = risk_chapter(
        tables_of(found)["corridors"],
        found.places,
        names=found.roads.names,
        views=[View("risk.html", text("report_view_risk"))],
        charts=list(drawn.charts.values()),
    )
    layers = layers_of(found)
    return Part(
        chapter,
        {"risk": drawn},
        tables={f"risk_{name}": table for name, table in plain_tables(found).items()},
        layers={f"risk_{name}": frame for name, frame in layers.items()},
        styles={f"risk_{name}": risk_styles(name) for name in layers},
    )
