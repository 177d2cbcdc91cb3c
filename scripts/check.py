"""`chaidaen check`: validate every file of an area."""

from __future__ import annotations

import click


@click.command()
@click.argument("area")
def check(area: str) -> None:
    """Check every file of AREA and list all problems."""
    from geo.vehicle import find_vehicles
    from layers.area import load_area
    from layers.checking import check_area

    findings = check_area(load_area(area), vehicles=find_vehicles())
    for line in findings.facts:
        click.echo(f"ok       {line}")
    for line in findings.problems:
        click.echo(f"PROBLEM  {line}")
    count = len(findings.problems)
    click.echo(f"{area}: {count or 'no'} problem{'' if count == 1 else 's'}")
    if findings.problems:
        raise SystemExit(1)
