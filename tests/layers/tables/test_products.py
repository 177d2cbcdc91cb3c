"""Products, harvests, markets and hubs: joined by ids, every fault told at once."""

from __future__ import annotations

import numpy as np
import pytest
from commands import run
from copied import copy_area

from layers.area import Area, Layers, load_area
from layers.errors import DataError, MissingFileError
from layers.store.facilities import facilities
from layers.tables.hubs import read_hubs
from layers.tables.places import gazetteer
from layers.tables.products import (
    check_products,
    harvest_months,
    read_harvests,
    read_markets,
    read_products,
)

PLACES = """id,name_en,name_th,kind,lon,lat,elevation_m,population,code,province,source,date,quality
pai,Pai,ปาย,district,98.44,19.36,,,,,drawn,,E
mok,Mok,,tambon,98.40,19.30,,,,,drawn,,E
"""
CROSSINGS = """id,name_en,name_th,province,neighbour,other_side,lon,lat,elevation_m,type,status,\
status_date,hours,goods,persons,vehicles,transload,note,source,date,quality
gate,Gate,,,Laos,,98.2,18.9,,permanent,open,,,,,,,,drawn,,E
"""
PRODUCTS = """id,name_en,name_th,months,perish_h,farmgate_thb_per_kg,vehicle,note,source,date,\
quality
cabbage,Cabbage,กะหล่ำปลี,11;12;1,96,5,truck_6w,,drawn,,M
rice,Rice,ข้าว,,,,pickup,,drawn,,M
"""
HARVESTS = """id,product,place_id,tonnes_per_year,area_rai,year,note,source,date,quality
a,cabbage,pai,31000,,2021,,drawn,,B
b,rice,mok,,10192,2021,,drawn,,B
"""
MARKETS = """id,product,place_id,price_thb_per_kg,share,note,source,date,quality
a,cabbage,pai,8,0.7,,drawn,,M
b,cabbage,gate,,0.3,,drawn,,M
c,rice,mok,12,,,drawn,,M
"""
HUBS = """id,transload_min,transload_thb_per_t,candidate,note,source,date,quality
pai,90,60,yes,,drawn,,E
mok,60,50,no,,drawn,,E
"""
FILES = {
    "places": PLACES,
    "crossings": CROSSINGS,
    "products": PRODUCTS,
    "harvests": HARVESTS,
    "markets": MARKETS,
    "hubs": HUBS,
}


def area(folder, **changes):
    layers = {}
    for name, text in (FILES | changes).items():
        layers[name] = folder / f"{name}.csv"
        layers[name].write_text(text, encoding="utf-8")
    return Area(
        "drawn", folder, "Drawn", "", "EPSG:32647", Layers(folder / "none.geojson", **layers)
    )


def told(read, *given, **named):
    with pytest.raises(DataError) as caught:
        read(*given, **named)
    return str(caught.value)


def test_good_tables(tmp_path):
    drawn = area(tmp_path)
    check_products(drawn, vehicles=["truck_6w", "pickup"])
    products = read_products(drawn)
    assert [harvest_months(row) for _, row in products.iterrows()] == [(11, 12, 1), ()]
    assert products["perish_h"].tolist() == pytest.approx([96, np.nan], nan_ok=True)
    assert np.isnan(read_harvests(drawn)["tonnes_per_year"][1])
    assert read_markets(drawn)["place_id"].tolist() == ["pai", "gate", "mok"]


def test_an_area_without_products(tmp_path):
    drawn = Area("x", tmp_path, "X", "", "EPSG:32647", Layers(tmp_path / "none.geojson"))
    check_products(drawn)
    assert read_hubs(drawn).columns.tolist()[-4:] == ["name_en", "name_th", "lon", "lat"]
    assert all(table.empty for table in (read_products(drawn), read_markets(drawn)))


def test_all_faults_of_three_files_at_once(tmp_path):
    drawn = area(
        tmp_path,
        products=PRODUCTS.replace("11;12;1", "0;13").replace("pickup", "spaceship"),
        harvests=HARVESTS.replace("31000", "-31000").replace("rice,mok", "rice,nowhere"),
        markets=MARKETS.replace(",8,", ",cheap,").replace("0.3", "1.3"),
    )
    message = told(check_products, drawn, vehicles=["truck_6w", "pickup"])
    for part in (
        "products.csv: row 2, column 'months': '0', '13' is none of 1, 2",
        "row 3, column 'vehicle': 'spaceship' is no id of a vehicle",
        "harvests.csv: row 3, column 'place_id': 'nowhere' is no id of a place or crossing",
        "row 2, column 'tonnes_per_year': '-31000' is not within 0 to inf",
        "markets.csv: row 2, column 'price_thb_per_kg': 'cheap' is not a number",
        "row 3, column 'share': '1.3' is not within 0 to 1",
    ):
        assert part in message, (part, message)


