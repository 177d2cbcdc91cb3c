"""What each part of the report gives: a chapter, pages, pictures, tables and layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame
    from markupsafe import Markup

    from maps.picture.sheet import Sheet
    from maps.report.chapter import Chapter
    from scripts.exports import View


@dataclass(frozen=True, eq=False)
class Part:
    """One part of the report.

    Attributes
    ----------
    chapter
        What `index.html` tells of it.
    sheets
        Its maps with their charts, by the name that their files begin with.
    charts
        Charts of the chapter that stand on no page, by name of their file.
    tables
        By name: a sheet of the workbook and a CSV file each.
    layers
        Of the GeoPackage, by name, in the area's CRS.
    views
        Layers of the GeoPackage that show columns of another.
    styles
        QML by name of layer.
    """

    chapter: Chapter
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    charts: Mapping[str, Markup] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    layers: Mapping[str, GeoDataFrame] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    styles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """For whom and in what language the report is made.

    Attributes
    ----------
    kinds
        Kinds of facilities.
    vehicle
        What people go with.
    minutes
        Limits of the shares of people.
    resolution_m, max_minutes
        Of the surface of travel times.
    scenarios
        Ids or files of those to compare; none if empty.
    worlds
        Ids or files of those whose world all is about; today's if empty.
    lang
        Of pages at first, and of pictures.
    quiet
        No progress.
    surfaces
        What minor roads are taken for that nobody tagged.
    home
        Id or name of the place where corridors start; the area's if empty.
    rank
        File of priorities by which scenarios are ranked, `shipped` for the example; no ranking
        if empty.
    budget
        Baht for construction; None for no choice among the scenarios.
    """

    kinds: tuple[str, ...]
    vehicle: str
    minutes: tuple[int, ...]
    resolution_m: float
    max_minutes: int
    scenarios: tuple[str, ...]
    worlds: tuple[str, ...]
    lang: str
    quiet: bool
    surfaces: str = "likely"
    home: str = ""
    rank: str = ""
    budget: float | None = None
