"""`chaidaen freight --locate`: where collection points or cold stores would best stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from geo.freight.collection_points import p_median
from geo.freight.fleet import thb_per_t
from geo.freight.terms import places_by_id
from geo.study import Study
from layers.errors import DataError
from layers.store.facilities import settlements
from layers.tables.products import check_products, read_harvests
from maps.picture.sheet import Sheet
from scripts.freight.files import site_layers
from scripts.freight.maps import sites_page
from scripts.freight.request import Result, Wanted
from scripts.output import as_csv, as_geojson, as_json, as_table, told

FIELD = "pickup"
"""What carries goods from the field, unless other vehicles are named."""


def sites(
    study: Study,
    wanted: Wanted,
    count: int,
    harvests: Path | None,
    format_: str,
) -> Result:
    """Answer at which candidates so many collection points would best stand.

    Weights are the tonnes of the harvests table where a settlement has any, if it names
    settlements at all; else the registered people, which is said.

    Parameters
    ----------
    study, wanted
        Where; the first of the vehicles named carries from the field.
    count
        How many points.
    harvests
        The user's own table in place of the area's.
    format_
        Of the text.

    Returns
    -------
    result
        With tables `sites` and `places`.
    """
    import shapely

    terms = wanted.terms(study)
    hubs = terms.hubs[terms.hubs["candidate"] == "yes"].reset_index(drop=True)
    if hubs.empty:
        raise DataError(f"area {study.area.slug!r}: no hub is a candidate")
    check_products(study.area, harvests=harvests)
    people = settlements(study.area)
    grown = read_harvests(study.area, harvests)
    tonnes = grown.groupby("place_id")["tonnes_per_year"].sum()
    weight = tonnes.reindex(people["id"]).fillna(0.0).to_numpy(np.float64)
    unit = "t"
    if not weight.any():
        weight, unit = people["population"].fillna(0.0).to_numpy(np.float64), "people"
    vehicle = wanted.vehicles[0] if wanted.vehicles else FIELD
    at = list(terms.fleet.vehicles).index(vehicle)
    cost = thb_per_t(
        terms.fleet.haulers[at],
        terms.fleet.at(at, people["id"].tolist()),
        terms.fleet.at(at, hubs["id"].tolist()),
        empty_share=terms.rules.trips.empty_share,
    )
    found = p_median(cost, weight, count)
    places = places_by_id(study)
    ids = hubs["id"].tolist()
    rows: list[dict[str, Any]] = [
        {
            "site": ids[site],
            "name_en": places[ids[site]].name_en,
            "name_th": places[ids[site]].name_th,
            "places": int((found.assigned == site).sum()),
            f"weight_{unit}": float(weight[found.assigned == site].sum()),
            "mean_thb_per_t": _mean(cost[:, site], weight, found.assigned == site),
        }
        for site in found.chosen.tolist()
    ]
    by_place: list[dict[str, Any]] = [
        {
            "from_id": name,
            "to_id": ids[site] if site >= 0 else "",
            "cost_thb_per_t": float(price) if site >= 0 else None,
            f"weight_{unit}": float(own),
        }
        for name, site, price, own in zip(
            people["id"], found.assigned.tolist(), found.cost, weight, strict=True
        )
    ]
    lost = [row["from_id"] for row in by_place if not row["to_id"]]
    messages = [f"carried from the field by {vehicle}"]
    if unit == "people":
        messages.append("no tonnes are known by settlement: weighed by registered people")
    if lost:
        messages.append(f"reach no candidate: {', '.join(lost)}")
    if format_ == "json":
        text = as_json({"sites": rows, "places": by_place})
    elif format_ == "csv":
        text = as_csv(rows)
    elif format_ == "geojson":
        text = as_geojson(
            (row, shapely.Point(places[row["site"]].lon, places[row["site"]].lat)) for row in rows
        )
    else:
        body = [
            (
                places[row["site"]].name(wanted.lang),
                f"{row['places']}",
                f"{row[f'weight_{unit}']:,.0f}",
                told(row["mean_thb_per_t"], ",.0f"),
            )
            for row in rows
        ]
        text = as_table(("collection point", "settlements", unit, "mean baht/t"), body)
    candidates = [places[one] for one in ids]

    def draw() -> Sheet:
        return sites_page(
            study, wanted, candidates=candidates, people=people,
            found=found, weight=weight, unit=unit, vehicle=vehicle,
        )  # fmt: skip

    return Result(
        text,
        {"sites": rows, "places": by_place},
        draw=draw,
        layers=lambda: site_layers(candidates, rows, by_place, places),
        messages=tuple(messages),
    )


def _mean(cost: np.ndarray, weight: np.ndarray, own: np.ndarray) -> float | None:
    """Return the weighted mean cost of the places of a site, None where nobody counts."""
    total = float(weight[own].sum())
    return float((cost[own] * weight[own]).sum() / total) if total else None
