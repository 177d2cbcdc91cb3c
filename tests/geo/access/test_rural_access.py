"""Rural Access Index: two kilometres are two kilometres on the ground."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from drawing import TO_LON_LAT, build, draw, graph
from pyproj import Geod, Transformer

from geo.access.rural_access import (
    RuralAccess,
    all_season_roads,
    near_road,
    rural_access,
    rural_access_of,
    rural_zones,
)
from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.trip import Trip
from layers.errors import CrsError, DataError

GEOD = Geod(ellps="WGS84")
LON, LAT = 97.97, 19.3
ALL = np.ones(1, bool)


def one_road(crs="EPSG:32647"):
    """Draw a road of 20 m at Mae Hong Son."""
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(LON, LAT)
    network = build([(x, y), (x + 20, y)], [(0, 1)])
    if crs != "EPSG:32647":
        lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(
            network.nodes["x"], network.nodes["y"]
        )
        segments = network.segments.set_crs(crs, allow_override=True)
        return replace(network, nodes=network.nodes.assign(lon=lon, lat=lat), segments=segments)
    return network


def points(*azimuth_m):
    """Return points at distances on the ellipsoid from the road's western end."""
    found = [GEOD.fwd(LON, LAT, azimuth, metres)[:2] for azimuth, metres in azimuth_m]
    return tuple(np.array(column) for column in zip(*found, strict=True))


def test_two_kilometres_on_the_ground():
    """MODELS section 5: 2,000 m at 19.3° N; west, north and south of the road's end."""
    inside = points((270, 1998.0), (0, 1998.0), (180, 1998.0))
    outside = points((270, 2002.0), (0, 2002.0), (180, 2002.0))
    assert near_road(one_road(), ALL, *inside).all()
    assert not near_road(one_road(), ALL, *outside).any()


def test_the_buffer_reaches_two_kilometres():
    network = one_road()
    whole = shapely.box(LON - 0.1, LAT - 0.1, LON + 0.1, LAT + 0.1)
    near = rural_zones(network, ALL, whole).geometry["near"]
    there = Transformer.from_crs("EPSG:32647", "EPSG:4326", always_xy=True)
    lon, lat = there.transform(*np.array(near.exterior.coords).T)
    west = lon < LON
    reach = GEOD.inv(np.full(west.sum(), LON), np.full(west.sum(), LAT), lon[west], lat[west])[2]
    assert reach == pytest.approx(np.full(len(reach), 2000.0), abs=1.5)


def test_web_mercator_is_refused():
    """MODELS section 5: 2 km of EPSG:3857 at 19.3° N are 1,887.6 m on the ground."""
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(LON, LAT)
    there = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
    ground = GEOD.inv(LON, LAT, *there.transform(x + 2000, y))[2]
    assert ground == pytest.approx(1887.6, abs=2.5)  # of a sphere; 1,888.3 on the ellipsoid
    assert 2000 * np.cos(np.radians(LAT)) == pytest.approx(1887.6, abs=0.05)
    for crs in ("EPSG:3857", "EPSG:4326"):
        with pytest.raises(CrsError):
            near_road(one_road(crs), ALL, np.array([LON]), np.array([LAT]))
    with pytest.raises(CrsError):
        rural_zones(one_road("EPSG:3857"), ALL, shapely.box(97, 19, 98, 20))


def village(x, y, people):
    lon, lat = TO_LON_LAT.transform(400_000 + x, 2_130_000 - y)
    return {"lon": lon, "lat": lat, "population": people}


def test_the_index_counts_people_near_all_season_roads():
    """A---B is asphalt, B---C dirt: who lives only by the dirt road has no access."""
    network = draw("A---B---C", cell=2500, surface={"AB": "asphalt", "BC": "dirt"})
    pickup = load_vehicle("pickup")
    trip = Trip(network, graph(network), edge_costs(network, pickup), pickup)
    people = pd.DataFrame(
        [village(100, 1900, 60.0), village(100, 2100, 30.0), village(20_000, 0, 10.0)]
    )
    roads = all_season_roads(trip)
    assert roads.tolist() == [True, False]
    found = rural_access(network, roads, people)
    assert found == RuralAccess(100, 60, 2000)
    assert found.index == 0.6
    assert found.without == 40
    assert rural_access(network, np.ones(2, bool), people).index == 0.7
    assert rural_access(network, roads, people, within_m=3000).index == 0.9
    countryside = np.array([False, True, True])
    assert rural_access(network, roads, people, rural=countryside).index == 0
    nobody = rural_access(network, roads, people.assign(population=0.0))
    assert np.isnan(nobody.index)
    assert np.isnan(rural_access(network, roads, people[:0]).index)
    assert rural_access(network, ~roads & roads, people).index == 0


def test_ferries_and_closed_roads_are_none():
    network = draw(
        "A---B---C---D",
        cell=500,
        highway={"AB": "ferry", "BC": "footway"},
        surface={"CD": "asphalt"},
    )
    pickup = load_vehicle("pickup")
    trip = Trip(network, graph(network), edge_costs(network, pickup), pickup)
    assert all_season_roads(trip).tolist() == [False, False, True]


def test_unknown_populations_are_refused():
    people = pd.DataFrame([village(0, 0, np.nan), village(0, 0, -1.0)])
    with pytest.raises(DataError, match="population of 2 points"):
        rural_access(one_road(), ALL, people)


def test_zones_are_parts_of_the_rural_area():
    network = draw("A---B", cell=2500)
    corners = [
        TO_LON_LAT.transform(400_000 + x, 2_130_000 + y)
        for x, y in [(0, -3000), (10_000, -3000), (10_000, 3000), (0, 3000)]
    ]
    zones = rural_zones(network, ALL, shapely.Polygon(corners))
    assert isinstance(zones, gpd.GeoDataFrame)
    assert zones.index.tolist() == ["rural", "near"]
    assert zones.area["rural"] == pytest.approx(60e6, rel=1e-3)
    assert zones.area["near"] == pytest.approx(40e6, rel=1e-3)
    found = rural_access_of(zones.area)
    assert found.index == pytest.approx(2 / 3, rel=1e-3)
    none = rural_zones(network, ~ALL, shapely.Polygon(corners))
    assert none.area["near"] == 0
