"""How far a download is: a bar on a terminal, plain lines elsewhere, nothing if unwanted."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from layers.fetch.web import Amount, Teller

WIDTH: Final = 24
EVERY_S: Final = 0.1


class _Bar:
    """The one line on a terminal that is written over."""

    def __init__(self) -> None:
        self.what = ""
        self.began = self.drawn = 0.0
        self.open = False

    def say(self, text: str) -> None:
        self.close()
        click.echo(f"… {text}", err=True)

    def amount(self, amount: Amount) -> None:
        now = time.monotonic()
        if amount.what != self.what:
            self.close()
            self.what, self.began, self.drawn = amount.what, now, 0.0
        if now - self.drawn < EVERY_S and amount.part < 1:
            return
        self.drawn, self.open = now, True
        click.echo(f"\r{bar(amount, now - self.began)}\x1b[K", err=True, nl=False)

    def close(self) -> None:
        if self.open:
            click.echo(err=True)
        self.open = False


def bar(amount: Amount, seconds: float) -> str:
    """Draw one line: the bar, the part, the size, the time that is left.

    Parameters
    ----------
    amount
        How far it is.
    seconds
        Since it began.

    Returns
    -------
    text
        Without the size if it is not known, without the time left before anything is there.
    """
    size = f"{amount.size / 1e6:,.1f} MB"
    if math.isnan(amount.part):
        return f"  {amount.what}  {size}"
    full = round(WIDTH * min(amount.part, 1.0))
    drawn = "█" * full + "·" * (WIDTH - full)
    if 0 < amount.part < 1:
        left = round(seconds * (1 - amount.part) / amount.part)
        size += f"  {left // 60}:{left % 60:02d} left"
    return f"  {amount.what}  {drawn} {amount.part:4.0%}  {size}"


def teller(*, quiet: bool) -> Teller:
    """Return who tells a person how far it is: on stderr, the bar only on a terminal."""
    from layers.fetch.web import SILENT, Teller

    if quiet:
        return SILENT
    drawn = _Bar()
    return Teller(drawn.say, drawn.amount if sys.stderr.isatty() else SILENT.amount)
