"""What `docs/times.md` says of published times holds, on the strategic network and the page."""

import re
from pathlib import Path

import numpy as np
import pytest

from geo.calibration.errors import error_table
from geo.calibration.fitting import as_they_are
from geo.calibration.observed import observe
from geo.driving.vehicle import Vehicle, find_vehicles, load_vehicle
from geo.study import open_study
from layers.tables.travel_times import read_travel_times

DOCS = Path(__file__).parents[2] / "docs"


def cells(page, header):
    """Return the rows of a table of a page by their first cell."""
    text = (DOCS / page).read_text("utf-8")
    table = text[text.index(header) :].split("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def strategic():
    study = open_study("mae_hong_son", roads="strategic")
    found, _ = observe(study, read_travel_times())
    return as_they_are(study.network, found)


@pytest.mark.parametrize("page", ["times.md", "times_strategic.md"])
def test_the_pages_say_how_far_off_we_are(page):
    everything = cells(page, "| of |")["all"]
    rows, median, within, mean = (float(one.strip("+% ")) for one in everything)
    assert rows >= 95
    assert median <= 13
    assert within >= 70
    assert abs(mean) <= 4


def test_every_published_time_is_on_the_page_of_the_real_roads():
    known = set(read_travel_times()["id"])
    compared, left = cells("times.md", "| time | vehicle |"), cells("times.md", "| time | why |")
    assert known == set(compared) | set(left)


@pytest.mark.slow
def test_the_page_of_the_strategic_network_is_what_the_command_makes(strategic):
    page = cells("times_strategic.md", "| time | vehicle |")
    ours = {
        one.id: hours
        for each in strategic
        for one, hours in zip(each.observations, each.hours, strict=True)
    }
    assert set(page) == set(ours)
    written = np.array([float(page[one][3]) for one in ours])
    assert np.array(list(ours.values())) == pytest.approx(written, rel=0.02)


@pytest.mark.slow
def test_no_kind_of_vehicle_is_always_fast_or_slow(strategic):
    found = {one.what: one for one in error_table(strategic)}
    for group in ("car", "bus", "minivan", "motorcycle"):
        assert abs(found[group].mean) < 0.12
    assert abs(found["mountain"].mean - found["lowland"].mean) < 0.12


def test_fitted_numbers_of_every_vehicle_say_that_they_were_fitted():
    for name in find_vehicles():
        one = load_vehicle(name)
        if isinstance(one, Vehicle) and not re.search("truck|trailer", name):
            assert "chaidaen calibrate mae_hong_son" in one.sources["driving"]
