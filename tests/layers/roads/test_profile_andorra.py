"""Heights of a real network on a real, coarse terrain model, against what is known of Andorra."""

from dataclasses import dataclass

import numpy as np
import pytest
import rasterio

from layers.roads.network import RoadNetwork
from layers.roads.profile import MAX_GRADE, SPACING_M
from layers.store.importing import import_area


@dataclass(frozen=True)
class Draped:
    """A network and the height of every sample, interval by interval, in plain arrays."""

    network: RoadNetwork
    first: np.ndarray
    last: np.ndarray
    rise: np.ndarray
    run: np.ndarray
    segment: np.ndarray

    @property
    def grade(self) -> np.ndarray:
        """Steepness of every interval."""
        return np.abs(self.rise) / self.run

    @property
    def most(self) -> np.ndarray:
        """Of every segment."""
        return np.maximum.reduceat(self.grade, np.flatnonzero(np.diff(self.segment, prepend=-1)))


@pytest.fixture(scope="module")
def draped(sample_data, tmp_path_factory) -> Draped:
    folder = sample_data / "andorra"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(tmp_path_factory.mktemp("บ้าน")))
        dem = (folder / "andorra_srtm3.tif",)
        network = import_area("andorra_check", folder / "andorra.osm.pbf", dem=dem).network
    profile = network.profile
    inner = np.diff(np.repeat(np.arange(len(network.segments)), np.diff(profile.offsets))) == 0
    return Draped(
        network,
        first=profile.offsets[:-1],
        last=profile.offsets[1:] - 1,
        rise=np.diff(profile.elevation_m)[inner],
        run=np.diff(profile.distance_m)[inner],
        segment=np.repeat(np.arange(len(network.segments)), np.diff(profile.offsets) - 1),
    )


@pytest.fixture(scope="module")
def ground(sample_data):
    """Return the height of the nearest cell of terrain, read without any of our code."""

    def read(lon, lat):
        with rasterio.open(sample_data / "andorra" / "andorra_srtm3.tif") as raster:
            assert raster.crs.to_epsg() == 4326
            cells = raster.sample(zip(lon, lat, strict=True))
            return np.array([float(cell[0]) for cell in cells])

    return read


def test_nothing_is_missing(draped):
    profile = draped.network.profile
    assert np.isfinite(profile.elevation_m).all()
    assert np.isfinite(draped.network.nodes["elevation_m"]).all()
    assert np.isfinite(profile.grade()).all()
    assert (profile.radius_m > 0).all()
    assert (draped.run > 0).all()
    assert draped.run.max() <= SPACING_M + 1e-6
    assert profile.repairs.samples == len(profile.elevation_m)
    assert profile.repairs.filled_samples == profile.repairs.flat_segments == 0


def test_segments_are_sampled_from_end_to_end(draped):
    distance = draped.network.profile.distance_m
    assert (distance[draped.first] == 0).all()
    assert distance[draped.last] == pytest.approx(draped.network.length_m)


def test_segments_that_meet_at_a_node_meet_at_one_height(draped):
    height = draped.network.profile.elevation_m
    node = draped.network.nodes["elevation_m"].to_numpy()
    u, v = draped.network.ends.T
    assert height[draped.first] == pytest.approx(node[u], abs=1e-6)
    assert height[draped.last] == pytest.approx(node[v], abs=1e-6)


def test_bridges_and_tunnels_run_straight_between_their_ends(draped):
    segments, height = draped.network.segments, draped.network.profile.elevation_m
    structure = (segments["bridge"] | segments["tunnel"]).to_numpy()
    assert structure.sum() == draped.network.profile.repairs.levelled_segments > 100
    grade = draped.rise / draped.run
    for at in np.flatnonzero(structure):
        mean = (height[draped.last[at]] - height[draped.first[at]]) / draped.network.length_m[at]
        assert grade[draped.segment == at] == pytest.approx(mean, abs=1e-9)
    # On the ground, a road of some length is nowhere that straight.
    ground = ~structure & (draped.network.length_m > 500)
    ground &= draped.most < 0.99 * MAX_GRADE
    spread = [np.ptp(grade[draped.segment == at]) for at in np.flatnonzero(ground)]
    assert min(spread) > 1e-3


def test_long_tunnels_stay_under_the_mountain(draped, ground):
    """Envalira, Dos Valires and others: far below the cell of terrain over their middle."""
    segments, height = draped.network.segments, draped.network.profile.elevation_m
    long = np.flatnonzero(segments["tunnel"] & (segments["length_m"] > 1000))
    assert len(long) >= 4
    lines = segments.geometry.iloc[long]
    middle = lines.interpolate(0.5, normalized=True).to_crs("EPSG:4326")
    over = ground(middle.x, middle.y)
    inside = [height[draped.first[at] : draped.last[at] + 1].max() for at in long]
    assert (over - inside).min() > 50


def test_no_road_is_steeper_than_roads_of_its_class_and_what_was_cut_is_stated(draped):
    """A model of 90 m reads the hillside over narrow valleys; CG-1 and CG-2 are no staircases."""
    profile = draped.network.profile
    count = profile.repairs.clamped_samples
    assert 0 < count < 0.1 * len(draped.run)
    note = f"{count:,} samples steeper than roads of their class were cut and filled."
    assert note in draped.network.source.notes
    highway = draped.network.segments["highway"].astype(str).to_numpy()[draped.segment]
    for name, limit in (("primary", 0.16), ("secondary", 0.20), ("path", MAX_GRADE)):
        assert draped.grade[highway == name].max() <= limit + 1e-6
    # It is paths on hillsides, not main roads, that the model reads as steeper.
    main = np.isin(highway, ["primary", "secondary"])
    assert (draped.grade[main] > 0.99 * 0.16).mean() < 0.02


def test_climb_less_descent_is_the_difference_in_height(draped):
    climb = draped.network.profile.climb_m()
    assert (climb >= 0).all()
    node = draped.network.nodes["elevation_m"].to_numpy()
    u, v = draped.network.ends.T
    assert climb[:, 0] - climb[:, 1] == pytest.approx(node[v] - node[u], abs=1e-4)


def test_mean_grade_of_main_roads_is_that_of_mountain_roads(draped):
    grade = np.abs(draped.network.profile.grade())
    mean = {}
    for highway in ("primary", "secondary", "path"):
        here = (draped.network.segments["highway"] == highway).to_numpy()[draped.segment]
        mean[highway] = np.average(grade[here], weights=draped.run[here])
    assert 0.02 < mean["primary"] < 0.09
    assert mean["primary"] < mean["secondary"] < mean["path"]


def test_known_heights(draped):
    """Port d'Envalira, 2,408 m, is the highest main road; the lowest leaves for Spain at 840 m."""
    segments, height = draped.network.segments, draped.network.profile.elevation_m
    main = (segments["highway"] == "primary").to_numpy()
    sample = np.repeat(main, np.diff(draped.network.profile.offsets))
    top = np.flatnonzero(sample)[height[sample].argmax()]
    assert height[top] == pytest.approx(2408, abs=15)
    at = np.searchsorted(draped.last, top)
    node = draped.network.nodes.iloc[segments["u"].iloc[at]]
    assert (node["lon"], node["lat"]) == pytest.approx((1.7197, 42.5400), abs=0.01)
    assert height[sample].min() == pytest.approx(840, abs=40)


def test_draping_stays_near_the_ground(draped, ground):
    nodes = draped.network.nodes
    apart = nodes["elevation_m"].to_numpy() - ground(nodes["lon"], nodes["lat"])
    assert abs(np.median(apart)) < 2
    assert np.percentile(np.abs(apart), 90) < 30
