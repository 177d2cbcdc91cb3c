"""Why goods do not pass, and which roads bear which vehicle: in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from geo.border.crossing import Refusal
from geo.freight.road_limits import RoadLimit
from maps.base.i18n import Text, date, text

SINCE: Final = {
    "closed": ("why_closed", "why_closed_since"),
    "unknown": ("why_unknown", "why_unknown_since"),
}
"""Phrases for a status without and with its date."""

WHY: Final = {
    "goods": "why_goods",
    "persons": "why_persons",
    "class": "why_class",
    "gross": "why_gross",
    "hours": "why_hours",
    "road": "why_road",
}
"""Phrases for the other kinds of `geo.border.crossing.Refusal`."""

CLASSES: Final = {
    "truck": "class_truck",
    "car": "class_car",
    "bus": "class_bus",
    "motorcycle": "class_motorcycle",
    "walk": "class_walk",
    "people on foot": "class_walk",
}
"""Phrases for classes of vehicles."""

BARS: Final = {
    "hgv": "bar_hgv",
    "maxweight_t": "bar_weight",
    "maxaxleload_t": "bar_axle",
    "maxheight_m": "bar_height",
    "maxlength_m": "bar_length",
    "width_m": "bar_width",
}
"""Phrases for the limits of roads."""


def refusal_text(why: Refusal, titles: Mapping[str, Text]) -> Text:
    """Say why goods do not pass.

    Parameters
    ----------
    why
        Its kind and detail; a kind that has no phrase is said as it is.
    titles
        Of vehicles, by id.

    Returns
    -------
    text
        A clause without a full stop.
    """
    if why.kind in SINCE:
        bare, dated = SINCE[why.kind]
        return text(dated, date=date(why.detail)) if why.detail else text(bare)
    if why.kind not in WHY:
        return str(why.kind), str(why.kind)
    return text(WHY[why.kind], detail=listed(why.detail, titles))


def listed(words: str, titles: Mapping[str, Text]) -> Text:
    """Translate a list of classes or vehicles; what is neither stays as it is.

    Examples
    --------
    >>> listed("truck, tractor", {})
    ('trucks, tractor', 'รถบรรทุก, tractor')
    """
    found = []
    for word in words.split(", "):
        own = titles.get(word)
        found.append(own or (text(CLASSES[word]) if word in CLASSES else (word, word)))
    return ", ".join(one[0] for one in found), ", ".join(one[1] for one in found)


def barred_text(bar: RoadLimit) -> Text:
    """Say which road does not bear a vehicle, and why."""
    if bar.column not in BARS:
        return str(bar), str(bar)
    limit, own = (f"{value:g}" if math.isfinite(value) else "" for value in (bar.limit, bar.own))
    return text(BARS[bar.column], road=bar.ref, limit=limit, own=own)
