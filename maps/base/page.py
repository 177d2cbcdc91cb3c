"""Templates: an environment that escapes everything, and one page around them."""

from __future__ import annotations

import json
from functools import cache

import jinja2
from markupsafe import Markup

from layers.area import Area
from maps.base import figures, i18n, style
from maps.base.credits import credits_of
from maps.base.find import names_of
from maps.base.i18n import Text
from maps.base.leaflet import MapParts
from maps.base.road_words import road_word
from maps.base.source_notes import source_note, source_title

SPOKEN = (
    "zoom_in",
    "zoom_out",
    "layers",
    "online_map",
    "online_photo",
    "legend",
    "find_count",
    "find_none",
)
"""Phrases that the page's own code needs, beside those in the page."""


CODE = ("page.js", "embed.js", "map.js", "find.js")
"""The code of every page with a map, in this order; one without a map has the first only."""


@cache
def environment() -> jinja2.Environment:
    """Return the environment of `maps/assets`: autoescaping, an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("maps", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "both": i18n.spans,
        "noted": source_note,
        "road": road_word,
        "date": i18n.date,
        "opening": i18n.opening_hours,
        "km": figures.km,
        "hours": figures.hours,
        "whole": figures.whole,
        "percent": figures.percent,
    }
    made.globals |= {
        "text": i18n.text,
        "labels": i18n.labels,
        "credits_of": credits_of,
        "source_title": source_title,
        "json_data": json_data,
    }
    return made


def fragment(template: str, **context: object) -> Markup:
    """Render a template of `maps/assets` as a piece of a page."""
    return _trusted(environment().get_template(template).render(**context))


def json_data(value: object) -> Markup:
    r"""Write JSON that may stand within a `script` element, whatever text is in it.

    Examples
    --------
    >>> print(json_data({"name": "</script><b>"}))
    {"name":"\u003c/script>\u003cb>"}
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _trusted(written.replace("<", "\\u003c"))


def macro(template: str, name: str, *given: object) -> Markup:
    """Render one macro of a template of `maps/assets`."""
    drawn = getattr(environment().get_template(template).module, name)(*given)
    return _trusted(str(drawn).strip())


def page(
    template: str, *, title: Text, lang: str, parts: MapParts | None, area: Area, **context: object
) -> str:
    """Render a whole page.

    Parameters
    ----------
    template
        A template that extends `page.html`.
    title
        The document's title.
    lang
        The language it opens in, `en` or `th`.
    parts
        Its map; None for a page without one.
    area
        What it shows; readers can search the map for its places.
    **context
        What the template names.

    Returns
    -------
    html
        One file that needs no other.
    """
    spoken = {key: i18n.text(key) for key in SPOKEN}
    return (
        environment()
        .get_template(template)
        .render(
            title=title,
            lang=i18n.known(lang),
            map=parts,
            css=_trusted(style.stylesheet()),
            code=_trusted("".join(style.asset(name) for name in (CODE if parts else CODE[:1]))),
            renderer=_trusted(style.asset("network.js") + style.asset("spots.js")),
            spoken=json_data(spoken),
            names=json_data(names_of(area)),
            area=area,
            **context,
        )
    )


def _trusted(own: str) -> Markup:
    """Mark text of our own files, or text already escaped, as not to be escaped."""
    return Markup(own)  # noqa: S704
