"""Villages of Mae Hong Son: their people add up, and each stands in its subdistrict."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from layers.area import load_area
from layers.errors import DataError, UnknownNameError
from layers.tables.places import find_place, gazetteer, read_places
from layers.tables.villages import placed, read_villages, unplaced
from layers.tables.zones import read_zones, zones_of

AREA = load_area("mae_hong_son")
TAMBONS = 45
FARTHEST_KM = 25
"""Outlines of subdistricts are coarse; a village beyond this is in the wrong one."""


@pytest.fixture(scope="module")
def villages():
    return read_villages(AREA)


def test_people_of_villages_are_those_of_their_subdistrict(villages):
    """Registered at the end of 2021 (DOPA): 285,916 in the province."""
    places = read_places(AREA)
    registered = places[places["kind"] == "tambon"].set_index("code")["population"]
    registered = registered[registered.index.str.startswith("58")]
    found = placed(villages).groupby("tambon")["population"].sum()
    assert found.to_dict() == registered.to_dict()
    assert len(found) == TAMBONS
    assert found.sum() == 285_916
    assert (placed(villages)["population"] > 0).all()


def test_the_register_is_whole(villages):
    """415 villages, each once, with a point or among those that have none."""
    codes = villages["muban"].str.split(";").explode()
    codes = codes[codes != ""]
    assert codes.is_unique
    assert len(codes) == 415
    assert (codes.str[:6] == villages.loc[codes.index, "tambon"]).all()
    assert set(unplaced(villages)["muban"].str[:6]) <= set(placed(villages)["tambon"])


def test_a_village_stands_near_its_subdistrict(villages):
    there = placed(villages)
    points = gpd.GeoSeries(gpd.points_from_xy(there["lon"], there["lat"]), crs=4326)
    zones = zones_of(read_zones(AREA), "subdistrict").to_crs(AREA.crs).set_index("code")
    own = zones.geometry.loc[there["tambon"]].reset_index(drop=True)
    km = points.to_crs(AREA.crs).distance(own) / 1000
    assert km.max() < FARTHEST_KM
    assert (km < 2).mean() > 0.98


def test_names_are_written_one_way(villages):
    for name in ("name_en", "name_th"):
        assert villages[name].map(lambda one: unicodedata.is_normalized("NFC", one)).all()
        assert not villages[name].str.contains("[\u200b-\u200d\ufeff]|  ").any()
    assert villages["name_th"].str.startswith("บ้าน").sum() > 500


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a,A,,village,98.1,,580101,,3,x,,B", "row 2, column 'lat': stands if and only if lon"),
        ("a,A,,village,98.1,19.1,580101,,,x,,B", "row 2, column 'population': stands if and"),
        ("a,A,,village,,,580101,,12,x,,B", "row 2, column 'population': stands if and only"),
        ("a,A,,village,98.1,19.1,5801,,3,x,,B", "'5801' is no code of a subdistrict, six digits"),
        ("a,A,,castle,98.1,19.1,580101,,3,x,,B", "city, town, village, hamlet"),
    ],
)
def test_what_is_wrong_with_a_village_is_told(tmp_path, row, told):
    path = tmp_path / "villages.csv"
    header = "id,name_en,name_th,kind,lon,lat,tambon,muban,population,source,date,quality"
    path.write_text(f"{header}\n{row}\n", "utf-8")
    with pytest.raises(DataError, match=told):
        read_villages(replace(AREA, layers=replace(AREA.layers, villages=(path,))))


# Finding one by its name.


@pytest.fixture(scope="module")
def names():
    return gazetteer(AREA)


@pytest.mark.parametrize("text", ["บ้านรักไทย", "รักไทย", "Ban Rak Thai", "rak thai"])
def test_a_village_is_found_with_or_without_ban(names, text):
    found = find_place(text, names)
    assert (found.name_en, found.name_th) == ("Ban Rak Thai", "บ้านรักไทย")


def test_a_name_that_villages_share_lists_them(names):
    with pytest.raises(UnknownNameError) as told:
        find_place("Ban Mai", names)
    message = str(told.value)
    assert "3 places have that name; give an id" in message
    assert "Ban Mai in Pang Mu, Mae Hong Son (muban_58010405)" in message
    assert find_place("Ban Mai, Pang Mu", names).id == "muban_58010405"
    assert find_place("บ้านใหม่, Sop Moei", names).id.startswith("place_580602")
    with pytest.raises(UnknownNameError, match="is not known"):
        find_place("Ban Mai, Bangkok", names)


def test_what_is_entered_twice_is_one_place():
    rows = pd.DataFrame({"id": ["a", "b", "c"], "name_en": "Ban Na", "name_th": ""})
    rows = rows.assign(
        kind="village", lon=[98.0, 98.01, 98.4], lat=19.0, lies_in=["", "X, Y", "Z, Y"]
    )
    assert find_place("Ban Na", rows[:2]).id == "a"
    with pytest.raises(UnknownNameError, match="3 places have that name"):
        find_place("Ban Na", rows)
