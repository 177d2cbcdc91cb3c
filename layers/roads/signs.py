r"""Signs: what tags say of who may pass, how fast, how heavy and when, kept with every road.

Most of it depends on who drives and when, so that no column of numbers can hold it. The tags
are kept as they are, one `key=value` a line, and read by `geo.driving.permits`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

from layers.io.unseen import one_line

MODES: Final = frozenset(
    {
        *("access", "vehicle", "motor_vehicle", "motorcar", "motorcycle", "moped", "goods"),
        *("hgv", "hgv_articulated", "psv", "bus", "tourist_bus", "coach", "share_taxi", "taxi"),
        *("emergency", "agricultural", "forestry", "military", "hazmat", "trailer", "foot"),
    }
)
"""Keys that say who may pass, and suffixes of other keys that say for whom they hold."""

SIZES: Final = frozenset(
    {
        *("maxweight", "maxweightrating", "maxgcweight", "maxaxleload", "maxbogieweight"),
        *("maxheight", "maxwidth", "maxlength"),
    }
)
"""Keys that say how heavy or large a vehicle may be."""

GROUND: Final = frozenset({"ford", "flood_prone", "seasonal", "intermittent", "4wd_only"})
"""Keys that say what water does to a road, and what it takes to drive it."""

PERMISSIVE: Final = frozenset({"", "yes", "designated", "permissive", "official", "public"})
"""Values of `MODES` that let everybody through."""

SHUT: Final = frozenset(
    {
        *("bollard", "block", "debris", "jersey_barrier", "planter", "log", "boulder", "rock"),
        *("cycle_barrier", "stile", "turnstile", "full-height_turnstile", "kissing_gate", "fence"),
        *("wicket_gate", "motorcycle_barrier", "horse_stile", "wall", "hedge", "ditch", "spikes"),
        *("guard_rail", "tank_trap", "tyres", "chicane", "delineators", "city_wall"),
    }
)
"""Barriers that no motor vehicle passes unless a tag of theirs says so (OSM wiki, Key:barrier)."""

TALL_ONLY: Final = frozenset({"bus_trap", "sump_buster"})
"""Barriers that buses and trucks pass and cars do not."""

LOCKED: Final = frozenset({"chain", "rope"})
"""Barriers that whoever belongs there opens."""

_PLAIN: Final = frozenset({"maxweight", "maxaxleload", "maxheight", "maxlength"})
"""Sizes that have a column of their own as long as nothing follows the key."""

_SUFFIXES: Final = MODES | {"forward", "backward", "conditional", "physical", "both_ways"}


@cache
def is_sign(key: str) -> bool:
    """Tell whether a key is one that is kept.

    Examples
    --------
    >>> is_sign("hgv"), is_sign("maxspeed:hgv:conditional"), is_sign("oneway:bus")
    (True, True, True)
    >>> is_sign("maxspeed"), is_sign("maxweight"), is_sign("name:th"), is_sign("hgv:lanes")
    (False, False, False, False)
    """
    base, *suffixes = key.split(":")
    if not all(suffix in _SUFFIXES for suffix in suffixes):
        return False
    if base in GROUND:
        return not suffixes
    if base in MODES or base == "barrier":
        return True
    if base in SIZES:
        return bool(suffixes) or base not in _PLAIN
    return base in {"maxspeed", "oneway"} and bool(suffixes)


def sign_text(tags: Mapping[str, str]) -> str:
    r"""Return the signs among tags as one text, empty where they bar nobody.

    Examples
    --------
    >>> sign_text({"highway": "track", "motor_vehicle": "no", "hgv": "yes", "name": "x"})
    'hgv=yes\nmotor_vehicle=no'
    >>> sign_text({"access": "yes", "foot": "designated", "ford": "no"})
    ''
    """
    # A barrier that stands beside a way bars nobody; one on a node does: `layers.osm.barriers`.
    return signs_of({key: tags[key] for key in tags if is_sign(key) and key != "barrier"})


def signs_of(signs: Mapping[str, str]) -> str:
    """Write signs as one text: sorted, and without permissions where nothing is barred."""
    plain = {key: one_line(value) for key, value in signs.items()}
    plain = {
        key: value
        for key, value in plain.items()
        if value and not (key in GROUND and value.lower() in {"no", "never", "unknown"})
    }
    idle = [key for key in plain if key.split(":")[0] in MODES]
    if not {"barrier", "4wd_only"} & plain.keys() and all(
        plain[key].lower() in PERMISSIVE and "conditional" not in key for key in idle
    ):
        plain = {key: value for key, value in plain.items() if key not in idle}
    return "\n".join(f"{key}={plain[key]}" for key in sorted(plain))


def read_signs(text: str) -> dict[str, str]:
    r"""Read signs that `signs_of` wrote.

    Examples
    --------
    >>> read_signs("hgv=yes\nmotor_vehicle=no")
    {'hgv': 'yes', 'motor_vehicle': 'no'}
    """
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def turned(text: str) -> str:
    r"""Return the signs of a road that is drawn the other way round.

    Examples
    --------
    >>> turned("maxspeed:forward=30\noneway:bus=yes")
    'maxspeed:backward=30\noneway:bus=-1'
    """
    other = {"forward": "backward", "backward": "forward"}
    ways = {"yes": "-1", "true": "-1", "1": "-1", "-1": "yes", "reverse": "yes"}
    signs = {}
    for key, value in read_signs(text).items():
        name = ":".join(other.get(part, part) for part in key.split(":"))
        oneway = key.startswith("oneway:")
        signs[name] = (
            re.sub(r"^\s*[\w-]+", lambda m: ways.get(m[0].strip().lower(), m[0]), value)
            if oneway
            else value
        )
    return signs_of(signs)


def has_direction(text: str) -> bool:
    """Tell whether signs differ between the two directions of a road."""
    return any(
        key.startswith("oneway:") or {"forward", "backward"} & set(key.split(":"))
        for key in read_signs(text)
    )


def without(text: str, bases: Collection[str]) -> str:
    r"""Return signs without the keys that begin with some words.

    Examples
    --------
    >>> without("maxspeed:hgv=40\nmotor_vehicle=no", {"maxspeed"})
    'motor_vehicle=no'
    """
    signs = read_signs(text)
    return signs_of({key: one for key, one in signs.items() if key.split(":")[0] not in bases})


SAME_AS: Final[Mapping[str, frozenset[str]]] = {
    "access": MODES | {"barrier"},
    "maxspeed_kph": frozenset({"maxspeed"}),
    "maxweight_t": frozenset({"maxweight", "maxweightrating", "maxgcweight"}),
    "maxaxleload_t": frozenset({"maxaxleload", "maxbogieweight"}),
    "maxheight_m": frozenset({"maxheight"}),
    "maxlength_m": frozenset({"maxlength"}),
    "width_m": frozenset({"maxwidth"}),
    "oneway": frozenset({"oneway"}),
}
"""Signs that say the same as a column: whoever sets the column takes them down."""
