"""Every value of `surface` as one that the models know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from layers.roads.schema import SURFACES

UNKNOWN: Final = "unpaved"
"""What a value that nobody knows is taken for: it was tagged because it is no usual pavement."""

LIKE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("chipseal", "bitumen", "tarmac", "tar", "asphalt_concrete"), "asphalt"),
    **dict.fromkeys(("concrete:plates", "cement", "concrete:slab"), "concrete"),
    **dict.fromkeys(("metal", "rubber", "tartan", "acrylic", "metal_grid", "plastic"), "paved"),
    **dict.fromkeys(
        ("bricks", "brick", "paving_stones:lanes", "interlock", "tiles", "concrete:lanes"),
        "paving_stones",
    ),
    **dict.fromkeys(("concrete_lanes", "grass_paver", "wood"), "paving_stones"),
    **dict.fromkeys(
        ("cobblestone", "unhewn_cobblestone", "cobblestone:flattened", "stone", "granite"), "sett"
    ),
    **dict.fromkeys(("pebblestone", "crushed_limestone", "chippings", "ballast"), "gravel"),
    **dict.fromkeys(("shells", "stepping_stones", "rocky", "rock", "rocks", "stones"), "ground"),
    **dict.fromkeys(("laterite", "clay", "mixed", "trail", "forest", "red_soil"), "ground"),
    **dict.fromkeys(("soil", "loam"), "earth"),
    **dict.fromkeys(("dirt/sand", "dirt;sand", "sandy"), "dirt"),
    **dict.fromkeys(("woodchips", "bark", "leaves", "artificial_turf", "grass;ground"), "grass"),
    **dict.fromkeys(("snow", "ice", "salt"), "sand"),
    **dict.fromkeys(("swamp", "marsh", "water", "wet"), "mud"),
}
"""Values that are in use (OSM wiki, Key:surface; taginfo: every one with over 10,000 uses)."""


def surface_class(value: str) -> str:
    """Return the value of `layers.roads.schema.SURFACES` that a surface is most like.

    Of several (`asphalt;gravel`) the worst counts, since a journey meets them all.

    Examples
    --------
    >>> surface_class("laterite"), surface_class("asphalt"), surface_class("asphalt;gravel")
    ('ground', 'asphalt', 'gravel')
    >>> surface_class("moon dust"), surface_class("")
    ('unpaved', '')
    """
    plain = value.strip().lower()
    if not plain or plain in SURFACES:
        return plain
    if plain in LIKE:
        return LIKE[plain]
    parts = [surface_class(part) for part in plain.split(";")] if ";" in plain else []
    return max((part for part in parts if part), key=SURFACES.index, default=UNKNOWN)


def is_surface(value: str) -> bool:
    """Tell whether a surface is one that is known, or none, or several of which all are.

    Examples
    --------
    >>> is_surface("laterite"), is_surface(""), is_surface("moon dust"), is_surface("mud;moon")
    (True, True, False, False)
    """
    plain = value.strip().lower()
    parts = [part.strip() for part in plain.split(";")]
    return plain in LIKE or all(not one or one in SURFACES or one in LIKE for one in parts)
