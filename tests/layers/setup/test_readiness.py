"""What an area lacks: judged by what is in its tables, said in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from commands import done
from valley import HARVESTS, PLACES, write_valley

from layers.area import SHIPPED, load_area
from layers.setup.readiness import STATES, read_topics, readiness

THAI = re.compile("[\u0e00-\u0e7f]")
COUNTS = """id,ref,km,section,lon,lat,vehicles_per_day,\
heavy_percent,scales,note,source,date,quality
a,11,,,98.5,19.0,900,,yes,,drawn,,A
"""


def states(area) -> dict[str, str]:
    return {one.topic: one.state for one in readiness(area)}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("slug", sorted(path.parent.name for path in SHIPPED.glob("*/area.toml")))
def test_every_topic_is_said_of_every_shipped_area(slug):
    area = load_area(slug)
    found = readiness(area)
    assert [one.topic for one in found] == list(read_topics())
    for one in found:
        assert one.state in STATES
        english, thai = (one.lines(area, lang) for lang in ("en", "th"))
        assert all(text for side in (english, thai) for text in (side[0], side[2], side[3]))
        assert not any(THAI.search(text) for text in english)
        assert THAI.search(thai[0])
        assert THAI.search(thai[2])
        assert "{" not in "".join(english + thai)


def test_a_drawn_area_lacks_what_it_lacks(home):
    area = load_area(write_valley(home).name)
    assert states(area) == {
        "boundary": "has",
        "roads": "partly",
        "terrain": "lacks",
        "people": "has",
        "harvests": "partly",
        "prices": "partly",
        "hazards": "lacks",
        "traffic": "lacks",
        "crossings": "lacks",
    }
    facts = {one.topic: dict(one.facts) for one in readiness(area)}
    assert facts["harvests"] == {"known": 1, "all": 3}
    assert facts["roads"] == {"km": 298.0, "sourced": 0.0}
    assert facts["people"] == {"fine": 2, "offices": 0, "unknown": 0}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("slug", "state", "says"),
    [
        ("mae_hong_son", "has", "real roads ship"),
        ("nan", "partly", "no minor ones"),
        ("northern_border", "partly", "no import; "),
    ],
)
def test_roads_that_ship_are_seen(slug, state, says):
    area = load_area(slug)
    (roads,) = (one for one in readiness(area) if one.topic == "roads")
    assert roads.state == state
    assert says in roads.lines(area, "en")[1]
    # The province has 9,000 km of roads, those of Nan some 2,000 km that are no minor ones.
    assert roads.facts["km"] > 1000


def test_what_is_added_is_seen(home):
    hospital = "clinic,Hospital,โรงพยาบาล,hospital,98.00,19.00,,,,,60,drawn,,B\n"
    village = "village,Village,,tambon,98.00,18.90,,,580101,,,drawn,,E"
    head, *rows = PLACES.splitlines()
    wide = head.replace("province,", "province,capacity,")
    places = [row.replace(",drawn", ",,drawn") for row in rows if not row.startswith("village")]
    folder = write_valley(
        home,
        places="\n".join([wide, *places, village, hospital]),
        harvests=HARVESTS.replace(",,,2021", ",5,,2021"),
        traffic=COUNTS,
    )
    area = load_area(folder.name)
    area = replace(area, layers=replace(area.layers, traffic=(folder / "traffic.csv",)))
    found = states(area)
    assert (found["capacity"], found["harvests"], found["traffic"]) == ("has", "has", "has")
    assert found["people"] == "partly", "nobody counted the village"


@pytest.mark.usefixtures("home")
def test_check_says_what_it_costs_and_what_adds_it():
    english = " ".join(done("check", "nan").stdout.split())
    assert "- terrain: lacks until then: " in english
    assert "add: chaidaen import nan --osm FILE.osm.pbf --dem FILE" in english
    assert "15 districts counted at their office" in english
    assert english.endswith("nan: no problems")
    thai = done("check", "nan", "--lang", "th").stdout
    assert "- ภูมิประเทศ: ยังขาด" in thai
    assert "วิธีเพิ่ม: chaidaen import nan" in thai
