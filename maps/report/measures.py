"""Corridors across the border by the indicators of development banks, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from geo.freight.corridor_legs import Measures
from maps.base.i18n import Text, text
from maps.base.tabled import Cell, Column, Table, decimal, whole
from maps.report.chapter import SHOWN, more_rows


def measures_table(found: Sequence[tuple[Text, Text, Measures]]) -> Table:
    """List the indicators that development banks compare corridors by."""
    columns = (
        Column(text("destination"), numeric=False),
        Column(text("via"), numeric=False),
        Column(text("km")),
        Column(text("report_swod")),
        Column(text("report_swd")),
        Column(text("report_tfi1")),
        Column(text("report_tfi1_p90")),
        Column(text("report_tfi2")),
        Column(text("report_tfi3")),
    )
    return Table(
        text("report_measures"),
        columns,
        tuple(
            (
                Cell(name),
                Cell(gate),
                whole(one.distance_km),
                decimal(one.swod_kph, 1),
                decimal(one.swd_kph, 1),
                decimal(one.tfi1_h, 1),
                decimal(one.tfi1_p90_h, 1),
                whole(one.tfi2_thb),
                whole(one.tfi3_thb),
            )
            for name, gate, one in found[:SHOWN]
        ),
        more_rows(len(found)),
    )
