"""What a fit says of each vehicle, and how it gets into the vehicles' files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from geo.calibration.fitting import GROUPS, OF, Fit, adjusted
from geo.driving.vehicle import Vehicle, find_vehicles, load_vehicle
from layers.errors import DataError

DIGITS = 3
"""Significant digits of what is adopted."""


def fitted_values(fits: Sequence[Fit]) -> Mapping[str, Mapping[str, float]]:
    """Return what every vehicle of the groups is driven by after the fit, by name of its field."""
    found: dict[str, dict[str, float]] = {}
    known = find_vehicles()
    for one in fits:
        names = [name for factor in one.factors for name in OF.get(factor, (factor,))]
        for vehicle_id in GROUPS[one.group] if names else ():
            vehicle = load_vehicle(vehicle_id) if vehicle_id in known else None
            if isinstance(vehicle, Vehicle):
                driving = adjusted(vehicle, one.factors).driving
                found[vehicle_id] = {
                    name: float(f"{getattr(driving, name):.{DIGITS}g}") for name in names
                }
    return found


def with_values(text: str, values: Mapping[str, float]) -> str:
    r"""Return the text of a vehicle's file with other values of its table `driving`.

    Everything else of the file stays as it is, comments included.

    Raises
    ------
    DataError
        The file does not have one of the values.

    Examples
    --------
    >>> with_values("[driving]\nfree_share = 1.0\n", {"free_share": 0.95})
    '[driving]\nfree_share = 0.95\n'
    """
    for name, value in values.items():
        text, count = re.subn(
            rf"^{name} = .*$", f"{name} = {value:.{DIGITS}g}", text, count=1, flags=re.MULTILINE
        )
        if not count:
            raise DataError(f"key 'driving.{name}': missing, so that no fitted value can be put in")
    return text
