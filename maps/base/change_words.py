"""What readers see of the changes of a scenario, in English and Thai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Final

from geo.scenario.changes import (
    AddBridge,
    AddRoad,
    AddTunnel,
    BanVehicles,
    ChangeCrossing,
    ChangePrice,
    ChangeRoads,
    CloseCrossing,
    CloseRoads,
    Landslide,
    OpenCrossing,
    SetSeason,
)
from geo.scenario.selection import Select
from maps.base.columns import column_name
from maps.base.i18n import Text, opening_hours, text
from maps.base.road_words import road_word

WORDS: Final = {
    "surface": ("surface", "ผิวทาง"),
    "tracktype": ("tracktype", "ชั้นทางลูกรัง"),
    "smoothness": ("smoothness", "ความเรียบ"),
    "highway": ("class", "ประเภททาง"),
    "lanes": ("lanes", "ช่องจราจร"),
    "width_m": ("width (m)", "ความกว้าง (ม.)"),
    "maxspeed_kph": ("speed limit (km/h)", "ความเร็วจำกัด (กม./ชม.)"),
    "maxweight_t": ("weight limit (t)", "น้ำหนักจำกัด (ตัน)"),
    "maxheight_m": ("height limit (m)", "ความสูงจำกัด (ม.)"),
    "maxlength_m": ("length limit (m)", "ความยาวจำกัด (ม.)"),
    "min_radius_m": ("smallest bend radius (m)", "รัศมีโค้งน้อยสุด (ม.)"),
    "width_percent": ("width (%)", "ความกว้าง (%)"),
    "maxspeed_percent": ("speed limit (%)", "ความเร็วจำกัด (%)"),
    "maxweight_percent": ("weight limit (%)", "น้ำหนักจำกัด (%)"),
    "fuel_thb_per_l": ("fuel (baht/L)", "น้ำมัน (บาท/ลิตร)"),
    "tyres_thb_per_km": ("tyres (baht/km)", "ยาง (บาท/กม.)"),
    "maintenance_thb_per_km": ("maintenance (baht/km)", "ซ่อมบำรุง (บาท/กม.)"),
    "crew_thb_per_h": ("crew (baht/h)", "พนักงานขับรถ (บาท/ชม.)"),
    "capital_thb_per_h": ("capital (baht/h)", "ต้นทุนรถ (บาท/ชม.)"),
}
"""What readers see for a column, in English and Thai."""


@singledispatch
def change_text(change: object, lang: str) -> str:
    """Say a change in plain words.

    Parameters
    ----------
    change
        One of `geo.scenario.changes.KINDS`.
    lang
        `th` or `en`.

    Examples
    --------
    >>> change_text(CloseRoads(Select(ref="108"), days=7), "en")
    'Close highway 108 for 7 days'
    >>> change_text(CloseCrossing("mae_sot_2"), "th")
    'ปิดด่าน mae_sot_2'
    """
    raise TypeError(f"{type(change).__name__}: no words for it in {lang!r}")


def with_names(change: object, names: Mapping[str, Text], lang: str) -> object:
    """Return a change in which places are called by name rather than by id.

    Parameters
    ----------
    change
        One of `geo.scenario.changes.KINDS`.
    names
        Of crossings, hazards and vehicles, by id.
    lang
        `th` or `en`.

    Examples
    --------
    >>> named = with_names(CloseCrossing("mae_sot_2"), {"mae_sot_2": ("Mae Sot 2", "")}, "en")
    >>> change_text(named, "en")
    'Close the crossing Mae Sot 2'
    """
    at = int(lang == "th")
    if isinstance(change, Landslide) and change.hazard in names:
        return replace(change, hazard=names[change.hazard][at])
    if isinstance(change, OpenCrossing | CloseCrossing | ChangeCrossing):
        return replace(change, crossing=names.get(change.crossing, (change.crossing,) * 2)[at])
    if isinstance(change, BanVehicles):
        who = tuple(names.get(one, (one, one))[at] for one in change.vehicles)
        return replace(change, vehicles=who)
    return change


def roads_text(select: Select, lang: str) -> str:
    """Say in `th` or `en` which roads a selection is about.

    Examples
    --------
    >>> roads_text(Select(ref="9", km=(1.0, 2.0)), "en")
    'highway 9 km 1-2'
    """
    th = lang == "th"
    parts = [
        f"{'ทางหลวง' if th else 'highway'} {select.ref}" if select.ref else "",
        select.name,
        select.stretch,
        f"{'ทาง OSM' if th else 'OSM way'} {', '.join(map(str, select.osm_id))}"
        if select.osm_id
        else "",
        f"{'ประเภท' if th else 'class'} {', '.join(road_word(one)[th] for one in select.highway)}"
        if select.highway
        else "",
        f"{'กม.' if th else 'km'} {select.km[0]:g}-{select.km[-1]:g}" if select.km else "",
        ("ตามแนวเส้น" if th else "along a line") if select.line else "",
        ("ในพื้นที่ที่กำหนด" if th else "inside an outline") if select.polygon else "",
        f"{'ตามไฟล์' if th else 'as drawn in'} {select.file}" if select.file else "",
    ]
    return " ".join(part for part in parts if part)


@change_text.register
def _close_roads(change: CloseRoads, lang: str) -> str:
    where = roads_text(change.where, lang)
    if lang == "th":
        return f"ปิด{where}" + (f" {change.days:g} วัน" if change.days else "")
    return f"Close {where}" + (f" for {change.days:g} days" if change.days else "")


@change_text.register
def _change_roads(change: ChangeRoads, lang: str) -> str:
    th = lang == "th"
    sets = [
        f"{WORDS[name][th]} {value:+g}"
        if name.endswith("percent")
        else f"{WORDS[name][th]} {road_word(value)[th]}"
        if isinstance(value, str)
        else f"{WORDS[name][th]} {value:g}"
        for name, value in change.values().items()
    ]
    verb = "ปรับปรุง" if th else "Change "
    return f"{verb}{roads_text(change.where, lang)}: {', '.join(sets)}"


@change_text.register
def _add_road(change: AddRoad, lang: str) -> str:
    th = lang == "th"
    name = " ".join(p for p in (change.ref, change.name_th if th else change.name_en) if p)
    parts = [f"{'สร้างถนน ' if th else 'Build '}{name}", f"{WORDS['lanes'][th]} {change.lanes:g}"]
    for ranges, words in (
        (change.tunnels_km, ("tunnel", "อุโมงค์")),
        (change.bridges_km, ("bridge", "สะพาน")),
    ):
        if ranges:
            km = sum(stop - start for start, stop in ranges)
            parts.append(f"{words[th]} {km:g} {'กม.' if th else 'km'}")
    return ", ".join(parts)


@change_text.register
def _add_tunnel(change: AddTunnel, lang: str) -> str:
    return f"เจาะอุโมงค์ {change.name_th}" if lang == "th" else f"Build the tunnel {change.name_en}"


@change_text.register
def _add_bridge(change: AddBridge, lang: str) -> str:
    return f"สร้างสะพาน {change.name_th}" if lang == "th" else f"Build the bridge {change.name_en}"


@change_text.register
def _ban(change: BanVehicles, lang: str) -> str:
    th = lang == "th"
    who = list(change.vehicles)
    if change.above_weight_t is not None:
        who.append(f"{'หนักเกิน' if th else 'above'} {change.above_weight_t:g} {'ตัน' if th else 't'}")
    if change.above_length_m is not None:
        unit = "ม." if th else "m"
        who.append(f"{'ยาวเกิน' if th else 'longer than'} {change.above_length_m:g} {unit}")
    roads, banned = roads_text(change.where, lang), ", ".join(who)
    return f"ห้าม {banned} บน{roads}" if th else f"Ban {banned} from {roads}"


@change_text.register
def _open_crossing(change: OpenCrossing, lang: str) -> str:
    return f"{'เปิดด่าน ' if lang == 'th' else 'Open the crossing '}{change.crossing}"


@change_text.register
def _close_crossing(change: CloseCrossing, lang: str) -> str:
    return f"{'ปิดด่าน ' if lang == 'th' else 'Close the crossing '}{change.crossing}"


@change_text.register
def _change_crossing(change: ChangeCrossing, lang: str) -> str:
    th = lang == "th"
    sets = ", ".join(_of_crossing(name, str(value))[th] for name, value in change.set.items())
    verb = "เปลี่ยนด่าน " if th else "Change the crossing "
    return f"{verb}{change.crossing}: {sets}"


_CROSSING: Final = {
    ("type", "permanent"): "type_permanent",
    ("type", "temporary"): "type_temporary",
    ("type", "trade_point"): "type_trade_point",
    ("persons", "yes"): "gate_persons",
    ("persons", "no"): "gate_no_persons",
    ("vehicles", "yes"): "gate_vehicles",
    ("vehicles", "no"): "gate_no_vehicles",
    ("goods", "yes"): "gate_goods",
    ("goods", "no"): "gate_no_goods",
    ("transload", "yes"): "gate_transload",
    ("transload", "no"): "gate_no_transload",
}
"""Phrases for what a column of crossings says."""


def _of_crossing(column: str, value: str) -> Text:
    """Say what a crossing is set to be; what has no phrase stands as the table has it."""
    if column == "hours":
        return text("gate_hours", hours=opening_hours(value))
    key = _CROSSING.get((column, value))
    name = column_name(column)
    return text(key) if key else (f"{name[0]} {value}", f"{name[1]} {value}")


@change_text.register
def _set_season(change: SetSeason, lang: str) -> str:
    wet = change.season == "wet"
    if lang == "th":
        return f"เป็น{'ฤดูฝน' if wet else 'ฤดูแล้ง'}"
    return f"It is the {'rainy' if wet else 'dry'} season"


@change_text.register
def _landslide(change: Landslide, lang: str) -> str:
    where = change.hazard or ", ".join(f"{value:g}" for value in change.at)
    road = f" {change.ref}" if change.ref else ""
    if lang == "th":
        return f"ดินถล่มตัดถนน{road} {change.days:g} วัน: {where}"
    return f"A landslide cuts the road{road} for {change.days:g} days: {where}"


@change_text.register
def _change_price(change: ChangePrice, lang: str) -> str:
    th = lang == "th"
    value = f"{change.thb:g}" if change.thb is not None else f"{change.percent or 0:+g} %"
    return f"{'ราคา' if th else 'Price of '}{WORDS[change.item][th]}: {value}"
