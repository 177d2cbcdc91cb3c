"""Who may drive where, how fast and how heavy, by the tags of a road and the hierarchy of modes.

OSM wiki, Key:access: `access` < `vehicle` < `motor_vehicle` < the mode itself; the most specific
key that a vehicle has decides, of one mode a condition before a direction before the plain key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.driving.conditional import ENDS, Who, conditional_value
from layers.arrays import Bools, Floats
from layers.osm.tags import direction, size_m, speed_kph, weight_t, word
from layers.roads.network import RoadNetwork
from layers.roads.signs import LOCKED, MODES, PERMISSIVE, SHUT, TALL_ONLY, read_signs

OPEN, END, CLOSED = 0, 1, 2
"""Verdicts: through traffic, only as an end of a journey, nobody."""


@dataclass(frozen=True, eq=False)
class Obeyed:
    """What a vehicle has to obey besides weights.

    Attributes
    ----------
    ends_only
        Segments and directions only for the beginning or end of a journey, (segments, 2).
    banned
        Rows of `restrictions` that hold, shape (restrictions,).
    """

    ends_only: Bools
    banned: Bools


WAYS: Final = ("forward", "backward")

NEVER: Final = frozenset({"no", "none", "use_sidepath", "bicycle", "horse", "foot", "closed"})
"""Values that let no vehicle in, besides the names of modes that it is not."""

FOUR_WHEELS: Final = frozenset({"yes", "extreme", "only"})
"""Values of `4wd_only` that a vehicle without four driven wheels cannot drive."""

HEAVY_T: Final = 16.0
"""Above this gross weight a vehicle has a bogie, half of whose load is on each axle."""


def values_of(signs: Mapping[str, str], base: str, modes: tuple[str, ...], way: str) -> list[str]:
    """Return keys that may hold, the most specific first: mode, then condition, then direction."""
    keys = []
    for mode in (*reversed(modes), ""):
        stem = f"{base}:{mode}" if mode else base
        keys += [f"{stem}:{way}:conditional", f"{stem}:conditional", f"{stem}:{way}", stem]
        if mode:
            keys += [f"{base}:{way}:{mode}:conditional", f"{base}:{way}:{mode}"]
    return [key for key in keys if key in signs]


def told(
    signs: Mapping[str, str], base: str, modes: tuple[str, ...], way: str, who: Who
) -> Iterator[str]:
    """Yield the values that hold, the most specific first."""
    for key in values_of(signs, base, modes, way):
        value = conditional_value(signs[key], who) if "conditional" in key else signs[key]
        if value is not None:
            yield value


def verdict(signs: Mapping[str, str], way: str, who: Who) -> int:
    """Judge whether a vehicle may drive a road one way by its access tags.

    Parameters
    ----------
    signs
        Tags of the road.
    way
        `forward` or `backward`.
    who
        For whom and when.

    Returns
    -------
    verdict
        `OPEN`, `END` or `CLOSED`.
    """
    for mode in reversed(who.keys):
        for value in told(signs, mode, (), way, who):
            plain = word(value.split(";")[0])
            if mode == "emergency" and not _is_access(plain):
                continue
            return _verdict(plain, who.keys)
    if word(signs.get("4wd_only", "")) in FOUR_WHEELS and not who.body.four_wheel_drive:
        return CLOSED
    kind = word(signs.get("barrier", ""))
    narrow = any(key.startswith("maxwidth") for key in signs)
    if (kind in SHUT and not narrow) or (
        kind in TALL_ONLY and not {"hgv", "bus", "psv"} & set(who.keys)
    ):
        return CLOSED
    return END if kind in LOCKED else OPEN


def _is_access(plain: str) -> bool:
    return plain in PERMISSIVE or plain in ENDS or plain in NEVER


def _verdict(plain: str, keys: tuple[str, ...]) -> int:
    if plain in ENDS:
        return END
    if plain in PERMISSIVE or plain in keys:
        return OPEN
    return CLOSED if plain in NEVER or plain in MODES else OPEN


def verdicts(network: RoadNetwork, who: Who) -> NDArray[np.int8]:
    """Judge all roads both ways by their signs, those without by `access` and `hgv`.

    Returns
    -------
    verdict
        `OPEN`, `END` or `CLOSED`, shape (segments, 2).
    """
    by_signs = by_text(
        network, lambda signs: [verdict(signs, way, who) for way in WAYS], (OPEN, OPEN)
    ).astype(np.int8)
    segments = network.segments
    plain = np.zeros(len(segments), np.int8)
    for column, mode in (("access", "access"), ("hgv", "hgv")):
        if mode in who.keys:
            values = segments[column].cat
            lookup = [_verdict(word(str(one)), who.keys) for one in values.categories]
            plain = np.maximum(plain, np.array([*lookup, OPEN], np.int8)[values.codes.to_numpy()])
    signed = _judged(network)
    result: NDArray[np.int8] = np.where(signed[:, None], by_signs, plain[:, None])
    return result


def _judged(network: RoadNetwork) -> NDArray[np.bool_]:
    """Say which roads have signs of access."""
    signs = network.segments["signs"].cat
    known = [
        any(
            key.split(":")[0] in MODES or key in {"barrier", "4wd_only"} for key in read_signs(text)
        )
        for text in signs.categories
    ]
    judged: NDArray[np.bool_] = np.array([*known, False], bool)[signs.codes.to_numpy()]
    return judged


def banned_turns(network: RoadNetwork, who: Who) -> NDArray[np.bool_]:
    """Say which rows of `restrictions` hold for a vehicle, shape (restrictions,).

    `except` spares the modes it names; a kind may end in ` @ (condition)`.
    """
    turns = network.restrictions
    held = {}
    for kind, spared in set(zip(turns["kind"], turns["except_vehicles"], strict=True)):
        _, at, condition = str(kind).partition("@")
        key = "motor_vehicle:conditional" if at else "motor_vehicle"
        signs = {key: f"no @ {condition.strip()}" if at else "no"}
        signs |= {mode.strip(): "yes" for mode in str(spared).split(";") if mode.strip()}
        held[kind, spared] = verdict(signs, "forward", who) == CLOSED
    pairs = zip(turns["kind"], turns["except_vehicles"], strict=True)
    return np.array([held[pair] for pair in pairs], bool)


def one_way(network: RoadNetwork, who: Who) -> NDArray[np.bool_]:
    """Say which way each road may be driven, shape (segments, 2).

    `oneway:<mode>` counts before `oneway`.
    """
    words = network.segments["oneway"]
    usual = np.column_stack([(words != "backward").to_numpy(), (words != "forward").to_numpy()])

    def own(signs: Mapping[str, str]) -> list[float]:
        for value in told(signs, "oneway", who.keys, "", who):
            named = direction(value, "", "")
            return [float(named != "backward"), float(named != "forward")]
        return [np.nan, np.nan]

    special = by_text(network, own, (np.nan, np.nan))
    result: NDArray[np.bool_] = np.where(np.isnan(special), usual, special > 0)
    return result


def signed_kph(network: RoadNetwork, who: Who) -> Floats:
    """Return the speed that signs allow, NaN where there is none, shape (segments, 2).

    `maxspeed:<mode>`, `:forward`, `:backward` and `:conditional` count before `maxspeed`; a
    value that cannot be read does not.
    """

    def own(signs: Mapping[str, str]) -> list[float]:
        read = [map(speed_kph, told(signs, "maxspeed", who.keys, way, who)) for way in WAYS]
        return [next((kph for kph in way if np.isfinite(kph)), np.nan) for way in read]

    special = by_text(network, own, (np.nan, np.nan))
    plain = network.segments["maxspeed_kph"].to_numpy(np.float64)[:, None]
    kph: Floats = np.where(np.isfinite(special), special, plain)
    return kph


SIZE_KEYS: Final[Mapping[str, tuple[tuple[str, Callable[[str], float], float], ...]]] = {
    "maxweight_t": (
        ("maxweight", weight_t, 1.0),
        ("maxweightrating", weight_t, 1.0),
        ("maxgcweight", weight_t, 1.0),
    ),
    "maxaxleload_t": (("maxaxleload", weight_t, 1.0), ("maxbogieweight", weight_t, 0.5)),
    "maxheight_m": (("maxheight", size_m, 1.0), ("maxheight:physical", size_m, 1.0)),
    "maxlength_m": (("maxlength", size_m, 1.0),),
    "width_m": (("maxwidth", size_m, 1.0), ("maxwidth:physical", size_m, 1.0)),
}
"""Keys that say what a column of limits says, how they are read, and their share of it."""


def size_limits(network: RoadNetwork, who: Who, column: str) -> Floats:
    """Return what roads bear of a weight or size, NaN where nobody says; shape (segments,).

    The lowest of the column and of all keys of `SIZE_KEYS` counts, of each key the most specific
    value: `maxweight:hgv=none` lifts `maxweight` for trucks.
    """

    def own(signs: Mapping[str, str]) -> list[float]:
        lowest, lifted = np.inf, 0.0
        for base, read, share in SIZE_KEYS[column]:
            if base == "maxbogieweight" and who.body.gross_t <= HEAVY_T:
                continue
            for way in WAYS:
                for value in told(signs, base, who.keys, way, who):
                    limit = read(value)
                    if np.isfinite(limit):
                        lowest = min(lowest, limit * share)
                    elif word(value) in {"none", "no", "unlimited"}:
                        lifted = 1.0
                    else:
                        continue
                    break
        return [lowest, lifted]

    special = by_text(network, own, (np.inf, 0.0))
    plain = network.segments[column].to_numpy(np.float64)
    plain = np.where(special[:, 1] > 0, np.nan, plain)
    lowest: Floats = np.fmin(plain, np.where(np.isfinite(special[:, 0]), special[:, 0], np.nan))
    return lowest


def by_text(
    network: RoadNetwork,
    read: Callable[[Mapping[str, str]], Sequence[float]],
    none: tuple[float, float],
) -> Floats:
    """Read every distinct text of signs once; shape (segments, 2)."""
    signs = network.segments["signs"].cat
    rows = [list(none) if not text else list(read(read_signs(text))) for text in signs.categories]
    table = np.array([*rows, list(none)], np.float64)
    found: Floats = table[signs.codes.to_numpy()]
    return found
