"""What nobody walks across: rivers and lakes, open at fords; one rule for tables and surfaces."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from geo.study import Study
from layers.osm.water import barriers, fords

Shapes = Sequence[BaseGeometry]


def water_and_fords(study: Study, season: str = "dry") -> tuple[Shapes, Shapes]:
    """Return what stops walkers in a season, and where they get across beside bridges.

    A strategic network knows too few bridges: every river would be a wall, so there they
    stop nobody.

    Parameters
    ----------
    study
        The area in its world.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    """
    if study.network.source.kind == "strategic":
        return (), ()
    water, wet = study.tables.water, study.season(season) == "wet"
    return barriers(water, wet=wet), fords(water)
