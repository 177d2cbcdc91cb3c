"""What a terminal says in Thai: heads and cells of tables, and lines."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final

from geo.driving.vehicle import find_vehicles, load_vehicle
from maps.base.columns import value_words
from maps.base.i18n import phrases
from maps.base.source_notes import source_note

LETTERS: Final = re.compile("[A-Za-z]")
"""Without any of them there is nothing to say in Thai."""


def in_thai(told: str) -> str:
    """Return what a terminal says in Thai; what is not known stays as it is.

    Examples
    --------
    >>> in_thai("≤ 30 min"), in_thai("dry, not reached"), in_thai("1095")
    ('ใน 30 นาที', 'แล้ง เข้าไม่ถึง', '1095')
    """
    if not LETTERS.search(told):
        return told
    words, patterns = _said()
    if told in words:
        return words[told]
    for pattern, thai in patterns.items():
        if found := pattern.fullmatch(told):
            return _filled(thai, [in_thai(one or "") for one in found.groups()])
    if (thai := source_note(told)[1]) != told:
        return thai
    between = next((one for one in (" > ", "; ", ", ") if one in told), "")
    return between.join(map(in_thai, told.split(between))) if between else told


@cache
def titles() -> dict[str, str]:
    """Return the Thai titles of vehicles, by id and by English title, which notes write small."""
    found = {name: load_vehicle(name) for name in find_vehicles()}
    called = {
        said: one.title_th
        for one in found.values()
        for said in (one.title_en, one.title_en.lower())
    }
    return called | {name: one.title_th for name, one in found.items()}


def _filled(thai: str, parts: list[str]) -> str:
    """Put parts where a pattern says."""
    return re.sub(r"\\(\d)", lambda at: parts[int(at[1]) - 1], thai)


@cache
def _said() -> tuple[dict[str, str], dict[re.Pattern[str], str]]:
    folder = resources.files("maps").joinpath("i18n")
    told, notes = (
        tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))
        for name in ("terminal.toml", "notes.toml")
    )
    both = {**told["patterns"], **notes["patterns"]}
    patterns = {re.compile(one): str(thai) for one, thai in both.items()}
    words = {one: thai for one, (_, thai) in value_words().items()} | titles()
    figures = {key: said for key, said in phrases("th").items() if key.startswith("figure_")}
    words |= {key.removeprefix("figure_"): said.format(kind="") for key, said in figures.items()}
    return words | {one: str(thai) for one, thai in told["words"].items()}, patterns
