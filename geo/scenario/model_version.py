"""Which version of the model answers are of, so that another one computes them anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geo
import layers
from geo.driving.vehicle import find_vehicles
from layers.io.files import fingerprint
from layers.store.kept import code_fingerprint


def model_version() -> str:
    """Hash the code that answers come from, its parameters, and all vehicles."""
    return fingerprint(_code(), *find_vehicles(), files=tuple(find_vehicles().values()))


@cache
def _code() -> str:
    roots = (Path(package.__path__[0]) for package in (geo, layers))
    return code_fingerprint(*sorted({path.parent for root in roots for path in root.rglob("*.py")}))
