"""Ask the package index whether every dependency has a wheel, by system and version of Python.

    python tests/support/wheels.py

Asks through pip, for the versions of constraints.txt, and prints a table: what is named has no
wheel there. Nothing is downloaded or installed. It ends with 1 where something is missing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SYSTEMS = {
    "Windows": ("win_amd64",),
    "macOS": ("macosx_14_0_arm64",),
    "Linux": tuple(f"manylinux_2_{minor}_x86_64" for minor in range(34, 16, -1)),
}
"""Linux with glibc 2.34 or newer: Debian 12, Ubuntu 22.04, Red Hat 9."""
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
MISSING = re.compile(r"No matching distribution found for ([A-Za-z0-9_.-]+?)==")


def pins() -> list[str]:
    """Return what the project needs at run time, each with its version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {
        re.split(r"[<>=!~]", row)[0].lower().replace("_", "-") for row in project["dependencies"]
    }
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.partition("==")[0].lower().replace("_", "-") in names]


def missing(wanted: list[str], platforms: tuple[str, ...], version: str) -> list[str]:
    """Return the names of what has no wheel."""
    without: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        while True:
            left = [pin for pin in wanted if pin.partition("==")[0].lower() not in without]
            command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps"]
            command += ["--only-binary=:all:", "--implementation=cp", "--python-version", version]
            command += [f"--platform={one}" for one in platforms]
            run = subprocess.run(
                [*command, "--target", folder, *left], capture_output=True, text=True, check=False
            )
            if run.returncode == 0:
                return without
            found = MISSING.search(run.stderr)
            if not found:
                raise SystemExit(run.stderr)
            without.append(found[1].lower())


def main() -> None:
    """Print the table."""
    wanted, faults = pins(), 0
    print(f"{len(wanted)} packages", *VERSIONS, sep="\t")  # noqa: T201
    for name, platforms in SYSTEMS.items():
        cells = [", ".join(missing(wanted, platforms, version)) for version in VERSIONS]
        faults += sum(map(bool, cells))
        print(name, *(cell or "all" for cell in cells), sep="\t", flush=True)  # noqa: T201
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
