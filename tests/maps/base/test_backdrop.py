"""What every map stands on: hills, waters, names to search for, and how it fits elsewhere."""

import base64
import json
import re
import struct
import zlib

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from commands import done
from rasterio.transform import from_origin

from layers.area import load_area
from layers.store.store import has_terrain
from layers.terrain.terrain import open_terrain
from maps.base.backdrop import _water, backdrop
from maps.base.find import names_of
from maps.base.relief import BYTES, LIGHTS, hillshade, relief
from tests.maps.report.test_report import CRS, Tags, corridors, inputs

LIGHT_PAGE = 3_000_000


def read_png(data):
    """Read a picture of four bits a pixel without filters; (pixels, alpha of the palette)."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, {}
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        parts[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + length]
        at += 12 + length
    cols, rows, depth, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (depth, kind) == (4, 3)
    lines = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(rows, -1)
    assert not lines[:, 0].any()
    pixels = np.stack([lines[:, 1:] >> 4, lines[:, 1:] & 15], axis=-1).reshape(rows, -1)
    return pixels[:, :cols], list(parts[b"tRNS"])


def terrain(path, heights, *, cell=0.0005):
    """Write heights as a raster whose north-west corner is at 98 E, 19 N."""
    rows, cols = heights.shape
    options = {"driver": "GTiff", "height": rows, "width": cols, "count": 1, "dtype": "float32"}
    place = {"crs": "EPSG:4326", "transform": from_origin(98, 19, cell, cell), "nodata": -9999}
    with rasterio.open(path, "w", **options, **place) as raster:
        raster.write(np.where(np.isnan(heights), -9999, heights).astype(np.float32), 1)
    return open_terrain(path)


def shown(picture):
    return read_png(base64.b64decode(picture.url.removeprefix("data:image/png;base64,")))


def test_a_ridge_is_lit_from_the_north_west(tmp_path):
    # It runs from the south-west to the north-east: its north-western side faces the sun.
    row, col = np.mgrid[0:200, 0:200]
    across = np.abs(row + col - 199) * -20.0 + 4000
    picture = relief(terrain(tmp_path / "ridge.tif", across), shapely.box(98, 18.9, 98.1, 19))
    pixels, alpha = shown(picture)
    lit, shade = pixels[50, 50], pixels[-50, -50]
    assert LIGHTS[lit - 1] > 0.9
    assert LIGHTS[shade - 1] < 0.4
    assert alpha[0] == 0


def test_level_ground_hides_nothing(tmp_path):
    picture = relief(
        terrain(tmp_path / "x.tif", np.full((80, 80), 300.0)), shapely.box(98, 18.96, 98.04, 19)
    )
    pixels, alpha = shown(picture)
    middle = pixels[10:-10, 10:-10]
    assert set(np.unique(middle)) == {int(np.argmin(np.abs(LIGHTS - np.sqrt(0.5)))) + 1}
    assert alpha[middle[0, 0]] < 0.06 * 255


def test_beyond_the_area_and_in_great_holes_the_picture_is_clear(tmp_path):
    heights = np.random.default_rng(1).normal(500, 20, (200, 200))
    heights[80:120, 80:120] = np.nan
    circle = shapely.Point(98.05, 18.95).buffer(0.049)
    pixels, _ = shown(relief(terrain(tmp_path / "x.tif", heights), circle))
    rows, cols = pixels.shape
    assert pixels[0, 0] == pixels[-1, -1] == 0
    assert pixels[rows // 2, cols // 2] == 0
    assert pixels[rows // 2, cols // 6] > 0


def test_a_picture_is_light_even_of_noise(tmp_path):
    noise = np.random.default_rng(1).normal(500, 200, (1000, 1000))
    picture = relief(
        terrain(tmp_path / "x.tif", noise, cell=0.0002), shapely.box(98, 18.8, 98.2, 19)
    )
    assert len(base64.b64decode(picture.url.split(",")[1])) <= BYTES


def test_no_heights_are_no_picture(tmp_path):
    empty = terrain(tmp_path / "x.tif", np.full((20, 20), np.nan))
    assert relief(empty, shapely.box(98, 18.99, 98.01, 19)) is None


def test_light_does_not_depend_on_the_height_above_the_sea():
    heights = np.random.default_rng(2).normal(0, 5, (30, 30))
    np.testing.assert_allclose(hillshade(heights, 30.0), hillshade(heights + 2000, 30.0), atol=1e-9)


def test_an_area_with_a_boundary_only_has_a_ground(tmp_path):
    area = inputs(tmp_path)["area"]
    assert not has_terrain(area)
    assert len(backdrop(area)) == 1
    assert names_of(area) == []


def test_capitals_are_found_before_petrol_stations():
    names = names_of(load_area("mae_hong_son"))
    english = [name for name, *_ in names]
    assert english.index("Chiang Mai") < english.index("Pai") < english.index("Pai Hospital")
    _, thai, lat, lon = names[english.index("Pai")]
    assert thai == "ปาย"
    assert 19 < lat < 20
    assert 98 < lon < 99
    assert len(names) == len(set(names))


def test_a_page_of_the_embedded_area_is_light_and_can_be_searched(tmp_path):
    path = tmp_path / "route.html"
    way = ("route", "mae_hong_son", "Pai", "Mae Sariang", "--source", "strategic")
    done(*way, "--map", path, "--quiet")
    html = path.read_text(encoding="utf-8")
    # The ground, the roads, the names and Leaflet are what every other page has, too.
    assert len(html.encode()) < LIGHT_PAGE / 3
    tags = Tags(html)
    (box,) = (attrs for _, attrs in tags.found if attrs.get("role") == "combobox")
    assert box["aria-label"] == "Find a place"
    assert box["data-th"] == "ค้นหาสถานที่"
    listed = json.loads(re.search(r'id="names">(.*?)</script>', html)[1])
    assert ["Pai", "ปาย"] in [name[:2] for name in listed]
    assert html.count("L.network(") == 2, "rivers, and all roads as one"
    assert 'class="relief"' not in html
    assert '"className": "relief"' in html


def test_only_named_servers_are_allowed_and_none_is_asked_at_first(tmp_path):
    html = corridors(**inputs(tmp_path)).html
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', html)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"].split() == [
        "data:",
        "https://tile.openstreetmap.org",
        "https://tiles.maps.eox.at",
    ]
    assert "connect-src" not in rules


@pytest.mark.parametrize("kind", ["river", "water"])
def test_rivers_are_lines_and_lakes_are_areas(kind):
    line = shapely.LineString([(500_000, 2_100_000), (503_000, 2_101_000)])
    shape = line if kind == "river" else line.buffer(300)
    table = gpd.GeoDataFrame({"kind": [kind]}, geometry=[shape], crs=CRS)
    (made,) = _water(table)._children.values()
    assert type(made).__name__ == ("NetworkLayer" if kind == "river" else "Polygon")
