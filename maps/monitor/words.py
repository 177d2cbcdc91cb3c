"""Key figures and where they stand, in words of both languages."""

from __future__ import annotations

from typing import Final

from layers.goals.indicators import WITHIN_MIN, Indicator
from maps.access.rows import kind_of, season_name
from maps.base import figures, i18n
from maps.base.i18n import Text, text

MEASURES: Final = {
    "people_within": "indicator_people_within",
    "mean_minutes": "indicator_mean_minutes",
    "rural_access_index_pct": "indicator_rural_access",
    "people_cut_off_wet": "indicator_cut_off_wet",
    "freight_thb_per_t_provinces": "indicator_freight_provinces",
    "freight_thb_per_t_crossing": "indicator_freight_crossing",
    "hours_to_next_city": "indicator_next_city",
    "open_crossings": "indicator_open_crossings",
    "passable_wet_probability_pct": "indicator_passable_wet",
    "person_hours_lost_worst_link": "indicator_worst_link",
    "share_of_km_paved_pct": "indicator_paved",
}
"""What `layers.goals.indicators` measures, in words."""

UNITS: Final = {
    "%": ("unit_percent", 1),
    "min": ("minutes_value", 1),
    "h": ("unit_hours", 1),
    "people": ("people_value", 0),
    "THB/t": ("unit_baht_t", 0),
    "h/day": ("unit_hours_day", 0),
    "crossings": ("unit_crossings", 0),
}
"""Units of `layers.goals.indicators`, in words, and decimals."""

STATES: Final = {
    "reached": "state_reached",
    "on_track": "state_on_track",
    "behind": "state_behind",
    "no_data": "state_no_data",
    "no_target": "state_no_target",
}
STEP_STATES: Final = {
    "done": "step_done",
    "late": "step_late",
    "under_way": "step_under_way",
    "planned": "step_planned",
}
TRENDS: Final = {
    "better": "trend_better",
    "worse": "trend_worse",
    "unchanged": "trend_unchanged",
}
SOURCES: Final = {"osm": "runs_osm", "strategic": "runs_strategic"}


def name_of(indicator: Indicator) -> Text:
    """Return what an indicator is called.

    Examples
    --------
    >>> from layers.goals.indicators import indicators
    >>> name_of(indicators()["people_within_60_min_hospital_wet"])[0]
    'People within 60 minutes of a hospital, wet season'
    """
    key = MEASURES[indicator.measure]
    if not indicator.kind:
        return text(key)
    one, _ = kind_of(indicator.kind)
    when = season_name(indicator.season)
    return text(key, kind=one, season=when, minutes=str(WITHIN_MIN))


def value_of(indicator: Indicator, value: float | None) -> Text:
    """Return a value with its unit; a dash where it is not known.

    Examples
    --------
    >>> from layers.goals.indicators import indicators
    >>> value_of(indicators()["freight_thb_per_t_provinces"], 1234.5)
    ('1,234 baht/t', '1,234 บาท/ตัน')
    """
    if value is None:
        return figures.NONE, figures.NONE
    return text(UNITS[indicator.unit][0], value=number_of(indicator, value))


def number_of(indicator: Indicator, value: float) -> str:
    """Return a value without its unit, with the decimals that suit it.

    Examples
    --------
    >>> from layers.goals.indicators import indicators
    >>> number_of(indicators()["people_cut_off_wet"], 53304.4)
    '53,304'
    """
    return f"{value:,.{UNITS[indicator.unit][1]}f}"


def change_of(indicator: Indicator, change: float | None) -> str:
    """Return a change with its sign and no unit; empty where there is none.

    Examples
    --------
    >>> from layers.goals.indicators import indicators
    >>> change_of(indicators()["mean_minutes_market"], -2.04)
    '-2.0'
    >>> change_of(indicators()["mean_minutes_market"], -0.01)
    '0.0'
    """
    if change is None:
        return ""
    decimals = UNITS[indicator.unit][1]
    return f"{change:+,.{decimals}f}" if round(change, decimals) else f"{0:.{decimals}f}"


def date_of(day: object) -> Text:
    """Return a date; in Thai its Buddhist year stands beside the Christian one."""
    return i18n.date(str(day))
