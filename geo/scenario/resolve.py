"""Changes resolved on the roads: what each will do to which stretch, before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from geo.driving.vehicle import find_vehicles
from geo.scenario.changes import (
    AddBridge,
    AddRoad,
    AddStructure,
    AddTunnel,
    BanVehicles,
    Change,
    ChangeCrossing,
    ChangePrice,
    ChangeRoads,
    CloseCrossing,
    CloseRoads,
    Landslide,
    OpenCrossing,
    SetSeason,
)
from geo.scenario.new_road import NewRoad
from geo.scenario.resolve_crossing import crossing_values, unknown
from geo.scenario.resolve_road import new_road, structure
from geo.scenario.selection import Pieces, find_pieces
from geo.scenario.world import Price, World
from layers.crs import from_lon_lat
from layers.errors import DataError
from layers.io.vector import corners
from layers.roads.schema import VEHICLE_CLASSES


@dataclass(frozen=True)
class Op:
    """What is done to one column: `set`, `percent` more, `at_most` or `at_least`."""

    how: str
    value: str | float


@dataclass(frozen=True, eq=False)
class Edit:
    """What one change will do; what it leaves alone is empty.

    Attributes
    ----------
    pieces
        Stretches of road of the base network.
    columns
        What is done to columns of these stretches; `radius_m` is that of their profile.
    closed
        Whether they are closed, or opened.
    banned
        Kinds and ids of vehicles kept off them.
    crossing, status
        Values for one crossing, by its id.
    season, price
        Of the whole world.
    road
        What is built.
    cut
        Where a road was cut: columns of the table of hazards.
    """

    pieces: Pieces | None = None
    columns: Mapping[str, Op] = field(default_factory=dict)
    closed: bool | None = None
    banned: tuple[str, ...] = ()
    crossing: str = ""
    status: Mapping[str, object] = field(default_factory=dict)
    season: str = ""
    price: tuple[str, Price] | None = None
    road: NewRoad | None = None
    cut: Mapping[str, object] = field(default_factory=dict)


def resolve(world: World, change: Change, folder: Path | None) -> Edit:
    """Find out what a change will do in a world.

    Parameters
    ----------
    world
        Not changed yet.
    change
        The change.
    folder
        Where the files are that it names.

    Returns
    -------
    edit
        Ready to be applied.

    Raises
    ------
    DataError
        It selects nothing, would change nothing, or contradicts itself.
    UnknownNameError
        It names a crossing, hazard or vehicle that there is not.
    """
    edit: Edit = RESOLVERS[type(change)](world, change, folder)
    return edit


def _close(world: World, change: CloseRoads, folder: Path | None) -> Edit:
    return Edit(find_pieces(world.network, change.where, folder), closed=True)


def _change_roads(world: World, change: ChangeRoads, folder: Path | None) -> Edit:
    """Resolve new values of roads; a percentage needs a value to start from."""
    values = change.values()
    if not values:
        raise DataError("sets nothing; give surface, lanes, maxspeed_kph or another value")
    pieces = find_pieces(world.network, change.where, folder)
    columns = {name: Op("set", value) for name, value in values.items() if "percent" not in name}
    for unit in ("width_m", "maxspeed_kph", "maxweight_t"):
        percent = values.get(f"{unit.rsplit('_', 1)[0]}_percent")
        if percent is None:
            continue
        if unit in columns:
            raise DataError(f"sets {unit} both as a value and by percent; give one of them")
        missing = world.network.segments[unit].isna().to_numpy()[pieces.segment]
        if missing.any():
            km = (pieces.to_m - pieces.from_m)[missing].sum() / 1000
            raise DataError(
                f"{unit} is not known for {km:.1f} km of these roads, so that no percentage "
                f"can be taken; give {unit}"
            )
        columns[unit] = Op("percent", percent)
    if "min_radius_m" in columns:
        columns["radius_m"] = Op("at_least", columns.pop("min_radius_m").value)
    if "surface" in columns:
        # A new surface is not the one that these told of.
        columns = {"tracktype": Op("set", ""), "smoothness": Op("set", ""), **columns}
    return Edit(pieces, columns)


def _ban(world: World, change: BanVehicles, folder: Path | None) -> Edit:
    """Resolve a ban; above a weight or length it is a limit of the road."""
    known = [*VEHICLE_CLASSES, *find_vehicles()]
    for name in change.vehicles:
        if name not in known:
            raise unknown("vehicle or kind", name, known)
    limits = {"maxweight_t": change.above_weight_t, "maxlength_m": change.above_length_m}
    columns = {name: Op("at_most", value) for name, value in limits.items() if value is not None}
    if not change.vehicles and not columns:
        raise DataError("bans nobody; give vehicles, above_weight_t or above_length_m")
    return Edit(find_pieces(world.network, change.where, folder), columns, banned=change.vehicles)


def _build(world: World, change: AddRoad | AddStructure, folder: Path | None) -> Edit:
    if isinstance(change, AddRoad):
        return Edit(road=new_road(world.network, change, folder))
    return Edit(road=structure(world.network, change, folder))


def _open(world: World, change: OpenCrossing, _: Path | None) -> Edit:
    return _crossing(world, ChangeCrossing(change.crossing, {"status": "open"}), _)


def _shut(world: World, change: CloseCrossing, _: Path | None) -> Edit:
    return _crossing(world, ChangeCrossing(change.crossing, {"status": "closed"}), _)


def _crossing(world: World, change: ChangeCrossing, _: Path | None) -> Edit:
    """Resolve new values of a crossing; its status opens or closes the road across."""
    name = change.crossing
    values = crossing_values(world.crossings, name, change.set)
    before = world.crossings.loc[world.crossings["id"] == name].iloc[0]
    if "status" not in values or values["status"] == before["status"]:
        return Edit(crossing=name, status=values)
    across = np.flatnonzero((world.network.segments["crossing"] == name).to_numpy())
    pieces = Pieces(across, np.zeros(len(across)), world.network.length_m[across])
    return Edit(pieces, closed=values["status"] == "closed", crossing=name, status=values)


def _season(_world: World, change: SetSeason, _: Path | None) -> Edit:
    return Edit(season=change.season)


def _landslide(world: World, change: Landslide, _: Path | None) -> Edit:
    """Resolve a landslide: the stretch of the nearest road that it covers."""
    if bool(change.hazard) == bool(change.at):
        raise DataError("needs either hazard, the id of a recorded one, or at, lon and lat")
    ref, cut = change.ref, {}
    if change.hazard:
        ids = world.hazards["id"].astype(str).tolist()
        if change.hazard not in ids:
            raise unknown("hazard", change.hazard, ids)
        row = world.hazards.iloc[ids.index(change.hazard)]
        lon, lat, ref = float(row["lon"]), float(row["lat"]), ref or str(row["ref"])
    else:
        ((lon, lat),) = corners((change.at,), 1, "at")
        cut = {"kind": "landslide", "lon": lon, "lat": lat, "ref": ref}
    network = world.network
    own = np.arange(len(network.segments))
    if ref:
        own = np.flatnonzero((network.segments["ref"] == ref).to_numpy())
    lines = network.segments.geometry.to_numpy()[own]
    to_metric = from_lon_lat(network.crs)
    point = shapely.Point(*to_metric.transform(lon, lat))
    found = shapely.STRtree(lines).query_nearest(
        point, all_matches=False, max_distance=change.reach_m
    )
    if not len(found):
        road = f"highway {ref}" if ref else "any road"
        raise DataError(f"at {lon:g},{lat:g} is not within {change.reach_m:g} m of {road}")
    segment = own[found[:1]]
    length = network.length_m[segment]
    share = shapely.line_locate_point(lines[found[:1]], point, normalized=True)
    half = min(change.length_m, float(length[0])) / 2
    middle = np.clip(share * length, half, length - half)
    return Edit(Pieces(segment, middle - half, middle + half), closed=True, cut=cut)


def _price(_world: World, change: ChangePrice, _: Path | None) -> Edit:
    """Resolve a price."""
    if (change.thb is None) == (change.percent is None):
        raise DataError("needs either thb, the new price, or percent, by how much it changes")
    return Edit(price=(change.item, Price(change.thb, change.percent or 0.0)))


RESOLVERS: Final[Mapping[type, Callable[[World, Any, Path | None], Edit]]] = {
    CloseRoads: _close,
    ChangeRoads: _change_roads,
    BanVehicles: _ban,
    AddRoad: _build,
    AddTunnel: _build,
    AddBridge: _build,
    OpenCrossing: _open,
    CloseCrossing: _shut,
    ChangeCrossing: _crossing,
    SetSeason: _season,
    Landslide: _landslide,
    ChangePrice: _price,
}
"""What resolves each kind of change."""
