"""`chaidaen access` on the embedded area and on an imported one."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from layers.importing import import_area
from scripts.cli import chaidaen


def run(*arguments: str, code: int = 0):
    result = CliRunner().invoke(chaidaen, ["access", *arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def hospitals() -> dict:
    return json.loads(run("mae_hong_son", "--to", "hospital", "--format", "json", "--quiet").output)


def test_every_tambon_has_its_minutes_dry_and_wet(hospitals):
    places = hospitals["places"]
    assert len(places) == 45
    assert all(0 < place["minutes_dry"] < 240 for place in places)
    for place in places:
        wet = place["minutes_wet"]
        assert wet is None or wet >= place["minutes_dry"], place["id"]


def test_the_rains_cut_off_who_lives_on_dirt_roads(hospitals):
    """Mae Sam Laep's road 1194 is unpaved; Chong Kham is the town itself."""
    by_id = {place["id"]: place for place in hospitals["places"]}
    assert by_id["tambon_mae_sam_laep"]["minutes_wet"] is None
    assert by_id["tambon_chong_kham"]["minutes_wet"] is not None


def test_people_are_counted_once(hospitals):
    groups = {(row["season"], row["group"]): row for row in hospitals["people"]}
    assert sum(place["population"] for place in hospitals["places"]) == 285_916
    dry = [groups["dry", f"within {m} min"]["people"] for m in (30, 60, 120)]
    assert dry == sorted(dry)
    for season in ("dry", "wet"):
        far = [
            place["population"]
            for place in hospitals["places"]
            if (place[f"minutes_{season}"] or 0) > 120
        ]
        reached = groups[season, "within 120 min"]["people"] + sum(far)
        assert reached + groups[season, "not reached"]["people"] == 285_916


def test_an_ambulance_is_faster_than_walking():
    minutes = {}
    for vehicle in ("ambulance", "walk"):
        text = run(
            "mae_hong_son", "--to", "hospital", "--vehicle", vehicle, "--format", "csv"
        ).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        minutes[vehicle] = {row["id"]: float(row["minutes_dry"]) for row in rows}
    slower = [minutes["walk"][one] >= minutes["ambulance"][one] for one in minutes["walk"]]
    assert all(slower)


def test_minutes_choose_the_groups_and_output_writes_tables(tmp_path):
    folder = tmp_path / "การเข้าถึง"
    found = run("mae_hong_son", "--to", "market", "--minutes", "15, 45", "--output", str(folder))
    assert "dry, within 15 min" in found.stdout
    assert "within 30 min" not in found.stdout
    with (folder / "places.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 45
    refused = run("mae_hong_son", "--to", "market", "--output", str(folder), code=1)
    assert "is already there; --overwrite replaces it" in refused.stderr
    run("mae_hong_son", "--to", "market", "--output", str(folder), "--overwrite")


def test_geojson_has_a_point_for_every_settlement():
    text = run("mae_hong_son", "--to", "school", "--format", "geojson", "--quiet").stdout
    features = json.loads(text)["features"]
    assert len(features) == 45
    assert {feature["geometry"]["type"] for feature in features} == {"Point"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("mae_hong_son", "--to", "hospitl"), 1, "did you mean 'hospital'? there are: hospital"),
        (("mae_hong_son", "--to", "clinic"), 1, "has no clinic; there are: hospital"),
        (("mae_hong_son", "--to", "hospital", "--minutes", "soon"), 2, "is not minutes such as"),
        (("mae_hong_son",), 2, "Missing option '--to'"),
        (("nowhere", "--to", "hospital"), 1, "area 'nowhere' is not known"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_line(arguments, code, message):
    assert message in run(*arguments, code=code).stderr


@pytest.mark.usefixtures("home")
def test_an_imported_area_answers_from_its_own_file(sample_data):
    folder = sample_data / "andorra"
    import_area("andorra", folder / "andorra.osm.pbf", dem=(folder / "andorra_srtm3.tif",))
    places = json.loads(run("andorra", "--to", "hospital", "--vehicle", "car", "--format", "json",
                            "--quiet").output)["places"]  # fmt: skip
    assert len(places) > 30
    by_name = {place["name_en"] or place["id"]: place["minutes_dry"] for place in places}
    reached = [minutes for minutes in by_name.values() if minutes is not None]
    # Andorra is 30 km across: nobody is farther than an hour from one of its hospitals.
    assert len(reached) > 0.9 * len(places)
    assert max(reached) < 60
