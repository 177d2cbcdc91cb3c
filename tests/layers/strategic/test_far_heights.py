"""Heights of roads beyond the terrain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawing import TO_LON_LAT, build, draw

from layers.strategic.far_heights import beyond_terrain

PICTURE = "A---B---C---D---E"
NOWHERE = (0.0, 0.0, 1.0, 1.0)


def town(network, node, height):
    """Return a place of known height at a node."""
    row = network.nodes.iloc[node]
    return {"lon": row["lon"], "lat": row["lat"], "elevation_m": height}


def strategic(heights, length=40_000.0):
    """Draw a strategic road along the picture's row, as high as said at even distances."""
    network = build([(400_000.0, 2_130_000.0), (400_000.0 + length, 2_130_000.0)], [(0, 1)])
    share = network.profile.distance_m / length
    at = np.linspace(0, 1, len(heights))
    return replace(
        network, profile=replace(network.profile, elevation_m=np.interp(share, at, heights))
    )


def test_without_strategic_roads_they_run_straight_between_towns():
    network = draw(PICTURE, cell=2500.0)
    towns = pd.DataFrame([town(network, 0, 100.0), town(network, 4, 500.0)])
    found = beyond_terrain(network, NOWHERE, towns)
    height = found.nodes["elevation_m"].to_numpy()
    assert (np.diff(height) > 0).all()
    assert height.min() >= 100
    assert height.max() <= 500
    assert found.profile.elevation_m.max() <= 500
    assert "lie outside the terrain" in found.source.notes[-1]


def test_without_any_terrain_all_roads_lie_beyond_it():
    network = draw(PICTURE, cell=2500.0)
    towns = pd.DataFrame([town(network, 0, 100.0), town(network, 4, 500.0)])
    found, beside = (beyond_terrain(network, bounds, towns) for bounds in (None, NOWHERE))
    assert found.nodes["elevation_m"].tolist() == beside.nodes["elevation_m"].tolist()
    assert np.ptp(found.nodes["elevation_m"]) > 100
    assert (found.profile.elevation_m == beside.profile.elevation_m).all()
    assert "lie outside the terrain" in beside.source.notes[-1]
    assert "No terrain raster" in found.source.notes[-1]


def test_summits_of_strategic_roads_are_climbed():
    network = draw(PICTURE, cell=2500.0)
    towns = pd.DataFrame([town(network, 0, 100.0), town(network, 4, 100.0)])
    found = beyond_terrain(network, NOWHERE, towns, strategic([100, 100, 900, 100, 100]))
    height = found.nodes["elevation_m"].to_numpy()
    assert height.argmax() == 2
    assert height[2] > 500
    assert height[[0, 4]].max() < 400


def test_between_nodes_a_hilly_country_rises_and_falls_and_a_plain_hardly():
    network = draw(PICTURE, cell=2500.0)
    towns = pd.DataFrame([town(network, node, 300.0) for node in range(5)])
    flat = beyond_terrain(network, NOWHERE, towns, strategic([300.0] * 3))
    hills = strategic(300.0 + 15 * (-1.0) ** np.arange(41))
    hilly = beyond_terrain(network, NOWHERE, towns, hills)

    def climb_per_km(found):
        profile = found.profile
        rise = np.abs(profile.grade()) * profile.run()
        return profile.sum_by_segment(rise).sum() / found.length_m.sum() * 1000

    assert climb_per_km(flat) == pytest.approx(3.0, abs=0.5)
    assert climb_per_km(hilly) == pytest.approx(31.0, abs=6.0)


def test_roads_within_the_terrain_keep_their_heights():
    network = draw(PICTURE, cell=2500.0)
    lon, lat = (network.nodes[name] for name in ("lon", "lat"))
    edge = TO_LON_LAT.transform(400_000.0 + 9 * 2500.0, 2_130_000.0)[0]
    bounds = (lon.min() - 1, lat.min() - 1, edge, lat.max() + 1)
    inside = network.nodes["lon"].to_numpy() < edge
    drawn = replace(network, nodes=network.nodes.assign(elevation_m=np.where(inside, 50.0, 0.0)))
    towns = pd.DataFrame([town(network, 4, 400.0)])
    found = beyond_terrain(drawn, bounds, towns, strategic([50.0, 400.0]))
    assert (found.nodes["elevation_m"][inside] == 50.0).all()
    assert (found.nodes["elevation_m"][~inside] > 50.0).all()
    first = found.profile.offsets[1]
    assert (found.profile.elevation_m[:first] == network.profile.elevation_m[:first]).all()
