"""The roads that an area ships, made ready: draped, with gates, joined with what lies beyond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from layers.area import Area
from layers.crs import LON_LAT
from layers.errors import DataError
from layers.roads.bare import BareRoads, read_roads
from layers.roads.built_up import with_built_up
from layers.roads.network import RoadNetwork
from layers.strategic.far_heights import beyond_terrain
from layers.strategic.gates import open_gates
from layers.strategic.joining import Extent, join_strategic
from layers.strategic.network import read_strategic
from layers.strategic.profile import class_by_rise, read_terrain_classes
from layers.tables.crossings import read_crossings
from layers.tables.places import gazetteer
from layers.terrain.drape import drape
from layers.terrain.notes import terrain_notes
from layers.terrain.own import own_terrain


def shipped_network(area: Area, progress: Callable[[str], None] = lambda _: None) -> RoadNetwork:
    """Make the roads that an area ships ready for analysis.

    Parameters
    ----------
    area
        With `roads` among its layers.
    progress
        Told in a few words what is being done.

    Raises
    ------
    DataError
        The file is damaged, of another version, or in another system than the area.
    """
    path = area.layers.roads
    if path is None:
        raise DataError(f"area {area.slug!r} ships no roads")
    roads = read_roads(path)
    if roads.segments.crs != area.crs:
        raise DataError(
            f"{path}: is in {roads.segments.crs.to_string()}, the area in {area.crs}; "
            f"chaidaen rebuild {area.slug} writes it again"
        )
    progress("draping the roads over the terrain, once")
    terrain = own_terrain(area) if area.layers.terrain else None
    nodes, profile = drape(roads.nodes, roads.segments, terrain)
    # What lies beyond the terrain is not flat but told by towns, and that is said below.
    mended = replace(profile.repairs, filled_samples=0)
    notes = terrain_notes(mended, float(roads.segments["length_m"].sum()))
    extent = _extent(roads)
    streets = not shapely.is_empty(extent.every)
    source = replace(roads.source, notes=(*roads.source.notes, *notes), streets=streets)
    network = RoadNetwork(nodes, roads.segments, profile, roads.restrictions, source)
    strategic = read_strategic(area) if area.layers.highways else None
    bounds = terrain.bounds if terrain is not None else None
    network = beyond_terrain(network, bounds, gazetteer(area), strategic)
    network, gates = open_gates(network, extent.breaks, read_crossings(area))
    network = _with_houses(network, extent)
    if strategic is None:
        return network
    progress("joining the roads with the strategic network")
    return join_strategic(network, strategic, extent, gates)


def _with_houses(network: RoadNetwork, extent: Extent) -> RoadNetwork:
    """Add where houses line the roads: by minor roads, and where none are kept by the terrain."""
    network = with_built_up(network)
    middle = shapely.line_interpolate_point(network.lines, 0.5, normalized=True)
    outside = ~shapely.contains(extent.every, middle)
    profile = network.profile
    climbed = np.abs(profile.grade()) * profile.run()
    uneven = profile.sum_by_segment(climbed) / network.length_m * 1000.0
    shares = {name: one.built_up_share for name, one in read_terrain_classes().items()}
    usual = np.array([shares[name] for name in class_by_rise(uneven)])
    numbered = (network.segments["ref"] != "").to_numpy()
    share = network.segments["built_up"].to_numpy(np.float64)
    share = np.where(outside & numbered, usual, share)
    return replace(network, segments=network.segments.assign(built_up=share))


def _extent(roads: BareRoads) -> Extent:
    """Return where the roads are whole, as their file says."""
    about = roads.about
    west, south, east, north = (float(edge) for edge in about["main_within"])
    every = gpd.GeoSeries([shapely.from_wkt(about["all_within"])], crs=LON_LAT)
    return Extent(
        (west, south, east, north),
        every.to_crs(roads.segments.crs).iloc[0],
        np.array(about["breaks"], np.int64).reshape(-1, 2),
    )
