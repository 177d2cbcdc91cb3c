"""Tables of `chaidaen freight` without a map: when to leave for a gate, and the whole matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.border.passage import departure_table
from geo.freight.least_cost import hauls_abroad
from geo.freight.matrix import freight_matrix
from geo.freight.terms import fleet_of, places_by_id
from geo.study import Study
from layers.errors import DataError
from layers.store.facilities import settlements
from layers.tables.places import find_place
from scripts.freight.request import Result, Wanted
from scripts.freight.text import why_not
from scripts.output import as_csv, as_json, as_table, hours

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MIN = 1440


def departure_times(study: Study, wanted: Wanted, format_: str) -> Result:
    """Answer when to leave for a crossing, now or so that one need not wait for the gate.

    Parameters
    ----------
    study, wanted
        Where; `wanted.to` is the crossing, or the city beyond it.
    format_
        Of the text: JSON and CSV have the whole week, a table one day.

    Returns
    -------
    result
        With a table `departures`.

    Raises
    ------
    DataError
        The destination is no crossing, or goods do not get through.
    """
    terms = wanted.terms(study)
    start = wanted.home(study)
    goal = find_place(wanted.to, study.gazetteer) if wanted.to != "all" else None
    behind = {one.beyond: one.id for one in terms.crossings.values() if one.beyond}
    gate = goal.id if goal and goal.id in terms.crossings else behind.get(goal.id if goal else "")
    if gate is None or goal is None:
        raise DataError(
            "--departures: --to must be a crossing or the first city beyond one: "
            f"{', '.join(terms.crossings)}"
        )
    found = hauls_abroad(terms, [start.id], [gate])
    haul = next((one for one in found if one.to_id == goal.id), found[0])
    if not haul.reached:
        raise DataError(f"{goal.name_en}: {why_not(terms, haul)}")
    order = list(terms.fleet.vehicles)
    vehicle = terms.fleet.haulers[order.index(haul.inland[-1].stage.vehicle)].vehicle
    after = sum(drive.out.time_s for drive in haul.onward)
    table = departure_table(
        terms.crossings[gate], vehicle, terms.border, before_s=haul.before_s, after_s=after
    )
    rows: list[dict[str, Any]] = [
        {
            "departure": _clock(leave),
            "at_gate": _clock(gate_min),
            "wait_s": wait,
            "time_p50_s": p50,
            "time_p90_s": p90,
            "there_p50": _clock(leave + p50 / 60),
        }
        for leave, gate_min, wait, p50, p90 in table.to_numpy(np.float64).tolist()
    ]
    day = wanted.depart.weekday() if wanted.depart else 0
    today = [row for row in rows if row["departure"].startswith(DAYS[day])]
    least = min(row["time_p50_s"] for row in today)
    body = [
        (
            row["departure"],
            row["at_gate"],
            *(hours(row[name]) for name in ("wait_s", "time_p50_s", "time_p90_s")),
            row["there_p50"],
            "shortest" if row["time_p50_s"] == least else "",
        )
        for row in today
    ]
    names = places_by_id(study, [start])
    crossing = terms.crossings[gate]
    head = (
        f"{start.name(wanted.lang)} → {goal.name(wanted.lang)} by {vehicle.id}, "
        f"{names[gate].name(wanted.lang)} open {crossing.hours.text}"
        f"{'' if crossing.hours_known else ' (usual hours, not known for this gate)'}\n"
    )
    header = ("leave", "at gate", "wait h", "h P50", "P90", "there (P50)", "")
    text = {
        "table": head + as_table(header, body, left=frozenset({0, 1, 5, 6})),
        "json": as_json(rows),
        "csv": as_csv(rows),
    }.get(format_, "")
    return Result(text, {"departures": rows})


def whole_matrix(study: Study, wanted: Wanted, format_: str) -> Result:
    """Answer what every settlement pays to every crossing, by vehicle and season.

    Parameters
    ----------
    study, wanted
        Where, and which vehicles.
    format_
        Of the text; a table has the cheapest vehicle of the dry season only.

    Returns
    -------
    result
        With a table `matrix`.
    """
    terms = wanted.terms(study)
    places = study.gazetteer[["id", "lon", "lat"]]
    seasons = {wanted.season: terms.fleet}
    for season in ("dry", "wet"):
        if season not in seasons:
            seasons[season] = fleet_of(study, terms.fleet.vehicles, season, places)
    origins = [wanted.start.id] if wanted.start else settlements(study.area)["id"].tolist()
    table = freight_matrix(
        {season: seasons[season] for season in ("dry", "wet")},
        origins,
        list(terms.crossings),
        empty_share=terms.rules.trips.empty_share,
    )
    table = table.replace(np.inf, np.nan)
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()}
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]
    text = {"json": as_json, "csv": as_csv}
    if format_ in text:
        return Result(text[format_](rows), {"matrix": rows})
    best = table.dropna().sort_values("cost_thb_per_t").drop_duplicates(["to_id", "season"])
    body = [
        (row["to_id"], row["season"], row["from_id"], row["vehicle"],
         f"{row['cost_thb_per_t']:,.0f}", hours(row["travel_time_s"]))
        for row in best.sort_values(["to_id", "season"]).to_dict("records")
    ]  # fmt: skip
    header = ("crossing", "season", "cheapest from", "by", "baht/t", "h")
    printed = as_table(header, body, left=frozenset({0, 1, 2, 3}))
    return Result(
        printed if format_ == "table" else "",
        {"matrix": rows},
        messages=(f"{len(rows):,} rows in all: --format csv or json, or --output",),
    )


def _clock(minute: float) -> str:
    """Spell a minute of the week as day and time.

    Examples
    --------
    >>> _clock(1530.0), _clock(10080.0 + 59.6)
    ('Tu 01:30', 'Mo 01:00')
    """
    at = round(minute) % (7 * DAY_MIN)
    return f"{DAYS[at // DAY_MIN]} {at % DAY_MIN // 60:02d}:{at % 60:02d}"
