"""The maps of `chaidaen freight`, made only when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.border.passage import departure_table
from geo.driving.vehicle import find_vehicles, load_vehicle
from geo.freight.collection_points import Sites
from geo.freight.cost_parts import cost_parts
from geo.freight.flows import Flows
from geo.freight.haul import Haul, Terms
from geo.freight.haul_profile import Delivery, haul_facts, wet_passability
from geo.freight.other_ways import other_ways
from geo.freight.road_limits import Barred
from geo.freight.value_chain import Product, Sale
from geo.study import Study
from layers.tables.crossings import read_crossings
from layers.tables.hazards import read_hazards
from layers.tables.places import Place, read_places
from maps.freight.corridor_costs_map import freight_map
from maps.freight.departures import Departures
from maps.freight.flow_map import flow_map
from maps.freight.sites_map import sites_map
from maps.picture.sheet import Sheet
from scripts.freight.request import Wanted

DAY_MIN = 24 * 60


def corridor_page(
    study: Study,
    wanted: Wanted,
    terms: Terms,
    found: Sequence[Delivery],
    *,
    others: Mapping[str, Sequence[Delivery]],
    barred: Mapping[str, Sequence[Barred]],
    places: Mapping[str, Place],
) -> Sheet:
    """Return the map of what freight costs as a page."""
    through = [one.haul for one in found if one.haul.reached and one.haul.crossing]
    return freight_map(
        area=study.area,
        network=study.network,
        start=wanted.home(study),
        deliveries=found,
        others=others,
        table=read_crossings(study.area),
        gates=terms.crossings,
        departures={haul.crossing: _departures(terms, haul) for haul in through},
        hub_table=terms.hubs,
        places=places,
        place_table=read_places(study.area),
        titles=vehicle_titles(),
        barred=barred,
        season=wanted.season,
        empty_share=terms.rules.trips.empty_share,
        lang=wanted.lang,
        parts=[cost_parts(terms, one.haul, study.world.prices) for one in found],
    )


def flow_page(  # noqa: PLR0913
    study: Study,
    wanted: Wanted,
    terms: Terms,
    *,
    sold: Sequence[Sale],
    sent: Flows,
    products: Mapping[str, Product],
    harvests: pd.DataFrame,
    places: Mapping[str, Place],
    split: str,
) -> Sheet:
    """Return the map of flows as a page."""
    gates = terms.crossings.values()
    return flow_map(
        area=study.area,
        network=study.network,
        sold=sold,
        sent=sent,
        products=products,
        harvests=harvests,
        sources={one.id: one.source for one in gates},
        statuses={one.id: one.status for one in gates},
        hub_table=terms.hubs,
        places=places,
        place_table=read_places(study.area),
        titles=vehicle_titles(),
        season=wanted.season,
        empty_share=terms.rules.trips.empty_share,
        split=split,
        lang=wanted.lang,
    )


def sites_page(
    study: Study,
    wanted: Wanted,
    *,
    candidates: Sequence[Place],
    people: pd.DataFrame,
    found: Sites,
    weight: NDArray[np.float64],
    unit: str,
    vehicle: str,
) -> Sheet:
    """Return the map of collection points as a page."""
    columns = ["name_en", "name_th", "lon", "lat"]
    rows = [(one.name_en, one.name_th, one.lon, one.lat) for one in candidates]
    return sites_map(
        area=study.area,
        network=study.network,
        candidates=pd.DataFrame(rows, columns=columns),
        settlements=people,
        found=found,
        weight=weight,
        unit=unit,
        place_table=read_places(study.area),
        vehicle_title=vehicle_titles()[vehicle],
        season=wanted.season,
        lang=wanted.lang,
    )


def other_deliveries(
    study: Study,
    wanted: Wanted,
    terms: Terms,
    found: Sequence[Delivery],
    places: Mapping[str, Place],
) -> dict[str, list[Delivery]]:
    """Find other ways for what stays in the country, by id of the destination."""
    wet = wet_passability(terms, read_hazards(study.area))
    return {
        one.place.id: [
            Delivery(way, one.place, haul_facts(terms, way, places, wet))
            for way in other_ways(terms, one.haul, wanted.alternatives)
        ]
        for one in found
        if not one.haul.crossing
    }


def vehicle_titles() -> dict[str, tuple[str, str]]:
    """Return the title of every vehicle, English and Thai, by id."""
    loaded = {name: load_vehicle(name) for name in find_vehicles()}
    return {name: (one.title_en, one.title_th) for name, one in loaded.items()}


def _departures(terms: Terms, haul: Haul) -> Departures:
    """Return what leaving at each hour of the day means at the crossing of a haul."""
    order = list(terms.fleet.vehicles)
    vehicle = terms.fleet.haulers[order.index(haul.inland[-1].stage.vehicle)].vehicle
    gate = terms.crossings[haul.crossing]
    table = departure_table(gate, vehicle, terms.border, before_s=haul.before_s)
    hour = (table["departure_min"] % DAY_MIN // 60).astype(int)
    wait, shut = (
        np.asarray(values.groupby(hour).mean().reindex(range(24)).interpolate(), np.float64)
        for values in (table["wait_s"], (table["wait_s"] > 0).astype(float))
    )
    return Departures(haul.before_s, wait, 1 - shut)
