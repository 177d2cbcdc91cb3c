"""Access in the report: every kind of facility, dry and wet."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.access.access import access
from geo.study import Study
from maps.access.rows import kind_of
from maps.base.i18n import text
from maps.base.subject import subject_of
from maps.picture.sheet import Sheet
from maps.qgis.access import styles
from maps.report.access import Reach, access_chapter
from maps.report.chapter import View
from scripts.access.files import Ground, layers_of, page, view_of
from scripts.options import say
from scripts.report.part import Asked, Part


def access_part(study: Study, asked: Asked) -> Part:
    """Compute who reaches what, and draw it in both seasons.

    Raises
    ------
    UnknownNameError, DataError
        There is no such kind of facility.
    """
    subject = subject_of(study, [asked.vehicle], lang=asked.lang)
    ground = Ground(asked.resolution_m, asked.max_minutes)
    found: dict[str, Reach] = {}
    sheets: dict[str, Sheet] = {}
    tables: dict[str, pd.DataFrame] = {}
    layers: dict[str, gpd.GeoDataFrame] = {}
    qml: dict[str, str] = {}
    for kind in asked.kinds:
        answer = access(
            study,
            kind,
            vehicle=asked.vehicle,
            minutes=asked.minutes,
            progress=lambda step: say(f"… {step}", quiet=asked.quiet),
        )
        views = []
        for season in answer.seasons:
            view = view_of(study, answer, season, ground)
            name = f"access_{kind}_{season}"
            sheets[name] = page(study, answer, view, asked.lang)
            when = text(f"season_{season}")
            title = text("report_view_access", kind=kind_of(kind)[0], season=when)
            views.append(View(f"{name}.html", title))
            drawn = layers_of(study, answer, view)
            del drawn["facilities"]
            layers |= {f"{name}_{one}": frame for one, frame in drawn.items()}
            qml |= {f"{name}_{one}": styles(one, asked.minutes) for one in drawn}
        # The curves of both seasons are on either map.
        charts = tuple(chart for chart in sheets[name].charts.values())
        known = answer.facilities
        inside = shapely.contains_xy(study.tables.boundary, known[["lon", "lat"]].to_numpy())
        elsewhere = 0 if inside.any() else len(known)
        found[kind] = Reach(kind, answer.tables, asked.minutes, tuple(views), charts, elsewhere)
        tables |= {f"access_{kind}_{one}": table for one, table in answer.tables.items()}
    chapter = access_chapter(list(found.values()), vehicle=subject.vehicles[0])
    return Part(chapter, sheets, tables=tables, layers=layers, styles=qml)
