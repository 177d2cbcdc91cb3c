"""Templates: an environment that escapes everything, and one page around them."""

from __future__ import annotations

import json
from functools import cache

import jinja2
from markupsafe import Markup

from maps import figures, i18n, style
from maps.credits import credits_of
from maps.i18n import Text
from maps.leaflet import MapParts

SPOKEN = ("zoom_in", "zoom_out", "layers", "online_map")
"""Phrases that the page's own code needs, beside those in the page."""


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
        "date": i18n.date,
        "opening": i18n.opening_hours,
        "km": figures.km,
        "hours": figures.hours,
        "whole": figures.whole,
        "percent": figures.percent,
    }
    made.globals |= {"text": i18n.text, "labels": i18n.labels, "credits_of": credits_of}
    return made


def fragment(template: str, **context: object) -> Markup:
    """Render a template of `maps/assets` as a piece of a page."""
    return _trusted(environment().get_template(template).render(**context))


def page(template: str, *, title: Text, lang: str, parts: MapParts, **context: object) -> str:
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
        Its map.
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
            code=_trusted(style.asset("page.js") + style.asset("map.js")),
            spoken=_trusted(json.dumps(spoken, ensure_ascii=False)),
            **context,
        )
    )


def _trusted(own: str) -> Markup:
    """Mark text of our own files, or text already escaped, as not to be escaped."""
    return Markup(own)  # noqa: S704
