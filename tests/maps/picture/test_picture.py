"""Pictures of maps: what is drawn is where the projection says, and names do not overlap."""

import itertools
import re
import struct
from functools import partial
from xml.etree import ElementTree as ET

import folium
import numpy as np
import pytest
import resvg_py
from markupsafe import Markup
from pyproj import Geod, Transformer

from maps.base.i18n import spans
from maps.base.leaflet import offline_map
from maps.base.legend import circles, facility, ground, legend, sign
from maps.base.marks import marker
from maps.base.png import read, reduced
from maps.base.style import asset
from maps.picture import lettering
from maps.picture import marks as picture_marks
from maps.picture.css import computed, node
from maps.picture.frame import fitted
from maps.picture.map_area import map_drawn
from maps.picture.marks import Box
from maps.picture.picture import Plate, map_picture, picture_png
from maps.picture.scene import scene_of
from tests.maps.report.test_report import EVIL, corridors, inputs, network

BOUNDS = (98.0, 18.0, 99.0, 20.0)
BOX = Box(0.0, 0.0, 500.0, 900.0)
TO_WEB = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own


def line(*lon_lat, **options):
    return folium.PolyLine([(lat, lon) for lon, lat in lon_lat], **options)


def pixels(made, **how):
    """Draw a map at one pixel per pixel; return its colours."""
    svg, _ = map_drawn(scene_of(made), BOX, lang="en", **how)
    return drawn(svg)


def drawn(inside, wide=500, high=900):
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}">'
        f"<style>{lettering.font_rules()}</style>{inside}</svg>"
    )
    return read(resvg_py.svg_to_bytes(svg_string=svg, background="#ffffff"))[..., :3]


def where(found, colour):
    """Return the middle of all pixels of a colour: x, y."""
    y, x = np.nonzero((found == colour).all(axis=-1))
    return x.mean(), y.mean()


def test_a_line_is_where_the_projection_says():
    made = offline_map(BOUNDS)
    spots = {
        (255, 0, 0): (98.0, 18.0),
        (0, 255, 0): (99.0, 20.0),
        (0, 0, 255): (98.3, 19.1),
    }
    for colour, (lon, lat) in spots.items():
        line(
            (lon - 0.02, lat),
            (lon + 0.02, lat),
            color=f"#{bytes(colour).hex()}",
            weight=3,
            line_cap="butt",
        ).add_to(made)
    found = pixels(made)
    (west, south), (east, north), (x, y) = (where(found, colour) for colour in spots)
    web = np.array([TO_WEB.transform(*at) for at in spots.values()])
    share = (web[2] - web[0]) / (web[1] - web[0])
    assert x == pytest.approx(west + share[0] * (east - west), abs=0.6)
    assert y == pytest.approx(south + share[1] * (north - south), abs=0.6)
    # North is up, and Web Mercator keeps angles.
    assert (north - south) / (east - west) == pytest.approx(
        -(web[1] - web[0])[1] / (web[1] - web[0])[0], rel=0.01
    )


@pytest.mark.parametrize("bounds", [BOUNDS, (1.4, 42.4, 1.8, 42.7), (-70, -55, -69.9, -54.9)])
def test_the_scale_bar_is_as_long_as_it_says(bounds):
    svg, _ = map_drawn(scene_of(offline_map(bounds)), BOX, lang="en")
    wide = float(re.search(r'class="scale"[^>]* width="([\d.]+)"', svg)[1])
    km = float(re.search(r">([\d.]+) km<", svg)[1])
    frame = fitted(bounds, BOX)
    south, north = (frame.at(np.array([(bounds[0], lat)]))[0, 1] for lat in (bounds[1], bounds[3]))
    assert south > north
    frame = fitted(bounds, BOX, above=16.0, below=44.0)
    middle = frame.latitude
    left, right = frame.at(np.array([(bounds[0], middle), (bounds[2], middle)]))[:, 0]
    _, _, metres = Geod(ellps="WGS84").inv(bounds[0], middle, bounds[2], middle)
    assert wide / (right - left) == pytest.approx(km * 1000 / metres, rel=0.01)


def named(lon, lat, name, css):
    html = Markup('<i class="dot"></i><span class="label name">{}</span>').format(spans(name))
    return marker(lon, lat, html, css)


