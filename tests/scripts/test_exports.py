"""Files for other programs: they open elsewhere and say what they should."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from layers.errors import WriteError
from scripts.exports import View, write_cog, write_geopackage

CRS = "EPSG:32647"


def test_geopackage_holds_layers_and_the_styles_of_each(tmp_path):
    path = tmp_path / "การเข้าถึง.gpkg"
    points = gpd.GeoDataFrame(
        {"name": ["ปาย"]}, geometry=[shapely.Point(400_000, 2_100_000)], crs=CRS
    )
    areas = gpd.GeoDataFrame({"minutes": [30]}, geometry=[shapely.box(0, 0, 10, 10)], crs=CRS)
    write_geopackage(path, {"places": points, "isochrones": areas}, {"places": "<qgis/>"})
    assert set(gpd.list_layers(path)["name"]) == {"places", "isochrones", "layer_styles"}
    assert gpd.read_file(path, layer="places")["name"].tolist() == ["ปาย"]
    assert gpd.read_file(path, layer="isochrones").crs == CRS
    database = sqlite3.connect(path)
    rows = database.execute(
        "SELECT f_table_name, styleQML, useAsDefault FROM layer_styles"
    ).fetchall()
    database.close()
    assert rows == [("places", "<qgis/>", 1)]


def test_a_view_shows_some_columns_of_another_layer(tmp_path):
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame(
        {"name": ["a", "b"], "use_x": [5.0, 6.0], 'odd "name"': ["same", None]},
        geometry=[shapely.Point(0, 0), shapely.Point(1, 1)],
        crs=CRS,
    )
    view = View("links", {"use_x": "use", "name": "name"}, known='odd "name"')
    write_geopackage(path, {"links": frame}, {"x": "<qgis/>"}, views={"x": view})
    found = gpd.read_file(path, layer="x", fid_as_index=True)
    assert found.drop(columns="geometry").to_dict("index") == {1: {"use": 5.0, "name": "a"}}
    assert found.crs == CRS
    assert found.geometry.tolist() == [shapely.Point(0, 0)]
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT f_table_name FROM layer_styles").fetchall() == [("x",)]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_geopackage_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs=CRS)
    with pytest.raises(WriteError, match="not written"):
        write_geopackage(tmp_path / "file" / "a.gpkg", {"a": frame}, {})
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    resource = pytest.importorskip("resource", reason="Windows has no limit on files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_geopackage_is_whole_or_refused_wherever_the_disk_is_full(tmp_path):
    """GDAL makes the spatial index as it closes a file, and tells nobody where that fails."""
    points = gpd.GeoSeries(shapely.points(np.arange(300.0), 2_000_000.0), crs=CRS)
    layers = {name: gpd.GeoDataFrame({"at": range(300)}, geometry=points) for name in "ab"}
    write_geopackage(tmp_path / "whole.gpkg", layers, {"a": "<qgis/>"})
    size = (tmp_path / "whole.gpkg").stat().st_size
    refused = 0
    for limit in range(4096, size, 4 * 4096):
        path = tmp_path / "small.gpkg"
        try:
            with disk_of(limit):
                write_geopackage(path, layers, {"a": "<qgis/>"})
        except WriteError as error:
            assert str(error).startswith(f"{path}: not written: ")  # noqa: PT017
            assert [one.name for one in tmp_path.iterdir()] == ["whole.gpkg"]
            refused += 1
        else:
            assert path.read_bytes() == (tmp_path / "whole.gpkg").read_bytes(), limit
            path.unlink()
    assert refused > 5


def test_layers_without_rows_or_without_places_are_whole(tmp_path):
    some = gpd.GeoDataFrame({"at": [1, 2]}, geometry=[shapely.Point(1, 2), None], crs=CRS)
    layers = {"some": some, "no rows": some.iloc[:0], 'of "none"': some.iloc[1:]}
    write_geopackage(tmp_path / "a.gpkg", layers, {})
    read = [len(gpd.read_file(tmp_path / "a.gpkg", layer=name)) for name in layers]
    assert read == [2, 0, 1]


def test_cog_keeps_minutes_and_leaves_out_what_is_not_reached(tmp_path):
    minutes = np.array([[1.5, np.inf], [30.0, np.nan]], np.float32)
    affine = Affine(100, 0, 400_000, 0, -100, 2_100_000)
    write_cog(tmp_path / "surface.tif", minutes, affine, CRS)
    with rasterio.open(tmp_path / "surface.tif") as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.transform == affine
        found = raster.read(1, masked=True)
    assert found.mask.tolist() == [[False, True], [False, True]]
    assert found.compressed().tolist() == [1.5, 30.0]
