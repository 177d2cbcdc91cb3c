"""`chaidaen check`: validate every file of an area, and say what it lacks."""

from __future__ import annotations

import textwrap
from typing import Final

import click

from scripts.options import language

WORDS: Final = {
    "en": {
        "has": "has",
        "partly": "partly",
        "lacks": "lacks",
        "costs": "until then",
        "add": "add",
        "ok": "ok",
        "problem": "PROBLEM",
        "head": "From a strategic plan to a full one:",
    },
    "th": {
        "has": "มีแล้ว",
        "partly": "มีบางส่วน",
        "lacks": "ยังขาด",
        "costs": "ระหว่างนี้",
        "add": "วิธีเพิ่ม",
        "ok": "ใช้ได้",
        "problem": "ปัญหา",
        "head": "จากแผนเชิงยุทธศาสตร์สู่แผนเต็มรูปแบบ:",
    },
}
WIDE: Final = 79


@click.command()
@click.argument("area")
@language("Language of what is lacking.")
def check(area: str, lang: str) -> None:
    """Check every file of AREA and list all problems; then say what it lacks for a full plan.

    What is lacking is no problem: each line says what it costs in trust, and the file or
    command that adds it.
    """
    from geo.driving.vehicle import find_vehicles
    from layers.area import load_area
    from layers.setup.checking import check_area
    from layers.setup.readiness import readiness
    from scripts.words import said

    loaded = load_area(area)
    words = WORDS[lang]
    findings = check_area(loaded, vehicles=find_vehicles())
    for line in findings.facts:
        click.echo(f"{words['ok']:<9}{said(line)}")
    for line in findings.problems:
        click.echo(f"{words['problem']:<9}{line}")
    click.echo(f"\n{words['head']}")
    for one in readiness(loaded):
        title, found, costs, add = one.lines(loaded, lang)
        click.echo(f"- {title}: {words[one.state]}" + (f"; {found}" if found else ""))
        if one.state != "has":
            click.echo(_said(words["costs"], costs))
            click.echo(_said(words["add"], add))
    count = len(findings.problems)
    told = said(f"{area}: {count or 'no'} problem{'' if count == 1 else 's'}")
    click.echo(f"\n{told}")
    if findings.problems:
        raise SystemExit(1)


def _said(word: str, text: str) -> str:
    """Indent a sentence; Thai, which has no spaces between words, is left to the terminal."""
    whole = f"  {word}: {text}"
    return textwrap.fill(
        whole, WIDE, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
