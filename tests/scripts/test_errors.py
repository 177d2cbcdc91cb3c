"""Bad input, a full disk, a stopped run: one clear line, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from commands import (
    POINTS,
    ROADS,
    ROOT,
    content,
    dem_file,
    done,
    nothing_written,
    osm_file,
    polygon_file,
    problem,
    process,
    run,
)
from copied import copy_area
from rasterio.transform import from_origin

POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX are used")


@pytest.fixture
def pai(home, tmp_path):
    """Return the data folder with a small area in it."""
    done("import", "pai", "--osm", osm_file(tmp_path / "pai.osm"))
    return home


@pytest.fixture
def own(home):
    """Return the folder of a copy of the shipped area."""
    return copy_area(home / "areas" / "own")


def test_a_truncated_pbf(sample_data, home, tmp_path):
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes((sample_data / "andorra" / "andorra.osm.pbf").read_bytes()[:300_000])
    assert "cut.osm.pbf: is damaged" in problem("import", "cut", "--osm", cut)
    assert nothing_written(home)


def test_a_file_without_roads(home, tmp_path):
    osm = osm_file(tmp_path / "houses.osm", roads=[("ABCA", {"building": "yes", "highway": "no"})])
    assert "houses.osm: has no roads" in problem("import", "pai", "--osm", osm)
    assert nothing_written(home)


def test_no_roads_within_the_boundary(home, tmp_path):
    edge = polygon_file(tmp_path / "edge.geojson", 100, 15, 101, 16)
    line = problem("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--boundary", edge)
    assert "none of its 3 roads lies in the area; the file covers lon 98.000…98.200" in line
    assert nothing_written(home)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.osm", "", "is empty"),
        ("a.osm", "<osm><node", "is damaged"),
        ("a.osm.pbf", "no pbf at all", "is damaged"),
        ("a.shp", "x", "its ending is not one of"),
        ("a.osm", None, "no such file"),
    ],
)
def test_a_file_that_is_no_osm(home, tmp_path, name, text, says):
    osm = tmp_path / name
    if text is not None:
        osm.write_text(text, encoding="utf-8")
    line = problem("import", "pai", "--osm", osm)
    assert says in line
    assert str(osm) in line
    assert nothing_written(home)


def test_terrain_elsewhere_on_earth(home, tmp_path):
    osm, dem = osm_file(tmp_path / "a.osm"), dem_file(tmp_path / "peru.tif", west=-72.0)
    line = problem("import", "pai", "--osm", osm, "--dem", dem)
    assert "peru.tif: terrain lies elsewhere: it covers lon -72.00 to -71.60" in line
    assert "the roads lon 98.00 to 98.20, lat 19.00 to 19.05" in line
    assert nothing_written(home)


def _picture(path: Path) -> None:
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=3,
        dtype="uint8",
        crs="EPSG:4326",
        transform=from_origin(97.9, 19.2, 0.05, 0.05),
    ) as raster:
        raster.write(np.zeros((3, 8, 8), np.uint8))


def _scan(path: Path) -> None:
    """Write a picture that has not even a place: GDAL warns of such."""
    shape = {"driver": "PNG", "width": 8, "height": 8, "count": 1, "dtype": "uint8"}
    with warnings.catch_warnings(action="ignore"), rasterio.open(path, "w", **shape) as raster:
        raster.write(np.zeros((1, 8, 8), np.uint8))


def _cut(path: Path) -> None:
    dem_file(path)
    path.write_bytes(path.read_bytes()[:100_000])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: dem_file(path, crs=None), "has no coordinate reference system"),
        (_scan, "has no coordinate reference system"),
        (_picture, "is a picture of 3 bands"),
        (_cut, "cannot be read"),
        (lambda path: path.write_text("x", encoding="utf-8"), "cannot be read as terrain"),
        (lambda path: path.mkdir(), "holds no terrain"),
        (lambda path: None, "no such file"),
    ],
)
def test_terrain_that_is_none(home, tmp_path, make, says):
    dem = tmp_path / "dem.tif"
    make(dem)
    line = problem("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--dem", dem)
    assert "dem.tif" in line
    assert says in line
    assert "previous exception" not in line
    assert nothing_written(home)


@pytest.mark.parametrize(
    ("coordinates", "says"),
    [
        ("[[97.9, 18.9], [98.3, 19.2], [98.3, 18.9], [97.9, 19.2], [97.9, 18.9]]", "crosses"),
        ("[[400000, 2100000], [410000, 2100000], [400000, 2110000], [400000, 2100000]]", "metres"),
    ],
)
def test_a_boundary_that_is_none(home, tmp_path, coordinates, says):
    edge = tmp_path / "edge.geojson"
    edge.write_text(f'{{"type": "Polygon", "coordinates": [{coordinates}]}}', encoding="utf-8")
    line = problem("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--boundary", edge)
    assert "edge.geojson" in line
    assert says in line
    assert nothing_written(home)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("edge.geojson", "hello", "cannot be read as a boundary"),
        ("edge.csv", "id,name\n1,Pai\n", "a table without shapes"),
        ("edge.geojson", '{"type": "Point", "coordinates": [98, 19]}', "no polygon but Point"),
        ("edge.geojson", '{"type": "FeatureCollection", "features": []}', "no polygon"),
    ],
)
def test_a_boundary_of_another_kind(home, tmp_path, name, text, says):
    edge = tmp_path / name
    edge.write_text(text, encoding="utf-8")
    line = problem("import", "pai", "--osm", osm_file(tmp_path / "a.osm"), "--boundary", edge)
    assert name in line
    assert says in line
    assert nothing_written(home)


@pytest.mark.usefixtures("pai")
@pytest.mark.parametrize(
    ("ends", "says"),
    [
        (("98.0,19.0", "19.0,98.2"), "swapped? try 98.2,19"),
        (("98.0,19.0", "19.0,70.0"), "from the nearest road"),
        (("98.0,19.0", "98.1,19.6"), "61 km from the nearest road"),
        (("98.0,19.0", "98.0,19.0"), "same place"),
        (("Pai", "98.0,19.0"), "place 'Pai' is not known; this area has no table of places"),
        (("200,19.0", "98.0,19.0"), "longitude first"),
    ],
)
def test_a_route_that_cannot_be(ends, says):
    assert says in problem("route", "pai", *ends)


def test_swapped_coordinates_far_from_thailand(sample_data, home):
    # Both ways round they are on Earth: only the roads tell that they are swapped.
    done("import", "andorra", "--osm", sample_data / "andorra" / "andorra.osm.pbf")
    line = problem("route", "andorra", "42.5063,1.5218", "1.6670,42.5775")
    assert "longitude comes first: 1.5218,42.5063?" in line
    assert home.is_dir()


def test_two_roads_that_do_not_meet(home, tmp_path):
    points = POINTS | {"E": (98.0, 19.1), "F": (98.2, 19.1)}
    done("import", "pai", "--osm", osm_file(tmp_path / "a.osm", points, [*ROADS, ("EF", {})]))
    line = problem("route", "pai", "98.0,19.0", "98.2,19.1")
    assert "they lie on roads that are not connected" in line
    assert "98.0000,19.0000 to 98.2000,19.1000" in line
    assert home.is_dir()


@pytest.mark.usefixtures("home")
def test_an_unknown_place_offers_the_nearest_spellings():
    way = ("route", "mae_hong_son", "--source", "strategic")
    line = problem(*way, "Mae Sarieng", "Chiang Mai")
    assert "place 'Mae Sarieng' is not known; nearest spellings: Mae Sariang (mae_sariang)" in line
    assert "(mae_sariang)" in problem(*way, "แม่สะเรียก", "Chiang Mai")
    assert "Chiang Mai" in problem(*way, "Pai", "Chang Mai")


@pytest.mark.usefixtures("home")
def test_an_unknown_area_offers_the_nearest():
    line = problem("route", "mae_hon_song", "Pai", "Chiang Mai")
    assert "area 'mae_hon_song' is not known; did you mean 'mae_hong_son'?" in line
    assert "did you mean" not in problem("check", "xyz")


@pytest.mark.usefixtures("home")
def test_a_source_that_is_not_there(pai):
    assert "chaidaen import northern_border --osm" in problem(
        "route", "northern_border", "Mae Sot", "Tak", "--source", "osm"
    )
    assert "highways" in problem("route", "pai", "98,19", "98.2,19", "--source", "strategic")
    assert pai.is_dir()


def test_a_toml_with_an_unknown_key(own):
    path = own / "area.toml"
    path.write_text(f"titel_en = 'x'\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    line = problem("route", "own", "Pai", "Chiang Mai")
    assert "area.toml: key 'titel_en': unknown; did you mean 'title_en'?" in line
    listed = done("areas").stdout
    assert "titel_en" in listed
    assert "Mae Hong Son · แม่ฮ่องสอน" in listed


def test_a_table_without_a_column(own):
    path = own / "places.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("lat,", "latitude,", 1), "utf-8")
    line = problem("route", "own", "Pai", "Chiang Mai")
    assert "places.csv: column 'lat' is missing; column 'latitude' is unknown" in line


def test_text_where_a_number_belongs(own):
    path = own / "places.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[3] = rows[3].replace("98.", "98°", 1)
    path.write_text("\n".join(rows), encoding="utf-8")
    line = problem("route", "own", "Pai", "Chiang Mai")
    assert "places.csv: row 4, column 'lon': '98°" in line
    assert "is not a number" in line


def test_a_vehicle_file_with_a_fault_is_no_wrong_usage(home):
    folder = home / "vehicles"
    folder.mkdir(parents=True)
    text = (ROOT / "geo" / "driving" / "vehicles" / "car.toml").read_text(encoding="utf-8")
    (folder / "cart.toml").write_text(text.replace("empty_t =", "emty_t ="), encoding="utf-8")
    line = problem("route", "mae_hong_son", "Pai", "Chiang Mai", "--vehicle", "cart")
    assert "cart.toml: key 'body.emty_t': unknown; did you mean 'empty_t'?" in line
    assert "key 'body.empty_t': missing" in line


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fly"], "No such command"),
        (["route", "mae_hong_son", "Pai"], "Missing argument 'TO'"),
        (["route", "mae_hong_son", "Pai", "Chiang Mai", "--seasn", "wet"], "No such option"),
        (["route", "mae_hong_son", "Pai", "Chiang Mai", "--vehicle", "truk_10w"], "'truck_10w'?"),
        (["route", "mae_hong_son", "Pai", "Chiang Mai", "--season", "hot"], "'hot' is not one of"),
        (["route", "mae_hong_son", "Pai", "Chiang Mai", "--load", "1.5"], "1.5 is not in the"),
        (["route", "mae_hong_son", "Pai", "Chiang Mai", "--load", "-0.5"], "-0.5 is not in the"),
        (["route", "mae_hong_son", "Pai", "Chiang Mai", "--format", "xml"], "'xml' is not one of"),
        (["import", "pai"], "Missing option '--osm'"),
        (["check"], "Missing argument 'AREA'"),
    ],
)
def test_wrong_usage_is_two(arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_exit_codes_and_traceback_of_the_program_itself(home):
    bad = process("check", "nowhere", CHAIDAEN_HOME=str(home))
    assert bad.returncode == 1
    assert bad.stdout == b""
    assert bad.stderr.count(b"\n") == 1
    assert bad.stderr.startswith(b"chaidaen: area 'nowhere' is not known")
    told = process("--debug", "check", "nowhere", CHAIDAEN_HOME=str(home))
    assert told.returncode == 1
    assert b"Traceback" in told.stderr
    assert b"UnknownNameError: area 'nowhere'" in told.stderr
    assert process("areas", "--wrong").returncode == 2


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["route", "--help"]])
def test_help_loads_nothing_heavy(arguments):
    code = (
        "import atexit, sys\n"
        "heavy = {'numpy', 'pandas', 'geopandas', 'shapely', 'rasterio', 'numba', 'folium'}\n"
        "atexit.register(lambda: print('loaded', sorted(heavy & set(sys.modules))))\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "from scripts.cli import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert ran.stdout.splitlines()[-1] == "loaded []"
    assert "chaidaen" in ran.stdout


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict"])
def test_thai_goes_out_under_any_code_page(home, encoding):
    result = process("areas", CHAIDAEN_HOME=str(home), PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert result.returncode == 0
    assert result.stderr == b""
    assert "แม่ฮ่องสอน" in result.stdout.decode("utf-8")


def test_a_reader_that_stops_early(home):
    """As `chaidaen areas | head -0`: no traceback, whatever the exit code."""
    command = [sys.executable, "-m", "scripts.cli", "areas"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"CHAIDAEN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        child.stdout.close()
        told = child.stderr.read()
    assert b"Traceback" not in told


# ── A full disk ─────────────────────────────────────────────────────────────────────────

LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from scripts.cli import main
main()
"""


