"""Verbs that speak of people, or of goods, mean the same vehicle unless one is named."""

from __future__ import annotations

import inspect
from importlib import import_module

import click
import pytest

import chaidaen
from geo.driving.usual import GOODS, PEOPLE


@pytest.mark.parametrize(
    ("module", "option", "vehicle"),
    [
        ("access", "vehicle", PEOPLE),
        ("compare", "vehicles", PEOPLE),
        ("risk", "vehicle", PEOPLE),
        ("risk", "truck", GOODS),
        ("report", "vehicle", PEOPLE),
        ("route", "vehicle", GOODS),
    ],
)
def test_commands(module: str, option: str, vehicle: str) -> None:
    found = import_module(f"scripts.{module}.command" if module != "route" else "scripts.route")
    commands = [one for one in vars(found).values() if isinstance(one, click.Command)]
    (asked,) = [p for one in commands for p in one.params if p.name == option]
    default = asked.default
    assert (default if isinstance(default, str) else next(iter(default))) == vehicle


@pytest.mark.parametrize("name", ["access", "travel_time_surface", "criticality", "link_failure"])
def test_functions_of_people(name: str) -> None:
    function = getattr(chaidaen, name)
    assert inspect.signature(function).parameters["vehicle"].default == PEOPLE
