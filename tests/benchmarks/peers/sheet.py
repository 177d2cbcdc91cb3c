"""The sheet of figures of one peer, and the clock that measures them."""

from __future__ import annotations

import json
import os
import time
from importlib.metadata import version
from pathlib import Path

PACKAGE = {
    "osrm": "osrm-bindings",
    "valhalla": "pyvalhalla",
    "skimage": "scikit-image",
    "xrspatial": "xarray-spatial",
}
"""What brings a peer, where it is called otherwise."""


def processors_s() -> float:
    """Return seconds of processors, of this process finely and of those that it started."""
    return time.process_time() + sum(os.times()[2:4])


class Clock:
    """Seconds on the clock and of processors, those of programs that were started included."""

    def __init__(self) -> None:
        self.began = time.perf_counter(), processors_s()

    def spent(self) -> tuple[float, float]:
        """Return both since the beginning."""
        return time.perf_counter() - self.began[0], processors_s() - self.began[1]


class Sheet:
    """What was measured so far, in a file: who is ended keeps it."""

    def __init__(self, folder: Path, tool: str) -> None:
        self.folder, self.tool = folder, tool
        self.rows: dict[str, dict[str, object]] = {}
        self.about: dict[str, object] = {}

    def keep(self) -> None:
        """Write it."""
        name = PACKAGE.get(self.tool, self.tool)
        made = {"rows": self.rows, "about": self.about, "version": version(name)}
        (self.folder / f"{self.tool}.json").write_text(json.dumps(made))

    def told(
        self, work: str, took: tuple[float, float], note: str = "", times: float = 1.0
    ) -> None:
        """Add a figure: seconds on the clock and of processors, `times` as often as measured."""
        wall, cpu = (times * one for one in took)
        self.rows[work] = {"seconds": wall, "cpu": cpu, "note": note}
        self.keep()
        text = f"{self.tool} {work}: {wall:.3f} s, {cpu:.3f} of processors {note}"
        print(f"  {text}", flush=True)  # noqa: T201
