"""Numbers as readers see them; nothing is rounded before here."""

from __future__ import annotations

import math
from collections.abc import Sequence

NONE = "\N{EN DASH}"
WHOLE_KM = 100


def km(distance_m: float) -> str:
    """Write a distance in kilometres, one decimal below 100 km.

    Examples
    --------
    >>> km(9_940), km(99_960), km(1_234_567)
    ('9.9', '100', '1,235')
    """
    if not math.isfinite(distance_m):
        return NONE
    value = distance_m / 1000
    return f"{value:,.0f}" if round(value, 1) >= WHOLE_KM else f"{value:.1f}"


def hours(time_s: float) -> str:
    """Write a time as hours and minutes.

    Examples
    --------
    >>> hours(59 * 60 + 31), hours(25 * 3600 + 300)
    ('1:00', '25:05')
    """
    if not math.isfinite(time_s):
        return NONE
    minutes = round(time_s / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def whole(value: float) -> str:
    """Write a whole number with thousands separators (metres, baht, litres); no -0.

    Examples
    --------
    >>> whole(12345.6), whole(-0.2), whole(float("nan")) == NONE
    ('12,346', '0', True)
    """
    return f"{value:z,.0f}" if math.isfinite(value) else NONE


def percent(value: float) -> str:
    """Write a grade in per cent, one decimal.

    Examples
    --------
    >>> percent(11.96)
    '12.0'
    """
    return f"{value:z.1f}" if math.isfinite(value) else NONE


def shares(parts: Sequence[float]) -> list[str]:
    """Write parts of one whole in whole per cent that add up to 100.

    What remains from rounding down goes to the largest remainders; a part that is left
    with nothing reads as less than one.

    Examples
    --------
    >>> shares([1 / 3, 1 / 3, 1 / 3]), shares([0.003, 0.997])
    (['34', '33', '33'], ['<1', '100'])
    """
    exact = [part * 100 for part in parts]
    whole = [math.floor(part) for part in exact]
    rest = sorted(range(len(parts)), key=lambda at: whole[at] - exact[at])
    for at in rest[: round(sum(exact)) - sum(whole)]:
        whole[at] += 1
    return [
        str(value) if value or not part else "<1" for value, part in zip(whole, exact, strict=True)
    ]
