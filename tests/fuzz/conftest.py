"""The figure line of `make fuzz`."""

from __future__ import annotations

import pytest
from fuzzing import TALLY


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    TALLY.clear()
    try:
        return (yield)
    finally:
        item.user_properties += [(name, TALLY[name]) for name in ("tried", "read")]


def pytest_terminal_summary(terminalreporter):
    ended = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call" and dict(report.user_properties).get("tried")
    ]
    if not ended:
        return
    for report in sorted(ended, key=lambda one: one.nodeid):
        told = dict(report.user_properties)
        name = report.nodeid.partition("::")[2].removeprefix("test_")
        terminalreporter.write_line(f"fuzz {name}: {told['tried']} tried, {told['read']} read")
    tried, read = (sum(dict(r.user_properties)[name] for r in ended) for name in ("tried", "read"))
    failed = sum(report.failed for report in ended)
    terminalreporter.write_line(f"fuzz: {tried} tried, {read} read, {failed} kinds failed")
