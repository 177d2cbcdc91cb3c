"""Any OpenStreetMap XML, half-valid too: a network that keeps its word, or one clear error."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from odd_osm import files

from layers.errors import ChaidaenError
from layers.osm.points import scan_points
from layers.osm.roads import read_osm
from layers.osm.water import scan_water
from layers.roads.network import RoadNetwork, Source
from layers.terrain.drape import drape


def fault_of(read, path, **options):
    """Return what a reader says is wrong, empty if nothing; any other error passes through."""
    try:
        read(path, **options)
    except ChaidaenError as error:
        return str(error)
    return ""


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=files())
def test_any_file_is_a_sound_network_or_one_clear_error(text, tmp_path):
    path = tmp_path / "a.osm"
    path.write_text(text, encoding="utf-8")
    told = [fault_of(scan_points, path), fault_of(scan_water, path)]
    told.append(fault_of(read_osm, path, crs="EPSG:32647"))
    assert all("\n" not in fault for fault in told)
    event(told[-1].split(":")[-1][:40] or "a network")
    if told[-1]:
        assert str(path) in told[-1]
        return
    roads = read_osm(path, crs="EPSG:32647")
    nodes, profile = drape(roads.nodes, roads.segments, None)
    network = RoadNetwork(nodes, roads.segments, profile, roads.restrictions, Source("x", "x"))
    assert len(network.segments) > 0
    assert np.isfinite(network.length_m).all()
    assert (network.length_m > 0).all()
    assert np.isfinite(nodes[["x", "y", "lon", "lat"]].to_numpy()).all()
    ends = network.segments.geometry
    np.testing.assert_allclose(
        ends.map(lambda line: line.coords[0][0]), nodes["x"].to_numpy()[network.ends[:, 0]]
    )
    np.testing.assert_allclose(
        ends.map(lambda line: line.coords[-1][0]), nodes["x"].to_numpy()[network.ends[:, 1]]
    )
    assert set(network.ends.ravel().tolist()) == set(range(len(nodes)))
    for column in ("lanes", "width_m", "maxspeed_kph", "maxweight_t"):
        values = network.segments[column].to_numpy()
        assert (np.isnan(values) | ((values > 0) & np.isfinite(values))).all(), column
    if len(roads.restrictions):
        turns = roads.restrictions
        for column in ("from_segment", "to_segment"):
            assert turns[column].between(0, len(network.segments) - 1).all()
            touching = (
                network.ends[turns[column].to_numpy()] == turns["via_node"].to_numpy()[:, None]
            )
            assert touching.any(axis=1).all()
