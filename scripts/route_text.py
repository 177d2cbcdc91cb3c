"""Routes as text: their sums, legs and times, and what takes the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.driving.stops import Halts
    from geo.routing.legs import Leg
    from geo.routing.route import Route
    from geo.routing.schedule import Schedule

MINUTE = "%Y-%m-%dT%H:%M"
"""How a time is written."""


def text_of(
    routes: Sequence[Route], format_: str, lang: str, *, several: bool, explain: bool
) -> str:
    """Write routes, each with its times, in a format; the best stands first.

    In JSON the others stand under `alternatives`, if any were asked for.
    """
    from scripts.output import as_csv, as_geojson, as_json, route_json, route_row

    answers = [(one, _times(one.schedule)) for one in routes]
    if format_ == "json":
        best, *others = (
            {**route_json(one), **times, **({"explained": _explained(one)} if explain else {})}
            for one, times in answers
        )
        return as_json({**best, "alternatives": others} if several else best) + "\n"
    if format_ == "csv":
        return as_csv([{**route_row(one), **_flat(times)} for one, times in answers])
    if format_ == "geojson":
        return (
            as_geojson(({**route_row(r), **_flat(times)}, r.geometry) for r, times in answers)
            + "\n"
        )
    tables = [
        _table(one, times, lang) + (_why(one, lang) if explain else "") for one, times in answers
    ]
    return "\n\n".join(tables) + "\n"


def _explained(one: Route) -> dict[str, Any]:
    """Return what takes a route's time, and where it is slowest."""
    from geo.routing.reasons import shares, slowest
    from scripts.output import plain

    return {
        "shares": [plain(share) for share in shares(one.profile)],
        "slowest": [plain(stretch) for stretch in slowest(one.profile)],
    }


def _why(one: Route, lang: str) -> str:
    """Lay out what takes a route's time, and where it is slowest."""
    from geo.routing.reasons import shares, slowest
    from maps.base.i18n import text
    from maps.route.slow_stretches import PHRASES
    from scripts.output import hours
    from scripts.table import as_table

    at = 1 if lang == "th" else 0
    rows = [
        (text(PHRASES[share.limit])[at], f"{share.time:.0%}", f"{share.distance:.0%}")
        for share in shares(one.profile)
    ]
    slow = [
        (
            f"{stretch.start_m / 1000:,.1f}-{stretch.end_m / 1000:,.1f}",
            f"{stretch.speed_kph:.0f}",
            text(PHRASES[stretch.limit])[at],
        )
        for stretch in slowest(one.profile)
    ]
    p10, p50, p90 = (hours(seconds) for seconds in one.spread_s)
    spread = (
        f"{p10} to {p90} h on 80 of a hundred drives, {p50} h on half of them",
        f"{p10} ถึง {p90} ชม. ใน 80 จาก 100 เที่ยว ครึ่งหนึ่งไม่เกิน {p50} ชม.",
    )[at]
    return (
        f"\n\n{spread}\n\n"
        + as_table(("what holds the speed", "of time", "of way"), rows)
        + "\n\n"
        + as_table(("slowest, km", "km/h", "because of"), slow, left=frozenset({0, 2}))
    )


def _times(schedule: Schedule | None) -> dict[str, Any]:
    """Return when a route begins and ends, if a departure was given."""
    if schedule is None:
        return {}
    gates = [
        {
            "crossing": gate.crossing,
            "at_gate": f"{gate.at_gate:{MINUTE}}",
            "wait_s": gate.wait_s,
            "dwell_s": gate.dwell_s,
            "why_not": gate.why_not,
        }
        for gate in schedule.gates
    ]
    arrive = f"{schedule.arrive:{MINUTE}}" if schedule.arrive else ""
    return {"depart": f"{schedule.depart:{MINUTE}}", "arrive": arrive, "gates": gates}


def _flat(times: dict[str, Any]) -> dict[str, Any]:
    """Return times for one row."""
    return {name: value for name, value in times.items() if name != "gates"}


