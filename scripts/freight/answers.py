"""Answers of `chaidaen freight` in every form: text, tables, a map, layers, messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pandas as pd

from maps.base.subject import subject_of
from scripts.freight import text
from scripts.freight.decision_text import ranking_text, totals_text
from scripts.freight.rows import records
from scripts.output import as_csv, as_json

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.freight.collection_points import CollectionPoints
    from geo.freight.corridors import Freight
    from geo.freight.crossing_ranking import CrossingRanking
    from geo.freight.departures import DepartureTimes
    from geo.freight.matrix import FreightMatrix
    from geo.freight.product_flows import ProductFlows
    from geo.study import Study
    from maps.base.subject import Subject
    from maps.picture.sheet import Sheet


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer in every form.

    Attributes
    ----------
    text
        As it is printed.
    tables
        By name, for CSV and XLSX.
    draw
        Makes the map; None where there is none.
    layers
        Makes what a GeoPackage holds, by name in lon, lat; None where there is nothing.
    messages
        What to say beside it.
    """

    text: str
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    draw: Callable[[], Sheet] | None = None
    layers: Callable[[], Mapping[str, GeoDataFrame]] | None = None
    messages: tuple[str, ...] = ()


def _files() -> ModuleType:
    """Return what writes layers: it is half of the start, and seldom asked for."""
    from scripts.freight import files

    return files


def of_corridors(
    study: Study, found: Freight, format_: str, lang: str, *, explain: bool = False
) -> Answer:
    """Give corridors every form, with a table `corridors`."""
    return Answer(
        text.corridors(found, format_, lang, explain=explain),
        {"corridors": records(found.corridors)},
        draw=lambda: _freight_map(study, found, lang),
        layers=lambda: _files().corridor_layers(found),
        messages=found.notes,
    )


def of_flows(
    study: Study, found: ProductFlows, format_: str, lang: str, *, most: int | None = None
) -> Answer:
    """Give product flows every form, with tables `chains`, `flows` and `to_market`.

    `most` is how many ways to market the layers may have.
    """
    hint = ("your own table of tonnes: --harvests FILE",) if len(found.unknown) else ()
    return Answer(
        text.flows(found, format_, lang),
        {
            "chains": records(found.chains),
            "flows": records(pd.DataFrame(found.links.drop(columns="geometry"))),
            "to_market": records(found.to_market),
        },
        draw=lambda: _flow_map(study, found, lang),
        layers=lambda: _files().flow_layers(found, most),
        messages=(*found.notes, *hint),
    )


def of_sites(study: Study, found: CollectionPoints, format_: str, lang: str) -> Answer:
    """Give collection points every form, with tables `sites` and `places`."""
    return Answer(
        text.sites(found, format_, lang),
        {"sites": records(found.sites), "places": records(found.assigned)},
        draw=lambda: _sites_map(study, found, lang),
        layers=lambda: _files().site_layers(found),
        messages=found.notes,
    )


def of_departures(found: DepartureTimes, format_: str, lang: str, day: int = 0) -> Answer:
    """Give departures every form, with a table `departures`; as text one day, 0 is Monday."""
    return Answer(
        text.departures(found, format_, lang, day),
        {"departures": text.departure_rows(found)},
        messages=found.notes,
    )


def of_matrix(found: FreightMatrix, format_: str) -> Answer:
    """Give the matrix every form, with a table `matrix`; as text the cheapest vehicle only."""
    rows = records(found.costs)
    more = (f"{len(rows):,} rows in all: --format csv or json, or --output",)
    whole = format_ in {"json", "csv"}
    return Answer(
        text.matrix(found, format_),
        {"matrix": rows},
        messages=found.notes if whole else (*found.notes, *more),
    )


def of_ranking(study: Study, found: CrossingRanking, format_: str, lang: str) -> Answer:
    """Give a ranking of crossings every form, with tables `ranking`, `sensitivity`, `figures`."""
    figures = found.figures.rename_axis("crossing").reset_index()
    tables = {
        "ranking": records(found.ranking),
        "sensitivity": records(found.sensitivity),
        "figures": records(figures),
    }
    if format_ in {"json", "csv"}:
        told = as_json({**tables, "notes": list(found.notes)})
        return Answer(told if format_ == "json" else as_csv(tables["ranking"]), tables)
    shown = "" if format_ == "geojson" else ranking_text(study, found, lang)
    return Answer(shown, tables, messages=found.notes)


def with_totals(
    answer: Answer,
    found: Freight,
    table: pd.DataFrame,
    notes: Sequence[str],
    format_: str,
    lang: str,
) -> Answer:
    """Add a table `total_cost` to an answer: under its text, or into its JSON."""
    rows = records(table)
    shown = answer.text
    if format_ == "json":
        shown = as_json({**json.loads(shown), "total_cost": rows, "notes": list(notes)})
    elif format_ == "csv":
        shown = as_csv(rows)
    elif format_ != "geojson":
        shown = f"{shown}\n\n{totals_text(found, rows, lang)}"
    tables = {**answer.tables, "total_cost": rows}
    return replace(answer, text=shown, tables=tables, messages=(*answer.messages, *notes))


def _subject(study: Study, found: Freight | ProductFlows | CollectionPoints, lang: str) -> Subject:
    """Return what the map of an answer is of."""
    return subject_of(study, found.terms.fleet.vehicles, season=found.terms.season, lang=lang)


def _freight_map(study: Study, found: Freight, lang: str) -> Sheet:
    # Drawing takes longer to import than answering: only who wants a map waits for it.
    from maps.freight.corridor_costs_map import freight_map

    return freight_map(_subject(study, found, lang), found, study.tables.places)


def _flow_map(study: Study, found: ProductFlows, lang: str) -> Sheet:
    # Drawing takes longer to import than answering: only who wants a map waits for it.
    from maps.freight.flow_map import flow_map

    return flow_map(_subject(study, found, lang), found, study.tables.places)


def _sites_map(study: Study, found: CollectionPoints, lang: str) -> Sheet:
    # Drawing takes longer to import than answering: only who wants a map waits for it.
    from maps.freight.sites_map import sites_map

    return sites_map(_subject(study, found, lang), found, study.tables.places)
