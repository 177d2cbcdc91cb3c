"""`chaidaen calibrate`: how vehicles are driven, fitted to published times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.options import say

if TYPE_CHECKING:
    from geo.calibration.fitting import Fit


@click.command()
@click.argument("area")
@click.option(
    "--times",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table of travel times; the one that ships by default.",
)
@click.option("--source", type=click.Choice(["osm", "strategic"]), help="Whose roads.")
@click.option("--quiet", is_flag=True, help="Say nothing besides the answer.")
def calibrate(*, area: str, times: Path | None, source: str | None, quiet: bool) -> None:
    """Fit how vehicles are driven to published times on the roads of AREA.

    Prints every time with ours beside it, errors with each route left out of the fit, and the
    factors on the parameters of the vehicles' files as TOML. Nothing is changed.
    """
    from geo.calibration.fitting import fit
    from geo.calibration.observed import observe
    from geo.study import open_study
    from layers.tables.travel_times import read_travel_times
    from scripts.output import emit

    study = open_study(area, roads=source)
    found, left_out = observe(study, read_travel_times(times))
    for row in left_out:
        say(f"{row.id}: {row.why}", quiet=quiet)
    fits = fit(study.network, found)
    emit(f"{_rows(fits)}\n\n{_errors(fits)}\n\n{_toml(fits)}")


def _rows(fits: Sequence[Fit]) -> str:
    """Lay out every published time, ours beside it."""
    from scripts.output import as_table

    rows = [
        (
            one.id,
            f"{one.km:,.0f}",
            f"{one.hours_min:g}-{one.hours_max:g}",
            f"{one.driving_h:.2f}",
            f"{ours:.2f}",
            f"{error:+.0%}",
        )
        for each in fits
        for one, ours, error in zip(each.observations, each.hours, each.errors, strict=True)
    ]
    return as_table(("time", "km", "published h", "driving h", "ours h", "left out"), rows)


def _errors(fits: Sequence[Fit]) -> str:
    """Lay out errors with each route left out, by vehicle, terrain and class of road."""
    from geo.calibration.fitting import error_table
    from scripts.output import as_table

    rows = [
        (one.what, str(one.rows), f"{one.median:.0%}", f"{one.within:.0%}", f"{one.mean:+.0%}")
        for one in error_table(fits)
    ]
    return as_table(("of", "rows", "median error", "within 20 %", "mean error"), rows)


def _toml(fits: Sequence[Fit]) -> str:
    """Write the factors as TOML."""
    lines = []
    for each in fits:
        lines.append(f"[{each.group}]  # factors on {len(each.observations)} times")
        lines += [f"{name} = {value:.3f}" for name, value in each.factors.items()]
    return "\n".join(lines)
