"""What servers get wrong, one fault at a time: waited for, told, and nothing half-done left."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
import rasterio
from commands import done, osm_file, polygon_file, run
from fetching import country, edge_file
from overpass import read_data
from server import PAGE, Fault, serving

from layers.errors import FetchError, NotThereError
from layers.fetch.download import Order, download, kept
from layers.fetch.parts import Job, fetch_dem, fetch_osm
from layers.fetch.sources import load_sources
from layers.fetch.web import SILENT, Amount, Teller

HERE = ("--boundary", "edge.geojson")
AROUND = (97.9, 18.9, 98.3, 19.15)
OUT_OF_MEMORY = "runtime error: Query run out of memory using about 2048 MB of RAM."
TIMED_OUT = 'runtime error: Query timed out in "query" at line 1 after 181 seconds.'
LIMITED = (
    "runtime error: open64: 0 Success /osm3s_osm_base Dispatcher_Client::request_read_and_idx::"
    "rate_limited. Please check /api/status for the quota of your IP address."
)
BUSY = (
    "runtime error: open64: 0 Success /osm3s_osm_base Dispatcher_Client::request_read_and_idx::"
    "timeout. The server is probably too busy to handle your request."
)


@pytest.fixture
def web(home, tmp_path, monkeypatch):
    edge_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    with serving(country(tmp_path)) as web:
        web.sources(home / "sources.toml")
        yield web


def fetch(what: str, *more: str):
    return run("fetch", "pai", "--what", what, *HERE, "--country", "TH", *more)


def said(result, web) -> list[str]:
    """Return the messages, the address of the server left out."""
    return [line.replace(web.url, "URL") for line in result.stderr.splitlines()]


def failed(result, web) -> str:
    """Return the last line of a run that failed."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    return said(result, web)[-1]


def roads(web, told: list[str]) -> list[Path]:
    """Fetch the roads of the drawn province; return the answers."""
    job = Job(
        "pai",
        load_sources(),
        Teller(lambda text: told.append(text.replace(web.url, "URL")), lambda _: None),
    )
    return fetch_osm(job, "roads", AROUND)


# Overpass -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault(429, "/interpreter", headers=(("Retry-After", "0"),)),
            "URL/api/interpreter: answered 429 Too Many Requests; again in 0 s (try 1 of 3)",
        ),
        (
            Fault(429, "/status"),
            "URL/api/status: answered 429 Too Many Requests; again in 0.01 s (try 1 of 3)",
        ),
        (
            Fault(504, "/interpreter"),
            "URL/api/interpreter: answered 504 Gateway Timeout; again in 0.01 s (try 1 of 3)",
        ),
        (
            Fault("cut", "/interpreter"),
            "URL/api/interpreter: the answer broke off; again in 0.01 s (try 1 of 3)",
        ),
        (
            Fault("remark", "/interpreter", LIMITED),
            f"URL/api/interpreter: {LIMITED}; again in 0.01 s (try 1 of 3)",
        ),
        (
            Fault("remark", "/interpreter", BUSY),
            f"URL/api/interpreter: {BUSY}; again in 0.01 s (try 1 of 3)",
        ),
        (
            Fault("remark", "/interpreter", OUT_OF_MEMORY),
            f"URL/api/interpreter: {OUT_OF_MEMORY}; asking in four parts",
        ),
        (
            Fault("remark", "/interpreter", TIMED_OUT),
            f"URL/api/interpreter: {TIMED_OUT}; asking in four parts",
        ),
    ],
    ids=lambda value: f"{value.kind}-{value.where}" if isinstance(value, Fault) else "",
)
def test_what_passes_is_waited_for(web, fault, line):
    web.faults.append(fault)
    told: list[str] = []
    assert roads(web, told)
    assert line in told


@pytest.mark.parametrize("kind", ["slow", "redirect"])
def test_slowness_and_redirects_are_no_matter(web, kind):
    web.faults.append(Fault(kind, "/interpreter"))
    told: list[str] = []
    assert roads(web, told)
    assert len(told) == 1, "only that it began"


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        (
            [Fault(429, "/interpreter", headers=(("Retry-After", "7200"),))],
            (
                "URL/api/interpreter: answered 429 Too Many Requests; it asks to wait 7,200 s: "
                "run this again then"
            ),
        ),
        (
            [Fault(504, "/interpreter")] * 3,
            (
                "URL/api/interpreter: answered 504 Gateway Timeout; given up after 3 tries: "
                "run this again later"
            ),
        ),
        (
            [Fault("cut", "/interpreter")] * 3,
            (
                "URL/api/interpreter: the answer broke off; given up after 3 tries: "
                "run this again later"
            ),
        ),
        (
            [Fault("page", "/interpreter")],
            (
                "URL/api/interpreter: answered with a web page ('Welcome to Hotel Wi-Fi') instead "
                "of data; does the network want a log-in? Or check the address in sources.toml"
            ),
        ),
        (
            [Fault(403, "/interpreter")],
            (
                "URL/api/interpreter: answered 403 Forbidden: access is refused; check the address "
                "in sources.toml"
            ),
        ),
        (
            [Fault(400, "/interpreter", "<title>OSM3S Response</title>")],
            "URL/api/interpreter: answered 400 Bad Request ('OSM3S Response')",
        ),
        (
            [Fault("remark", "/interpreter", LIMITED)] * 3,
            f"URL/api/interpreter: {LIMITED}; given up after 3 tries: run this again later",
        ),
        (
            [Fault("remark", "/interpreter", OUT_OF_MEMORY)] * 4,
            (
                f"URL/api/interpreter: {OUT_OF_MEMORY}, even for the smallest part of a tile; "
                "try another server with --overpass, or a smaller tile_km in sources.toml"
            ),
        ),
    ],
    ids=lambda value: str(value[0].kind) if isinstance(value, list) else "",
)
def test_what_does_not_pass_is_told_and_leaves_nothing(home, web, faults, line):
    web.faults += faults
    with pytest.raises(FetchError) as error:
        roads(web, [])
    said = str(error.value).replace(web.url, "URL")
    assert said == f"{line} (0 of 1 tiles were fetched and are kept)"
    assert not list((home / "cache" / "osm").glob("*"))
    web.faults.clear()
    assert roads(web, [])


