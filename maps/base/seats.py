"""Which places the districts are called after: their names stand before those of other towns."""

from __future__ import annotations

from collections.abc import Iterable

from maps.base.i18n import Text


def plain_name(thai: str) -> str:
    """Return the name of a place or district without the word for what it is.

    Examples
    --------
    >>> plain_name("เมืองแม่ฮ่องสอน"), plain_name("บ้านสบเมย"), plain_name("เมือง")
    ('แม่ฮ่องสอน', 'สบเมย', 'เมือง')
    """
    for word in ("เมือง", "บ้าน"):
        if thai.startswith(word) and thai != word:
            return thai.removeprefix(word)
    return thai


def seats(names: Iterable[Text], districts: Iterable[Text]) -> list[bool]:
    """Say of places, the largest first, which is the seat of a district: its namesake.

    Parameters
    ----------
    names
        Of places.
    districts
        Names of districts.

    Returns
    -------
    seats
        One place of each district at most.

    Examples
    --------
    >>> seats([("Mae Yuam", "แม่ยวม"), ("Pai town", "ปาย"), ("Pai", "ปาย")], [("Pai", "ปาย")])
    [False, True, False]
    """
    left = {plain_name(thai) for _, thai in districts}
    found = []
    for _, thai in names:
        own = plain_name(thai)
        found.append(own in left)
        left.discard(own)
    return found