def _table(one: Route, times: dict[str, Any], lang: str) -> str:
    """Lay out one route: its sums, then its legs; names of roads in a language if they have it."""
    from geo.routing.legs import gathered
    from scripts.output import hours
    from scripts.table import as_table

    leaves = _leaves(times) if times else ""
    worlds = ", ".join(one.scenario)
    scenario = f"{'สถานการณ์' if lang == 'th' else 'scenario'}: {worlds}\n" if worlds else ""
    stands = _stands(one.halts)
    head = _head(one, lang) + f"{stands}{leaves}{scenario}" + _source(one, lang)
    rows = [
        (
            _called(leg, lang),
            f"{leg.distance_m / 1000:,.1f}",
            hours(leg.time_s),
            f"{leg.climb_m:,.0f}",
            f"{leg.descent_m:,.0f}",
            f"{leg.max_grade_pct:.0f}",
        )
        for leg in gathered(one.legs)
    ]
    return head + as_table(("road", "km", "h", "climb m", "descent m", "max %"), rows)


def _head(one: Route, lang: str) -> str:
    """Say from where to where a route leads, for whom, and its sums."""
    from scripts.output import hours

    ends = f"{one.from_place.name(lang)} → {one.to_place.name(lang)}"
    if lang == "th":
        from geo.driving.vehicle import load_vehicle

        passable = f"   ผ่านได้ {one.passable:.0%}" if one.season == "wet" else ""
        return (
            f"{ends}  ({load_vehicle(one.vehicle).title_th} "
            f"{'ฤดูฝน' if one.season == 'wet' else 'ฤดูแล้ง'})\n"
            f"{one.distance_m / 1000:,.1f} กม.   {hours(one.time_s)} ชม.   "
            f"ขึ้น {one.climb_m:,.0f} ม.   ลง {one.descent_m:,.0f} ม.   "
            f"ชันที่สุด {one.max_grade_pct:.0f} %   {one.fuel_l:,.1f} ลิตร   "
            f"CO2 {one.co2_kg:,.0f} กก.   {one.cost_thb:,.0f} บาท{passable}\n"
        )
    passable = f"   passable {one.passable:.0%}" if one.season == "wet" else ""
    return (
        f"{ends}  ({one.vehicle}, {one.season})\n"
        f"{one.distance_m / 1000:,.1f} km   {hours(one.time_s)} h   climb {one.climb_m:,.0f} m   "
        f"descent {one.descent_m:,.0f} m   steepest {one.max_grade_pct:.0f} %   "
        f"{one.fuel_l:,.1f} L   {one.co2_kg:,.0f} kg CO2   {one.cost_thb:,.0f} baht"
        f"{passable}\n"
    )


def _source(one: Route, lang: str) -> str:
    """Say which roads these are."""
    if lang != "th":
        return f"roads: {one.source.title}, {one.source.date or 'undated'}\n"
    from maps.base.i18n import date
    from scripts.words import said

    day = date(one.source.date)[1] if one.source.date else "ไม่ระบุวันที่"
    return f"ถนน: {said(one.source.title)} {day}\n"


def _called(leg: Leg, lang: str) -> str:
    """Return what a road is called: its number and name, else its kind."""
    from geo.routing.legs import STREETS
    from maps.base.i18n import text

    if leg.highway == STREETS:
        return text("town_streets")[1 if lang == "th" else 0]
    return " ".join(part for part in (leg.ref, _name(leg, lang)) if part) or leg.highway


def _stands(halts: Halts) -> str:
    """Say how much of the time the vehicle stands."""
    from scripts.output import hours
    from scripts.words import said

    parts = [
        f"{hours(seconds)} h {what}"
        for what, seconds in (
            ("for passengers", halts.passengers_s),
            ("of rest", halts.rests_s),
            ("of nights", halts.nights_s),
        )
        if seconds >= 30.0  # noqa: PLR2004 - what rounds to a minute
    ]
    told = f"of it {', '.join(parts)}; --no-stops leaves them out"
    return f"{said(told)}\n" if parts else ""


def _leaves(times: dict[str, Any]) -> str:
    """Say when one leaves, waits at gates and arrives."""
    from scripts.output import hours
    from scripts.words import said

    at = [
        f"{gate['crossing']}: at the gate {gate['at_gate']}, "
        + (gate["why_not"] or f"wait {hours(gate['wait_s'])} h, pass {hours(gate['dwell_s'])} h")
        for gate in times["gates"]
    ]
    told = [f"leave {times['depart']}, arrive {times['arrive'] or '-'}", *at]
    return "\n".join(map(said, told)) + "\n"


def _name(leg: Leg, lang: str) -> str:
    """Return the name of a leg's road in a language, or the one on its signs."""
    return (leg.name_th if lang == "th" else leg.name_en) or leg.name
