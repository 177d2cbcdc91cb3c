"""`chaidaen vehicles`: which there are, and every parameter with its source."""

from __future__ import annotations

import json

from commands import done

from geo.driving.vehicle import SHIPPED

TRUCK = (SHIPPED / "truck_10w.toml").read_text(encoding="utf-8")


def test_ones_own_vehicles_are_listed(home):
    (home / "vehicles").mkdir(parents=True)
    for name in ("truck_10w", "รถไถ"):
        (home / "vehicles" / f"{name}.toml").write_text(TRUCK, "utf-8")
    listed = done("vehicles").stdout
    assert listed.count("your own") == 2
    assert "รถไถ" in listed


def test_json_shows_every_parameter_and_its_source():
    shown = {one["id"]: one for one in json.loads(done("vehicles", "--format", "json").stdout)}
    assert shown["truck_10w"]["body"]["gross_t"] == 25.0
    assert shown["walk"]["slope"]["base_kph"] == 5.0
    assert "Department of Highways" in shown["truck_10w"]["sources"]["body"]
    assert all(one["sources"] for one in shown.values())
