"""Templates of scenarios: every key of a kind of change, with its unit, for an area at hand."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Final

import numpy as np
import shapely

from geo.scenario.changes import KINDS
from geo.scenario.selection import Select
from geo.study import Study
from layers.area import read_boundary
from layers.arrays import Bools
from layers.crs import to_lon_lat
from layers.errors import DataError, UnknownNameError
from layers.io.tables import QUALITIES

WIDE: Final = 98
"""Letters of a line."""

DECIMALS: Final = 5
"""Of a degree: a metre."""

USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    "close-roads": {"days": "5"},
    "change-roads": {"surface": '"asphalt"', "width_m": "7", "min_radius_m": "60"},
    "add-road": {
        "name_en": '"New road"',
        "name_th": '"ถนนใหม่"',
        "highway": '"secondary"',
        "surface": '"asphalt"',
        "lanes": "2",
        "width_m": "7",
        "maxspeed_kph": "60",
    },
    "add-tunnel": {
        "name_en": '"Tunnel"',
        "name_th": '"อุโมงค์"',
        "highway": '"primary"',
        "lanes": "2",
        "maxspeed_kph": "80",
    },
    "add-bridge": {
        "name_en": '"Bridge"',
        "name_th": '"สะพาน"',
        "highway": '"secondary"',
        "lanes": "2",
    },
    "ban-vehicles": {"above_weight_t": "15"},
    "change-crossing": {"set": '{ status = "open", hours = "Mo-Su 06:00-18:00" }'},
    "set-season": {"season": '"wet"'},
    "landslide": {"days": "5", "length_m": "100"},
    "change-price": {"item": '"fuel_thb_per_l"', "percent": "20"},
}
"""What a template begins with, as TOML; a key without a value here stands as a comment."""


def template(study: Study, kind: str) -> str:
    """Write a scenario of one change, to be changed by hand.

    Parameters
    ----------
    study
        The area: the template names a road, a crossing and places of it, so that it can be
        tried as it is.
    kind
        One of `geo.scenario.changes.KINDS`.

    Returns
    -------
    text
        TOML. Keys that may be given too stand as comments, with unit, range or choices.

    Raises
    ------
    UnknownNameError
        There is no such kind.
    DataError
        The area has no crossing to write of.

    Examples
    --------
    >>> from geo.study import open_study
    >>> text = template(open_study("mae_hong_son", roads="strategic"), "set-season")
    >>> [line for line in text.splitlines() if line.startswith("season")]
    ['season = "wet"  # one of dry, wet']
    """
    if kind not in KINDS:
        raise UnknownNameError(f"{kind!r} is no kind of change; kinds: {', '.join(KINDS)}")
    values = {**USUAL.get(kind, {}), **_of_area(study, kind)}
    about = " ".join((KINDS[kind].__doc__ or "").split())
    lines = [
        f"# A scenario of {study.area.slug}. Try it as it is, then change it:",
        f"#   chaidaen compare {study.area.slug} --scenario THIS_FILE.toml",
        "# What stands behind # may be given too.",
        f'title_en = "My scenario ({kind})"',
        f'title_th = "แผนของฉัน ({kind})"',
        'source = "a template, nobody\'s plan"',
        f'quality = "E"  # one of {", ".join(QUALITIES)}: official to estimated',
        '# date = "2026"',
        '# note_en = ""',
        '# note_th = ""',
        "# extends = []  # ids of scenarios that come before this one",
        "",
        "[[changes]]",
        *textwrap.wrap(about, WIDE, initial_indent="# ", subsequent_indent="# "),
        f'kind = "{kind}"',
    ]
    for one in fields(KINDS[kind]):
        if one.name == "where":
            lines += [f"where = {values['where']}", *_where()]
        else:
            lines += _line(one, values.get(one.name))
    return "\n".join(lines) + "\n"


def _line(one: Field[object], value: str | None) -> list[str]:
    """Write a key; as a comment where nothing is to stand there at first."""
    told = _limits(one)
    hint = f"  # {told}" if told else ""
    if value is not None:
        head = f"{one.name} = {value}"
        return [f"{head}{hint}"] if len(head + hint) <= WIDE else [*_wrapped(told), head]
    example = '""' if "str" in str(one.type) else "0"
    if isinstance(one.default, float):
        example = f"{one.default:g}"
    if "tuple" in str(one.type) or "Points" in str(one.type):
        example = "[]"
    if one.type == "bool":
        example = "true"
    head = f"# {one.name} = {example}"
    return [f"{head}{hint}"] if len(head + hint) <= WIDE else [head, *_wrapped(told)]


def _wrapped(told: str) -> list[str]:
    return textwrap.wrap(told, WIDE, initial_indent="#   ", subsequent_indent="#   ")


def _limits(one: Field[object]) -> str:
    """Say what a value may be."""
    meta = one.metadata
    if "choices" in meta:
        return "one of " + ", ".join(str(choice) or '""' for choice in meta["choices"])
    if "min" in meta:
        unit = f" {meta['unit']}" if meta.get("unit") else ""
        return f"{meta['min']:g} to {meta['max']:g}{unit}"
    return ""


def _where() -> list[str]:
    """Tell the keys of a selection of roads, as its class describes them."""
    text = (Select.__doc__ or "").partition("----------\n")[2]
    found = re.findall(r"^    (\w[\w, ]*)\n((?:        .*\n?)+)", text, re.MULTILINE)
    lines = ["# where may hold, and all that it holds must be true:"]
    for names, described in found:
        told = f"{names}: {' '.join(described.split())}"
        lines += textwrap.wrap(told, WIDE, initial_indent="#   ", subsequent_indent="#     ")
    return lines


def _of_area(study: Study, kind: str) -> dict[str, str]:
    """Return values that name something of the area."""
    names = {one.name for one in fields(KINDS[kind])}
    values = {}
    if "where" in names:
        values["where"] = _stretch(study)
    if "line" in names:
        values["line"] = _line_between(study)
        if kind == "add-road" and study.network.source.kind == "strategic":
            values["terrain"] = '"hilly"'
    if "at" in names:
        values["at"] = _middle(study)
    if "crossing" in names:
        table = study.world.crossings
        if table.empty:
            raise DataError(f"area {study.area.slug!r} has no crossing, so no {kind} can be told")
        shut = (table["status"] == "closed").to_numpy()
        wanted = shut if kind in {"open-crossing", "change-crossing"} else ~shut
        at = int(np.flatnonzero(wanted)[0]) if wanted.any() else 0
        values["crossing"] = f'"{table["id"].iloc[at]}"'
    return values


def _roads_here(study: Study) -> Bools:
    """Say which segments a template may speak of: numbered ones within the area, if any."""
    network = study.network
    middle = shapely.line_interpolate_point(network.lines, 0.5, normalized=True)
    lon, lat = to_lon_lat(network.crs).transform(shapely.get_x(middle), shapely.get_y(middle))
    here = shapely.contains_xy(read_boundary(study.area), lon, lat)
    numbered = (network.segments["ref"].astype(str) != "").to_numpy()
    asked = network.inland & ~network.abroad
    for among in (asked & here & numbered, asked & here, asked):
        if among.any():
            return np.asarray(among, bool)
    return np.ones(len(network.segments), bool)


def _longest(study: Study) -> int:
    """Return the longest of the area's segments."""
    return int(np.where(_roads_here(study), study.network.length_m, -1.0).argmax())


