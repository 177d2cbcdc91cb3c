"""The accessibility map: who reaches a facility in how long, and who does not."""

import base64
import itertools
import math
import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from drawing import build
from pyproj import Transformer

from geo.access.access import Access
from geo.access.view import SeasonView
from geo.surface.grid import Grid
from geo.surface.surface import Surface
from layers.errors import DataError, UnknownNameError
from maps.access import counts as access_counts
from maps.access import rows as access_rows
from maps.access.access_map import SHOWN, access_map
from maps.base import classes, style
from maps.base import time_scale as scale
from maps.base.png import png
from maps.base.raster_layer import surface
from maps.base.subject import Subject
from maps.qgis import access as qgis
from tests.maps.base.test_style import lab, luminance
from tests.maps.report.test_report import EVIL, STRATEGIC, VEHICLE, Tags, inputs, network

CRS = "EPSG:32647"
MINUTES = (30, 60, 120)
TO_METRES = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
HOSPITAL = (98.3, 19.0)
CELL = 2000.0


def grid(cell=CELL, half=60_000.0):
    """Minutes grow with the distance from the hospital; the north-west is not reached."""
    x0, y0 = TO_METRES.transform(*HOSPITAL)
    affine = Affine(cell, 0, x0 - half, 0, -cell, y0 + half)
    at = np.arange(int(2 * half / cell)) * cell + cell / 2 - half
    x, y = at[None, :], -at[:, None]
    times = (np.hypot(x, y) / 1000 * 3 * 60).astype(np.float32)
    times[(x < -10_000) & (y > 10_000)] = np.inf
    return times, affine


def given(tmp_path, name="Pai", name_th="ปาย", lang="th", **changes):
    times, affine = grid()
    centre = shapely.Point(*TO_METRES.transform(*HOSPITAL))
    rows = [
        ("a", name, name_th, 98.31, 19.02, 600.0, 12.0, "h"),
        ("b", "Middle", "กลาง", 98.6, 19.0, 300.0, 60.0, "h"),
        ("c", "Far", "ไกล", 98.7, 19.3, math.nan, 130.2, "h"),
        ("d", "Lost", "หลง", 98.0, 19.3, 100.0, math.nan, ""),
    ]
    columns = ["id", "name_en", "name_th", "lon", "lat", "population", "minutes", "nearest_id"]
    names = {"name_en": [name, "West"], "name_th": [name_th, ""]}
    return {
        "area": inputs(tmp_path, name=name)["area"],
        "network": network(),
        "times": times,
        "affine": affine,
        "isochrones": gpd.GeoDataFrame(
            {"minutes": [30, 60]},
            geometry=[centre.buffer(10_000), centre.buffer(20_000)],
            crs=CRS,
        ),
        "facilities": pd.DataFrame(
            {
                "id": ["h"],
                "name_en": [f"{name} Hospital"],
                "name_th": [f"โรงพยาบาล{name_th}"],
                "kind": ["hospital"],
                "lon": [HOSPITAL[0]],
                "lat": [HOSPITAL[1]],
            }
        ),
        "places": pd.DataFrame(rows, columns=columns).assign(kind="village"),
        "districts": gpd.GeoDataFrame(
            names
            | {"minutes": [41.5, math.nan], "population": [9_000.0, 1_000.0]}
            | {"share_30": [0.25, 0.0], "share_60": [0.999, 0.0], "share_120": [1.0, 0.0]},
            geometry=[centre.buffer(25_000), shapely.box(*centre.buffer(9_000).bounds)],
            crs=CRS,
        ),
        "kind": "hospital",
        "minutes": MINUTES,
        "season": "wet",
        "lang": lang,
        "vehicle_title": VEHICLE,
    } | changes


def drawn(**given):
    """Draw what `given` holds; tables that the map does not show are empty."""
    none = pd.DataFrame()
    cells = Grid(given["affine"], given["times"].shape, CRS)
    found = Access(
        given["kind"],
        "motorcycle",
        given["minutes"],
        1,
        ("dry", "wet"),
        (),
        given["facilities"],
        given["places"],
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        None,
        None,
        (),
        (),
    )
    view = SeasonView(
        given["season"],
        given["places"],
        given["districts"],
        Surface(cells, given["times"], np.zeros(given["times"].shape, np.int32)),
        given["isochrones"],
        flat=False,
    )
    subject = Subject(
        given["area"], given["network"], (given["vehicle_title"],), lang=given["lang"]
    )
    return access_map(subject, found, view)