def test_tiles_before_a_failure_are_kept(home, web):
    web.sources(home / "sources.toml", overpass="tile_km = 30.0")
    # Tiles of 30 km: two by one. The first is whole after four requests.
    assert len(roads(web, [])) == 2 * 3
    each = web.count("/interpreter") // 2
    rmtree(home / "cache")
    web.after = len(web.asked) + 3 * each
    with pytest.raises(FetchError, match=r"\(1 of 2 tiles were fetched and are kept\)"):
        roads(web, [])
    web.after = None
    asked = web.count("/interpreter")
    assert len(roads(web, [])) == 2 * 3
    assert web.count("/interpreter") - asked == each


def test_what_fails_does_not_keep_back_the_rest(web):
    web.faults += [Fault(503, "/pop/")] * 3 + [Fault("page", "/dem/")]
    result = fetch("roads,dem,population")
    assert result.exit_code == 1
    assert "3 segments" in result.stdout
    lines = [line for line in said(result, web) if line.startswith("chaidaen: ")]
    assert [line.split(": ")[1] for line in lines] == ["dem", "population"]
    assert lines[1] == (
        "chaidaen: population: URL/pop/2025/THA/tha.tif: answered 503 Service "
        "Unavailable; given up after 3 tries: run this again later"
    )
    done("fetch", "pai", "--what", "dem,population", "--country", "TH")


# Nominatim ------------------------------------------------------------------------------------


def test_nominatim_is_waited_for(web):
    web.faults += [Fault(429, "/search", headers=(("Retry-After", "0"),))]
    result = run("fetch", "pai", "--what", "boundary", "--place", "Pai, Thailand")
    assert result.exit_code == 0
    line = "… URL/search: answered 429 Too Many Requests; again in 0 s (try 1 of 3)"
    assert line in said(result, web)


# Rasters --------------------------------------------------------------------------------------


def test_terrain_that_breaks_off_is_read_again(web):
    web.faults += [Fault("cut", "/dem/"), Fault(503, "N19_00_E098")]
    result = fetch("dem")
    assert result.exit_code == 0, result.stderr
    assert "again in 0.01 s" in result.stderr


def test_an_extent_that_ends_just_before_a_tile_does_without_it(web):
    job = Job("pai", load_sources(), SILENT)
    with rasterio.open(fetch_dem(job, (97.9, 18.90, 97.9495, 18.94))) as raster:
        assert raster.bounds.right == pytest.approx(98.0)
    asked = len(web.asked)
    assert web.count("E098")
    fetch_dem(job, (97.9, 18.90, 97.9495, 18.94))
    assert len(web.asked) == asked


def test_a_file_that_is_no_raster_is_told(web):
    web.files["dem/Copernicus_N18_00_E097_00_DEM.tif"] = b"PK\3\4 a ZIP"
    assert failed(fetch("dem"), web) == (
        "chaidaen: dem: URL/dem/Copernicus_N18_00_E097_00_DEM.tif: is no GeoTIFF; "
        "check the address in sources.toml"
    )


def test_a_country_that_the_server_does_not_have(web):
    web.files.clear()
    assert failed(fetch("population"), web) == (
        "chaidaen: population: URL/pop/2025/THA/tha.tif: answered 404 Not Found: "
        "there is no such file; check the address in sources.toml"
    )


def test_a_country_that_there_is_not(web):
    result = run("fetch", "pai", "--what", "population", *HERE, "--country", "XX")
    assert failed(result, web) == (
        "chaidaen: population: country 'XX' is no code of ISO 3166 such as TH, LA, MM"
    )


def test_a_stated_hash_is_checked(home, web):
    content = web.files["pop/2025/THA/tha.tif"]
    right = hashlib.sha256(content).hexdigest()
    web.sources(home / "sources.toml", population=f'sha256 = "{"0" * 64}"')
    assert failed(fetch("population"), web) == (
        f"chaidaen: population: URL/pop/2025/THA/tha.tif: is not what it should be: its SHA-256 "
        f"is {right}, expected was {'0' * 64}; it was thrown away: run this again, or correct "
        "sources.toml"
    )
    assert not list((home / "fetched" / "pai").glob("*population*"))
    web.sources(home / "sources.toml", population=f'sha256 = "{right.upper()}"')
    assert fetch("population").exit_code == 0


