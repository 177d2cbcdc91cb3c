"""What ids in tables are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from geo.driving.vehicle import find_vehicles, load_vehicle
from geo.scenario.scenario_file import read_scenarios
from maps.access.rows import kind_of
from maps.base.i18n import Text, either

if TYPE_CHECKING:
    from geo.study import Study


def names_of(
    study: Study, kinds: Iterable[str] = (), scenarios: Iterable[str] = ()
) -> dict[str, Text]:
    """Return names by id: of places, facilities, crossings, products, vehicles, scenarios.

    Parameters
    ----------
    study
        The area.
    kinds
        Of facilities.
    scenarios
        Their ids or files.
    """
    ours = study.tables
    tables = [study.gazetteer, ours.settlements, ours.products, ours.crossings, ours.hazards]
    called = {}
    for kind in kinds:
        called[kind] = kind_of(kind)[0]
        tables.append(ours.facilities(kind))
    named = pd.concat([table[["id", "name_en", "name_th"]] for table in tables if len(table)])
    names = {
        str(row["id"]): either(str(row["name_en"]), str(row["name_th"]))
        for row in named.to_dict("records")
    }
    for name in find_vehicles():
        vehicle = load_vehicle(name)
        names[name] = vehicle.title_en, vehicle.title_th
    for scenario in read_scenarios(study.area, tuple(scenarios)):
        names[scenario.id] = scenario.title_en, scenario.title_th
    return names | called