def picture_of(html):
    encoded = re.search(r'"(data:image/png;base64,[^"]+)"', html)[1]
    with (
        rasterio.MemoryFile(base64.b64decode(encoded.split(",")[1])) as file,
        file.open() as source,
    ):
        return source.read(1), source.colormap(1)


def row_of(html, name):
    row = re.search(
        rf'<tr><th scope="row"><span class="pair"><span>[^\n]*{name}.*?</tr>', html, re.DOTALL
    )
    return Tags(row[0]).text


@pytest.fixture
def html(tmp_path):
    return drawn(**given(tmp_path)).html


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_picture_has_the_classes_of_the_scale(html):
    pixels, colours = picture_of(html)
    assert max(pixels.shape) == 1200
    assert set(np.unique(pixels)) == {0, 1, 2, 3, 4, 5}
    assert colours[0][3] == 0
    wanted = [style.PALETTE["unreached"], *(step.colour for step in scale.steps(MINUTES))]
    for at, colour in enumerate(wanted, start=1):
        assert colours[at] == (*scale.channels(colour), 255)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_pixel_lies_where_its_cell_is():
    times, affine = grid()
    shape = shapely.box(97.9, 18.6, 98.7, 19.4)
    made = surface(times, affine, CRS, minutes=MINUTES, inside=shape)
    pixels, _ = picture_of(f'"{made.url}"')
    web = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    west, south, east, north = web.transform_bounds(*made.bounds)
    height, width = pixels.shape
    checked = 0
    for row, col in itertools.product(range(2, len(times) - 2, 5), repeat=2):
        around = classes.class_of(times[row - 1 : row + 2, col - 1 : col + 2] / 60, MINUTES)
        if len(set(around.ravel())) > 1:
            continue
        to_lon_lat = Transformer.from_crs(CRS, "EPSG:3857", always_xy=True)
        x, y = to_lon_lat.transform(*(affine * (col + 0.5, row + 0.5)))
        pixel = pixels[
            int((north - y) / (north - south) * height), int((x - west) / (east - west) * width)
        ]
        assert pixel in ({0, 1} if around[0, 0] < 0 else {around[0, 0] + 2})
        checked += 1
    assert checked > 40


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("cols", [1, 6, 7])
def test_a_png_says_what_was_put_in(cols):
    pixels = np.arange(5 * cols, dtype=np.uint8).reshape(5, cols) % 16
    palette = np.array([(at, 0, 0) for at in range(16)], np.uint8)
    encoded = base64.b64encode(png(pixels, palette, alpha=(0,))).decode()
    read, colours = picture_of(f'"data:image/png;base64,{encoded}"')
    assert np.array_equal(read, pixels)
    assert colours[15] == (15, 0, 0, 255)


def test_the_page_says_how_many_people_are_near_enough(html):
    text = Tags(html).text
    assert "900 of 1,000 people (90 %) are within 60 minutes of a hospital." in text
    assert "ประชากร 900 คนจาก 1,000 คน (90 %) เดินทางถึงโรงพยาบาลได้ภายใน 60 นาที" in text
    assert "Access to hospitals, Pai" in text
    assert "wet season" in text
    assert "The population of 1 places is not known" in text


def test_people_come_from_districts_where_places_have_none(tmp_path):
    values = given(tmp_path)
    blank = values["places"].assign(population=math.nan)
    text = Tags(drawn(**values | {"places": blank}).html).text
    assert "8,991 of 10,000 people (90 %)" in text
    nobody = values | {"places": blank, "districts": values["districts"].iloc[:0]}
    assert "2 of 4 places are within 60 minutes of a hospital." in Tags(drawn(**nobody).html).text


def test_places_are_counted_where_the_people_of_most_are_not_known(tmp_path):
    values = given(tmp_path)
    few = values["places"].assign(population=[600.0, math.nan, math.nan, math.nan])
    tags = Tags(drawn(**values | {"places": few, "districts": values["districts"].iloc[:0]}).html)
    assert "2 of 4 places are within 60 minutes of a hospital." in tags.text
    assert "of 600 people" not in tags.text


def test_a_place_has_its_minutes_of_both_seasons(tmp_path):
    values = given(tmp_path)
    both = values["places"].assign(
        minutes_dry=[11.0, 40.0, 100.0, 95.0], minutes_wet=values["places"]["minutes"]
    )
    page = drawn(**values | {"places": both}).html
    lost = row_of(page, "Lost")
    assert "95 min" in lost
    assert "not reached" in lost
    assert "41 min" not in row_of(page, "Middle")
    assert "dry season" in Tags(page).text


