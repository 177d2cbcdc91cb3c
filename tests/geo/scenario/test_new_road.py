"""Roads that are drawn but not built: draped, levelled, and over a coarse terrain by class."""

from dataclasses import replace

import numpy as np
import pytest
import rasterio
import shapely
from drawing import ORIGIN, draw
from rasterio.transform import from_origin

from geo.scenario.new_profile import DESIGN_GRADE
from geo.scenario.new_road import NewRoad, add_road
from layers.terrain.terrain import open_terrain


def ground(path, slope):
    """Write ground that rises to the east, `slope` metres per cell of 0.001 degrees."""
    cells = np.tile(500 + slope * np.arange(300, dtype=np.float32), (300, 1))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=300,
        height=300,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=from_origin(98.0, 19.4, 0.001, 0.001),
    ) as raster:
        raster.write(cells, 1)
    return open_terrain(path)


@pytest.fixture(scope="module")
def hillside(tmp_path_factory):
    """Make ground that rises to the east by 6 m per 0.001 degrees: 5.7 %."""
    return ground(tmp_path_factory.mktemp("dem") / "dem.tif", 6.0)


def line(*corners):
    return shapely.LineString([(ORIGIN[0] + 1000 * x, ORIGIN[1] - 1000 * y) for x, y in corners])


def parallel(terrain=None):
    """Draw two roads north to south, 6 km apart."""
    return draw("A-----C\n|     |\n|     |\nB-----D", cell=1000, terrain=terrain)


def road(shape, **more):
    return NewRoad(shape, {"highway": "primary", "surface": "asphalt"}, 200.0, **more)


def added(network, new, terrain):
    made = add_road(network, new, terrain)
    last = np.arange(len(made.split.network.segments), len(made.network.segments))
    profile = made.network.profile
    mine = np.isin(profile.segment[profile.starts], last)
    return made, profile.grade()[mine], profile.radius()[mine]


def test_a_drawn_road_climbs_what_the_ground_climbs(hillside):
    network = parallel(hillside)
    made, grade, radius = added(network, road(line((0, 1.5), (6, 1.5))), hillside)
    assert grade == pytest.approx(0.057, abs=0.005)
    assert np.isinf(radius).all()
    heights = made.network.nodes["elevation_m"].to_numpy()
    at = made.network.profile
    starts, ends = at.offsets[-2], at.offsets[-1] - 1
    last = made.network.ends[-1]
    assert at.elevation_m[[starts, ends]] == pytest.approx(heights[last])
    assert made.needs.cross_slope == pytest.approx(0.0, abs=0.003)


def test_the_slope_across_a_road_along_the_hillside(hillside):
    network = parallel(hillside)
    made, grade, _ = added(network, road(line((3, 0), (3, 3))), hillside)
    assert np.abs(grade).max() < 0.01
    assert made.needs.cross_slope == pytest.approx(0.057, abs=0.003)
    assert made.needs.terrain_cell_m == pytest.approx(111, rel=0.01)


def test_bends_of_a_drawn_road_count(hillside):
    corners = [
        (0, 1.5),
        *(
            (3 + 0.03 * np.cos(a), 1.5 + 0.03 * np.sin(a))
            for a in np.linspace(np.pi, 2 * np.pi, 20)
        ),
        (6, 1.5),
    ]
    _, _, radius = added(parallel(hillside), road(line(*corners)), hillside)
    assert radius.min() == pytest.approx(30, rel=0.15)


def test_a_tunnel_is_straight_from_portal_to_portal(hillside):
    shape = line((0, 1.5), (6, 1.5))
    network = parallel(hillside)
    made, grade, _ = added(network, road(shape, tunnels=((2000.0, 4000.0),)), hillside)
    tunnel = made.network.segments["tunnel"].to_numpy()
    assert tunnel.sum() == 1
    assert np.ptp(grade[100:200]) < 1e-9
    assert made.needs.tunnel_m == pytest.approx(2000)


def test_a_crossing_joins_both_roads_and_an_end_in_the_open_does_not():
    network = parallel()
    made = add_road(network, road(line((0, 1.5), (8, 1.5)), dead_end=True), None)
    degree = np.bincount(made.network.ends.ravel())
    assert sorted(degree[4:].tolist()) == [1, 3, 4]


def test_an_end_near_a_junction_is_that_junction():
    network = parallel()
    made = add_road(network, road(line((0.01, 0.0), (5.995, 3.01))), None)
    assert len(made.network.nodes) == len(network.nodes)
    assert made.network.ends[-1].tolist() == [0, 3]


def test_a_road_drawn_along_another_joins_it_where_both_part():
    network = parallel()
    made = add_road(network, road(line((0, 1), (0, 2), (6, 1))), None)
    assert made.network.nodes["component"].eq(0).all()
    assert len(made.network.segments) >= len(network.segments) + 3


def test_over_a_coarse_terrain_the_class_adds_bends_and_no_cliff(tmp_path):
    coarse = ground(tmp_path / "dem.tif", 30.0)
    coarse = replace(coarse, tiles=tuple(replace(t, grain_m=2000.0) for t in coarse.tiles))
    network = parallel()
    shape = line((0, 1.5), (6, 1.5))
    made, grade, radius = added(
        network, road(shape, terrain_class="mountainous", length_m=9000), coarse
    )
    assert made.network.length_m[-1] == pytest.approx(9000)
    assert (radius < 150).any()
    # The class's steepest wave rides on a base line that is held to the design grade.
    assert np.abs(grade).max() < DESIGN_GRADE + 0.031 * 1.6 + 0.01


def test_without_terrain_a_class_runs_between_the_roads_it_joins():
    made, grade, _ = added(parallel(), road(line((0, 1), (6, 1)), terrain_class="flat"), None)
    assert np.abs(grade).mean() == pytest.approx(0.003, rel=0.1)
    assert np.isnan(made.needs.cross_slope)


def test_a_new_road_leaves_what_is_known_around_the_old_ones(hillside):
    old = parallel(hillside)
    shares = {"AB": 0.25, "AC": 0.0, "BD": 0.0, "CD": 0.5}
    lined = old.segments.assign(
        built_up=old.segments["name"].astype(str).map(shares), vehicles_per_day=900.0
    )
    known = replace(old, segments=lined)
    network = added(known, road(line((0, 2), (6, 2))), hillside)[0].network
    # The new road cuts AB and CD in two; nobody has built along it yet.
    by_name = network.segments.groupby(network.segments["name"].astype(str))["built_up"]
    assert by_name.agg(list)["AB"] == [0.25, 0.25]
    assert by_name.agg(list)["CD"] == [0.5, 0.5]
    assert network.segments["built_up"].isna().tolist() == [False] * 6 + [True]
    assert network.segments["vehicles_per_day"].isna().tolist() == [False] * 6 + [True]
