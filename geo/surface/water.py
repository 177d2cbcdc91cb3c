"""What nobody walks across: rivers and lakes, open at fords; one rule for tables and surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geo.study import Study
from layers.osm.water import WATER_COLUMNS, barriers, fords

Shapes = Sequence[BaseGeometry]


def water_and_fords(study: Study, season: str = "dry") -> tuple[Shapes, Shapes]:
    """Return what stops walkers in a season, and where they get across beside bridges.

    A strategic network knows too few bridges: every river would be a wall, so there only
    those stop anybody that a person gave.

    Parameters
    ----------
    study
        The area in its world.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    """
    if study.network.source.kind == "strategic" and study.tables.waters is None:
        return (), ()
    water, wet = study.tables.water, study.season(season) == "wet"
    return barriers(water, wet=wet), fords(water)


def with_rivers(study: Study, shapes: gpd.GeoSeries) -> Study:
    """Return a study in which other rivers stop who walks than those of the import.

    Parameters
    ----------
    study
        The area in its world.
    shapes
        Lines or areas of water, the whole year; none, and nobody is stopped.
    """
    columns = {"id": "", "kind": "river", "intermittent": False}
    there = shapes.dropna().to_crs(study.area.crs).reset_index(drop=True)
    table = gpd.GeoDataFrame(geometry=there)
    water = table.assign(**columns)[[*WATER_COLUMNS, "geometry"]].astype(WATER_COLUMNS)
    today = with_rivers(study.today, shapes) if study.today else None
    # Nothing is kept under a key that does not know these rivers.
    return replace(
        study, tables=replace(study.tables, waters=water), today=today, roads_key="", changes_key=""
    )
