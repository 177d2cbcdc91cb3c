"""The report's chapter on risk: which roads must not fail, and who has no second way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
from markupsafe import Markup

from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.tabled import Cell, Column, Table, decimal, whole
from maps.report.chapter import SHOWN, Chapter, Number, View
from maps.risk.rows import most_cutting, road_name

LOST: Final = ("extra_h", "whole_extra_h", "people_on_link", "tonnes_on_link")
"""Whole numbers of a corridor that the ranking shows, in the order of its columns."""

NOTES: Final = ("risk_note", "risk_note_whole", "risk_note_km", "risk_note_spurs")


def risk_chapter(
    corridors: pd.DataFrame,
    places: pd.DataFrame,
    *,
    names: Mapping[str, Text],
    views: Sequence[View] = (),
    charts: Sequence[Markup] = (),
) -> Chapter:
    """Tell what the loss of each corridor costs.

    Parameters
    ----------
    corridors
        As `chaidaen risk` ranks them, the worst first.
    places
        In the rains; may be empty.
    names
        Of places, by id.
    views, charts
        What shows it.
    """
    rows = [{str(k): v for k, v in row.items()} for row in corridors.to_dict("records")]
    return Chapter(
        "risk",
        text("report_risk"),
        _headline(rows),
        numbers=tuple(_numbers(rows, places)),
        views=tuple(views),
        charts=tuple(charts),
        tables=tuple(table for table in (_ranked(rows, names), _cutting(rows)) if table.rows),
        notes=tuple(map(text, NOTES)),
    )


def _headline(rows: Sequence[Mapping[str, object]]) -> Text:
    if not rows or not _number(rows[0], "extra_h") > 0:
        return text("report_risk_none")
    worst = rows[0]
    return text(
        "report_risk_headline",
        road=road_name(worst),
        hours=figures.whole(_number(worst, "extra_h")),
        trips=figures.whole(_number(worst, "people_on_link")),
    )


def _numbers(rows: Sequence[Mapping[str, object]], places: pd.DataFrame) -> list[Number]:
    found = []
    if rows:
        value = text("hours_a_day", value=figures.whole(_number(rows[0], "extra_h")))
        found.append(Number(text("worst_corridor"), value, road_name(rows[0])))
        most = most_cutting(rows)
        if most:
            people = text("people_value", value=figures.whole(_number(most, "people_cut_off")))
            found.append(Number(text("most_cut_off"), people, road_name(most)))
    if len(places):
        alone = places[~places["second_way"].astype(bool)]
        people = text("people_value", value=figures.whole(float(alone["population"].sum())))
        count = text("places_value", value=str(len(alone)))
        found.append(Number(text("no_second_way"), people, count))
    return found


def _ranked(rows: Sequence[Mapping[str, object]], names: Mapping[str, Text]) -> Table:
    columns = (
        Column(text("report_corridor"), numeric=False),
        Column(text("hours_lost_day")),
        Column(text("whole_hours")),
        Column(text("trips_day")),
        Column(text("tonnes_day")),
        Column(text("detour_times")),
        Column(text("people_cut")),
        Column(text("whole_cut")),
        Column(text("days_shut")),
    )
    shown = [row for row in rows if _number(row, "extra_h") > 0][:SHOWN]
    return Table(
        text("corridors_ranked"),
        columns,
        tuple(
            (
                Cell(road_name(row), aside=_between(row, names)),
                *(whole(row[key]) for key in LOST),
                decimal(row["detour_ratio_mean"], 1),
                whole(row["people_cut_off"]),
                whole(row["whole_people_cut_off"]),
                decimal(row["closed_days"], 2),
            )
            for row in shown
        ),
    )


def _cutting(rows: Sequence[Mapping[str, object]]) -> Table:
    columns = (
        Column(text("report_corridor"), numeric=False),
        Column(text("people_cut")),
        Column(text("whole_cut")),
    )
    only = sorted(
        (row for row in rows if _number(row, "people_cut_off") > 0),
        key=lambda row: -_number(row, "people_cut_off"),
    )
    shown = tuple(
        (
            Cell(road_name(row)),
            whole(row["people_cut_off"]),
            whole(row["whole_people_cut_off"]),
        )
        for row in only[:SHOWN]
    )
    more = len(only) - SHOWN
    note = text("report_more_rows", count=str(more)) if more > 0 else None
    return Table(text("cuts_off_heading"), columns, shown, note)


def _between(row: Mapping[str, object], names: Mapping[str, Text]) -> Text:
    ends = [str(row[end]) for end in ("place_from", "place_to")]
    first, last = (names.get(one, (one, one)) for one in ends)
    if first == last:
        return first
    dash = " \N{EN DASH} "
    return dash.join((first[0], last[0])), dash.join((first[1], last[1]))


def _number(row: Mapping[str, object], key: str) -> float:
    return float(str(row[key]))
