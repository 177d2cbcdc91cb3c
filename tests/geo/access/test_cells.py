"""People of a raster are counted on their own cells, by hand on a drawn one."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.transform import from_origin

from geo.access.access import access
from geo.study import open_study
from geo.surface.to_facilities import travel_time_surface

LIMITS = (30, 60, 120)
TOWN, RIDGE, TOWN_OF_PAI = (97.968, 19.300), (98.15, 19.05), (98.44, 19.359)
"""Beside the hospital of Mae Hong Son; a ridge 15 km from every road that bears a pickup in
the rains; beside the hospital of Pai."""
PEOPLE = {TOWN: 100.0, RIDGE: 300.0, TOWN_OF_PAI: 200.0}


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


@pytest.fixture(scope="module")
def raster(tmp_path_factory):
    """600 people on three cells of a hundredth of a degree."""
    path = tmp_path_factory.mktemp("people") / "people.tif"
    west, north, side = 97.0, 20.0, 0.01
    cells = np.zeros((260, 180), np.float32)
    for (lon, lat), people in PEOPLE.items():
        cells[int((north - lat) / side), int((lon - west) / side)] = people
    meta = {"height": 260, "width": 180, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(
        path, "w", driver="GTiff", transform=from_origin(west, north, side, side), **meta
    ) as file:
        file.write(cells, 1)
    return path


@pytest.fixture(scope="module")
def found(study, raster):
    return access(study, population=raster, resolution_m=500, measures=["2sfca"])


def test_nobody_is_lost_or_moved(found):
    assert found.cells["population"].sum() == 600
    assert sorted(found.cells["population"]) == [100, 200, 300]
    assert found.places["population"].sum() == pytest.approx(600)


def test_only_the_towns_are_near(found):
    """300 of 600 live on the ridge, though the settlement nearest to it has a road."""
    people = found.people.set_index(["season", "group"])["people"]
    assert people["dry", "within 30 min"] == 300
    measures = found.measures.set_index("measure")["value"]
    assert measures["Rural Access Index: within 2 km of an all-season road"] == 0.5
    assert measures["farther than 2 km from an all-season road"] == 300


def test_each_has_the_minutes_of_its_own_ground(study, found):
    surface = travel_time_surface(study, vehicle="pickup", resolution_m=500)
    to_metres = Transformer.from_crs(4326, study.area.crs, always_xy=True)
    x, y = to_metres.transform(found.cells["lon"].to_numpy(), found.cells["lat"].to_numpy())
    at, inside = surface.grid.cells(x, y)
    assert inside.all()
    minutes = surface.time_s[at[:, 0], at[:, 1]] / 60
    known = np.where(np.isfinite(minutes), minutes, np.nan)
    np.testing.assert_allclose(found.cells["minutes_dry"], known, rtol=1e-6)
    by_people = found.cells.set_index("population")["minutes_dry"]
    assert by_people[100.0] < 15
    assert not by_people[300.0] <= 120


def test_zones_and_heights_are_those_of_the_cells(found):
    by_people = found.cells.set_index("population")
    assert by_people.loc[[100.0, 200.0], "district"].tolist() == ["5801", "5803"]
    districts = found.districts.set_index("code")["people"]
    assert districts["5803"] == 200
    assert districts.sum() == 600
    assert found.subdistricts["people"].sum() == 600
    high = found.highland.set_index("group")["people"]
    # The town lies at 260 m, Pai at 514 m, the ridge above 1,000 m.
    assert (high["highland"], high["rest"]) == (500, 100)


def test_supply_is_shared_by_people_where_they_are(found):
    """Every hospital is shared by those within an hour; nobody on the ridge is."""
    sums = found.measures.set_index("measure")["value"]
    # Both hospitals are reached by their own town alone, and are shared whole.
    assert sums["2sfca, shared by people, dry"] == pytest.approx(2)
    assert any("1000 m" in note for note in found.notes)
    assert any("each on their own cell" in note for note in found.notes)
