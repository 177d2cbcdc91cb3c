"""Scenarios against the base, for `chaidaen compare` and the report."""

from __future__ import annotations

from collections.abc import Sequence

from geo.access.people import offices
from geo.compare.access import Asked, Trips, compared, trips_of
from geo.compare.corridor_losses import Weak, criticality, weak
from geo.compare.economics import Traffic, freight, freight_change, links, money
from geo.compare.figures import Compared, days_of, figures
from geo.scenario.scenario_file import read_scenarios
from geo.study import Study
from layers.errors import DataError
from layers.store.facilities import settlements
from scripts.options import say


def compare_all(
    base: Study,
    worlds: Sequence[tuple[tuple[str, ...], Study]],
    asked: Asked,
    before: Trips,
    known: Traffic | None,
    *,
    skip: tuple[str, ...],
    quiet: bool,
) -> tuple[list[Compared], list[str]]:
    """Compare every world with the base.

    Parameters
    ----------
    base
        Today.
    worlds
        Ids or files of scenarios with the world they make.
    asked
        Who goes where and when.
    before
        Trips of the base.
    known
        Its traffic; None without economics.
    skip
        Of `freight`, `economics`, `criticality`.
    quiet
        No progress.

    Returns
    -------
    found, notes
        The comparisons, and what is not there.
    """
    season = asked.seasons[0]
    notes: list[str] = []
    today = None if "criticality" in skip else _weak(base, asked, notes)
    usual = None if "freight" in skip else freight(base, season)
    found = []
    for group, world in worlds:
        name = " + ".join(world.scenario)
        say(f"… {name}", quiet=quiet)
        after = trips_of(world, before, base=before)
        tables = compared(base, before, after, asked)
        hauls = None if usual is None else freight_change(usual, freight(world, season))
        judged = money(base, world, known, after) if known and known.known else None
        read = [one for one in read_scenarios(base.area, group) if one.id in world.scenario]
        titles = [" + ".join(one.title(lang) for one in read) for lang in ("en", "th")]
        first = (asked.vehicles[0], season, 1.0)
        rows = links(base, world, (before[first], after[first]), judged)
        later = _weak(world, asked, notes) if today else None
        weak = (today, later) if today and later else None
        told = figures(tables, hauls, judged, weak, days=days_of(world.touched))
        lost = criticality(*weak) if weak else None
        found.append(
            Compared(name, (titles[0], titles[1]), world, tables, told, hauls, rows, judged, lost)
        )
    return found, notes


def _weak(study: Study, asked: Asked, notes: list[str]) -> Weak | None:
    """Lose every link of a world in turn; where nobody goes anywhere, note why."""
    try:
        return weak(study, asked.vehicles[0], asked.seasons[0])
    except DataError as error:
        name = " + ".join(study.scenario) or study.area.slug
        notes.append(f"No loss of corridors in {name}: {error}.")
        return None


def caveats(base: Study, known: Traffic | None) -> list[str]:
    """Say what weakens the figures."""
    notes = [
        (
            "Mean minutes are of those reached before and after, whose base may differ by "
            "scenario; who lives along a closed road counts as cut off. A product one of whose "
            "harvests loses its market has no mean. Corridors are lost one link at a time, for "
            "the trips of people that `chaidaen risk` has by default; who is cut off "
            "makes no hours."
        ),
        *offices(settlements(base.area)),
    ]
    if known and not known.known:
        notes.append(
            f"No economics: {base.area.slug} has no table of counted traffic whose roads are "
            "there (`traffic` under [layers] of its area.toml)."
        )
    if known and known.known:
        notes.append(
            "Trips are estimated by gravity between places and fitted to counts; beside each "
            "count stands what the model gives, also when it does not know that count: that is "
            "how far it may be off on roads where nobody counts."
        )
        notes.append(
            "Prices are market prices; accidents, noise, land and the environment are not in "
            "the economics. What a season or a closure costs is told per day, not as a project."
        )
    return notes
