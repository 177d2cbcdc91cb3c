"""One world's answers to all that both sides of a comparison are asked; kept between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.access.rural_access import RuralAccess
from geo.compare.access import Asked, Ends, Journeys, journeys
from geo.compare.criticality import LOSSES, Criticality, Links, criticality
from geo.compare.freight import cheapest_chains
from geo.study import Study
from geo.traffic.kept_ways import ways_arrays, ways_of
from geo.traffic.unchanged import roads_for
from layers.errors import DataError
from layers.store.kept import Kept, read_kept, write_kept
from layers.store.kept_tables import table_bytes, table_of


@dataclass(frozen=True, eq=False)
class Side:
    """One world's answers, as far as they were asked for.

    Attributes
    ----------
    study
        The area in that world.
    journeys
        By vehicle and season.
    freight, criticality
        None where they were not asked for, or there are none.
    notes
        Why there are none.
    """

    study: Study
    journeys: Mapping[tuple[str, str], Journeys]
    freight: pd.DataFrame | None
    criticality: Criticality | None
    notes: tuple[str, ...]


def world_name(study: Study) -> str:
    """Return what a world is called: its scenarios, or the area."""
    return " + ".join(study.scenario) or study.area.slug


def side_of(
    study: Study, asked: Asked, given: Ends, skip: Sequence[str], today: Side | None = None
) -> Side:
    """Ask a world everything, or read what an earlier run was answered.

    Parameters
    ----------
    study
        The area in its world.
    asked, given
        Who goes where and when, and between which places: `ends` of today's world.
    skip
        `freight`, `criticality` or both: what is not asked.
    today
        The same of today's world, for those who drive as today.
    """
    name = study.key_of("side", asked, sorted(set(skip)))
    if not name:
        return _asked(study, asked, given, skip, today)
    kept = read_kept(name)
    if kept is not None:
        return _side_of(kept, study, asked)
    made = _asked(study, asked, given, skip, today)
    write_kept(name, *_arrays(made))
    return made


def _asked(
    study: Study, asked: Asked, given: Ends, skip: Sequence[str], today: Side | None
) -> Side:
    """Ask a world."""
    first, who, notes, lost = asked.seasons[0], asked.vehicles[0], [], None
    freight = None if "freight" in skip else cheapest_chains(study, first)
    if "criticality" not in skip:
        try:
            lost, when = today.criticality if today else None, study.season(first)
            if not lost or lost.season != when or roads_for(study, who, when) is not study.today:
                lost = criticality(study, who, first)
        except DataError as error:
            notes.append(f"No loss of corridors in {world_name(study)}: {error}.")
    before = today.journeys if today else None
    return Side(study, journeys(study, asked, given, before), freight, lost, tuple(notes))


def _arrays(side: Side) -> tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]]:
    """Return what is to be kept of answers: arrays by name, and the rest."""
    found: dict[str, NDArray[Any]] = {}
    told: list[Any] = []
    for at, one in enumerate(side.journeys.values()):
        told.append([one.season, asdict(one.rural)])
        found |= ways_arrays(one.corridors, f"{at} corridors ")
        for kind, ways in one.ways.items():
            found |= ways_arrays(ways, f"{at} {kind} ")
            found[f"{at} {kind} minutes"] = one.minutes[kind]
            found[f"{at} {kind} nearest"] = one.nearest[kind].astype(str)
    about: dict[str, Any] = {"journeys": told, "notes": side.notes}
    if side.freight is not None:
        found["freight"] = table_bytes(side.freight)
    if side.criticality is not None:
        lost = side.criticality
        found |= {f"link {name}": array for name, array in lost.links._asdict().items()}
        found |= {f"loss {name}": lost.losses[name].to_numpy() for name in LOSSES}
        found["corridors"] = table_bytes(lost.corridors)
        about["criticality"] = [lost.vehicle, lost.season]
    return found, about


def _side_of(kept: Kept, study: Study, asked: Asked) -> Side:
    """Put answers together again from what `_arrays` gave."""
    arrays, about = kept.arrays, kept.about
    who = [(vehicle, season) for vehicle in asked.vehicles for season in asked.seasons]
    made = {}
    for at, (key, (season, rural)) in enumerate(zip(who, about["journeys"], strict=True)):
        kinds = asked.kinds
        made[key] = Journeys(
            season,
            RuralAccess(**rural),
            ways_of(arrays, f"{at} corridors "),
            {kind: ways_of(arrays, f"{at} {kind} ") for kind in kinds},
            {kind: arrays[f"{at} {kind} minutes"] for kind in kinds},
            {kind: arrays[f"{at} {kind} nearest"].astype(object) for kind in kinds},
        )
    lost = None
    if "criticality" in about:
        lost = Criticality(
            Links(*(arrays[f"link {name}"] for name in Links._fields)),
            pd.DataFrame({name: np.asarray(arrays[f"loss {name}"]) for name in LOSSES}),
            table_of(arrays["corridors"]),
            *about["criticality"],
        )
    freight = table_of(arrays["freight"]) if "freight" in arrays else None
    return Side(study, made, freight, lost, tuple(about["notes"]))
