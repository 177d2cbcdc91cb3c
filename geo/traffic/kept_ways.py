"""Best ways kept between runs: what they take, and who uses what."""

from __future__ import annotations

from collections.abc import Callable

from geo.traffic.assignment import SUMS, Ways
from layers.store.kept import Arrays, kept_or_made


def kept_ways(key: str, make: Callable[[], Ways]) -> Ways:
    """Return the ways that are kept under a key, or make and keep them.

    Parameters
    ----------
    key
        Hash of everything that they depend on; empty where nobody knows, and nothing is kept.
    make
        Finds them.
    """
    return ways_of(kept_or_made(key, lambda: ways_arrays(make())))


def ways_arrays(ways: Ways, before: str = "") -> Arrays:
    """Return ways as arrays by name, each name with some text before it."""
    found = {**ways.sums, "use": ways.use, "over": ways.over}
    return {f"{before}{name}": array for name, array in found.items()}


def ways_of(arrays: Arrays, before: str = "") -> Ways:
    """Put ways together again from what `ways_arrays` gave."""
    sums = {name: arrays[f"{before}{name}"] for name in SUMS}
    return Ways(sums, arrays[f"{before}use"], arrays[f"{before}over"])
