"""Costs of a vehicle kept between runs, so that a second command does not compute them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import layers.roads
from geo.driving.cost import EdgeCosts, cost_arrays, costs_of
from geo.driving.speed import Speeds
from layers.io.files import fingerprint
from layers.store.kept import code_fingerprint, read_kept, write_kept

SPEEDS = ("start_kph", "stop_kph", "limit")


def kept_costs(key: str, make: Callable[[], EdgeCosts]) -> EdgeCosts:
    """Return costs that are kept under a key, or make and keep them.

    Sums are kept at once; speeds, which are a hundred times as much, when somebody asks.

    Parameters
    ----------
    key
        Hash of roads, vehicle, season, load and rules. That of the model itself is added.
    make
        Computes them.
    """
    name = fingerprint("costs", key, _version())
    made = cache(make)
    kept = read_kept(name)
    if kept is not None:
        costs = costs_of(kept.arrays, float(kept.about["blocked_h"]), lambda: made().speeds)
    else:
        costs = made()
        write_kept(name, cost_arrays(costs), {"blocked_h": costs.blocked_h})
    return replace(costs, drive=lambda: _kept_speeds(f"{name}-speeds", costs))


def _kept_speeds(name: str, costs: EdgeCosts) -> Speeds:
    """Return speeds that are kept, or drive and keep them."""
    kept = read_kept(name)
    if kept is not None:
        # Column by column, as they are driven.
        start, stop, limit = (kept.arrays[one].T for one in SPEEDS)
        return Speeds(start, stop, limit, costs.open)
    speeds = costs.speeds
    write_kept(name, {one: getattr(speeds, one).T for one in SPEEDS})
    return speeds


def _version() -> str:
    """Hash the code that computes costs."""
    driving, roads = Path(__file__).parent, Path(layers.roads.__path__[0])
    return code_fingerprint(driving, driving.parent / "scenario" / "world.py", roads)
