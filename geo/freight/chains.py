"""Chains of vehicles: the cheapest way for goods that may change vehicles at hubs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.freight.fleet import Fleet, thb_per_t
from layers.arrays import Floats, Ints


@dataclass(frozen=True)
class Stage:
    """One drive of one vehicle in a chain.

    Attributes
    ----------
    vehicle
        Its id.
    from_id, to_id
        Places.
    """

    vehicle: str
    from_id: str
    to_id: str


@dataclass(frozen=True, eq=False)
class Chains:
    """Least costs over all chains of vehicles.

    Attributes
    ----------
    origins, targets, hubs
        Ids.
    vehicles
        Ids, in the order of the arrays.
    cost_thb_per_t
        Baht per tonne, by the vehicle that arrives; shape (origins, targets, vehicles), inf
        where nothing leads.
    changes
        How often the vehicle changes; same shape.
    hub_before
        Position of the hub that the last vehicle comes from, -1 for the origin itself;
        same shape.
    brought, came
        For goods that leave a hub after so many changes less one on a vehicle: the vehicle
        that brought them, and the hub it came from (-1: the origin); shape (changes,
        origins, hubs, vehicles).
    """

    origins: tuple[str, ...]
    targets: tuple[str, ...]
    hubs: tuple[str, ...]
    vehicles: tuple[str, ...]
    cost_thb_per_t: Floats
    changes: Ints
    hub_before: Ints
    brought: Ints
    came: Ints

    def best(self) -> tuple[Floats, Ints]:
        """Return the least cost and the vehicle that arrives, shape (origins, targets)."""
        last = np.argmin(self.cost_thb_per_t, axis=2)
        return np.take_along_axis(self.cost_thb_per_t, last[..., None], 2)[..., 0], last

    def stages(self, origin: int, target: int, last: int | None = None) -> tuple[Stage, ...]:
        """Return the drives of the cheapest chain; none if nothing leads there.

        Parameters
        ----------
        origin, target
            Positions.
        last
            The vehicle that must arrive; any by default.
        """
        costs = self.cost_thb_per_t[origin, target]
        vehicle = int(np.argmin(costs)) if last is None else last
        if not np.isfinite(costs[vehicle]):
            return ()
        hub = int(self.hub_before[origin, target, vehicle])
        changes = int(self.changes[origin, target, vehicle])
        at, found = self.targets[target], []
        while hub >= 0:
            found.append(Stage(self.vehicles[vehicle], self.hubs[hub], at))
            at = self.hubs[hub]
            # Who brought the goods to this hub, and from which one.
            changes -= 1
            step = (changes, origin, hub, vehicle)
            vehicle, hub = int(self.brought[step]), int(self.came[step])
        found.append(Stage(self.vehicles[vehicle], self.origins[origin], at))
        return tuple(reversed(found))


def cheapest_chains(
    fleet: Fleet,
    origins: Sequence[str],
    targets: Sequence[str],
    hubs: pd.DataFrame,
    *,
    empty_share: float,
    max_changes: int,
    first: Sequence[str] = (),
) -> Chains:
    """Find the cheapest chain of vehicles from every origin to every target.

    Every drive is on the roads that bear its vehicle; at a hub goods may change to another,
    at the hub's price. Layer by layer of changes: the least cost of standing at a hub on
    each vehicle, then of driving on.

    Parameters
    ----------
    fleet
        Vehicles that may be used, and all places.
    origins, targets
        Ids of places.
    hubs
        Columns `id, transload_thb_per_t`; may be empty.
    empty_share
        Part of the trips that come back empty, of every vehicle.
    max_changes
        Goods change vehicles at most so often.
    first
        Ids of vehicles that may load at the origin, such as what reaches the field; all by
        default.

    Returns
    -------
    chains
        Costs, and how they come about.
    """
    hub_ids = tuple(hubs["id"].astype(str))
    legs = {
        "direct": (origins, targets),
        "to_hub": (origins, hub_ids),
        "between": (hub_ids, hub_ids),
        "from_hub": (hub_ids, targets),
    }
    cost = {
        leg: np.stack(
            [
                thb_per_t(
                    fleet[name], fleet.at(name, a), fleet.at(name, b), empty_share=empty_share
                )
                for name in fleet.vehicles
            ],
            axis=-1,
        )
        for leg, (a, b) in legs.items()
    }
    vehicles = fleet.vehicles
    barred = np.array([bool(first) and name not in first for name in vehicles], bool)
    direct = np.where(barred, np.inf, cost["direct"])
    at_hub = np.where(barred, np.inf, cost["to_hub"])
    price = hubs["transload_thb_per_t"].to_numpy(np.float64)
    best, changes = direct, np.zeros(direct.shape, np.int64)
    hub_before = np.full(direct.shape, -1, np.int64)
    brought, came = [], []
    # Which hub the goods at a hub came from; the origin itself at first.
    previous = np.full(at_hub.shape, -1, np.int64)
    for change in range(1, max_changes + 1 if len(hubs) else 1):
        leaving, who = _reload(at_hub, price)
        brought.append(who)
        came.append(np.take_along_axis(previous, who, 2))
        through, hub = _drive_on(leaving, cost["from_hub"])
        better = through < best
        best = np.where(better, through, best)
        changes = np.where(better, change, changes)
        hub_before = np.where(better, hub, hub_before)
        at_hub, previous = _drive_on(leaving, cost["between"])
    none = np.zeros((0, *at_hub.shape), np.int64)
    return Chains(
        origins=tuple(origins),
        targets=tuple(targets),
        hubs=hub_ids,
        vehicles=vehicles,
        cost_thb_per_t=best,
        changes=changes,
        hub_before=hub_before,
        brought=np.stack(brought) if brought else none,
        came=np.stack(came) if came else none,
    )


def _reload(at_hub: Floats, price: Floats) -> tuple[Floats, Ints]:
    """Move goods at hubs to the other vehicles; returns the costs, and who brought them.

    Shape (origins, hubs, vehicles): the vehicle is the one that takes over.
    """
    count = at_hub.shape[2]
    others = np.where(np.eye(count, dtype=bool), np.inf, 0.0)
    by_pair = at_hub[:, :, None, :] + others
    who = np.argmin(by_pair, axis=3)
    least = np.take_along_axis(by_pair, who[..., None], 3)[..., 0]
    return least + price[:, None], who


def _drive_on(leaving: Floats, onward: Floats) -> tuple[Floats, Ints]:
    """Drive from hubs to where costs are least; returns the costs, and from which hub."""
    total = leaving[:, :, None, :] + onward
    hub = np.argmin(total, axis=1)
    return np.take_along_axis(total, hub[:, None], 1)[:, 0], hub
