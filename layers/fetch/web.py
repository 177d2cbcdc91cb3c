"""Requests on the web: what went wrong in words, and again where that may help."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeVar

import requests

from layers.errors import FetchError, NotThereError, TemporaryError
from layers.fetch.sources import Connection

T = TypeVar("T")

AGENT: Final = "chaidaen (planning toolkit for border roads; uses OSMnx)"
"""How requests introduce themselves."""

BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed."""

GONE: Final = frozenset({404, 410})
REFUSED: Final = frozenset({401, 403, 407})
FIRST_ERROR: Final = 400


class Amount(NamedTuple):
    """How far a download is: part from 0 to 1, NaN if nobody knows; bytes so far."""

    what: str
    part: float
    size: int


class Teller(NamedTuple):
    """Who is told what is being done, in a sentence or in numbers."""

    say: Callable[[str], None]
    amount: Callable[[Amount], None]


SILENT: Final = Teller(lambda _: None, lambda _: None)


def retrying(call: Callable[[], T], connection: Connection, teller: Teller) -> T:
    """Call until it works, as often and with such pauses as the connection says.

    Parameters
    ----------
    call
        Raises `TemporaryError` where another try may help.
    connection
        How patient we are. A pause that the server asks for is kept.
    teller
        Told why and how long is waited.

    Returns
    -------
    result
        Of `call`.

    Raises
    ------
    FetchError
        Every try failed, or the server asks for too long a pause.
    """
    for attempt in range(1, connection.tries + 1):
        try:
            return call()
        except requests.RequestException as error:
            failure = _unreachable(error)
        except TemporaryError as error:
            failure = error
        if attempt == connection.tries:
            break
        wait = failure.after_s
        if wait is None:
            wait = connection.pause_s * 2 ** (attempt - 1)
        if wait > connection.longest_s:
            raise FetchError(f"{failure}; it asks to wait {wait:,.0f} s: run this again then")
        teller.say(f"{failure}; again in {wait:.3g} s (try {attempt} of {connection.tries})")
        time.sleep(wait)
    raise FetchError(f"{failure}; given up after {connection.tries} tries: run this again later")


def check_answer(response: requests.Response) -> None:
    """Refuse an answer that is an error.

    Raises
    ------
    NotThereError
        404 or 410.
    TemporaryError
        One of `BUSY`.
    FetchError
        Any other error, or a web page where data were expected.
    """
    url, status = response.url.partition("?")[0], response.status_code
    said = f"{url}: answered {status} {response.reason or ''}".strip()
    if status in BUSY:
        raise TemporaryError(said, after_s=_retry_after(response.headers.get("Retry-After", "")))
    if status in GONE:
        raise NotThereError(f"{said}: there is no such file; check the address in sources.toml")
    if status in REFUSED:
        raise FetchError(f"{said}: access is refused; check the address in sources.toml")
    if status >= FIRST_ERROR:
        raise FetchError(f"{said}{_title(response.content)}")


def check_no_page(url: str, kind: str, start: bytes) -> None:
    """Refuse a web page where data were expected, as a hotel's log-in page answers for all.

    Parameters
    ----------
    url
        Where it is from.
    kind
        Content type that the server states.
    start
        How the body begins.

    Raises
    ------
    FetchError
        It is a web page.
    """
    head = start.lstrip()[:200].lower()
    if "text/html" in kind.lower() or head.startswith((b"<!doctype html", b"<html")):
        raise FetchError(
            f"{url.partition('?')[0]}: answered with a web page{_title(start)} instead of data; "
            "does the network want a log-in? Or check the address in sources.toml"
        )


def _title(body: bytes) -> str:
    """Return the title of a web page, to be put behind a message; empty if there is none."""
    found = re.search(r"<title[^>]*>([^<]{1,80})", body.decode("utf-8", "replace"), re.IGNORECASE)
    return f" ({' '.join(found[1].split())!r})" if found else ""


def _retry_after(text: str) -> float | None:
    """Read the header `Retry-After`: seconds, or a date."""
    if re.fullmatch(r"\d{1,9}", text.strip()):
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _unreachable(error: requests.RequestException) -> TemporaryError:
    """Say in one line why no answer came."""
    request = error.request
    url = str(request.url).partition("?")[0] if request is not None else "the server"
    permanent = (
        requests.exceptions.TooManyRedirects,
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
    )
    if isinstance(error, requests.exceptions.SSLError):
        found = re.search(r"certificate verify failed: ([^(]+?) *\(", str(error))
        why = found[1] if found else str(error)
        raise FetchError(
            f"{url}: its certificate is not accepted: {why}; is the clock of this computer right, "
            "and does nobody stand between it and the server?"
        ) from error
    if isinstance(error, permanent):
        raise FetchError(f"{url}: cannot be used: {error}") from error
    if isinstance(error, requests.exceptions.Timeout) or "Read timed out" in str(error):
        return TemporaryError(f"{url}: no answer in time")
    if isinstance(error, requests.exceptions.ConnectionError):
        return TemporaryError(f"{url}: cannot be reached; is there internet?")
    return TemporaryError(f"{url}: the answer broke off")