def limited(size: int, *args: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run `chaidaen` where no file can become larger than `size` bytes."""
    return subprocess.run(
        [sys.executable, "-B", "-c", LIMITED, str(size), *map(str, args)],
        cwd=ROOT,
        env=os.environ | {"CHAIDAEN_HOME": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def rough_dem(path: Path) -> Path:
    """Write terrain that no compression makes small."""
    cells = np.random.default_rng(1).normal(500, 50, (400, 1200)).astype(np.float32)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=1200,
        height=400,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=from_origin(97.98, 19.065, 0.0002, 0.0002),
    ) as raster:
        raster.write(cells, 1)
    return path


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize(
    ("size", "before"),
    [
        (100, []),
        (3_000, ["area.toml", "boundary.geojson"]),
        (100_000, ["network/network.roads", "network/network.json"]),
    ],
)
def test_a_full_disk_leaves_nothing(home, tmp_path, size, before):
    """Text, then tables, then the raster: each in turn is the first file that is too large."""
    files = ("--osm", osm_file(tmp_path / "a.osm"), "--dem", rough_dem(tmp_path / "a.tif"))
    done("import", "whole", *files)
    sizes = {name: len(data) for name, (_, data) in content(home / "areas" / "whole").items()}
    assert all(sizes[name] <= size for name in before)
    assert max(sizes.values()) > size
    shutil.rmtree(home)
    result = limited(size, "import", "pai", *files, home=home)
    assert result.returncode == 1
    assert result.stdout == ""
    *_, line = result.stderr.splitlines()
    assert line.startswith(f"chaidaen: {home / 'areas' / 'pai'}: not written:")
    assert "File too large" in line
    assert all(text.startswith("…") for text in result.stderr.splitlines()[:-1])
    assert nothing_written(home)


@pytest.mark.slow
@POSIX
def test_a_full_disk_keeps_what_was_there(pai, tmp_path):
    before = content(pai)
    files = ("--osm", osm_file(tmp_path / "a.osm"), "--dem", rough_dem(tmp_path / "a.tif"))
    result = limited(100_000, "import", "pai", *files, "--overwrite", home=pai)
    assert result.returncode == 1
    assert content(pai) == before


# ── A stopped run ───────────────────────────────────────────────────────────────────────

HELD = """
import sys, time
import layers.store.importing
write = layers.store.importing.save_roads
def write_and_wait(*args):
    write(*args)
    print("half-way", file=sys.stderr, flush=True)
    time.sleep(60)
layers.store.importing.save_roads = write_and_wait
from scripts.cli import main
main()
"""


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_import_leaves_nothing(home, tmp_path, number):
    """The run is held at its worst moment: the roads are written, the area is not there yet."""
    command = [sys.executable, "-c", HELD, "import", "pai", "--osm", osm_file(tmp_path / "a.osm")]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"CHAIDAEN_HOME": str(home)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as child:
        first = child.stderr.readline()
        while "half-way" not in child.stderr.readline():
            assert child.poll() is None
        assert [path.name for path in home.rglob("network.roads")]
        child.send_signal(number)
        out, rest = child.communicate(timeout=30)
    assert first.startswith("… a.osm")
    assert child.returncode == 1
    assert out == ""
    assert "Traceback" not in rest
    assert nothing_written(home)


# ── check ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("home")
def test_check_of_a_good_area():
    result = done("check", "mae_hong_son")
    assert result.stdout.splitlines()[-1] == "mae_hong_son: no problems"
    assert "PROBLEM" not in result.stdout
    assert "places: " in result.stdout


def test_check_lists_all_problems(own):
    text = (own / "area.toml").read_text(encoding="utf-8")
    text = text.replace('home = "mae_hong_son"', 'home = "nowhere"')
    (own / "area.toml").write_text(text, encoding="utf-8")
    rows = (own / "crossings.csv").read_text(encoding="utf-8").splitlines()
    (own / "crossings.csv").write_text(
        "\n".join([*rows, rows[1].replace("huai_ton_nun", "x").replace("97.7532", "east")]), "utf-8"
    )
    (own / "hazards.csv").unlink()
    (own / "boundary.geojson").write_text("{}", encoding="utf-8")
    (own / "terrain.tif").write_bytes((own / "terrain.tif").read_bytes()[:5000])
    result = run("check", "own")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    problems = [line for line in lines if line.startswith("PROBLEM")]
    for name in ("boundary.geojson", "crossings.csv: row", "hazards.csv", "terrain.tif"):
        assert len([line for line in problems if name in line]) == 1, (name, problems)
    assert lines[-1] == f"own: {len(problems)} problems"


def test_check_of_ids_that_name_nothing(own):
    text = (own / "area.toml").read_text(encoding="utf-8")
    text = text.replace('home = "mae_hong_son"', 'home = "nowhere"')
    (own / "area.toml").write_text(text, encoding="utf-8")
    result = run("check", "own")
    assert result.exit_code == 1
    assert "area.toml: key 'home': 'nowhere' is no id of a place or crossing" in result.stdout
    assert result.stdout.splitlines()[-1] == "own: 1 problem"


@pytest.mark.slow
def test_check_reads_imported_roads(pai):
    assert "imported roads: 3 segments" in done("check", "pai").stdout
    (pai / "areas" / "pai" / "network" / "network.roads").write_bytes(b"PK")
    result = run("check", "pai")
    assert result.exit_code == 1
    assert "is damaged" in result.stdout


@pytest.mark.parametrize("epoch", ["abc", "99999999999999"])
def test_a_date_that_is_none(epoch):
    """In a process of its own: a library reads it, too, when it is loaded."""
    command = [sys.executable, "-m", "scripts.cli", "report", "mae_hong_son"]
    done = subprocess.run(
        command,
        env={**os.environ, "SOURCE_DATE_EPOCH": epoch},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"SOURCE_DATE_EPOCH={epoch}: is no number of seconds since 1970" in line


def test_a_place_typed_in_another_code_page():
    command = [
        sys.executable,
        "-m",
        "scripts.cli",
        "route",
        "tak",
        os.fsdecode("ตาก".encode("cp874")),
        "Tak",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "is not known" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="names are UTF-16 there")
@pytest.mark.parametrize("given", [("import", "pai", "--osm"), ("route", "tak", "a", "b", "--map")])
def test_a_file_name_in_another_code_page_is_refused(tmp_path, given):
    name = os.fsdecode(os.fsencode(tmp_path) + "/ถนน.osm".encode("cp874"))
    Path(name).write_text("mine", encoding="utf-8")
    command = [sys.executable, "-m", "scripts.cli", *given, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the name is not UTF-8; rename it" in done.stderr
    assert [os.fsencode(one) for one in tmp_path.iterdir()] == [os.fsencode(name)]


@pytest.mark.skipif(os.name == "nt", reason="pipes are those of Unix")
def test_a_pipe_is_no_file_to_read(tmp_path):
    os.mkfifo(tmp_path / "a.osm")
    line = problem("import", "pai", "--osm", tmp_path / "a.osm")
    assert "a.osm: is a device, a pipe or a socket; " in line


@pytest.mark.skipif(os.name == "nt", reason="pipes are those of Unix")
def test_a_pipe_in_the_way_of_a_page_is_refused_before_any_work(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    line = problem("route", "no_such_area", "a", "b", "--map", tmp_path / "pipe", "--overwrite")
    assert "pipe: not written: is a device, a pipe or a socket" in line


def test_a_page_of_times_replaces_nothing_unasked(tmp_path):
    page = tmp_path / "times.md"
    page.write_text("mine", encoding="utf-8")
    line = problem("calibrate", "mae_hong_son", "--no-fit", "--write", page)
    assert "times.md: is already there; --overwrite replaces it" in line
    assert page.read_text(encoding="utf-8") == "mine"


def test_a_compiled_module_that_is_cut_off_is_told(tmp_path):
    environment = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    assert process("areas", **environment).returncode == 0
    (compiled,) = tmp_path.rglob("scripts/areas.cpython-*.pyc")
    compiled.write_bytes(compiled.read_bytes()[:200])
    ended = process("areas", **environment)
    assert ended.returncode == 1
    line = ended.stderr.decode()
    assert line.startswith("chaidaen: what Python compiled of the program is cut off")
    assert str(ROOT) in line
