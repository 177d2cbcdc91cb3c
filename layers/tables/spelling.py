"""Names as people type them: what looks the same is one name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WIDTHLESS: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_THAI_MARKS: Final = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}")


@lru_cache(maxsize=1 << 16)
def plain_name(text: str) -> str:
    """Fold case, accents, dashes and spaces; Thai marks are kept, they carry meaning.

    Characters without width are left out, and marks of one syllable put in one order: น้ำ looks
    the same whether the tone or the nikhahit of its sara am was typed first.
    """
    folded = _WIDTHLESS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    folded = _THAI_MARKS.sub(lambda marks: "".join(sorted(marks[0], key=_mark_rank)), folded)
    folded = folded.replace("\u0e40\u0e40", "\u0e41")
    kept = "".join(c for c in folded if not unicodedata.combining(c) or "\u0e00" <= c <= "\u0e7f")
    kept = unicodedata.normalize("NFC", kept)
    return re.sub(r"[\s_\-\u2010\u2013'\u2019.]+", " ", kept).strip()


def _mark_rank(mark: str) -> tuple[int, str]:
    """Order Thai marks: vowels above and below, then tones, then the nikhahit, then the rest."""
    ranks = ((0x0E31, 0x0E31), (0x0E34, 0x0E3A), (0x0E48, 0x0E4B), (0x0E4D, 0x0E4D))
    inside = [low <= ord(mark) <= high for low, high in ranks]
    return (inside.index(True) if any(inside) else len(ranks)), mark
