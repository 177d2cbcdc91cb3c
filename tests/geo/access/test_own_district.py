"""Who goes to the office of their own district, and what is said of kinds of few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.access.access import access
from geo.access.nearest import to_own
from geo.access.people import facilities_note
from geo.study import open_study

PEOPLE = pd.DataFrame({"id": ["a", "b", "c"], "district": ["1", "2", "3"]})
OFFICES = pd.DataFrame({"id": ["x", "y"], "district": ["1", "2"], "kind": "district_office"})
TIMES = pd.DataFrame(
    [(p, q, 60.0) for p in PEOPLE["id"] for q in OFFICES["id"]],
    columns=["from_id", "to_id", "travel_time_s"],
)


def test_people_go_to_their_own_office():
    """District 3 has no office: its people may go to either."""
    found = to_own(TIMES, PEOPLE, OFFICES)["travel_time_s"].to_numpy()
    assert np.isfinite(found).tolist() == [True, False, False, True, True, True]


@pytest.mark.parametrize("kind", ["hospital", "nearest_district_office"])
def test_other_kinds_are_open_to_all(kind):
    found = to_own(TIMES, PEOPLE, OFFICES.assign(kind=kind))
    assert found["travel_time_s"].equals(TIMES["travel_time_s"])


@pytest.fixture(scope="module")
def study():
    return open_study("mae_hong_son", roads="strategic")


def test_no_subdistrict_is_sent_to_the_office_of_another_district(study):
    own = access(study, to="district_office")
    office = study.tables.facilities("district_office").set_index("id")["district"]
    assert (own.places["nearest_dry"].map(office) == own.places["district"]).all()
    assert any("of their own district" in note for note in own.notes)
    nearest = access(study, to="nearest_district_office")
    assert not any("of their own district" in note for note in nearest.notes)
    both = [one.places.set_index("id")["minutes_dry"] for one in (own, nearest)]
    assert (both[0] >= both[1].reindex(both[0].index) - 1e-9).all()
    assert (both[0] > both[1].reindex(both[0].index) + 1).sum() >= 3


def test_a_kind_of_which_few_are_known_says_so(study):
    notes = access(study, to="clinic").notes
    (few,) = [note for note in notes if note.startswith("Only")]
    assert "of kind clinic are known in the area, fewer than its 45 subdistricts" in few
    assert not any(note.startswith("Only") for note in access(study, to="hospital").notes)


def test_a_kind_of_which_none_is_known_in_the_area_says_so(study):
    goals = study.tables.facilities("collection_point")
    notes = facilities_note(study, "collection_point", goals.assign(lon=100.5, lat=13.75))
    assert notes[-1].startswith(f"None of the {len(goals)} of kind collection_point that ")
    assert not any(
        note.startswith("None") for note in facilities_note(study, "collection_point", goals)
    )
