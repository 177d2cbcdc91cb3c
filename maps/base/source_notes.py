"""What weakens roads, in both languages: those who read them say it in English."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from layers.area import Area
from layers.osm.tally import ONE, WORDS
from maps.base.i18n import Text, date, phrases, text

NOTES: Final = (
    "note_strategic",
    "note_no_terrain_raster",
    "note_inferred",
    "note_flat",
    "note_terrain_gaps",
    "note_coarse",
    "note_steep",
    "note_cut",
    "note_turns",
    "note_surfaces",
    "note_outside",
    "note_tiles",
    "note_lacks",
    *(f"note_{key}" for key in WORDS if key not in {"cut", "turns"}),
    *(f"note_{key}_one" for key in ONE),
)
"""Phrases whose English is what `layers` writes into a source, word for word."""


OF_AREA: Final = (
    "note_steep",
    "note_cut",
    "note_cut_one",
    "note_turns",
    "note_turns_one",
    "note_outside",
)
"""What concerns the making of all roads of an area: `import` and `quality` tell it."""

OF_ROADS: Final = (*OF_AREA, "note_inferred", "note_coarse", "note_surfaces")
"""Counts over all roads of an area, besides which one way has its own."""


def for_answers(notes: Sequence[str], *, leave: Sequence[str] = OF_AREA) -> tuple[str, ...]:
    """Return the notes of a source that an answer has to tell, without those to leave.

    Examples
    --------
    >>> for_answers(["12 samples steeper than roads of their class were cut and filled.", "Drawn."])
    ('Drawn.',)
    """
    left = [_pattern(key) for key in leave]
    return tuple(note for note in notes if not any(one.fullmatch(note) for one in left))


def source_note(note: str) -> Text:
    """Return a note of a source in both languages; one that is not known stays as it is.

    Parameters
    ----------
    note
        One of `layers.roads.network.Source.notes`.

    Examples
    --------
    >>> source_note("12 roads lack nodes in the file; the stretches that are there are kept.")[1]
    'ถนน 12 สายมีจุดไม่ครบในไฟล์ ใช้เฉพาะช่วงที่มี'
    >>> source_note("Drawn by hand.")
    ('Drawn by hand.', 'Drawn by hand.')
    """
    for key in NOTES:
        found = _pattern(key).fullmatch(note)
        if found:
            values = {name: _in_thai(value) for name, value in found.groupdict().items()}
            return note, phrases("th")[key].format(**values)
    return note, note


STRATEGIC: Final = ": strategic network"
"""How the title of such roads ends, after the English name of their area."""


def source_title(area: Area, title: str) -> Text:
    """Return the title of roads in both languages."""
    if title != f"{area.title_en}{STRATEGIC}":
        return title, title
    return title, text("strategic_of", area=area.title_th)[1]


TAGS: Final = {
    "surface": "ผิวทาง",
    "lanes": "จำนวนช่องจราจร",
    "speed limit": "ความเร็วตามกฎหมาย",
}
"""What roads lack."""

CASES: Final = {"cautious": "ระวัง", "likely": "น่าจะเป็น", "hopeful": "หวัง"}
"""What minor roads are taken for that nobody tagged."""


def _in_thai(value: str) -> str:
    """Write a date as Thai do, and words that have a Thai one; other values are the same."""
    if value in CASES:
        return CASES[value]
    if shares := re.findall(r"(surface|lanes|speed limit) of (\d+%)", value):
        return " ".join(f"{TAGS[name]} {share}" for name, share in shares)
    try:
        day = datetime.strptime(value, "%d %B %Y").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return value.replace(" and ", " และ ")
    return date(day.isoformat())[1]


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """Return what matches a phrase with any values in it."""
    parts = string.Formatter().parse(phrases("en")[key])
    return re.compile(
        "".join(
            re.escape(said) + (rf"(?P<{name}>.+?)" if name else "") for said, name, _, _ in parts
        )
    )
