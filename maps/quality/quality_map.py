"""The map of data quality: what is tagged, and where something looks wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import folium
import pandas as pd

from geo.quality.checks import TAGS, Quality
from layers.area import Area, read_boundary
from layers.roads.network import RoadNetwork
from maps.base import figures, overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, text
from maps.base.leaflet import lat_lon, offline_map
from maps.base.legend import Legend, ground, legend, sign
from maps.base.lines import bounds_of
from maps.base.marks import bind_card, layer_of
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.picture.sheet import Sheet, sheet

LOOKS: Final = {
    "dead_end": ("site-1", "gap_kind", "gap_means"),
    "disconnected": ("site-2", "apart_kind", "apart_means"),
    "no_way_out": ("site-6", "trap_kind", "trap_means"),
    "no_way_in": ("site-4", "shut_kind", "shut_means"),
    "no_way": ("site-7", "sealed_kind", "sealed_means"),
    "bridge": ("site-3", "bridge_kind", "bridge_means"),
}
"""Colour in `maps.base.style.PALETTE`, name and meaning of each kind."""

TAG_NAMES: Final = {
    "surface": "tag_surface",
    "lanes": "tag_lanes",
    "maxspeed": "tag_maxspeed",
    "width": "tag_width",
}
"""Name of each of `geo.quality.checks.TAGS`."""

DRAWN: Final = 1_500
"""Findings of a kind that one page marks; all are in the tables."""

LISTED: Final = 200
"""Findings that the page lists."""


def quality_map(*, area: Area, network: RoadNetwork, quality: Quality, lang: str) -> Sheet:
    """Draw findings where they are, and tell what is tagged.

    Parameters
    ----------
    area, network
        The area and its roads.
    quality
        What was found; without shares of tags the page has none.
    lang
        The language the page opens in, `en` or `th`.

    Returns
    -------
    sheet
        Page and picture; the same inputs give the same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    shape = read_boundary(area)
    findings = quality.findings
    made = offline_map(bounds_of([shape]))
    for layer in (
        *backdrop(area),
        overlays.roads(network),
        *(_marks(findings, kind) for kind in quality.checked if (findings["kind"] == kind).any()),
    ):
        layer.add_to(made)
    tags = quality.tags.to_dict("records")
    kinds = [_kind(findings, kind) for kind in quality.checked]
    return sheet(
        "quality.html",
        made=made,
        title=text("quality_title", area=(area.title_en, area.title_th)),
        lang=lang,
        subtitle=text("quality_subtitle", count=figures.whole(len(findings))),
        legends=[_signs(kinds), legend(ground())],
        area=area,
        network=network,
        kinds=kinds,
        tags=tags,
        headings=[text(TAG_NAMES[tag]) for tag in TAGS],
        tagged=list(TAGS),
        numbers=[(text(TAG_NAMES[tag]), _share(tags[-1][tag])) for tag in TAGS] if tags else [],
        share=_share,
        rows=[_row(row) for row in findings.head(LISTED).to_dict("records")],
        left=max(0, len(findings) - LISTED),
        rivers="bridge" in quality.checked,
    )


def _signs(kinds: Sequence[Mapping[str, Any]]) -> Legend:
    """Explain the marks, each with how many there are."""
    return legend(
        (
            sign(
                "swatch round",
                (f"{kind['count']} {kind['name'][0]}", f"{kind['count']} {kind['name'][1]}"),
                colour=kind["colour"],
            )
            for kind in kinds
        ),
        text("looks_wrong"),
    )


def _kind(findings: pd.DataFrame, kind: str) -> Mapping[str, Any]:
    """Return one kind for the legend."""
    mine = findings[findings["kind"] == kind]
    colour, name, means = LOOKS[kind]
    return {
        "colour": colour,
        "name": text(name),
        "means": text(means),
        "count": len(mine),
        "edge": int(mine["at_edge"].sum()),
    }


def _row(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return one finding as the page lists it."""
    colour, name, means = LOOKS[row["kind"]]
    which = ("node", row["osm_node"]) if row["osm_node"] > 0 else ("way", row["osm_way"])
    return {
        **row,
        "colour": colour,
        "title": text(name),
        "means": text(means),
        "gap": f"{row['gap_m']:.1f}" if row["gap_m"] == row["gap_m"] else "",
        "osm": which if which[1] > 0 else None,
    }


def _marks(findings: pd.DataFrame, kind: str) -> folium.FeatureGroup:
    """Mark the findings of a kind, each with a card; hollow at the edge of the area."""
    colour, name, _ = LOOKS[kind]
    layer = layer_of(name)
    for row in findings[findings["kind"] == kind].head(DRAWN).to_dict("records"):
        circle = folium.CircleMarker(
            lat_lon([[row["lon"], row["lat"]]])[0],
            radius=6,
            color=PALETTE[colour if row["at_edge"] else "ink"],
            weight=2.5 if row["at_edge"] else 1.2,
            fill=True,
            fill_color=PALETTE["surface" if row["at_edge"] else colour],
            fill_opacity=1,
            class_name="spot-circle",
        )
        bind_card(circle, fragment("quality_card.html", row=_row(row))).add_to(layer)
    return layer


def _share(value: float) -> Text:
    """Write a share in whole per cent; one that is not nothing is at least less than one."""
    if pd.isna(value):
        return figures.NONE, figures.NONE
    written = "<1" if 0 < value < 0.005 else f"{value * 100:.0f}"  # noqa: PLR2004
    return f"{written} %", f"{written} %"
