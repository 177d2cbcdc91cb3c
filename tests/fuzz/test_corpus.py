"""What once ended in a traceback, a crash or a wrong number: each refused, or read as it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing import drivable

from geo.scenario.scenario_file import read_scenario
from layers.errors import ChaidaenError
from layers.io.vector import read_shapes
from layers.osm.roads import read_osm
from layers.roads.bare import read_roads

CORPUS = Path(__file__).parent / "corpus"


def reader(path):
    """Return what reads a file."""
    by_ending = {".toml": read_scenario, ".geojson": read_shapes, ".roads": read_roads}
    return by_ending.get(path.suffix, lambda one: read_osm(one, crs="EPSG:32647"))


def listed(folder):
    files = sorted((CORPUS / folder).iterdir())
    assert files
    return pytest.mark.parametrize("path", files, ids=lambda path: path.name)


@listed("refused")
def test_refused(path):
    with pytest.raises(ChaidaenError, match=path.name.partition(".")[0]):
        reader(path)(path)


@listed("read")
@pytest.mark.filterwarnings("ignore")
def test_read(path):
    found = reader(path)(path)
    if path.suffix != ".geojson":
        drivable(found)
    else:
        assert not found.is_empty.any()
