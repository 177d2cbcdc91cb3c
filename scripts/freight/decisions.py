"""`chaidaen freight`: crossings ranked by criteria, corridors by all that they cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scripts.kinds import Number
from scripts.options import FILE

if TYPE_CHECKING:
    from geo.study import Study
    from scripts.freight.answers import Answer

F = TypeVar("F", bound=Callable[..., Any])


def options(command: F) -> F:
    """Add the options of both."""
    every = (
        click.option(
            "--total-cost",
            is_flag=True,
            help="Also price hours and their spread, of the other ways, too: what is cheap and "
            "unreliable can lose.",
        ),
        click.option(
            "--rank",
            is_flag=False,
            flag_value="shipped",
            metavar="[FILE]",
            help="Rank the area's crossings by many criteria, those of FILE (TOML); without one "
            "by an example.",
        ),
        click.option(
            "--survey", type=FILE, help="With --rank: your table of what was asked (CSV)."
        ),
        click.option(
            "--hour-price",
            type=Number(0, 100_000),
            metavar="BAHT",
            help="Of a tonne under way, with --total-cost or --rank.",
        ),
        click.option(
            "--cargo-value",
            type=Number(0, 1e9, min_open=True),
            metavar="BAHT",
            help="Of a tonne, with --total-cost: which share of it logistics take.",
        ),
    )
    for option in reversed(every):
        command = option(command)
    return command


def ranked(
    study: Study,
    rank: str,
    origin: str | None,
    season: str,
    hour_price: float | None,
    survey: Path | None,
    *,
    format_: str,
    lang: str,
) -> Answer:
    """Rank the crossings of an area."""
    from geo.freight.crossing_ranking import rank_crossings
    from geo.rules.priorities import CROSSINGS, read_priorities
    from scripts.freight import answers

    priorities = read_priorities(CROSSINGS if rank == "shipped" else Path(rank))
    found = rank_crossings(
        study, priorities, origin, season=season, thb_per_t_h=hour_price, survey=survey
    )
    return answers.of_ranking(study, found, format_, lang)


def check_prices(
    rank: str | None,
    survey: Path | None,
    hour_price: float | None,
    cargo_value: float | None,
    *,
    total_cost: bool,
) -> None:
    """Refuse prices and surveys that nothing asks for."""
    if (survey and rank is None) or (cargo_value and not total_cost):
        raise click.UsageError("--survey goes with --rank, --cargo-value with --total-cost")
    if hour_price is not None and not (total_cost or rank is not None):
        raise click.UsageError("--hour-price goes with --total-cost or --rank")
