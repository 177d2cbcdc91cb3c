"""The columns of a road network, fixed in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

HIGHWAYS: Final = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
    "pedestrian",
    "path",
    "footway",
    "steps",
    "bridleway",
    "cycleway",
    "ferry",
)
"""Values of `highway` that are read; a ferry route is one of them."""

MAIN_HIGHWAYS: Final = tuple(
    kind + link
    for kind in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
)
"""Classes of the roads that connect towns."""

VEHICLE_CLASSES: Final = ("motorcycle", "car", "bus", "truck")
"""Classes of vehicles: access tags of a road and rules of a crossing go by them."""

ONEWAY: Final = ("both", "forward", "backward")

SURFACES: Final = (
    "asphalt",
    "concrete",
    "paved",
    "paving_stones",
    "sett",
    "compacted",
    "gravel",
    "fine_gravel",
    "unpaved",
    "ground",
    "dirt",
    "earth",
    "grass",
    "mud",
    "sand",
)
"""Values of `surface` that the models know; another value is kept as it is read."""

NODE_COLUMNS: Final[dict[str, str]] = {
    "x": "float64",
    "y": "float64",
    "lon": "float64",
    "lat": "float64",
    "elevation_m": "float64",
    "osm_id": "int64",
    "component": "int32",
}
"""One row per junction or end. `osm_id` is 0 where there is none; `component` 0 is the
largest connected part."""

CONTROL: Final = "control"
"""Column of nodes that roads of OpenStreetMap may have: what holds drivers there, one of
`CONTROLS`; missing where nothing does anywhere."""

CONTROLS: Final = (
    "",
    *("crossing", "give_way", "stop", "gate", "toll_booth", "mini_roundabout"),
    *("level_crossing", "traffic_signals"),
)
"""What holds drivers at a node; of several at one junction the last one holds."""

SEGMENT_COLUMNS: Final[dict[str, str]] = {
    "u": "int64",
    "v": "int64",
    "osm_id": "int64",
    "ref": "category",
    "name": "category",
    "name_th": "category",
    "name_en": "category",
    "highway": "category",
    "surface": "category",
    "tracktype": "category",
    "smoothness": "category",
    "lanes": "float64",
    "width_m": "float64",
    "maxspeed_kph": "float64",
    "oneway": "category",
    "bridge": "bool",
    "tunnel": "bool",
    "toll": "bool",
    "hgv": "category",
    "maxweight_t": "float64",
    "maxheight_m": "float64",
    "maxaxleload_t": "float64",
    "maxlength_m": "float64",
    "access": "category",
    "signs": "category",
    "crossing": "category",
    "country": "category",
    "inferred": "category",
    "length_m": "float64",
    "component": "int32",
    "source": "category",
}
"""One row per stretch between junctions; text is never missing but empty, a number
that nobody tagged is NaN. `signs` are further tags of who may pass, how fast and when
(`layers.roads.signs`). `crossing` is the id of the border crossing that a segment leads
across, on its far side, else empty; `country` the ISO 3166 code of the country in which it
lies, empty in the area's own and where nobody knows, ZZ where only that it is another one;
`inferred` names the columns that nobody tagged and that were inferred, joined by a space. A
GeoDataFrame adds `geometry`, a LineString in the area's CRS."""

SURROUNDINGS: Final = ("built_up", "vehicles_per_day")
"""Columns of segments that an area's roads are given when they are made ready: the share lined
by houses, 0 to 1, and counted traffic of both ways; NaN or absent where nobody knows."""

ATTRIBUTE_COLUMNS: Final = tuple(
    column
    for column in SEGMENT_COLUMNS
    if column not in {"u", "v", "osm_id", "length_m", "component"}
    and column not in {"crossing", "country", "inferred", "source"}
)
"""Where one of these changes, a road is split even without a junction."""

RESTRICTION_COLUMNS: Final[dict[str, str]] = {
    "from_segment": "int64",
    "via_node": "int64",
    "to_segment": "int64",
    "kind": "str",
    "except_vehicles": "str",
    "osm_id": "int64",
}
"""Turn restrictions: `kind` as in OSM (`no_left_turn`, `only_straight_on`, …), or `THEN`."""

THEN: Final = "then"
"""Kind of a turn that is one restriction with the turn of the next row: over roads between."""


def whole_turns(restrictions: pd.DataFrame) -> int:
    """Count turn restrictions; one over several roads, in as many rows, counts once."""
    return int((restrictions["kind"] != THEN).sum())
