"""What the text of OpenStreetMap tags says, in numbers and a few words."""

from __future__ import annotations

import math
import re
from typing import Final

from layers.roads.schema import ONEWAY

IMPLICIT_KPH: Final = {
    "TH:urban": 80.0,
    "TH:rural": 90.0,
    "TH:motorway": 120.0,
    "FR:urban": 50.0,
    "FR:rural": 80.0,
    "FR:motorway": 130.0,
    "ES:urban": 50.0,
    "ES:rural": 90.0,
    "ES:motorway": 120.0,
    "RU:living_street": 20.0,
    "RU:urban": 60.0,
    "RU:rural": 90.0,
    "RU:motorway": 110.0,
    "DE:rural": 100.0,
    "DE:motorway": math.nan,
}
"""Speed limits that a value of `maxspeed` only names; other lands have those of `NAMED_KPH`."""

NAMED_KPH: Final = {
    "walk": 7.0,
    "living_street": 20.0,
    "bicycle_road": 30.0,
    "urban": 50.0,
    "rural": 80.0,
    "trunk": 100.0,
    "motorway": 120.0,
    "nsl_restricted": 48.3,
    "nsl_single": 96.6,
    "nsl_dual": 112.7,
}
"""Usual limits that a word names where the law of the land is not in `IMPLICIT_KPH` (OSM wiki,
Default speed limits: the commonest value of each)."""

_MPH, _KNOT, _FOOT, _INCH = 1.60934, 1.852, 0.3048, 0.0254
_SPEED = re.compile(r"(\d+(?:[.,]\d+)?) ?(km/h|kmh|kph|mph|knots)?")
_ZONE = re.compile(r"[A-Z]{2}(?:-[A-Z]+)?:(?:zone:?)?(\d{1,9})")
_NAMED = re.compile(r"(?:[A-Z]{2}(?:-[A-Z]+)?:)?([a-z_]+)", re.IGNORECASE)
_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)\.?")
_FEET = re.compile(r"(\d+(?:\.\d+)?)\s*(?:'|ft|feet)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in))?")
_INCHES = re.compile(r"(\d+(?:\.\d+)?)\s*(?:\"|''|in)")
_CLOCK = re.compile(r"(?:(\d{1,9}):)?(\d{1,9})(?::(\d\d))?")
_ISO_TIME = re.compile(
    r"P(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?", re.IGNORECASE
)
_LONGEST_S = 30 * 86_400
_MOST: Final = 1e9
"""No speed, load or size is more; a number of hundreds of digits is infinite."""
_LB = 0.45359237e-3
_TONNES = dict.fromkeys(("", "t", "tonne", "tonnes", "ton", "tons"), 1.0)
_TONNES |= {"kg": 1e-3, "st": 2000 * _LB, "lt": 2240 * _LB, "lb": _LB, "lbs": _LB}
_METRES = dict.fromkeys(("", "m", "metre", "metres", "meter", "meters"), 1.0)
_METRES |= {"mm": 0.001, "cm": 0.01, "km": 1000.0}
_NO: Final = frozenset({"", "no", "false", "0", "none"})


def speed_kph(text: str) -> float:
    """Read a value of `maxspeed`.

    Several values for several lanes (`60|100`) give their mean. A mile is 1.60934 km, as
    OSMnx takes it, so that roads from a file and from OSMnx agree. A limit that only names a
    kind of road (`RU:rural`) is that of `IMPLICIT_KPH`, of other lands the usual one of
    `NAMED_KPH`; `walk` is walking pace. NaN for `none`, `signals` and what cannot be read.

    Examples
    --------
    >>> speed_kph("60|100"), speed_kph("FR:urban"), speed_kph("5 mph")
    (80.0, 50.0, 8.0467)
    >>> speed_kph("100;70")
    nan
    """
    text = text.strip()
    if text in IMPLICIT_KPH:
        return IMPLICIT_KPH[text]
    if zone := _ZONE.fullmatch(text):
        return float(zone[1])
    if named := _NAMED.fullmatch(text):
        return NAMED_KPH.get(named[1].lower(), math.nan)
    lanes = [_SPEED.fullmatch(word(lane)) for lane in text.split("|")]
    read = [lane for lane in lanes if lane]
    if len(read) < len(lanes):
        return math.nan
    # A unit at one value of the list holds for all of it.
    unit = next(({"mph": _MPH, "knots": _KNOT}.get(lane[2], 1.0) for lane in read if lane[2]), 1.0)
    speed = sum(_number(lane[1]) for lane in read) / len(read) * unit
    return _positive(speed)


def posted_kph(maxspeed: str, *sources: str) -> float:
    """Return the speed of `maxspeed`, else the first that its source or zone names.

    Examples
    --------
    >>> posted_kph("", "TH:rural"), posted_kph("60", "TH:rural"), posted_kph("", "", "30")
    (90.0, 60.0, 30.0)
    >>> posted_kph("none", "DE:motorway"), posted_kph("", "sign")
    (nan, nan)
    """
    told = (maxspeed,) if word(maxspeed) else sources
    speeds = (speed_kph(text) for text in told)
    return next((speed for speed in speeds if not math.isnan(speed)), math.nan)