def test_what_names_no_product(tmp_path):
    drawn = area(
        tmp_path,
        harvests=HARVESTS.replace("a,cabbage", "a,cabage"),
        markets=MARKETS.replace("c,rice", "c,rise"),
    )
    message = told(check_products, drawn)
    assert "harvests.csv: row 2, column 'product': 'cabage' is no id of a product" in message
    assert "markets.csv: row 4, column 'product': 'rise' is no id of a product" in message


def test_a_market_stands_once_and_shares_are_of_one_whole(tmp_path):
    drawn = area(tmp_path, markets=MARKETS.replace("gate,,0.3", "pai,,0.4"))
    message = told(read_markets, drawn)
    assert "row 3, column 'place_id': 'pai' stands twice for 'cabbage'" in message
    assert "row 3, column 'share': the shares of 'cabbage' add up to 1.1, more than 1" in message


def test_a_table_of_ones_own_takes_the_place_of_the_harvests(tmp_path):
    drawn = area(tmp_path)
    own = tmp_path / "mine.csv"
    own.write_text(HARVESTS.replace("31000", "500"), encoding="utf-8")
    assert read_harvests(drawn, own)["tonnes_per_year"][0] == 500
    own.write_text(HARVESTS.replace("31000", "-1").replace("b,rice", "b,tea"), encoding="utf-8")
    for message in (told(read_harvests, drawn, own), told(check_products, drawn, harvests=own)):
        assert message.startswith(f"{own}: ")
        assert "row 2, column 'tonnes_per_year': '-1'" in message
        assert "row 3, column 'product': 'tea' is no id of a product" in message
    own.unlink()
    with pytest.raises(MissingFileError):
        read_harvests(drawn, own)
    assert "mine.csv: no such file" in told(check_products, drawn, harvests=own)


def test_hubs_stand_at_places(tmp_path):
    drawn = area(tmp_path)
    hubs = read_hubs(drawn)
    assert hubs[["id", "name_th", "lon", "lat"]].to_numpy().tolist() == [
        ["pai", "ปาย", 98.44, 19.36],
        ["mok", "", 98.40, 19.30],
    ]
    points = facilities(drawn, "collection_point")
    assert points[["id", "name", "lon", "source"]].to_numpy().tolist() == [
        ["pai", "ปาย", 98.44, "drawn"]
    ]
    drawn = area(tmp_path, hubs=HUBS.replace("mok,60,50,no", "gate,-1,50,perhaps"))
    message = told(read_hubs, drawn)
    for part in (
        "row 3, column 'id': 'gate' is no id of a place",
        "row 3, column 'transload_min': '-1' is not within",
        "row 3, column 'candidate': 'perhaps' is none of yes, no",
    ):
        assert part in message


@pytest.mark.usefixtures("home")
def test_the_check_of_a_damaged_area(home):
    """Every bad cell of several files of the embedded area, in one run."""
    own = home / "areas" / "own"
    copy_area(own)

    def damage(name, old, new):
        text = (own / name).read_text(encoding="utf-8")
        assert old in text
        (own / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    damage("harvests.csv", ",31000,", ",-31000,")
    damage("dwell.csv", ",truck,120,300,", ",lorry,120,30,")
    damage("hubs.csv", "\npai,90", "\npay,90")
    damage("products.csv", ",truck_6w,", ",truck_7w,")
    result = run("check", "own")
    assert result.exit_code == 1
    for part in (
        "harvests.csv: row 2, column 'tonnes_per_year': '-31000'",
        "column 'vehicle_class': 'lorry' is none of motorcycle, car, bus, truck; row 3, ",
        "row 3, column 'p90_min': '30' is below the median 120",
        "hubs.csv: row 3, column 'id': 'pay' is no id of a place",
        "products.csv: row 2, column 'vehicle': 'truck_7w' is no id of a vehicle",
    ):
        assert part in result.stdout, (part, result.stdout)
    assert result.stdout.splitlines()[-1] == "own: 4 problems"


@pytest.mark.usefixtures("home")
def test_the_embedded_area():
    """31,000 t of 34,450 t of cabbage are of Mae Sariang (Agri-Map); garlic and maize are known
    of the whole province alone, from its commerce office."""
    area = load_area("mae_hong_son")
    harvests = read_harvests(area).set_index("id")
    assert harvests["tonnes_per_year"].dropna().to_dict() == {
        "cabbage_mae_sariang": 31_000,
        "maize_mae_hong_son": 57_780,
        "garlic_mae_hong_son": 74_624,
    }
    markets = read_markets(area)
    assert markets["share"].isna().all()
    for product in read_products(area)["id"]:
        assert (harvests["product"] == product).any()
        assert (markets["product"] == product).any()
    cabbage = set(markets["place_id"][markets["product"] == "cabbage"])
    assert cabbage >= {
        "chiang_mai",
        "talat_thai",
        "mae_sot",
        "mae_sai_2",
        "chiang_khong_bridge",
        "huai_kon",
        "mae_sot_2",
    }
    hubs = read_hubs(area)
    places = gazetteer(area).set_index("id")
    home = hubs["id"][hubs["candidate"] == "yes"]
    assert set(places["kind"][home]) == {"province_capital", "district", "tambon"}
