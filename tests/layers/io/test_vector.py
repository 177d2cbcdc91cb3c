"""Vector files: several layers, outlines that are not closed."""

import geopandas as gpd
import pytest
from shapely.geometry import box

from layers.errors import DataError
from layers.io.vector import read_polygon


def test_of_several_layers_one_is_named(tmp_path, recwarn):
    path = tmp_path / "two.gpkg"
    for name, shape in (("camp", box(98, 18, 98.1, 18.1)), ("district", box(98, 18, 99, 19))):
        gpd.GeoSeries([shape], crs="EPSG:4326").to_file(path, layer=name)
    with pytest.raises(DataError, match=r"has the layers camp, district; say which one: two.gpkg|"):
        read_polygon(path)
    assert read_polygon(tmp_path / "two.gpkg|district").bounds == (98, 18, 99, 19)
    assert read_polygon(tmp_path / "two.gpkg|camp").bounds[2] == 98.1
    with pytest.raises(DataError, match="has no layer 'x'; layers: camp, district"):
        read_polygon(tmp_path / "two.gpkg|x")
    assert not [one for one in recwarn if "layer" in str(one.message)]


@pytest.mark.parametrize(
    "geometry",
    [
        '{"type": "Polygon", "coordinates": [[[98, 18], [99, 18], [99, 19], [98, 19]]]}',
        '{"type": "LineString", "coordinates": [[98, 18]]}',
    ],
)
def test_an_outline_that_is_not_closed_is_one_line(tmp_path, geometry):
    path = tmp_path / "open.geojson"
    whole = '{"type": "Point", "coordinates": [98, 18]}'
    features = ", ".join(
        f'{{"type": "Feature", "properties": {{}}, "geometry": {one}}}'
        for one in ("null", whole, geometry)
    )
    path.write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}')
    with pytest.raises(DataError, match=r"geojson: shape 3: its outline is not closed"):
        read_polygon(path)
