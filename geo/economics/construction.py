"""What a scenario builds, and what that costs to build and to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from geo.rules.economics import Assumptions, Range
from geo.scenario.apply import Touched
from geo.scenario.world import World
from layers.arrays import Bools, Floats

PAVED: Final = ("asphalt", "concrete", "paved")
"""Surfaces that a road is paved with; see `layers.roads.schema.SURFACES`."""

DUAL: Final = 4
"""Lanes of a road that was widened."""

NEW: Final = {
    "motorway": "new_primary",
    "trunk": "new_primary",
    "primary": "new_primary",
    "secondary": "new_secondary",
}
"""Price of a new road by class; every other one is minor."""


def works(
    base: World, world: World, touched: Sequence[Touched], rules: Assumptions
) -> pd.DataFrame:
    """List what is built, with its cost.

    New roads are costed by what they need; of roads that were there, those that get paved,
    four lanes, or a better class, width or radius: each kilometre once, by the dearest.

    Parameters
    ----------
    base, world
        Before and after.
    touched
        Of `geo.scenario.apply.apply`.
    rules
        Prices.

    Returns
    -------
    works
        Columns `work, km, construction_low_thb, construction_thb, construction_high_thb,
        maintenance_low_thb_per_year, maintenance_thb_per_year,
        maintenance_high_thb_per_year`; no row where nothing is built.
    """
    amounts: dict[tuple[str, str], float] = {}
    for one in touched:
        if one.needs is None:
            continue
        kind = NEW.get(one.needs.highway.removesuffix("_link"), "new_minor")
        for work, upkeep, metres in (
            (kind, "road", one.needs.road_m),
            ("tunnel", "structure", one.needs.tunnel_m),
            ("bridge", "structure", one.needs.bridge_m),
        ):
            amounts[work, upkeep] = amounts.get((work, upkeep), 0.0) + metres / 1000
    for work, chosen in _bettered(base, world).items():
        amounts[work, "better"] = float(world.network.length_m[chosen].sum()) / 1000
    rows = [
        _row(work, km, rules.construction[work].times(km), rules.maintenance[upkeep].times(km))
        for (work, upkeep), km in amounts.items()
        if km > 0
    ]
    return pd.DataFrame(rows, columns=list(_row("", 0, *(Range(0, 0, 0),) * 2)))


def rebuilt(base: World, world: World) -> Bools:
    """Tell which segments of the changed world are new, or get a new surface."""
    new: Bools = world.marks["parent"].to_numpy() < 0
    for chosen in _bettered(base, world).values():
        new = new | chosen
    return new


def total(table: pd.DataFrame, what: str) -> Range:
    """Add up `construction` or `maintenance` of all works."""
    ends = ("thb", "thb_per_year")[what == "maintenance"]
    names = (f"{what}_low_{ends}", f"{what}_{ends}", f"{what}_high_{ends}")
    low, mid, high = (float(table[name].sum()) for name in names)
    return Range(low, mid, high, "baht" if ends == "thb" else "baht per year")


def _row(work: str, km: float, build: Range, keep: Range) -> dict[str, object]:
    return {
        "work": work,
        "km": km,
        "construction_low_thb": build.low,
        "construction_thb": build.mid,
        "construction_high_thb": build.high,
        "maintenance_low_thb_per_year": keep.low,
        "maintenance_thb_per_year": keep.mid,
        "maintenance_high_thb_per_year": keep.high,
    }


def _bettered(base: World, world: World) -> dict[str, Bools]:
    """Say which segments of the changed world were widened, paved or otherwise bettered."""
    parent = world.marks["parent"].to_numpy()
    kept = parent >= 0
    before = base.network.segments.iloc[np.maximum(parent, 0)]
    after = world.network.segments

    def grew(name: str) -> Bools:
        old, new = (table[name].to_numpy(np.float64) for table in (before, after))
        return np.asarray(np.isfinite(new) & (new > np.where(np.isnan(old), -np.inf, old)))

    old, new = (table["surface"].astype(str).isin(PAVED).to_numpy() for table in (before, after))
    radius = _tightest(world)
    eased = radius > _tightest(base)[np.maximum(parent, 0)] + 1
    cut = world.network.length_m < base.network.length_m[np.maximum(parent, 0)] - 1
    classes = [table["highway"].astype(str).to_numpy() for table in (before, after)]
    better = grew("width_m") | (classes[0] != classes[1]) | (eased & ~cut)
    wide = kept & grew("lanes") & (after["lanes"].to_numpy(np.float64) >= DUAL)
    paved = kept & new & ~old & ~wide
    return {"widen": wide, "pave": paved, "rehabilitate": kept & better & ~wide & ~paved}


def _tightest(world: World) -> Floats:
    """Return the least radius of every segment."""
    profile = world.network.profile
    return np.minimum.reduceat(profile.radius_m, profile.offsets[:-1])
