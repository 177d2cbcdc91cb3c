"""Heights of the real roads of Mae Hong Son, most of them over terrain told every 926 m."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.enums import Resampling

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.route import Route, find_routes
from geo.study import Study, open_study
from layers.area import load_area
from layers.roads.bare import BareRoads, read_roads
from layers.roads.network import RoadNetwork
from layers.roads.splitting import split_segments
from layers.terrain.drape import drape
from layers.terrain.own import own_terrain
from layers.terrain.terrain import Terrain, open_terrain

pytestmark = pytest.mark.slow

PAI = "98.4406,19.3590"
SOP_POENG = "98.885,19.115"
SOPPONG = "98.2360,19.5170"


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study("mae_hong_son")


def route(study: Study, *stops: str) -> Route:
    """Return the shortest way of a car through places."""
    trip = study.trip("car", optimise="distance")
    (found,) = find_routes(trip, [study.place(stop) for stop in stops])
    return found


@pytest.mark.parametrize(
    ("stops", "km", "climb_m", "top_m"),
    [
        ((SOP_POENG, PAI), 90, 2042, 1426),
        ((PAI, SOPPONG), 44, 1057, 1438),
    ],
    ids=["Sop Poeng-Pai", "Pai-Soppong"],
)
def test_1095_climbs_what_cyclists_measured(study, stops, km, climb_m, top_m):
    """GPS of cyclists (bicyclettebleue.blogspot.com, 2015); both ways over coarse terrain."""
    found = route(study, *stops)
    assert found.distance_m / 1000 == pytest.approx(km, rel=0.06)
    assert found.climb_m == pytest.approx(climb_m, rel=0.15)
    assert found.profile.elevation_m.max() == pytest.approx(top_m, rel=0.15)


def test_108_between_hot_and_mae_sariang_tops_at_1157_m(study):
    """SRTM at 98.133 E, 18.151 N; most of the way lies over true SRTM."""
    found = route(study, "hot", "mae_sariang")
    assert found.profile.elevation_m.max() == pytest.approx(1157, rel=0.05)


def test_the_loop_climbs_9000_m(study):
    """Chiang Mai - Pai - Mae Hong Son - Mae Sariang - Hot: 600 km and 9,000 m by one GPS."""
    ids = ("chiang_mai", "pai", "mae_hong_son", "mae_sariang", "hot", "chiang_mai")
    loop = route(study, *ids)
    assert loop.distance_m / 1000 == pytest.approx(600, rel=0.05)
    assert loop.climb_m == pytest.approx(9000, rel=0.15)


def test_no_numbered_road_is_steeper_than_24_percent(study):
    """The steepest of that loop by the same GPS."""
    profile, segments = study.network.profile, study.network.segments
    rise = np.diff(profile.elevation_m)[profile.starts]
    numbered = (segments["ref"].astype(str) != "").to_numpy()[profile.segment[profile.starts]]
    assert np.abs(rise / profile.run())[numbered].max() < 0.24
    assert numbered.sum() > 100_000


def test_towns_lie_as_high_as_they_do(study):
    """Roads at Mae Hong Son 264 m, Pai about 510, Khun Yuam 600, Mae Sariang 210, Hot 270."""
    nodes = study.network.nodes
    for lon, lat, height in (
        (97.9687, 19.3012, 264),
        (98.4406, 19.3590, 510),
        (97.9330, 18.8283, 600),
        (97.9330, 18.1650, 210),
        (98.6080, 18.1880, 270),
    ):
        near = int(np.hypot(nodes["lon"] - lon, nodes["lat"] - lat).argmin())
        assert nodes["elevation_m"].iloc[near] == pytest.approx(height, abs=30)


def test_what_was_not_measured_is_said(study):
    notes = " ".join(study.network.source.notes)
    assert "the terrain is told only every 928 m" in notes
    assert study.network.profile.repairs.coarse_km > 10_000


@pytest.fixture(scope="module")
def around_pai() -> BareRoads:
    """Return every road from Pai to Soppong, as shipped."""
    area = load_area("mae_hong_son")
    assert area.layers.roads
    roads = read_roads(area.layers.roads)
    lon, lat = (roads.nodes[axis].to_numpy()[roads.ends] for axis in ("lon", "lat"))
    here = ((lon > 98.2) & (lon < 98.5) & (lat > 19.3) & (lat < 19.55)).all(axis=1)
    return roads.take(here)


def laid(roads: BareRoads, terrain: Terrain) -> RoadNetwork:
    nodes, profile = drape(roads.nodes, roads.segments, terrain)
    return RoadNetwork(nodes, roads.segments, profile, roads.restrictions, roads.source)


def hours(network: RoadNetwork, ref: str, vehicle: str = "truck_10w") -> float:
    """Return how long a laden truck takes over every stretch of a road, both ways."""
    mine = (network.segments["ref"].astype(str) == ref).to_numpy()
    time = edge_costs(network, load_vehicle(vehicle)).time_s[mine]
    return float(time[np.isfinite(time)].sum() / 3600)


def test_where_roads_are_cut_hardly_changes_their_time(around_pai):
    terrain = own_terrain(load_area("mae_hong_son"))
    whole = laid(around_pai, terrain)
    long = np.flatnonzero(whole.length_m > 200)
    cut = split_segments(whole, long, whole.length_m[long] * 0.37).network
    nodes, profile = drape(cut.nodes, cut.segments, terrain)
    again = replace(cut, nodes=nodes, profile=profile)
    assert len(cut.segments) > 1.25 * len(whole.segments)
    assert hours(again, "1095") == pytest.approx(hours(whole, "1095"), rel=0.02)
    before, after = (one.profile.climb_m().sum() for one in (whole, again))
    assert after == pytest.approx(before, rel=0.02)
    assert (
        np.abs(np.sort(nodes["elevation_m"])[::50] - np.sort(cut.nodes["elevation_m"])[::50]).max()
        < 12
    )


def test_a_finer_raster_of_the_same_terrain_changes_little(around_pai, tmp_path):
    area = load_area("mae_hong_son")
    source = next(path for path in area.layers.terrain if path.name == "terrain_30s.tif")
    whole = laid(around_pai, open_terrain(source))
    fine = finer(source, tmp_path / "fine.tif", 6)
    again = laid(around_pai, open_terrain(fine, grain_m=(926.0,)))
    assert hours(again, "1095") == pytest.approx(hours(whole, "1095"), rel=0.02)
    # Read as if its cells were measured, the same raster makes a mountain of every error.
    raw = laid(around_pai, open_terrain(fine))
    assert raw.profile.climb_m().sum() > again.profile.climb_m().sum()


def finer(source: Path, path: Path, times: int) -> Path:
    """Write a raster again with cells a part as long, heights straight between."""
    with rasterio.open(source) as raster:
        shape = (raster.height * times, raster.width * times)
        cells = raster.read(1, out_shape=shape, resampling=Resampling.bilinear)
        where = raster.transform * raster.transform.scale(1 / times)
        about = raster.profile | {"height": shape[0], "width": shape[1], "transform": where}
    with rasterio.open(path, "w", **about) as raster:
        raster.write(cells, 1)
    return path


def test_coarse_terrain_tells_most_of_the_climb_that_fine_terrain_tells():
    """Roads that nothing was fitted on, within the tile that is true: with it and without.

    The rise and fall of coarse ground was set by what 1095 climbs by GPS. SRTM reads the hillside
    beside a road that is cut into it, and so more: how much less coarse ground tells is a limit
    of this method, largest on 1263, the steepest.
    """
    area = load_area("mae_hong_son")
    roads, terrain = read_roads(area.layers.roads), own_terrain(area)
    west, south, east, north = terrain.tiles[0].bounds
    lon, lat = (roads.nodes[name].to_numpy() for name in ("lon", "lat"))
    inner = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    numbers = roads.segments["ref"].astype(str)
    shares = {}
    for number in ("1263", "1088", "1192", "108", "1009", "1270"):
        mine = numbers.map(lambda text, number=number: number in text.split(";")).to_numpy()
        some = roads.take(mine & inner[roads.ends].all(axis=1))
        fine, coarse = (
            np.abs(np.diff(drape(some.nodes, some.segments, one)[1].elevation_m)).sum()
            for one in (terrain, replace(terrain, tiles=terrain.tiles[1:]))
        )
        shares[number] = coarse / fine
    assert min(shares.values()) > 0.6, shares
    assert max(shares.values()) < 1.1, shares
    assert np.median(list(shares.values())) > 0.85, shares
