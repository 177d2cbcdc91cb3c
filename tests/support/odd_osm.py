"""OpenStreetMap XML as hypothesis draws it, half of it broken."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

IDS = st.integers(-2, 6)
FAR_IDS = st.sampled_from([2**31, 2**33 + 7, 2**63 - 1, -(2**40), 10**30])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
VALUES = (
    st.sampled_from(
        [
            "yes",
            "no",
            "-1",
            "reverse",
            "primary",
            "60",
            "1e9",
            "-4",
            "0",
            "NaN",
            "inf",
            "2;3",
            "5 mph",
            "1.000.000",
            "9" * 400,
            "ถนน",
            "\N{RIGHT-TO-LEFT OVERRIDE}x",
            "PT9999999H",
            "12:99",
            "½",
            "no @ (06:00-20:00)",
            "3.5 @ (weight>7.5 AND wet); (",
            "bollard",
            "12'6\"",
            "destination",
        ]
    )
    | WORDS
)
KEYS = (
    st.sampled_from(
        [
            "highway",
            "route",
            "area",
            "oneway",
            "junction",
            "lanes",
            "width",
            "maxspeed",
            "duration",
            "surface",
            "bridge",
            "tunnel",
            "maxweight",
            "maxheight",
            "name",
            "name:th",
            "ref",
            "access",
            "hgv",
            "hgv:conditional",
            "maxspeed:forward",
            "oneway:bus",
            "barrier",
            "railway",
            "motor_vehicle",
            "maxwidth",
            "zone:maxspeed",
            "waterway",
            "natural",
            "water",
            "ford",
            "amenity",
            "place",
            "population",
            "ele",
            "type",
            "restriction",
            "except",
            "beds",
        ]
    )
    | WORDS
)
ROADS = st.sampled_from(["primary", "residential", "motorway", "track", "ferry", "construction"])
ROLES = st.sampled_from(["from", "via", "to", "inner", ""])
TAGS = st.dictionaries(KEYS, VALUES, max_size=5)
DEGREES = st.sampled_from(["98.0", "98.001", "98.0010000001", "98.1", "98.002"])
ODD = st.sampled_from(["181", "-200", "nan", "", "1e3", "abc", "98,0", "2147483647"])


@st.composite
def files(draw):
    """Draw nodes, ways and restrictions, in any order, some of them broken."""
    objects = []
    odd = draw(st.integers(0, 3)) == 0
    for number in draw(st.lists(IDS, max_size=12)):
        lon, lat = draw(DEGREES), draw(DEGREES).replace("98", "19")
        if odd and draw(st.integers(0, 9)) == 0:
            lon, number = draw(ODD), draw(IDS | FAR_IDS)  # noqa: PLW2901
        objects.append(f'<node id="{number}" lon="{lon}" lat="{lat}">{tags_xml(draw(TAGS))}</node>')
    for _ in range(draw(st.integers(0, 6))):
        refs = "".join(f'<nd ref="{draw(IDS)}"/>' for _ in range(draw(st.integers(2, 7))))
        tags = draw(TAGS)
        if draw(st.integers(0, 3)):
            tags["highway"] = draw(ROADS)
        objects.append(f'<way id="{draw(IDS)}">{refs}{tags_xml(tags)}</way>')
    for _ in range(draw(st.integers(0, 2))):
        members = "".join(
            f'<member type="{draw(st.sampled_from(["node", "way", "relation"]))}" '
            f'ref="{draw(IDS)}" role="{draw(ROLES)}"/>'
            for _ in range(draw(st.integers(0, 4)))
        )
        tags = {"type": "restriction", "restriction": "no_left_turn"} | draw(TAGS)
        objects.append(f'<relation id="{draw(IDS)}">{members}{tags_xml(tags)}</relation>')
    if draw(st.booleans()):
        objects = draw(st.permutations(objects))
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n' + "\n".join(objects)
    text += "\n</osm>"
    cut = draw(st.integers(0, 20))
    return text[: draw(st.integers(0, len(text)))] if cut == 0 else text


def tags_xml(tags):
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