def weight_t(text: str) -> float:
    """Read a value of `maxweight`, tonnes unless it says kg, st, lt, cwt or lbs.

    NaN for `none`, `default`, `unsigned` and what cannot be read.

    Examples
    --------
    >>> weight_t("3.5"), weight_t("7500 kg"), weight_t("2,5 t"), weight_t("none")
    (3.5, 7.5, 2.5, nan)
    """
    return _quantity(text, _TONNES)


def size_m(text: str) -> float:
    r"""Read a value of `maxheight` or `width`, metres unless it says feet, inches, cm or km.

    NaN for `below_default`, `none` and what cannot be read.

    Examples
    --------
    >>> size_m("2,5"), size_m("3 m"), size_m("12'6\""), size_m("below_default")
    (2.5, 3.0, 3.81, nan)
    """
    plain = word(text)
    if feet := _FEET.fullmatch(plain):
        return _positive(round(float(feet[1]) * _FOOT + float(feet[2] or 0) * _INCH, 9))
    if inches := _INCHES.fullmatch(plain):
        return _positive(round(float(inches[1]) * _INCH, 9))
    return _quantity(text, _METRES)


def lane_count(text: str) -> float:
    """Read a value of `lanes`; of several (`2;3`) the fewest.

    Examples
    --------
    >>> lane_count("2"), lane_count("2;3"), lane_count("many")
    (2.0, 2.0, nan)
    """
    parts = [_quantity(part, {"": 1.0}) for part in re.split(r"[;|]", text)]
    return math.nan if any(math.isnan(part) for part in parts) else min(parts)


def duration_s(text: str) -> float:
    """Read a value of `duration`: `HH:MM`, `HH:MM:SS`, minutes, or ISO 8601 (`PT20M`).

    Examples
    --------
    >>> duration_s("1:30"), duration_s("20"), duration_s("PT1H"), duration_s("a while")
    (5400.0, 1200.0, 3600.0, nan)
    """
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        total = hours * 3600 + minutes * 60 + seconds
    elif iso := _ISO_TIME.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        total = days * 86400 + hours * 3600 + minutes * 60 + seconds
    else:
        return math.nan
    return float(total) if 0 < total <= _LONGEST_S else math.nan


def direction(oneway: str, junction: str, highway: str) -> str:
    """Say in which direction along the drawn way motor traffic may go.

    A roundabout and a motorway (not its links) are one-way unless `oneway` says otherwise.
    `reversible` and `alternating` change with the hour: neither direction can be relied on
    at a given time, yet both are open at some; they count as `both`.

    Examples
    --------
    >>> direction("-1", "", "residential"), direction("", "roundabout", "primary")
    ('backward', 'forward')
    """
    both, forward, backward = ONEWAY
    value = word(oneway)
    if value in {"yes", "true", "1"}:
        return forward
    if value in {"-1", "reverse"}:
        return backward
    if value in {"no", "false", "0", "reversible", "alternating"}:
        return both
    implied = word(junction) in {"roundabout", "circular"} or highway == "motorway"
    return forward if implied else both


def is_set(text: str) -> bool:
    """Tell whether a tag such as `bridge` or `toll` is there and not `no`.

    Examples
    --------
    >>> is_set("viaduct"), is_set("no"), is_set("")
    (True, False, False)
    """
    return word(text) not in _NO


def is_tunnel(text: str) -> bool:
    """Tell whether a value of `tunnel` is one that a road runs through, not over.

    Examples
    --------
    >>> is_tunnel("yes"), is_tunnel("building_passage"), is_tunnel("culvert")
    (True, True, False)
    """
    return is_set(text) and word(text) not in {"culvert", "flooded"}


def most_specific(*texts: str) -> str:
    """Return the last value that is there, in lower case; of a list its first.

    Called with `access, vehicle, motor_vehicle, motorcar`, general to specific.

    Examples
    --------
    >>> most_specific("no", "", "destination", ""), most_specific("yes;permit"), most_specific("")
    ('destination', 'yes', '')
    """
    values = [word(text.split(";")[0]) for text in texts]
    return next((value for value in reversed(values) if value), "")


def word(text: str) -> str:
    """Return a value in lower case, without blanks around it.

    Examples
    --------
    >>> word(" Asphalt")
    'asphalt'
    """
    return text.strip().lower()


def road_class(highway: str, route: str, railway: str = "", carries: str = "") -> str:
    """Return the kind of road, `ferry` for a ferry line and a train that carries vehicles.

    `carries` is what says whether it does: `motor_vehicle` or `motorcar`. Of a square one goes
    along the outline.

    Examples
    --------
    >>> road_class("primary", ""), road_class("", "ferry"), road_class("", "", "rail", "yes")
    ('primary', 'ferry', 'ferry')
    """
    by_train = word(railway) not in _NO and word(carries) in {"yes", "designated", "permissive"}
    crosses = word(route) in {"ferry", "shuttle_train"} or by_train
    return highway.strip() or ("ferry" if crosses else "")


def _number(text: str) -> float:
    """Read a number with a point or a comma."""
    return float(text.replace(",", "."))


def _quantity(text: str, units: dict[str, float]) -> float:
    """Read a positive number with one of the units, NaN if it is none."""
    read = _QUANTITY.fullmatch(word(text))
    if not read or read[2] not in units:
        return math.nan
    return _positive(_number(read[1]) * units[read[2]])


def _positive(value: float) -> float:
    """Return a number that can be one of a road, NaN for any other."""
    return value if 0 < value <= _MOST else math.nan