def test_names_do_not_overlap_and_the_important_ones_come_first():
    made = offline_map(BOUNDS)
    grid = list(itertools.product(np.linspace(98.1, 98.9, 9), np.linspace(18.2, 19.8, 60)))
    for at, (lon, lat) in enumerate(grid):
        named(lon, lat, (f"Village {at}", f"หมู่บ้านที่ {at}"), "spot").add_to(made)
    named(98.5, 19.0, ("Chief town", "เมืองหลวง"), "place province_capital").add_to(made)
    for lang, chief in (("en", "Chief town"), ("th", "เมืองหลวง")):
        _, names = map_drawn(scene_of(made), BOX, lang=lang)
        assert 30 < len(names) < len(grid)
        assert not any(a.box.meets(b.box) for a, b in itertools.combinations(names, 2))
        assert all(one.box.within(BOX) for one in names)
        assert chief in names[0].svg


def test_names_lie_within_the_boxes_that_were_kept_free():
    made = offline_map(BOUNDS)
    named(98.4, 19.0, ("A name of some length", "ชื่อที่ยาวพอสมควร"), "spot").add_to(made)
    for lang in ("en", "th"):
        _, (name,) = map_drawn(scene_of(made), BOX, lang=lang)
        without_halo = re.sub(r' stroke="#fff"[^>]*paint-order="stroke"', "", name.svg)
        y, x = np.nonzero((drawn(without_halo) < 128).all(axis=-1))
        assert x.min() >= name.box.left - 2
        assert x.max() <= name.box.right + 2
        assert x.max() - x.min() > 0.9 * (name.box.right - name.box.left)
        assert name.box.top - 3 < y.min() < y.max() < name.box.bottom + 3


def test_names_rank_as_on_the_page():
    listed = re.search(r"const rank = \[(.*?)\]", asset("map.js"))[1]
    page = [one.strip('" .').replace(".", " ") for one in listed.split(", ")]
    assert tuple(page) == picture_marks.RANK


def test_what_is_not_shown_is_not_drawn():
    made = offline_map(BOUNDS)
    hidden = folium.FeatureGroup(show=False).add_to(made)
    line((98, 18), (99, 20), color="#ff0000", weight=9).add_to(hidden)
    folium.map.CustomPane("before").add_to(made)
    other = line((98, 20), (99, 18), color="#0000ff", weight=9)
    other.options["pane"] = "before"
    other.add_to(made)
    found = pixels(made)
    assert not (found == (255, 0, 0)).all(axis=-1).any()
    assert (found == (0, 0, 255)).all(axis=-1).any()
    assert not (pixels(made, hidden=["before"]) == (0, 0, 255)).all(axis=-1).any()


def test_other_layers_may_offer_their_lines():
    class Network(folium.map.Layer):
        def lines(self):
            yield [np.array([(98.0, 19.0), (99.0, 19.0)])], {"color": "#ff0000", "weight": 5}

    made = offline_map(BOUNDS)
    Network().add_to(made)
    assert (pixels(made) == (255, 0, 0)).all(axis=-1).any()


def test_geojson_is_drawn_in_its_style():
    made = offline_map(BOUNDS)
    square = [[98.2, 18.5], [98.8, 18.5], [98.8, 19.5], [98.2, 19.5], [98.2, 18.5]]
    folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {"type": "Polygon", "coordinates": [square]},
                }
            ],
        },
        style_function=lambda _: {"fillColor": "#00ff00", "fillOpacity": 1, "weight": 0},
    ).add_to(made)
    assert ((pixels(made) == (0, 255, 0)).all(axis=-1)).mean() > 0.1


def test_thai_has_ink_and_is_no_boxes():
    assert lettering.thai_is_drawn()
    thai = drawn(f'<text x="10" y="40" font-size="30">{lettering.letters("กม.")}</text>', 99, 60)
    assert (thai < 100).any()


def test_without_fonts_it_is_known_that_thai_is_not_drawn(monkeypatch):
    bare = partial(resvg_py.svg_to_bytes, skip_system_fonts=True)
    monkeypatch.setattr(lettering.resvg_py, "svg_to_bytes", bare)
    assert not lettering.thai_is_drawn()


def test_latin_keeps_its_font_beside_thai():
    alone, beside = (
        drawn(f'<text x="10" y="40" font-size="30">{lettering.letters(words)}</text>', 300, 60)
        for words in ("Mae 8", "Mae 8 ปาย")
    )
    wide = np.nonzero((alone < 128).all(axis=-1).any(axis=0))[0].max() - 1
    assert np.array_equal(alone[:, :wide], beside[:, :wide])


