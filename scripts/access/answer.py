"""Every table of `chaidaen access`."""

from __future__ import annotations

import pandas as pd

from geo.access import groups as access_groups
from geo.access import nearest as access_places
from geo.access.rural_measures import measures
from geo.access.supply import Asked, supply
from geo.study import Study
from scripts.access.text import Answer


def answer_of(
    study: Study,
    people: pd.DataFrame,
    goals: pd.DataFrame,
    vehicle: str,
    minutes: tuple[int, ...],
    nearest: int,
    asked: Asked,
    *,
    od: bool,
) -> Answer:
    """Compute every table.

    Parameters
    ----------
    study, people, goals
        The area, its settlements with people, and the facilities they go to.
    vehicle
        What they go with.
    minutes
        Limits of the shares.
    nearest
        How many facilities of each settlement.
    asked
        Further measures.
    od
        Whether all pairs are wanted.
    """
    times = access_places.travel_times(study, people, goals, vehicle)
    k = min(nearest, len(goals))
    places = access_places.places_table(people, times, k)
    found = measures(study, places, vehicle, minutes)
    notes = [f"There are only {k} facilities, not {nearest}."] if k < nearest else []
    extra: tuple[str, ...] = ()
    notes += access_places.caveats(places)
    if asked.measures:
        more = supply(times, people, goals, asked)
        places = places.join(more.places, on="id")
        found = pd.concat([found, more.sums], ignore_index=True)
        notes += more.notes
        extra = tuple(more.places.columns)
    tables = {
        "places": places,
        "people": access_places.people_within(places, minutes),
        "measures": found,
        "districts": access_groups.districts(study.area, places, minutes),
        "highland": access_groups.highland(places, minutes),
        "losers": access_groups.losers(places, minutes),
    }
    if od:
        tables["od"] = access_places.od_table(times)
    return Answer(tables, minutes, k, extra, tuple(notes))
