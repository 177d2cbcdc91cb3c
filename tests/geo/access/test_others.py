"""Times of other people's grids beside ours, by drawn rasters whose times one can reckon."""

import json

import numpy as np
import pytest
import rasterio
from commands import done
from rasterio.transform import from_origin
from valley import write_valley

from geo.access.access import access
from geo.access.others import with_others
from geo.study import open_study
from layers.crs import from_lon_lat
from layers.errors import CrsError, DataError
from layers.rasters.minutes import read_minutes


@pytest.fixture
def answer(home):
    write_valley(home)
    study = open_study("valley")
    return study, access(study, "nearest_district_office", vehicle="car")


def raster(path, cells, west, north, degrees=0.01, *, crs="EPSG:4326", nodata=None, scale=None):
    with rasterio.open(
        path,
        "w",
        "GTiff",
        cells.shape[1],
        cells.shape[0],
        1,
        crs,
        from_origin(west, north, degrees, degrees),
        cells.dtype,
        nodata,
    ) as out:
        out.write(cells, 1)
        if scale:
            out.scales = (scale,)
    return path


def everywhere(study, value, kind="float32"):
    """Return cells of one value that cover the area, and where they begin."""
    places = study.tables.settlements
    west, north = places["lon"].min() - 0.3, places["lat"].max() + 0.3
    return np.full((120, 150), value, kind), west, north


def straight_m(study, found):
    """Return metres from every settlement straight to the nearest facility."""
    to_metres = from_lon_lat(study.area.crs)
    x, y = to_metres.transform(found.places["lon"].to_numpy(), found.places["lat"].to_numpy())
    goals = to_metres.transform(
        found.facilities["lon"].to_numpy(), found.facilities["lat"].to_numpy()
    )
    return np.hypot(x[:, None] - goals[0], y[:, None] - goals[1]).min(axis=1)


def test_even_ground_is_crossed_as_far_as_eight_directions_lead(answer, tmp_path):
    """At 0.01 minutes a metre, 6 km/h: between the straight line and 8.3 % more."""
    study, found = answer
    path = raster(tmp_path / "f.tif", *everywhere(study, 0.01))
    beside = with_others(study, found, friction=path, resolution_m=100).others
    metres = straight_m(study, found)
    minutes = beside["minutes_friction"].to_numpy()
    # Both ends lie anywhere in their cells.
    assert (minutes >= (metres - 150) * 0.01).all()
    assert (minutes <= (metres * 1.083 + 150) * 0.01).all()
    assert (minutes[metres > 5000] > 40).all()
    assert beside["minutes_dry"].tolist() == found.places["minutes_dry"].tolist()


def test_a_wall_of_nothing_is_not_crossed(answer, tmp_path):
    study, found = answer
    cells, west, north = everywhere(study, 0.01)
    far = int(straight_m(study, found).argmax())
    place = found.places.iloc[far]
    row, column = int((north - place["lat"]) / 0.01), int((place["lon"] - west) / 0.01)
    cells[row - 2 : row + 3, column - 2 : column + 3] = -9999
    cells[row, column] = 0.01
    path = raster(tmp_path / "f.tif", cells, west, north, nodata=-9999)
    made = with_others(study, found, friction=path, resolution_m=100)
    assert np.isinf(made.others["minutes_friction"].iloc[far])
    assert f"{len(found.places) - 1} of {len(found.places)}" in made.notes[-1]


def test_a_raster_of_times_is_read_where_people_live(answer, tmp_path):
    study, found = answer
    cells, west, north = everywhere(study, 90, "int16")
    path = raster(tmp_path / "เวลา ของเขา.tif", cells, west, north, scale=0.5)
    made = with_others(study, found, time=path, resolution_m=100)
    assert (made.others["minutes_time"] == 45).all()
    assert "Within 120 minutes it has 100.0% of people" in made.notes[-1]
    assert "others" in made.tables
    assert "others" not in found.tables


def test_other_units_and_places_are_refused(answer, tmp_path):
    study, found = answer
    seconds = raster(tmp_path / "s.tif", *everywhere(study, 90.0))
    with pytest.raises(DataError, match=r"s\.tif: half of its cells say 90 and more"):
        with_others(study, found, friction=seconds)
    away = raster(tmp_path / "a.tif", np.full((5, 5), 0.01, "float32"), 10.0, 50.0)
    with pytest.raises(DataError, match=r"a\.tif: says nothing of the area"):
        with_others(study, found, friction=away)
    cells, west, north = everywhere(study, 0.01)
    bare = raster(tmp_path / "b.tif", cells, west, north, crs=None)
    with pytest.raises(CrsError, match=r"b\.tif: has no coordinate reference system"):
        with_others(study, found, time=bare)
    (tmp_path / "x.tif").write_text("<VRTDataset/>")
    with pytest.raises(DataError, match=r"x\.tif: cannot be read as minutes: it is no GeoTIFF"):
        read_minutes(tmp_path / "x.tif", rasterio.Affine.identity(), (2, 2), "EPSG:32647",
                     per_metre=False)  # fmt: skip


def test_the_command_tells_it_in_every_form(home, tmp_path):
    write_valley(home)
    study = open_study("valley")
    path = raster(tmp_path / "f.tif", *everywhere(study, 0.01))
    told = (
        "access",
        "valley",
        "--to",
        "nearest_district_office",
        "--friction",
        path,
        "--time",
        path,
    )
    text = done(*told, "--quiet").stdout
    assert "friction, min" in text
    made = json.loads(done(*told, "--format", "json", "--quiet").stdout)
    assert {"minutes_friction", "minutes_time"} <= set(made["others"][0])
    assert sum("are within 20%" in note for note in made["notes"]) == 2
