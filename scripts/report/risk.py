"""Risk in the report: every link lost in turn, and the rains drawn day by day."""

from __future__ import annotations

import pandas as pd

from geo.study import Study
from maps.base.i18n import text
from maps.qgis.risk import risk_styles
from maps.report.chapter import View
from maps.report.risk import risk_chapter
from scripts.options import say
from scripts.report.part import Asked, Part
from scripts.risk.answer import ranking, roads_of
from scripts.risk.files import layers_of, names_of, page
from scripts.risk.text import plain_tables

TRUCK, DAYS, SEED = "truck_10w", 1000, 1
"""As `chaidaen risk` has by default."""


def risk_part(study: Study, asked: Asked) -> Part:
    """Rank the roads by what their loss costs."""
    say("… every link lost in turn", quiet=asked.quiet)
    roads, notes = roads_of(
        study, "both", (), asked.vehicle, TRUCK, None, "dry", population=None, quiet=True
    )
    answer = ranking(roads, (), DAYS, SEED, asked.lang, notes)
    names = names_of(roads)
    tables = answer.tables
    drawn = page(roads, answer)
    chapter = risk_chapter(
        tables["corridors"],
        tables.get("places", pd.DataFrame()),
        names=names,
        views=[View("risk.html", text("report_view_risk"))],
        charts=list(drawn.charts.values()),
    )
    layers = layers_of(roads, answer)
    return Part(
        chapter,
        {"risk": drawn},
        tables={f"risk_{name}": table for name, table in plain_tables(answer).items()},
        layers={f"risk_{name}": frame for name, frame in layers.items()},
        styles={f"risk_{name}": risk_styles(name) for name in layers},
    )
