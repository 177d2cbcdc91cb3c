"""Costs of a vehicle kept between runs, so that a second command does not compute them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import layers.roads
from geo.driving.cost import EdgeCosts, cost_arrays, costs_of
from geo.driving.drive import Drive
from layers.io.files import fingerprint
from layers.store.kept import code_fingerprint, read_kept, write_kept


def kept_costs(key: str, drive: Drive, make: Callable[[], EdgeCosts]) -> EdgeCosts:
    """Return costs that are kept under a key, or make and keep them.

    Speeds, which are a hundred times as much, are not kept.

    Parameters
    ----------
    key
        Hash of roads, vehicle, season, load and rules. That of the model itself is added.
    drive
        Who drives which roads.
    make
        Computes them.
    """
    name = fingerprint("costs", key, _version())
    kept = read_kept(name)
    keyed = replace(drive, key=name)
    if kept is not None:
        return costs_of(kept.arrays, float(kept.about["blocked_h"]), keyed)
    costs = make()
    write_kept(name, cost_arrays(costs), {"blocked_h": costs.blocked_h})
    return replace(costs, drive=keyed)


@cache
def _version() -> str:
    """Hash the code that computes costs."""
    driving, roads = Path(__file__).parent, Path(layers.roads.__path__[0])
    return code_fingerprint(driving, driving.parent / "scenario" / "world.py", roads)