def test_a_district_that_is_mostly_cut_off_says_how_many_are(tmp_path):
    values = given(tmp_path)
    cut = values["districts"].assign(share_unreached=[0.0, 0.59])
    page = drawn(**values | {"districts": cut}).html
    # In the script of the page, whose letters beyond ASCII are escaped.
    assert r"59\u00a0% not reached" in page
    assert re.findall(r"^\d+$", row_of(page, "West"), re.MULTILINE)[-1] == "59"


def test_what_is_not_reached_says_so_in_words(html):
    lost = row_of(html, "Lost")
    assert lost.count("not reached") == lost.count("เข้าไม่ถึง") == 2
    assert not re.search(r"\d+ (min|นาที)|nan|inf|\u2013", lost)
    assert "เข้าไม่ถึง" in row_of(html, "West")
    text = Tags(html).text
    assert not re.search(r"\b(nan|inf)\b", text)


def test_places_are_listed_by_minutes(html):
    table = html[html.rindex("<table") :]
    order = [table.index(f">{name}<") for name in ("Pai", "Middle", "Far", "Lost")]
    assert order == sorted(order)
    assert "131 min" in row_of(html, "Far")
    assert "Pai Hospital" in row_of(html, "Middle")


def test_shares_of_districts_are_those_of_the_minutes_given(html, tmp_path):
    first = row_of(html, "Pai")
    assert re.findall(r"^[<>]?\d+$", first, re.MULTILINE)[-3:] == ["25", ">99", "100"]
    fewer = drawn(**given(tmp_path, minutes=(30,))).html
    assert "within 30 min, % of people" in fewer
    assert "within 60 min, % of people" not in fewer


def test_what_comes_from_outside_is_text(tmp_path, html):
    evil = drawn(**given(tmp_path, name=EVIL, name_th=EVIL, kind=EVIL, season=EVIL)).html
    tags = Tags(evil)
    assert tags.count("script") == Tags(html).count("script")
    assert "<script>alert" not in evil.replace(" ", "")
    assert "1337000573" not in evil
    assert not [attrs for _, attrs in tags.found if any(key.startswith("on") for key in attrs)]
    assert EVIL in tags.text


def test_the_page_is_one_light_file_and_always_the_same(tmp_path, html):
    assert drawn(**given(tmp_path)).html == html
    assert len(html.encode()) < 700_000
    for tag, attrs in Tags(html).found:
        for key in ("src", "href"):
            if key in attrs and tag != "a":
                assert attrs[key].startswith("data:")
    assert "Content-Security-Policy" in html
    assert STRATEGIC in html


def test_a_fine_surface_and_many_places_stay_light(tmp_path):
    values = given(tmp_path)
    rough = np.random.default_rng(1).normal(1, 0.02, (1200, 1200)).astype(np.float32)
    times, affine = grid(cell=100.0)
    many = pd.concat([values["places"]] * 300, ignore_index=True)
    page = drawn(**values | {"times": times * rough, "affine": affine, "places": many}).html
    # 500 places with their cards, of which a province has 479 villages.
    assert len(page.encode()) < 2_000_000
    assert f"The {SHOWN} largest places are on the map; 700 smaller ones" in page
    assert "The 20 farthest of 1,200 places; all of them are in the tables." in page


def test_a_map_of_nothing_is_a_map(tmp_path):
    values = given(tmp_path)
    tables = {
        name: values[name].iloc[:0] for name in ("isochrones", "facilities", "places", "districts")
    }
    nowhere = np.full_like(values["times"], np.nan)
    roads = build([(440_000, 2_100_000), (450_000, 2_100_000)], [[0, 1]])
    page = drawn(**values | tables | {"times": nowhere, "network": roads}).html
    assert "0 of 0 places" in page


def test_another_kind_is_called_by_its_word(tmp_path):
    text = Tags(drawn(**given(tmp_path, kind="cold_store")).html).text
    assert "Access to cold store, Pai" in text


@pytest.mark.parametrize("minutes", [(), (60, 30), (0, 30), (30, 30), tuple(range(1, 15))])
def test_breaks_that_do_not_grow_are_refused(tmp_path, minutes):
    with pytest.raises(DataError, match="minutes"):
        drawn(**given(tmp_path, minutes=minutes))


def test_an_unknown_language_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="'de'"):
        drawn(**given(tmp_path, lang="de"))