def _stretch(study: Study) -> str:
    """Name the road that the longest segment is of."""
    segment = study.network.segments.iloc[_longest(study)]
    if str(segment["ref"]):
        return f'{{ ref = "{str(segment["ref"]).split(";")[0]}" }}'
    if segment["osm_id"]:
        return f"{{ osm_id = [{segment['osm_id']}] }}"
    return f'{{ highway = ["{segment["highway"]}"] }}'


def _line_between(study: Study) -> str:
    """Draw a straight line that cuts off the longest bend of a numbered road."""
    network, among = study.network, _roads_here(study)
    x, y = (network.nodes[name].to_numpy(np.float64)[network.ends] for name in ("x", "y"))
    apart = np.hypot(np.diff(x, axis=1)[:, 0], np.diff(y, axis=1)[:, 0])
    saved = np.where(among & (apart > 0), network.length_m - apart, -np.inf)
    ends = network.ends[int(saved.argmax())]
    lon, lat = (network.nodes[name].to_numpy(np.float64)[ends] for name in ("lon", "lat"))
    points = (f"[{a:.{DECIMALS}f}, {b:.{DECIMALS}f}]" for a, b in zip(lon, lat, strict=True))
    return f"[{', '.join(points)}]"


def _middle(study: Study) -> str:
    """Return the middle of the longest segment as lon, lat."""
    network = study.network
    line = network.lines[_longest(study)]
    point = shapely.line_interpolate_point(line, 0.5, normalized=True)
    lon, lat = to_lon_lat(network.crs).transform(point.x, point.y)
    return f"[{lon:.{DECIMALS}f}, {lat:.{DECIMALS}f}]"
