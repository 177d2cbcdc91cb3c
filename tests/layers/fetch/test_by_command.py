"""Every fault of a server as a person meets it: the last line of `chaidaen fetch`, word by word."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import done, nothing_written, run
from fetching import country, edge_file
from overpass import OsmData
from server import Fault, serving

from layers.area import find_areas

EXPIRED = Path(__file__).parents[2] / "support" / "expired.pem"
ROADS = ("fetch", "pai", "--what", "roads", "--boundary", "edge.geojson")
AGAIN = "given up after 3 tries: run this again later"
MEMORY = "runtime error: Query run out of memory using about 2048 MB of RAM."
KEPT = "(0 of 1 tiles were fetched and are kept)"
URL = "chaidaen: roads: URL/api/interpreter:"
PAGE = (
    "answered with a web page ('Welcome to Hotel Wi-Fi') instead of data; does the network want a "
    "log-in? Or check the address in sources.toml"
)


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    edge_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    return country(tmp_path)


@pytest.fixture
def web(home, drawn):
    with serving(drawn) as web:
        web.sources(home / "sources.toml")
        yield web


def last_line(web, *command) -> str:
    """Return the line that ends a run which failed and told no traceback."""
    result = run(*command)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    return result.stderr.replace(web.url, "URL").splitlines()[-1]


@pytest.mark.parametrize(
    ("fault", "times", "line"),
    [
        (Fault(429, "/interpreter"), 3, f"{URL} answered 429 Too Many Requests; {AGAIN} {KEPT}"),
        (Fault(504, "/interpreter"), 3, f"{URL} answered 504 Gateway Timeout; {AGAIN} {KEPT}"),
        (Fault("cut", "/interpreter"), 3, f"{URL} the answer broke off; {AGAIN} {KEPT}"),
        (Fault("page", "/interpreter"), 1, f"{URL} {PAGE} {KEPT}"),
        (
            Fault("remark", "/interpreter", MEMORY),
            4,
            (
                f"{URL} {MEMORY}, even for the smallest part of a tile; try another server with "
                f"--overpass, or a smaller tile_km in sources.toml {KEPT}"
            ),
        ),
    ],
    ids=["429", "504", "truncated", "page", "memory"],
)
def test_what_a_server_gets_wrong_is_told(web, fault, times, line):
    web.faults += [fault] * times
    assert last_line(web, *ROADS) == line
    assert "pai" not in find_areas()
    web.faults.clear()
    assert "3 segments" in done(*ROADS).stdout


@pytest.mark.parametrize("kind", ["slow", "redirect"])
def test_a_slow_server_and_one_that_moved_are_used(web, kind):
    web.faults += [Fault(kind, "/interpreter")]
    result = done(*ROADS)
    assert "3 segments" in result.stdout
    assert "again in" not in result.stderr


def test_a_server_that_knows_no_road_is_asked_again_by_the_next_run(web):
    roads, web.osm = web.osm, OsmData()
    line = last_line(web, *ROADS)
    assert line.startswith("chaidaen: roads: URL/api: answers that there is no road at all in lon ")
    assert line.endswith(
        "; is the boundary in its place? Run this again later, or try another server with "
        "--overpass"
    )
    assert "pai" not in find_areas()
    web.osm = roads
    assert "3 segments" in done(*ROADS).stdout


def test_a_refresh_without_any_road_leaves_the_old_ones(web):
    done(*ROADS)
    roads, web.osm = web.osm, OsmData()
    assert "there is no road at all" in last_line(web, *ROADS, "--refresh")
    assert "km" in done("route", "pai", "98.0,19.0", "98.2,19.0", "--quiet").stdout
    web.osm = roads
    assert "3 segments" in done(*ROADS).stdout


def test_a_certificate_that_ran_out_is_told(home, drawn, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(EXPIRED))
    with serving(drawn, EXPIRED) as web:
        web.sources(home / "sources.toml")
        told = (
            "its certificate is not accepted: certificate has expired; is the clock of this "
            "computer right, and does nobody stand between it and the server?"
        )
        assert last_line(web, *ROADS) == f"chaidaen: roads: URL/api/status: {told} {KEPT}"
        place = ("fetch", "pai", "--what", "boundary", "--place", "Pai, Thailand")
        assert last_line(web, *place) == f"chaidaen: URL/search: {told}"
        people = ("--what", "population", "--country", "TH")
        line = last_line(web, *ROADS[:2], *ROADS[4:], *people)
        assert line.startswith("chaidaen: population: URL/pop/2025/THA/tha.tif: ")
        assert "certificate" in line
    assert "pai" not in find_areas()


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("name", ["../../etc", "CON", "a b", "ปาย", "con"])
@pytest.mark.parametrize("verb", ["fetch", "new", "import"])
def test_a_name_that_no_folder_can_have_is_refused(home, verb, name):
    roads = str(next(Path.cwd().rglob("a.osm")))
    given = {
        "fetch": ("--boundary", "edge.geojson"),
        "new": (),
        "import": ("--osm", roads),
    }
    result = run(verb, name, *given[verb])
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"chaidaen: area name {name!r}: ")
    assert not home.exists() or nothing_written(home)
