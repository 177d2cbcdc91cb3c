"""What ids are called in sentences: places, products, crossings, hazards, banned vehicles."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.driving.vehicle import load_vehicle
from geo.scenario.apply import Touched
from geo.scenario.changes import BanVehicles
from geo.study import Study
from maps.base.i18n import Text, either


def names_in(study: Study, touched: Iterable[Touched]) -> dict[str, Text]:
    """Return the names of an area's places, products, crossings and hazards, by id.

    Parameters
    ----------
    study
        The area.
    touched
        What scenarios changed: vehicles that they ban are named, too.

    Returns
    -------
    names
        In both languages; a hazard on a road begins with the road's number.
    """
    ours = study.tables
    tables = [study.gazetteer, ours.products, ours.crossings, ours.hazards]
    named = pd.concat([table[["id", "name_en", "name_th"]] for table in tables])
    names = {
        str(row["id"]): either(str(row["name_en"]), str(row["name_th"]))
        for row in named.to_dict("records")
    }
    for row in ours.hazards.to_dict("records"):
        english, thai = names[str(row["id"])]
        ref = str(row["ref"])
        if ref and ref not in english:
            names[str(row["id"])] = f"{ref}, {english}", f"{ref} {thai}"
    banned = [
        name
        for each in touched
        if isinstance(each.change, BanVehicles)
        for name in each.change.vehicles
    ]
    loaded = [load_vehicle(name) for name in dict.fromkeys(banned)]
    return names | {one.id: (one.title_en, one.title_th) for one in loaded}
