"""`chaidaen batch`: the questions of a plan, on all cores of a machine or on many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scripts.kinds import FileName
from scripts.options import FOLDER, end_of_progress, say, teller

if TYPE_CHECKING:
    from geo.batch.batch import Batch

AUTO = "auto"
"""Memory of a worker: an equal part of the machine's."""

FAILED_SHOWN = 5
"""Failures that are told; all stand in the manifest."""


@click.command()
@click.argument("plan", type=FileName())
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="tcp://HOST:PORT of a Dask scheduler; `none` does everything in this process.  "
    "[default: a cluster of processes on this machine]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 4096),
    help="Processes of the cluster on this machine; as many as cores by default.",
)
@click.option(
    "--memory",
    metavar="SIZE",
    default=AUTO,
    show_default=True,
    help="What one of them may take, such as 4GB, before it is ended and replaced.",
)
@click.option("--output", type=FOLDER, help="Folder of the results.  [default: output/batch/PLAN]")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the summary is printed.",
)
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def batch(
    *,
    plan: Path,
    scheduler: str | None,
    workers: int | None,
    memory: str,
    output: Path | None,
    format_: str,
    quiet: bool,
) -> None:
    """Ask every area of PLAN in every world, for every vehicle, season and destination.

    PLAN is a TOML file: areas, scenarios, vehicles, seasons, to, answers. Results are Parquet
    tables and a manifest. What a run that was cut off has done is not done again: give the
    same command again.
    """
    if scheduler and (workers or memory != AUTO):
        raise click.UsageError(
            "--workers and --memory are of a cluster on this machine; --scheduler names another"
        )
    from geo.batch.batch import batch as run
    from layers.errors import ChaidaenError
    from scripts.output import as_json, emit

    folder = output or Path("output") / "batch" / plan.stem
    tell = teller(quiet=quiet)
    try:
        found = run(plan, scheduler, output=folder, workers=workers, memory=memory, progress=tell)
    finally:
        end_of_progress(quiet=quiet)
    for note in found.notes:
        say(note, quiet=quiet)
    if found.lost:
        say(
            f"{found.lost} workers died and were replaced; their tasks were done again.",
            quiet=quiet,
        )
    emit(as_json(_summary(found, folder)) if format_ == "json" else _text(found, folder))
    failed = found.failed
    if len(failed):
        one = failed.iloc[0]
        raise ChaidaenError(
            f"{len(failed)} of {len(found.tasks)} tasks failed, the first of {one['area']} in "
            f"{one['scenario']}: {one['why']}; all stand in {folder / 'manifest.json'}"
        )


def _summary(found: Batch, folder: Path) -> dict[str, object]:
    """Return how many tasks came to which end, and where the tables are."""
    return {
        "tasks": len(found.tasks),
        "done_before": found.done_before,
        "computed": found.made,
        "failed": len(found.failed),
        "workers_lost": found.lost,
        "tables": {
            str(folder / f"{kind}.parquet"): len(table) for kind, table in found.tables.items()
        },
    }


def _text(found: Batch, folder: Path) -> str:
    """Tell the same in words, with why tasks failed."""
    done = int((found.tasks["state"] == "done").sum())
    counts = (
        f"{done} of {len(found.tasks)} tasks done: {found.done_before} stood there before, "
        f"{found.made} computed now, {done - found.done_before - found.made} read from what "
        f"workers had kept; {len(found.failed)} failed"
    )
    why = (
        f"  {row.area} {row.scenario} {row.vehicle} {row.season} {row.to}: {row.why}"
        for row in found.failed.head(FAILED_SHOWN).itertuples()
    )
    lines = [counts, *why]
    lines += [
        f"{folder / f'{kind}.parquet'}: {len(table):,} rows" for kind, table in found.tables.items()
    ]
    return "\n".join([*lines, str(folder / "manifest.json")])
