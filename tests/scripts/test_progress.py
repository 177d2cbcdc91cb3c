"""The bar of a download: on a terminal only, with size and time left."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from commands import ROOT

from layers.fetch.web import Amount
from scripts.progress import bar, teller


@pytest.mark.parametrize(
    ("amount", "seconds", "drawn"),
    [
        (Amount("d", 0.25, 5_000_000), 10, "  d  ██████··················  25%  5.0 MB  0:30 left"),
        (Amount("dem", 1.0, 20_000_000), 40, "  dem  ████████████████████████ 100%  20.0 MB"),
        (Amount("dem", 0.0, 0), 0, "  dem  ························   0%  0.0 MB"),
        (Amount("dem", float("nan"), 1_500_000), 3, "  dem  1.5 MB"),
        (Amount("dem", 0.5, 10), 3600, "  dem  ████████████············  50%  0.0 MB  60:00 left"),
    ],
)
def test_a_bar(amount, seconds, drawn):
    assert bar(amount, seconds) == drawn


def test_no_bar_where_nobody_watches(capsys):
    told = teller(quiet=False)
    told.amount(Amount("dem", 0.5, 10))
    told.say("a sentence")
    quiet = teller(quiet=True)
    quiet.amount(Amount("dem", 0.5, 10))
    quiet.say("nothing")
    assert capsys.readouterr().err == "… a sentence\n"


def test_a_bar_on_a_terminal():
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    code = (
        "from layers.fetch.web import Amount; from scripts.progress import teller;"
        "t = teller(quiet=False); t.amount(Amount('dem', 0.5, 10**7));"
        "t.amount(Amount('dem', 1.0, 2 * 10**7)); t.say('done')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=theirs, cwd=ROOT):
        pass
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert "\r  dem  ████████████············  50%  10.0 MB" in shown
    assert "\r  dem  ████████████████████████ 100%  20.0 MB" in shown
    assert shown.rstrip().endswith("… done")
