"""Files from outside are read, and nothing else: no other file, no server, no terminal."""

import json
import os
import threading
import zipfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
import rasterio
from diamond import diamond, network_of

from layers.errors import DataError
from layers.io.tables import Column, read_table
from layers.io.toml_file import read_toml
from layers.io.unseen import has_unseen
from layers.io.vector import read_polygon
from layers.rasters.hazard import read_hazard_raster
from layers.rasters.population_raster import open_population
from layers.terrain.terrain import open_terrain


@pytest.fixture
def asked():
    """Run a server; yield its address and what it was asked for."""
    paths = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()


def virtual(source):
    return (
        '<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:4326</SRS>'
        "<GeoTransform>98, 0.1, 0, 18.2, 0, -0.1</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f"<SourceFilename>{source}</SourceFilename><SourceBand>1</SourceBand>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )


READERS = [
    open_terrain,
    open_population,
    lambda path: read_hazard_raster(path, (98.0, 18.0, 98.2, 18.2)),
]


@pytest.mark.parametrize("read", READERS)
def test_a_raster_never_asks_a_server(tmp_path, asked, read):
    url, paths = asked
    path = tmp_path / "dem.tif"
    tiles = (
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{url}/${{z}}/${{x}}/${{y}}.png</ServerUrl>'
        "</Service><DataWindow><UpperLeftX>98</UpperLeftX><UpperLeftY>18.2</UpperLeftY>"
        "<LowerRightX>98.2</LowerRightX><LowerRightY>18</LowerRightY><SizeX>10</SizeX>"
        "<SizeY>10</SizeY></DataWindow><Projection>EPSG:4326</Projection></GDAL_WMS>"
    )
    for text in (virtual(f"/vsicurl/{url}/dem.tif"), tiles):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match="dem.tif: cannot be read"):
            read(path)
    assert not paths


def test_a_raster_reads_no_other_file(tmp_path):
    secret = tmp_path / "elsewhere.tif"
    shape = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "float32"}
    place = {"crs": "EPSG:4326", "transform": rasterio.Affine(0.1, 0, 98, 0, -0.1, 18.2)}
    with rasterio.open(secret, "w", **shape, **place) as file:
        file.write(np.ones((1, 2, 2), np.float32))
    (tmp_path / "dem.vrt").write_text(virtual(secret.as_posix()), encoding="utf-8")
    with pytest.raises(DataError, match="dem.vrt: cannot be read"):
        open_terrain(tmp_path / "dem.vrt")
    assert open_terrain(secret).tiles


def test_shapes_name_no_other_files(tmp_path):
    path = tmp_path / "outline.kml"
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/hosts</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="outline.kml: names other files"):
        read_polygon(path)


VIRTUAL = (
    '<?xml version="1.0"?>\n<!-- an outline -->\n<OGRVRTDataSource><OGRVRTLayer name="secret">'
    "<SrcDataSource>{}</SrcDataSource><LayerSRS>EPSG:4326</LayerSRS>"
    '<GeometryField encoding="WKT" field="WKT"/></OGRVRTLayer></OGRVRTDataSource>'
)
RING = "[[[98,19],[98.1,19],[98.1,19.1],[98,19]]]"


@pytest.mark.parametrize("name", ["outline.geojson", "outline.zip", "outline.xml"])
def test_shapes_elsewhere_are_not_read_whatever_comes_before_their_name(tmp_path, name):
    secret = tmp_path / "secret.csv"
    secret.write_text('id,WKT\n1,"POLYGON((98 19,98.1 19,98.1 19.1,98 19))"\n', encoding="utf-8")
    path = tmp_path / name
    text = VIRTUAL.format(secret)
    if name.endswith("zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a/outline.vrt", text)
    else:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="names other files or servers"):
        read_polygon(path)


def test_shapes_ask_no_server_for_their_system_or_columns(tmp_path, asked):
    address, paths = asked
    link = f'{{"properties":{{"href":"{address}/crs","type":"proj4"}},"type":"link"}}'
    shape = f'{{"type":"Polygon","coordinates":{RING}}}'
    one = f'{{"type":"Feature","properties":{{}},"geometry":{shape}}}'
    (tmp_path / "link.geojson").write_text(
        f'{{"type":"FeatureCollection","features":[{one}],"crs":{link}}}', encoding="utf-8"
    )
    schema = f"http://x/ms {address}/wfs?SERVICE=WFS&amp;REQUEST=DescribeFeatureType"
    (tmp_path / "wfs.gml").write_text(
        '<?xml version="1.0"?><c:FeatureCollection xmlns:c="http://www.opengis.net/wfs" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:ms="http://x/ms" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{schema}"><gml:featureMember><ms:a><ms:g>'
        '<gml:Polygon srsName="EPSG:4326"><gml:exterior><gml:LinearRing><gml:posList>98 19 98.1 19 '
        "98.1 19.1 98 19</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ms:g></ms:a>"
        "</gml:featureMember></c:FeatureCollection>",
        encoding="utf-8",
    )
    for name in ("link.geojson", "wfs.gml"):
        with pytest.raises(DataError, match=f"{name}: has its coordinate system"):
            read_polygon(tmp_path / name)
    assert paths == []


def test_a_property_called_link_is_none(tmp_path):
    path = tmp_path / "a.geojson"
    feature = {
        "type": "Feature",
        "properties": {"type": "link", "crs": "x", "href": "y"},
        "geometry": {"type": "Polygon", "coordinates": json.loads(RING)},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert read_polygon(path).area > 0


@dataclass(frozen=True)
class Layers:
    """Names one file."""

    terrain: Path


@pytest.mark.parametrize("name", ["../thesis.txt", "/etc/hosts", "C:/thesis.txt", "a/../../b"])
def test_a_folder_names_its_own_files_only(tmp_path, name):
    path = tmp_path / "area.toml"
    path.write_text(f"terrain = '{name}'\n", encoding="utf-8")
    with pytest.raises(DataError, match="leads out of the folder of area.toml"):
        read_toml(path, Layers)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_folder_is_followed_by_nobody(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "thesis.txt").write_text("precious")
    (own / "terrain.tif").symlink_to(tmp_path / "thesis.txt")
    (own / "area.toml").write_text("terrain = 'terrain.tif'\n", encoding="utf-8")
    with pytest.raises(DataError, match="leads out of the folder"):
        read_toml(own / "area.toml", Layers)


@dataclass(frozen=True)
class Titled:
    """Has a title."""

    title: str


HOSTILE = ["\x1b]0;owned\x07Pai", "Pai\x9b2J", "Pai\u202eiaP", "Pai\u2068"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_table_does_not_drive_the_terminal(tmp_path, name):
    path = tmp_path / "places.csv"
    path.write_text(f"id,name\na,{name}\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"row 2, column 'name': '.*' holds a control character"
    ) as no:
        read_table(path, (Column("id", "id"), Column("name")), what="places")
    assert name not in str(no.value)
    toml = tmp_path / "x.toml"
    toml.write_text(f"title = {json.dumps(name)}\n", encoding="utf-8")
    with pytest.raises(DataError, match="key 'title': '.*' holds a control character"):
        read_toml(toml, Titled)


def test_names_of_roads_and_places_are_one_line(tmp_path):
    hostile = "".join(HOSTILE).replace("\x1b", "").replace("\x07", "")  # Not in XML at all.
    drawing = diamond({"name": f"{hostile}\nB"})
    names = network_of(drawing, tmp_path).segments["name"].tolist()
    assert not any(has_unseen(name) or "\n" in name for name in names)
    assert any("Pai" in name for name in names)
