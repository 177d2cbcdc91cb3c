"""What a terminal says in Thai: heads and cells of tables, and lines."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from maps.base.columns import value_words
from maps.base.source_notes import source_note


def in_thai(told: str) -> str:
    """Return what a terminal says in Thai; what is not known stays as it is.

    Examples
    --------
    >>> in_thai("≤ 30 min"), in_thai("dry, not reached"), in_thai("1095")
    ('ใน 30 นาที', 'แล้ง เข้าไม่ถึง', '1095')
    """
    words, patterns = _said()
    if told in words:
        return words[told]
    for pattern, thai in patterns.items():
        if found := pattern.fullmatch(told):
            return _filled(thai, [in_thai(one) for one in found.groups()])
    values = value_words()
    return values[told][1] if told in values else source_note(told)[1]


def _filled(thai: str, parts: list[str]) -> str:
    """Put parts where a pattern says."""
    return re.sub(r"\\(\d)", lambda at: parts[int(at[1]) - 1], thai)


@cache
def _said() -> tuple[dict[str, str], dict[re.Pattern[str], str]]:
    read = resources.files("maps").joinpath("i18n/terminal.toml").read_text(encoding="utf-8")
    told = tomllib.loads(read)
    patterns = {re.compile(one): str(thai) for one, thai in told["patterns"].items()}
    return {one: str(thai) for one, thai in told["words"].items()}, patterns
