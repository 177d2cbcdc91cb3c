"""The report on one sheet: its findings, its key figures and one map, for who has a minute."""

from __future__ import annotations

from collections.abc import Sequence

from layers.area import Area
from layers.roads.network import RoadNetwork
from maps.base.credits import credits_of
from maps.base.i18n import Text, known
from maps.base.page import page
from maps.report.chapter import Chapter, View
from maps.report.report import SUMMED, data_uri, titles_of


def brief_page(
    *,
    area: Area,
    network: RoadNetwork,
    chapters: Sequence[Chapter],
    world: Sequence[str] = (),
    told: Sequence[tuple[str, Text]] = (),
    lang: str,
    created: str,
) -> str:
    """Write the findings of a report on one sheet of A4.

    Parameters
    ----------
    area, network, chapters, world, told, lang, created
        As in `maps.report.report.report_page`. The map is the first that has a picture, that
        of the rains where there is one.

    Returns
    -------
    html
        One file that opens with no internet.
    """
    title, about = titles_of(area, network, created, world)
    views = [view for chapter in chapters for view in chapter.views if view.picture]
    return page(
        "brief.html",
        title=title,
        lang=known(lang),
        parts=None,
        area=area,
        subtitle=about,
        chapters=chapters,
        told=told,
        summed=SUMMED,
        shown=_shown(views),
        named="; ".join(credits_of(area, network)[:2]),
        data_uri=data_uri,
    )


def _shown(views: Sequence[View]) -> View | None:
    """Choose the map of the sheet."""
    wet = [view for view in views if view.page.endswith("_wet.html")]
    return next(iter([*wet, *views]), None)