# The downloader -------------------------------------------------------------------------------


@pytest.fixture
def order(web, tmp_path) -> Order:
    web.files["big.bin"] = bytes(range(256)) * 4000
    return Order(f"{web.url}/big.bin", tmp_path / "ไฟล์ ใหญ่.bin", "big", "all of it")


@pytest.mark.usefixtures("home")
def test_a_download_is_resumed_where_it_broke_off(web, order):
    web.faults.append(Fault("cut", "big"))
    told: list[str] = []
    amounts: list[Amount] = []
    record = download(order, load_sources().connection, Teller(told.append, amounts.append))
    size = len(web.files["big.bin"])
    assert order.path.read_bytes() == web.files["big.bin"]
    assert record.size == size
    first, second = [part for _, _, part in web.asked]
    assert first == ""
    begun = int(re.fullmatch(r"bytes=(\d+)-", second)[1])
    assert 0 < begun <= size // 2
    (line,) = told
    assert line == (
        f"{order.url}: broke off after {begun:,} of {size:,} bytes; again in 0.01 s (try 1 of 3)"
    )
    assert amounts[-1] == Amount("big", 1.0, size)
    assert kept(order.path, "all of it") == record
    assert kept(order.path, "something else") is None
    assert not list(order.path.parent.glob("*.part*"))


@pytest.mark.usefixtures("home")
def test_a_part_of_an_older_version_is_not_continued(web, order):
    web.faults += [Fault("cut", "big")] * 3
    with pytest.raises(FetchError):
        download(order, load_sources().connection, SILENT)
    assert order.path.with_name(order.path.name + ".part").stat().st_size > 0
    web.files["big.bin"] = b"new" * 300_000
    download(order, load_sources().connection, SILENT)
    assert order.path.read_bytes() == web.files["big.bin"]


@pytest.mark.usefixtures("home")
def test_a_file_that_became_shorter_is_fetched_from_the_beginning(web, order):
    web.faults += [Fault("cut", "big")] * 3
    with pytest.raises(FetchError):
        download(order, load_sources().connection, SILENT)
    web.files["big.bin"] = b"short"
    download(order, load_sources().connection, SILENT)
    assert order.path.read_bytes() == b"short"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("fault", "error"), [(Fault("page", "big"), FetchError), (Fault(404, "big"), NotThereError)]
)
def test_no_page_becomes_a_file(web, order, fault, error):
    web.faults.append(fault)
    with pytest.raises(error):
        download(order, load_sources().connection, SILENT)
    assert not order.path.exists()
    assert PAGE not in b"".join(path.read_bytes() for path in order.path.parent.glob("*.part"))


@pytest.mark.usefixtures("home")
def test_retry_after_may_be_a_date(web, order):
    then = datetime.now(UTC) + timedelta(hours=2)
    header = (("Retry-After", then.strftime("%a, %d %b %Y %H:%M:%S GMT")),)
    web.faults.append(Fault(503, "big", headers=header))
    with pytest.raises(FetchError, match=r"503 .*; it asks to wait 7,\d\d\d s"):
        download(order, load_sources().connection, SILENT)


def test_a_raster_elsewhere_is_told(web):
    web.files["pop/2025/THA/tha.tif"] = web.files["dem/Copernicus_N18_00_E097_00_DEM.tif"]
    polygon_file(Path("edge.geojson"), 10, 10, 10.1, 10.1)
    assert failed(fetch("population"), web).endswith("tha.tif: lies elsewhere than the area")


def test_the_window_of_a_whole_file_is_that_of_its_parts(home, web):
    assert fetch("population").exit_code == 0
    path = home / "fetched" / "pai" / "population.tif"
    with rasterio.open(path) as raster:
        parts = raster.read(1), raster.bounds
    web.faults += [Fault("no-ranges", "/pop/")] * 2
    assert fetch("population", "--refresh").exit_code == 0
    with rasterio.open(path) as raster:
        assert (raster.read(1) == parts[0]).all()
        assert raster.bounds == parts[1]


@pytest.mark.slow
def test_a_refresh_that_breaks_off_changes_no_roads(home, web, tmp_path):
    web.sources(home / "sources.toml", overpass="tile_km = 30.0")
    assert "3 segments" in fetch("roads").stdout
    each = len(web.asked) // 2
    points = {"A": (98.0, 19.0), "B": (98.1, 19.0), "C": (98.2, 19.0)}
    web.osm = read_data(osm_file(tmp_path / "b.osm", points, [("AB", {}), ("BC", {})]))
    web.after = len(web.asked) + each
    result = fetch("roads", "--refresh")
    assert "(1 of 2 tiles were fetched and are kept)" in failed(result, web)
    assert "3 segments" in result.stdout
    assert "nothing new" in result.stderr
    web.after = None
    assert "1 segments" in fetch("roads", "--refresh").stdout