@pytest.mark.parametrize("count", [2, 4, 7])
def test_colours_darken_steadily(count):
    steps = [luminance(colour) for colour in scale.mixed(count)]
    assert steps == sorted(steps, reverse=True)
    assert min((a + 0.05) / (b + 0.05) for a, b in itertools.pairwise(steps)) > 1.25


def test_what_is_not_reached_differs_from_every_class():
    def seen(colour):
        parts = np.array(scale.channels(colour)) / 255
        return lab(np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4))

    for colour in scale.ANCHORS:
        assert np.hypot.reduce(seen(colour) - seen(style.PALETTE["unreached"])) > 15


def test_counts_of_the_legend_add_up(tmp_path):
    values = given(tmp_path)
    shown = access_rows.spots(values["places"], values["facilities"], MINUTES)
    counts = access_counts.counts(shown, MINUTES)
    assert [row.people for row in counts] == [600, 300, 0, 0, 100]
    assert [row.places for row in counts] == [1, 1, 0, 1, 1]
    assert [row.share for row in counts] == ["60", "30", "0", "0", "10"]


def test_people_of_a_raster_count_by_their_own_minutes(tmp_path):
    """Who lives on cells counts there: 40 of 100 near, though the one village is far."""
    values = given(tmp_path)
    places = values["places"].head(1).assign(minutes=200.0, population=100.0)
    shown = access_rows.spots(places, values["facilities"], MINUTES)
    near, edge = float(MINUTES[0]), np.nextafter(float(MINUTES[0]), np.inf)
    minutes = [5.01, 5.04, near, edge, np.nan]
    cells = pd.DataFrame({"population": [10.0, 20.0, 10.0, 35.0, 25.0], "minutes_dry": minutes})
    living = access_rows.crowd(cells, MINUTES, "dry")
    assert len(living) == 4
    counts = access_counts.counts(shown, MINUTES, living)
    assert [row.people for row in counts] == [40, 35, *[0] * (len(MINUTES) - 1), 25]
    assert sum(row.places for row in counts) == 1
    said = access_counts.headline(living, (), minutes=MINUTES, kind="hospital")[0]
    assert said.startswith(f"{40 if 60 not in MINUTES else counts_to(counts, 60):.0f} of 100")


def counts_to(counts, minutes):
    steps = scale.steps(MINUTES)
    return sum(one.people for one, step in zip(counts, steps, strict=False) if step.high <= minutes)


def qml(layer, minutes=MINUTES):
    return ET.fromstring(qgis.styles(layer, minutes))  # noqa: S314 - our own


def hex_of(rgba):
    return "#{:02x}{:02x}{:02x}".format(*map(int, rgba.split(",")[:3]))


def fills(root):
    return [
        hex_of(option.get("value")) for option in root.iterfind(".//symbol//Option[@name='color']")
    ]


def test_qgis_has_the_colours_of_the_map(html):
    wanted = [step.colour for step in scale.steps(MINUTES)]
    assert fills(qml("isochrones")) == wanted[:-1]
    assert fills(qml("places"))[:-1] == wanted
    items = qml("surface").findall(".//colorrampshader/item")
    assert [item.get("color") for item in items] == wanted
    assert [item.get("value") for item in items] == ["1800", "3600", "7200", "inf"]
    assert fills(qml("facilities")) == [style.PALETTE["facility"]]
    legend = re.findall(r'class="swatch" style="background-color:(#\w+)"', html)
    assert legend == wanted


def test_qgis_classes_are_those_of_the_scale():
    values = [one.get("value") for one in qml("isochrones").iter("category")]
    assert values == ["30", "60", "120"]
    ranges = [(one.get("lower"), one.get("upper")) for one in qml("places").iter("range")]
    assert ranges == [("0", "30"), ("30", "60"), ("60", "120"), ("120", "1e+06"), ("-1", "-1")]
    assert [one.get("upper") for one in qml("districts").iter("range")][-1] == "-1"
    for layer in ("isochrones", "places", "districts"):
        root = qml(layer)
        used = [one.get("symbol") for one in (*root.iter("category"), *root.iter("range"))]
        assert used == [one.get("name") for one in root.iter("symbol")]
    assert "name_th" in qml("places").find(".//text-style").get("fieldName")


def test_a_layer_without_style_says_which_there_are():
    with pytest.raises(UnknownNameError, match=r"'roads'.*isochrones, places"):
        qgis.styles("roads", MINUTES)
