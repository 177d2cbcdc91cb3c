"""The map of a failure: what is lost, who is later, and who is cut off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import folium
import pandas as pd
import shapely
from markupsafe import Markup

from geo.risk.failure import Failure
from geo.routing.stretch import Stretch
from maps.base import figures, overlays
from maps.base.backdrop import backdrop
from maps.base.i18n import Text, either, spans, text
from maps.base.leaflet import lat_lon, offline_map
from maps.base.legend import Legend, ground, legend, sign
from maps.base.lines import bounds_of, line_points
from maps.base.marks import bind_card, layer_of, marker
from maps.base.page import fragment
from maps.base.style import PALETTE
from maps.base.subject import SEASONS
from maps.picture.sheet import Sheet, sheet
from maps.risk.rows import kind_name

DELAYS: Final = ((0.5, "time-1"), (2.0, "time-3"), (6.0, "time-5"), (math.inf, "time-7"))
"""Up to which delay, in hours, a place has which colour."""


@dataclass(frozen=True)
class Detour:
    """One way that is longer, or gone: from where to what; seconds inf where cut off."""

    name: Text
    to: Text
    people: float
    before_s: float
    after_s: float
    extra_thb: float

    @property
    def cut_off(self) -> bool:
        """Whether no way is left."""
        return not math.isfinite(self.after_s)


def failure_map(found: Failure, lang: str) -> Sheet:
    """Draw what happens while stretches of road are lost.

    Parameters
    ----------
    found
        Of `geo.risk.failure.link_failure`.
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
    roads, names, detours, shape = found.roads, found.roads.names, found.detours, found.shape
    area, network, vehicle = roads.study.area, roads.study.network, roads.flows[0].trip.vehicle
    ends = pd.concat([flow.demand.origins[["id", "lon", "lat"]] for flow in roads.flows])
    positions = {str(one): (lon, lat) for one, lon, lat in ends.itertuples(index=False)}
    rows = [_detour(row, names) for row in detours.to_dict("records")]
    ids = detours["id"].astype(str).unique().tolist()
    around = [shape, *(shapely.Point(positions[one]).buffer(0.05) for one in ids)]
    made = offline_map(bounds_of(around), whole=bounds_of([roads.study.tables.boundary, *around]))
    for layer in (
        *backdrop(area),
        overlays.roads(network),
        _lost(shape),
        _places(detours, rows, positions),
    ):
        layer.add_to(made)
    season_text = text(SEASONS[roads.season])
    return sheet(
        "failure.html",
        made=made,
        title=text("failure_title", stretches=_named(found.stretches), days=f"{found.days:g}"),
        lang=lang,
        legends=[_legend()],
        subtitle=(
            f"{vehicle.title_en} · {season_text[0]}",
            f"{vehicle.title_th} · {season_text[1]}",
        ),
        area=area,
        network=network,
        rows=rows,
        numbers=_numbers(found.totals),
    )


def _legend() -> Legend:
    return legend(
        [
            sign("stroke gone", text("layer_lost")),
            *(sign("swatch round", label, colour=colour) for colour, label in _delays()),
            sign("swatch round alone", text("cut_off")),
            *ground(),
        ],
        text("legend"),
    )


def _named(stretches: Sequence[Stretch]) -> Text:
    parts = [
        text("corridor_km", road=one.road, low=f"{one.km_from:.10g}", high=f"{one.km_to:.10g}")
        for one in stretches
    ]
    english, thai = (", ".join(part[at] for part in parts) for at in range(2))
    return english, thai


def _detour(row: Mapping[Any, Any], names: Mapping[str, Text]) -> Detour:
    return Detour(
        either(str(row["name_en"]), str(row["name_th"])),
        kind_name(str(row["to"]), names),
        float(row["population"]),
        float(row["before_s"]),
        float(row["after_s"]),
        float(row["extra_thb"]),
    )


def _numbers(totals: pd.DataFrame) -> list[tuple[Text, Text]]:
    """Return the figures that the page begins with."""
    found = []
    hit = totals[(totals["delayed"] > 0) | (totals["cut_off"] > 0)]
    for row in (hit if len(hit) else totals.head(1)).to_dict("records"):
        unit = f"{row['unit']}_value"
        found += [
            (text("later"), text(unit, value=figures.whole(row["delayed"]))),
            (text("cut_off"), text(unit, value=figures.whole(row["cut_off"]))),
            (text("hours_more"), text("hours_value", value=figures.whole(row["extra_h"]))),
        ]
        if math.isfinite(row["extra_thb"]):
            baht = text("baht_value", value=figures.whole(row["extra_thb"]))
            found.append((text("vehicles_more"), baht))
    return found


def _delays() -> list[tuple[str, Text]]:
    """Name the classes of delays."""
    last, _ = DELAYS[-2]
    labels = [text("delay_up_to", high=f"{high:g}") for high, _ in DELAYS[:-1]]
    labels.append(text("delay_above", low=f"{last:g}"))
    return list(zip((colour for _, colour in DELAYS), labels, strict=True))


def _lost(shape: shapely.Geometry) -> folium.FeatureGroup:
    """Draw what is lost, wide and dashed."""
    layer = layer_of("layer_lost")
    for colour, weight, dashes in ((PALETTE["surface"], 10, None), (PALETTE["closed"], 6, "10 6")):
        folium.PolyLine(  # type: ignore[no-untyped-call]
            line_points(shapely.get_parts(shape).tolist()),
            color=colour,
            weight=weight,
            dash_array=dashes,
            interactive=False,
            class_name="lost",
        ).add_to(layer)
    return layer


def _places(
    detours: pd.DataFrame, rows: Sequence[Detour], positions: Mapping[str, tuple[float, float]]
) -> folium.FeatureGroup:
    """Mark who is later by the longest delay; who is cut off from anything is a ring."""
    layer = layer_of("layer_places")
    for one, at in detours.groupby("id", sort=False).indices.items():
        mine = [rows[row] for row in at]
        cut = any(row.cut_off for row in mine)
        late = max((row.after_s - row.before_s for row in mine if not row.cut_off), default=0.0)
        colour = next(colour for high, colour in DELAYS if late / 3600 <= high)
        lon, lat = positions[str(one)]
        circle = folium.CircleMarker(
            lat_lon([[lon, lat]])[0],
            radius=8,
            color=PALETTE["closed" if cut else "ink"],
            weight=3.5 if cut else 1.2,
            fill=True,
            fill_color=PALETTE["surface" if cut else colour],
            fill_opacity=1,
            class_name="spot-circle",
        )
        bind_card(circle, fragment("failure_card.html", rows=mine)).add_to(layer)
        label = Markup('<span class="label name">{}</span>').format(spans(mine[0].name))
        marker(lon, lat, label, "spot").add_to(layer)
    return layer
