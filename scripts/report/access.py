"""Access in the report: every kind of facility, dry and wet."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.access.nearest import named, with_quality
from geo.access.supply import Asked as Measured
from geo.driving.vehicle import load_vehicle
from geo.study import Study
from layers.crs import LON_LAT
from layers.store.facilities import facilities, settlements
from maps.access.rows import kind_of
from maps.base.i18n import text
from maps.picture.sheet import Sheet
from maps.qgis.access import styles
from maps.report.access import Reach, access_chapter
from maps.report.chapter import View
from scripts.access import options as access_options
from scripts.access.answer import answer_of
from scripts.access.files import Picture, Wanted, page, picture
from scripts.options import say
from scripts.report.part import Asked, Part

SEASONS = access_options.SEASONS


def access_part(study: Study, asked: Asked) -> Part:
    """Compute who reaches what, and draw it in both seasons.

    Raises
    ------
    UnknownNameError, DataError
        There is no such kind of facility.
    """
    people = with_quality(study, named(settlements(study.area)))
    how = access_options.decay_of(*access_options.DEFAULT_DECAY)
    measured = Measured((), asked.minutes[len(asked.minutes) // 2], how)
    chosen = load_vehicle(asked.vehicle)
    vehicle = chosen.title_en, chosen.title_th
    found: dict[str, Reach] = {}
    sheets: dict[str, Sheet] = {}
    tables: dict[str, pd.DataFrame] = {}
    layers: dict[str, gpd.GeoDataFrame] = {}
    qml: dict[str, str] = {}
    for kind in asked.kinds:
        goals = named(facilities(study.area, kind))
        say(f"… {len(people)} settlements to {len(goals)} of {kind}", quiet=asked.quiet)
        answer = answer_of(
            study, people, goals, asked.vehicle, asked.minutes, 1, measured, od=False
        )
        views = []
        for season in SEASONS:
            wanted = Wanted(
                kind, asked.vehicle, season, asked.minutes, asked.resolution_m, asked.max_minutes
            )
            made = picture(study, wanted, goals, answer.tables)
            name = f"access_{kind}_{season}"
            sheets[name] = page(study, made, asked.lang)
            when = text(f"season_{season}")
            title = text("report_view_access", kind=kind_of(kind)[0], season=when)
            views.append(View(f"{name}.html", title))
            drawn = _layers(study, made)
            layers |= {f"{name}_{one}": frame for one, frame in drawn.items()}
            qml |= {f"{name}_{one}": styles(one, asked.minutes) for one in drawn}
        # The curves of both seasons are on either map.
        charts = tuple(chart for chart in sheets[name].charts.values())
        found[kind] = Reach(kind, answer.tables, asked.minutes, tuple(views), charts)
        tables |= {f"access_{kind}_{one}": table for one, table in answer.tables.items()}
    chapter = access_chapter(list(found.values()), vehicle=vehicle)
    return Part(chapter, sheets, tables=tables, layers=layers, styles=qml)


def _layers(study: Study, made: Picture) -> dict[str, gpd.GeoDataFrame]:
    """Return what QGIS shows of a season."""
    places = gpd.GeoDataFrame(
        made.places,
        geometry=gpd.points_from_xy(made.places["lon"], made.places["lat"]),
        crs=LON_LAT,
    ).to_crs(study.area.crs)
    layers = {"isochrones": made.isochrones, "places": places}
    return layers | ({"districts": made.districts} if len(made.districts) else {})
