"""The Python environment of the peers, made once in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

PEERS = ("osrm-bindings", "pyvalhalla", "osmnx", "networkx", "igraph", "scipy", "scikit-image")
PEERS += ("xarray-spatial", "rasterio")


def interpreter() -> str:
    """Return a Python for the peers: 3.12 or newer has wheels of all of them."""
    own = [os.environ.get("CHAIDAEN_BENCH_PYTHON", ""), "python3.13", "python3.12"]
    own += sorted(map(str, Path.home().glob(".pyenv/versions/3.1[23]*/bin/python")))
    new = "import sys; sys.exit(sys.version_info < (3, 12))"
    for one in filter(shutil.which, own):
        if not subprocess.run([one, "-c", new], capture_output=True, check=False).returncode:
            return one
    return sys.executable


def environment(problems: dict[str, str]) -> Path:
    """Make the environment of the peers, once; what cannot be installed is a problem.

    `CHAIDAEN_BENCH_PEERS` names the Python of one that is there.
    """
    if there := os.environ.get("CHAIDAEN_BENCH_PEERS"):
        return Path(there)
    python = interpreter()
    key = hashlib.blake2b(repr((python, PEERS)).encode(), digest_size=6).hexdigest()
    folder = platformdirs.user_cache_path("chaidaen-benchmarks", appauthor=False) / key
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        pip = [str(inside), "-m", "pip", "install", "--quiet", "--only-binary=:all:"]
        if subprocess.run([*pip, *PEERS], capture_output=True, check=False).returncode:
            # What one has no wheel of must not keep back the others.
            for one in PEERS:
                made = subprocess.run([*pip, one], capture_output=True, text=True, check=False)
                if made.returncode:
                    (folder / f"{one}.problem").write_text(made.stderr.strip().splitlines()[-1])
        (folder / "ready").write_text("")
    for path in folder.glob("*.problem"):
        problems[path.stem] = path.read_text()
    return inside
