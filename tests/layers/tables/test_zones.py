"""Districts and subdistricts as they are drawn."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pytest

from layers.area import load_area, read_boundary
from layers.errors import DataError
from layers.tables.zones import read_zones, zones_of

AREA = load_area("mae_hong_son")


def test_districts_fill_the_province():
    """12,681 to 12,765 km² by the year of the publication."""
    zones = read_zones(AREA)
    whole = gpd.GeoSeries([read_boundary(AREA)], crs=4326).to_crs(AREA.crs).iloc[0]
    assert whole.area / 1e6 == pytest.approx(12_720, rel=0.005)
    for level, count in (("district", 7), ("subdistrict", 45)):
        found = zones_of(zones, level).to_crs(AREA.crs)
        assert len(found) == count
        assert found.union_all().symmetric_difference(whole).area < 0.03 * whole.area
    within = zones[zones["level"] == "subdistrict"]
    assert (within["within"] == within["code"].str[:4]).all()
    assert set(within["within"]) == set(zones_of(zones, "district")["code"])


def test_an_area_without_zones_has_none():
    assert read_zones(load_area("tak")).empty


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"level": "county"}, "zone '1': level 'county' is none of district, subdistrict"),
        ({"code": None}, "property 'code' is missing"),
    ],
)
def test_what_is_wrong_with_zones_is_told(tmp_path, changed, told):
    own = {"code": "1", "level": "district", "within": "", "name_en": "A", "name_th": ""} | changed
    own = {name: value for name, value in own.items() if value is not None}
    square = [[[98, 19], [98.1, 19], [98.1, 19.1], [98, 19]]]
    feature = {
        "type": "Feature",
        "properties": own,
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(DataError, match=told):
        read_zones(replace(AREA, layers=replace(AREA.layers, zones=path)))
    with pytest.raises(DataError, match="level 'county'"):
        zones_of(read_zones(AREA), "county")
