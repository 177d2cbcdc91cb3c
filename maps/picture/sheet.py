"""A map in both forms, from one build: a page for the screen, a picture for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import folium
from markupsafe import Markup

from layers.area import Area
from layers.roads.network import RoadNetwork
from maps.base.i18n import Text, known
from maps.base.leaflet import render
from maps.base.legend import Legend
from maps.base.page import page
from maps.picture.chart import chart_picture
from maps.picture.picture import (
    DPI,
    PIXELS,
    WIDTH,
    Panel,
    Plate,
    map_picture,
    picture_png,
    picture_webp,
    plate_of,
)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A map as a page and as a picture.

    Attributes
    ----------
    html
        One file that needs no other and no internet.
    plate
        What the picture holds; it is drawn only when it is asked for.
    lang
        The language that the page opens in.
    charts
        The page's charts by name.
    """

    html: str
    plate: Plate
    lang: str
    charts: Mapping[str, Markup] = field(default_factory=dict)

    def picture(self, lang: str = "") -> str:
        """Draw it as SVG, in the page's language or another one."""
        return map_picture(self.plate, lang=lang or self.lang)

    def png(self, lang: str = "", *, pixels: int = PIXELS, dpi: float = DPI) -> bytes:
        """Draw it as PNG, so many pixels wide."""
        return picture_png(self.picture(lang), pixels=pixels, dpi=dpi)

    def webp(self, lang: str = "", *, pixels: int) -> bytes:
        """Draw it as WebP, so many pixels wide, to stand within a page."""
        return picture_webp(self.picture(lang), pixels=pixels)

    def chart(self, name: str, lang: str = "") -> str:
        """Draw one of its charts as SVG."""
        return chart_picture(self.charts[name], lang or self.lang)

    def chart_png(
        self, name: str, lang: str = "", *, pixels: int = PIXELS, dpi: float = DPI
    ) -> bytes:
        """Draw one of its charts as PNG, at most so many pixels wide; a small chart is smaller."""
        drawn = self.chart(name, lang)
        wide = float(drawn.split('width="', 1)[1].split('"', 1)[0])
        return picture_png(drawn, pixels=min(pixels, round(pixels * wide / WIDTH)), dpi=dpi)


def sheet(  # noqa: PLR0913 - what a page and a picture share
    template: str,
    *,
    made: folium.Map,
    area: Area,
    network: RoadNetwork,
    title: Text,
    subtitle: Text,
    legends: Sequence[Legend],
    lang: str,
    panels: Sequence[Panel] = (),
    charts: Mapping[str, Markup] | None = None,
    **context: object,
) -> Sheet:
    """Make a page and, ready to be drawn, its picture.

    Parameters
    ----------
    template
        Of the page.
    made
        The map; it is rendered here, and only once.
    area, network
        Whose sources are named.
    title, subtitle, legends
        Of both; the template knows them by these names.
    lang
        The language the page opens in, `en` or `th`.
    panels
        Where the picture has several maps side by side.
    charts
        By name, those that are empty left out; the template knows them as `charts`.
    **context
        What else the template names.

    Returns
    -------
    sheet
        The same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    plate = plate_of(
        made, area, network, title=title, subtitle=subtitle, legend=legends, panels=panels
    )
    html = page(
        template,
        title=title,
        lang=known(lang),
        parts=render(made),
        subtitle=subtitle,
        area=area,
        network=network,
        legends=legends,
        charts=charts or {},
        **context,
    )
    drawn = {name: chart for name, chart in (charts or {}).items() if chart}
    return Sheet(html, plate, lang, drawn)
