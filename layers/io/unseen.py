"""Characters that nobody sees and terminals obey: control characters and overrides of direction."""

from __future__ import annotations

import re
from typing import Final

UNSEEN: Final = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
"""C0 (but tab and line feed), DEL, C1, separators of lines, overrides of direction."""

_UNSEEN: Final = re.compile(UNSEEN)
_LINES: Final = re.compile(f"{UNSEEN}|[\t\n]")


def has_unseen(text: str) -> bool:
    r"""Tell whether a text holds such a character.

    Examples
    --------
    >>> has_unseen("ปาย\x1b]0;owned\x07"), has_unseen("ปาย\u202e"), has_unseen("บ้านน้ำ")
    (True, True, False)
    """
    return bool(_UNSEEN.search(text))


def one_line(text: str) -> str:
    r"""Return a text as one line without such characters, and without blanks around it.

    Examples
    --------
    >>> one_line(" Pai\x1b[2J \n 1 ")
    'Pai [2J   1'
    """
    return _LINES.sub(" ", text).strip()
