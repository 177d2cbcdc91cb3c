"""Everything a reader sees, in both languages; a page carries both and shows one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from markupsafe import Markup, escape

from layers.errors import DataError, UnknownNameError

Text = tuple[str, str]
"""English and Thai of one thing."""

LANGUAGES: Final = ("en", "th")

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
"""As opening hours write them (OpenStreetMap's syntax)."""


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """Return the phrases of one language, by key.

    Parameters
    ----------
    lang
        `en` or `th`.

    Returns
    -------
    phrases
        From `maps/i18n/<lang>.toml`; `{name}` stands for a value.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    known(lang)
    found: dict[str, str] = tomllib.loads(
        (files("maps") / "i18n" / f"{lang}.toml").read_text(encoding="utf-8")
    )
    return found


def known(lang: str) -> str:
    """Return `lang` if pages can be made in it; another is an `UnknownNameError`."""
    if lang not in LANGUAGES:
        raise UnknownNameError(f"language {lang!r} is not known; languages: en, th")
    return lang


def text(key: str, **values: str | Text) -> Text:
    """Return a phrase in both languages, values put in.

    Parameters
    ----------
    key
        Its key in both files.
    **values
        For `{name}` in the phrase: the same in both languages, or one for each.

    Returns
    -------
    text
        English, Thai.

    Raises
    ------
    UnknownNameError
        No phrase has that key.
    DataError
        A value that the phrase names was not given.

    Examples
    --------
    >>> text("km_value", value="12")
    ('12 km', '12 กม.')
    """
    given = [
        {name: value if isinstance(value, str) else value[at] for name, value in values.items()}
        for at in range(len(LANGUAGES))
    ]
    try:
        english, thai = (phrases(lang)[key] for lang in LANGUAGES)
    except KeyError as error:
        raise UnknownNameError(f"phrase {key!r} is not in maps/i18n") from error
    try:
        return english.format(**given[0]), thai.format(**given[1])
    except KeyError as error:
        raise DataError(f"phrase {key!r} needs a value for {error}") from error


def either(english: str, thai: str) -> Text:
    """Return both names of a thing; where the Thai one is missing, the English one.

    Examples
    --------
    >>> either("Pai", "")
    ('Pai', 'Pai')
    """
    return english, thai or english


def spans(words: str | Text) -> Markup:
    """Return both languages as HTML, each marked as its own; the page shows one.

    A line does not end between a number and its %.

    Examples
    --------
    >>> spans(("Road <1>", "ถนน"))
    Markup('<span lang="en">Road &lt;1&gt;</span><span lang="th">ถนน</span>')
    """
    told = (words, words) if isinstance(words, str) else words
    english, thai = (re.sub(r"(?<=\d) (?=%)", "\u00a0", one) for one in told)
    if english == thai:
        return escape(english)
    return Markup('<span lang="en">{}</span><span lang="th">{}</span>').format(english, thai)


def labels(words: str | Text, lang: str) -> Markup:
    """Return an accessible name in both languages, as attributes for an HTML tag."""
    english, thai = (words, words) if isinstance(words, str) else words
    shown = thai if lang == "th" else english
    return Markup('aria-label="{}" data-en="{}" data-th="{}"').format(shown, english, thai)


def date(iso: str) -> Text:
    """Return a date in both languages; what is no ISO date stays as it is.

    Thai dates show the Buddhist-era year and the Christian year.

    Examples
    --------
    >>> date("2025-08-18")
    ('18 August 2025', '18 สิงหาคม พ.ศ. 2568 (ค.ศ. 2025)')
    >>> date("2021"), date("spring")
    (('2021', 'พ.ศ. 2564 (ค.ศ. 2021)'), ('spring', 'spring'))
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:[T ].*)?", iso.strip())
    if not match or not 1 <= int(match[2] or 1) <= len(_months("en")):
        return iso, iso
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    parts = [(str(day), str(day))] if day else []
    if month:
        parts.append((_months("en")[month - 1], _months("th")[month - 1]))
    parts.append((str(year), f"พ.ศ. {year + 543} (ค.ศ. {year})"))
    return " ".join(part[0] for part in parts), " ".join(part[1] for part in parts)


def opening_hours(rule: str) -> Text:
    """Return opening hours in both languages: day names of the OSM syntax in words.

    Examples
    --------
    >>> opening_hours("Mo-Su 08:00-18:00")
    ('daily 08:00-18:00', 'ทุกวัน 08:00-18:00')
    >>> opening_hours("Sa 06:00-12:00")[1], opening_hours("by appointment")[1]
    ('ส. 06:00-12:00', 'by appointment')
    """
    return _hours(rule, "en"), _hours(rule, "th")


def _hours(rule: str, lang: str) -> str:
    days = dict(zip(DAYS, phrases(lang)["days"].split(), strict=True))
    rule = re.sub(r"\bMo-Su\b", phrases(lang)["daily"], rule)
    return re.sub(rf"\b(?:{'|'.join(DAYS)})\b", lambda day: days[day[0]], rule)


def _months(lang: str) -> list[str]:
    return phrases(lang)["months"].split()
