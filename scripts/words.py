"""The language of a terminal: that of the command that runs."""

from __future__ import annotations

import textwrap
from typing import Final

import click

COLUMNS: Final = 80
"""Letters of a line of text."""


def speaks_thai() -> bool:
    """Whether the command that runs was asked for Thai."""
    context = click.get_current_context(silent=True)
    return context is not None and context.params.get("lang") == "th"


def said(told: str) -> str:
    """Return a head, a cell or a line in the language of the terminal."""
    if not speaks_thai():
        return told
    from maps.base.terminal_words import in_thai

    return in_thai(told)


def filled(told: str) -> str:
    """Return a paragraph in the language of the terminal, in lines that fit it."""
    # Thai has no spaces between words: a terminal breaks it better than any count of letters.
    return textwrap.fill(said(told), COLUMNS, break_long_words=False)
