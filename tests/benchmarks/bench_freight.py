"""Time freight in the embedded area. Nothing passes or fails by its time."""

from __future__ import annotations

import numpy as np
import pytest

from geo.freight.least_cost import hauls
from geo.freight.matrix import fleet_matrix
from geo.freight.terms import fleet_of, freight_terms
from geo.study import Study, open_study

VEHICLES = ("pickup", "truck_6w", "truck_10w", "semi_trailer")


@pytest.fixture(scope="module")
def session() -> Study:
    return open_study("mae_hong_son", roads="strategic")


def whole(session: Study) -> np.ndarray:
    """Do all that follows loading: costs of every vehicle and season, and the matrix."""
    places = session.gazetteer[["id", "lon", "lat"]]
    fleets = {s: fleet_of(session, VEHICLES, s, places) for s in ("dry", "wet")}
    tambons = session.gazetteer["id"][session.gazetteer["kind"] == "tambon"].tolist()
    crossings = session.world.crossings["id"].tolist()
    table = fleet_matrix(fleets, tambons, crossings, empty_share=0.6)
    return table["cost_thb_per_t"].to_numpy()


def test_matrix_of_tambons_and_crossings(benchmark, session):
    """Promise: 45 tambon, all crossings, 4 vehicles, 2 seasons in under 5 s after loading."""
    found = benchmark.pedantic(whole, (session,), rounds=3, warmup_rounds=1)
    benchmark.extra_info["pairs"] = len(found)
    assert np.isfinite(found).mean() > 0.5


def test_hauls_of_tambons(benchmark, session):
    terms = freight_terms(session, (), "dry")
    tambons = session.gazetteer["id"][session.gazetteer["kind"] == "tambon"].tolist()
    markets = ["chiang_mai", "talat_thai", "mae_sot", "lampang"]
    found = benchmark.pedantic(hauls, (terms, tambons, markets), rounds=3, warmup_rounds=1)
    assert all(haul.reached for haul in found)