@pytest.mark.parametrize("most", [60.0, 140.0, 400.0])
def test_wrapped_lines_fit(most):
    for said in ("Strategic network, not a survey", "โครงข่ายเชิงยุทธศาสตร์มิใช่ผลการสำรวจภาคสนาม"):
        lines = lettering.wrapped(said, most, 12.0)
        assert "".join(lines).replace(" ", "") == said.replace(" ", "")
        assert max(lettering.width(one) * 12 for one in lines) <= most * 1.1
        # No line begins with a vowel or a tone that stands on the letter before it.
        assert not any(re.match(r"[ะัาำิ-ฺๅๆฯ็-๎]", one) for one in lines)


def test_rare_colours_stay():
    rng = np.random.default_rng(1)
    noise = np.repeat(rng.integers(0, 256, (200, 200, 1), np.uint8), 3, axis=2)
    noise[..., 1] = rng.integers(0, 256, (200, 200), np.uint8)
    noise[..., 2] = 200
    noise[:2, :2] = (255, 0, 0)
    found, palette = reduced(noise)
    assert len(palette) == 256
    assert (palette[found[:2, :2]] == (255, 0, 0)).all()
    assert np.abs(palette[found].astype(int) - noise).mean() < 12


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    return corridors(**inputs(tmp_path_factory.mktemp("area"), lang="th"))


def test_a_picture_is_print_sized_small_and_the_same_again(sheet):
    data = sheet.png()
    wide, _ = struct.unpack(">II", data[16:24])
    assert wide == 2480
    per_m = struct.unpack(">I", data[data.index(b"pHYs") + 4 :][:4])[0]
    assert per_m == pytest.approx(300 / 0.0254, abs=1)
    assert len(data) < 1_000_000
    assert sheet.png() == data


def test_a_picture_speaks_one_language(sheet):
    english, thai = sheet.picture("en"), sheet.picture("th")
    words = " ".join(parsed(english).itertext())
    assert not re.search("[ก-๙]", re.sub(r"\(.*?\)", "", words.split("Roads:")[0]))
    assert "Strategic network" in words
    assert re.search("[ก-๙]", thai)


def test_a_picture_names_its_sources(sheet):
    words = " ".join(parsed(sheet.picture("en")).itertext())
    for one in sheet.plate.notes:
        assert one[0] in words.replace("  ", " ")


def test_hostile_names_are_only_text(tmp_path):
    made = inputs(tmp_path, name=EVIL, network=network("osm file", EVIL))
    svg = corridors(**made).picture("en")
    tags = {tag.tag.split("}")[1] for tag in parsed(svg).iter()}
    assert tags <= {"svg", "style", "rect", "g", "path", "text", "tspan", "clipPath", "circle"}
    assert "&lt;" in svg
    picture_png(svg, pixels=300)


def test_a_legend_is_drawn_as_the_style_sheet_says():
    signs = [
        sign("swatch", ("near", "ใกล้"), colour="#123456"),
        sign("swatch hatched", ("none", "ไม่มี")),
        sign("stroke cut", ("shut", "ปิด")),
        sign("stroke", ("more", "มาก"), colour="#654321"),
        circles("none", ("ring", "วง")),
        facility(("hospital", "โรงพยาบาล")),
        *ground(),
    ]
    plate = Plate(offline_map(BOUNDS), ("T", "ท"), ("S", "ส"), (legend(signs, ("L", "ล")),), ())
    svg = map_picture(plate, lang="en")
    assert 'fill="#123456"' in svg
    assert 'stroke="#654321"' in svg
    for entry in signs:
        assert f">{entry.label[0].capitalize()}</text>" in svg
    found = read(picture_png(svg, pixels=900))
    assert found.shape[1] == 900


def test_the_style_sheet_is_read_with_its_order_and_weight():
    home = computed([node("div", "mark place home"), node("i", "dot")])
    assert (home["width"], home["border-width"]) == ("16px", "5px")
    assert computed([node("div", "far"), node("div", "mark district")])["display"] == "none"
    assert "display" not in computed([node("div", ""), node("div", "mark district")])
    second = computed([node("i", "circles"), node("i")])
    first = computed([node("i", "circles"), node("i", first=True)])
    assert (first["width"], second["width"]) == ("9px", "14px")


def test_a_very_long_name_is_measured_too():
    short, long = "กขabc ", "กขabc " * 2000
    found = lettering.widths([(short.strip(), 400), (long, 400)])
    assert found[long, 400] == pytest.approx(found[short.strip(), 400] * 2000, rel=0.2)
