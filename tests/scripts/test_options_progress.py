"""Progress of an import: rewritten in place on a terminal, told once elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from commands import ROOT, done, osm_file, polygon_file

from scripts.options import teller


def test_elsewhere_each_step_is_told_once(capsys):
    tell = teller(quiet=False)
    for text in ("a: reading nodes · 1 of 2 MB", "a: reading nodes · 2 of 2 MB", "writing"):
        tell(text)
    assert capsys.readouterr().err == "… a: reading nodes\n… writing\n"
    teller(quiet=True)("writing")
    assert capsys.readouterr().err == ""


def test_on_a_terminal_a_step_takes_the_place_of_the_last():
    pty = pytest.importorskip("pty", reason="a Windows console is no pty")
    code = (
        "from scripts.options import teller, end_of_progress\n"
        "tell = teller(quiet=False)\n"
        "for text in ('nodes · 1 of 2 MB', 'nodes · 2 of 2 MB', 'writing'): tell(text)\n"
        "end_of_progress(quiet=False)\n"
    )
    ours, theirs = pty.openpty()
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stderr=theirs,
        check=True,
        capture_output=False,
        stdout=subprocess.PIPE,
        timeout=60,
    )
    os.close(theirs)
    text = os.read(ours, 10_000).decode()
    os.close(ours)
    assert run.stdout == b""
    assert text.replace("\r\n", "\n") == (
        "… nodes · 1 of 2 MB\r\x1b[K… nodes · 2 of 2 MB\n… writing\n"
    )


def test_an_import_of_a_part_tells_its_steps(home, tmp_path):
    boundary = polygon_file(tmp_path / "b.geojson", 97.9, 18.9, 98.15, 19.1)
    path = osm_file(tmp_path / "a.osm")
    told = done("import", "part", "--osm", path, "--boundary", boundary).stderr
    steps = [line for line in told.splitlines() if line.startswith("…")]
    assert len(steps) == len(set(steps))
    assert "… a.osm: reading roads" in steps
    assert home.is_dir()
