"""Why some settlements are reached by nobody, even in the dry season."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from geo.access.nearest import water_of
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import matrix
from geo.routing.stops import WALK_M, stops_at
from geo.study import Study
from layers.arrays import Bools, Floats

OTHERS: Final = ("motorcycle", "walk")
"""Who may come where the vehicle asked for does not, in this order."""

COLUMNS: Final = ("id", "name_en", "name_th", "tambon", "population", "road_km", "by", "why")


def unreached(study: Study, places: pd.DataFrame, vehicle: str) -> pd.DataFrame:
    """Name the settlements that are not reached in the dry season, and why.

    Parameters
    ----------
    study
        The area in its world.
    places
        From `geo.access.nearest.places_table`.
    vehicle
        Its id.

    Returns
    -------
    settlements
        Columns `COLUMNS`, the most people first: `road_km` to the nearest road that the vehicle
        may use, `by` who else gets there, of `OTHERS`, empty if nobody, and `why`, a sentence.
        Without rows in a world that has no dry season.
    """
    if "minutes_dry" not in places:
        return pd.DataFrame(columns=list(COLUMNS))
    lost = places[places["minutes_dry"].isna()].reset_index(drop=True)
    if lost.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    road_km, _, wet = _reached(study, lost, vehicle)
    by = np.full(len(lost), "", object)
    for other in OTHERS:
        there = _reached(study, lost, other)[1] & (by == "")
        by[there & (other != vehicle)] = other
    rows = zip(road_km.tolist(), wet.tolist(), by.tolist(), strict=True)
    why = [_why(*one, vehicle) for one in rows]
    table = lost.assign(road_km=road_km, by=by, why=why)[list(COLUMNS)]
    return table.sort_values("population", ascending=False, kind="stable", ignore_index=True)


def notes_of(table: pd.DataFrame, vehicle: str) -> list[str]:
    """Say in one sentence who is not reached and why.

    Parameters
    ----------
    table, vehicle
        As of `unreached`.
    """
    if table.empty:
        return []
    names = table["name_en"].where(table["name_en"] != "", table["name_th"])
    names = names.where(names != "", table["id"].astype(str) + ", which has no name")
    named = "; ".join(
        f"{name}: {why}" for name, why in zip(names.tolist(), table["why"].tolist(), strict=True)
    )
    who = load_vehicle(vehicle).title_en.lower()
    return [f"Not reached by {who} even in the dry season, {len(table)}: {named}."]


def _reached(study: Study, lost: pd.DataFrame, vehicle: str) -> tuple[Floats, Bools, Bools]:
    """Return how far the road of a vehicle is, in kilometres, and whether home leads there.

    Last, whether that road is near, but beyond water that nobody walks across.
    """
    trip = study.trip(vehicle, "dry", 1.0, "time")
    home = pd.DataFrame({"lon": [study.home.lon], "lat": [study.home.lat]})
    reach = partial(stops_at, study.network, trip.costs, lost, reach_m=WALK_M)
    ends, anyhow = reach(water=water_of(study, "dry")), reach()
    start = stops_at(study.network, trip.costs, home)
    time_s = matrix(trip.metric(), start.snapped, ends.snapped)[0]
    reached: Bools = ends.near & np.isfinite(time_s)
    return ends.snapped.offset_m / 1000, reached, anyhow.near & ~ends.near


def _why(road_km: float, wet: bool, by: str, vehicle: str) -> str:  # noqa: FBT001
    """Say why a settlement is not reached, and who gets there."""
    if wet:
        why = "water without a bridge or ford lies between it and the nearest road that bears one"
    elif road_km * 1000 > WALK_M:
        why = f"the nearest road that bears one is {road_km:.1f} km away"
    else:
        why = "its road leads to no other that bears one"
    who = {"motorcycle": "a motorcycle gets there", "walk": "one gets there on foot only"}
    return f"{why}; {who[by]}" if by and by != vehicle else f"{why}; nobody gets there"
