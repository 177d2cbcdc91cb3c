"""Goals in the report: its key figures join the area's history, and stand against targets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from geo.access.groups import rural_of
from geo.goals.key_figures import key_figures
from geo.goals.standing import one_source, standings
from geo.study import Study
from layers.goals.history import read_history
from layers.goals.targets import targets_of
from maps.base.i18n import Text
from maps.base.tabled import Table
from maps.monitor.monitor import monitor_section
from maps.report.goals import goal_tables, goals_headline
from scripts.dates import today
from scripts.monitor.command import record
from scripts.report.part import Asked, Part


@dataclass(frozen=True)
class Followed:
    """What a report tells of goals: a piece of its page, a sentence on its targets, tables."""

    section: Markup
    headline: Text | None
    tables: Sequence[Table]


def follow(
    study: Study, asked: Asked, parts: Mapping[str, Part], made_from: Mapping[str, Any]
) -> Followed:
    """Add the key figures of a report to the area's history, and show where they stand.

    The world of a scenario adds none.

    Parameters
    ----------
    study, asked
        What was reported on, and for whom.
    parts
        All parts of the report.
    made_from
        Its provenance: a run of the same day from the same inputs takes the place of the
        earlier one.

    Returns
    -------
    followed
        What the report tells of it.
    """
    area, tables = study.area, {k: t for part in parts.values() for k, t in part.tables.items()}
    places = {
        kind: tables[name] for kind in asked.kinds if (name := f"access_{kind}_places") in tables
    }
    first = next(iter(places.values()), None)
    figures = key_figures(
        access=places,
        rural=None if first is None else rural_of(study, first, asked.vehicle),
        freight=tables.get("freight_corridors"),
        risk=tables.get("risk_corridors"),
        crossings=study.world.crossings,
        network=study.network,
        boundary=study.tables.boundary,
    )
    kind = study.network.source.kind
    source = "strategic" if kind == "strategic" else "osm"
    what = {name: made_from[name] for name in ("parameters", "inputs", "versions")}
    what["parameters"] = {k: v for k, v in what["parameters"].items() if k != "lang"}
    what["versions"] = {k: v for k, v in what["versions"].items() if k != "code"}
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    if not study.scenario:  # What is followed is the world as it is.
        record(area, figures, source=source, fingerprint=digest)
    targets = targets_of(area)
    history, shown = one_source(read_history(area), source)
    found, steps = standings(targets, history, today()), targets.steps if targets else ()
    section = monitor_section(
        standings=found, targets=targets, day=today(), source=shown, lang=asked.lang
    )
    return Followed(section, goals_headline(found), goal_tables(found, steps, today()))
