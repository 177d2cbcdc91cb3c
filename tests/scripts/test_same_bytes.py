"""The same input gives the same bytes, whatever the folder, the moment and the threads."""

import shutil

import pytest
from commands import done, osm_file, process

PLACES = """
<node id="900" lat="19.001" lon="98.0"><tag k="place" v="village"/><tag k="name" v="บ้าน ก"/>
<tag k="population" v="300"/></node>
<node id="901" lat="19.049" lon="98.1"><tag k="place" v="town"/><tag k="name" v="Town D"/>
<tag k="population" v="3000"/></node>
<node id="902" lat="19.0001" lon="98.199"><tag k="amenity" v="hospital"/><tag k="name" v="H"/>
</node>
<node id="903" lat="19.0001" lon="98.11"><tag k="amenity" v="school"/><tag k="name" v="S"/></node>
</osm>"""
CUT = """title_en = "cut"
title_th = "ตัด"
source = "drawn"
quality = "E"
[[changes]]
kind = "close-roads"
where = { osm_id = [102] }
"""
VERBS = {
    "access": ("access", "bytes", "--to", "hospital", "--resolution", "500"),
    "route": ("route", "bytes", "บ้าน ก", "Town D"),
    "risk": ("risk", "bytes"),
    "quality": ("quality", "bytes"),
    "compare": ("compare", "bytes", "--scenario", "CUT"),
    "report": ("report", "bytes"),
    **{
        f"export {form}": ("export", "bytes", "--format", form)
        for form in ("gpkg", "graphml", "parquet", "osrm", "gmns", "geojson", "matrix", "omx")
    },
}


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A data folder with an imported area, and a scenario of it."""
    folder = tmp_path_factory.mktemp("same")
    file = osm_file(folder / "a.osm")
    text = file.read_text(encoding="utf-8").replace("</osm>", PLACES)
    file.write_text(text, encoding="utf-8")
    (folder / "cut.toml").write_text(CUT, encoding="utf-8")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAIDAEN_HOME", str(home))
        done("import", "bytes", "--osm", file, "--quiet")
    return folder


def files_of(folder, command, home, **environment):
    """Run a command in a process of its own; return its files."""
    shutil.rmtree(folder, ignore_errors=True)
    run = process(*command, "--output", folder, "--quiet", CHAIDAEN_HOME=str(home), **environment)
    assert run.returncode == 0, run.stderr.decode("utf-8", "replace")
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_two_runs_write_the_same_bytes(verb, there, tmp_path):
    """The second run has another data folder, other threads and finds nothing kept."""
    home, other = there / "home", tmp_path / "home"
    shutil.copytree(home / "areas", other / "areas")
    name = "x.gpkg" if verb == "export gpkg" else "x"
    command = [str(there / "cut.toml") if word == "CUT" else word for word in VERBS[verb]]
    one = files_of(tmp_path / "a" / name, command, home, OMP_NUM_THREADS="1",
                   NUMBA_NUM_THREADS="1")  # fmt: skip
    cache = str(tmp_path / "cache")
    two = files_of(tmp_path / "b c" / name, command, other, NUMBA_NUM_THREADS="2",
                   XDG_CACHE_HOME=cache, OMP_NUM_THREADS="2")  # fmt: skip
    assert one
    assert sorted(one) == sorted(two)
    assert [str(path) for path in one if one[path] != two[path]] == []
