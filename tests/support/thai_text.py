"""What a Thai reader sees of a page, a document or a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

VOID = {"br", "img", "input", "meta", "link", "hr", "path", "circle", "rect", "line", "use"}

NAMES = {
    *re.findall(
        r"\w+",
        "OpenStreetMap ODbL Leaflet Word LibreOffice Excel QGIS CSV GeoPackage chaidaen Esc Monte "
        "Carlo contributors PNG CAREC SWOD SWD TFI UNESCAP NPV IRR MIRR BCR FYRR RAI AADT MIT CC "
        "BY SA EN CO Gini tables unsourced",
    )
}
"""Names of programs, licences and measures, which are the same in Thai."""

FILE = re.compile(r"[\w.-]+\.(?:html|docx|xlsx|gpkg|json|csv|toml|geojson|tif)\b|https?://\S+")


class _Seen(HTMLParser):
    """Text outside of scripts, of English and of what is written as in a file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str, set[str]]] = []
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-th" in given and tag != "title":
            self.found.append(given["data-th"])
        if tag not in VOID:
            self.open.append((tag, given.get("lang", ""), set(given.get("class", "").split())))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        hidden = any(
            tag in {"script", "style"} or lang == "en" or {"other", "as-filed", "unseen"} & css
            for tag, lang, css in self.open
        )
        if data.strip() and not hidden:
            self.found.append(data.strip())


def thai_of(html: str) -> list[str]:
    """Return what is visible, or read aloud, while a page is Thai."""
    return _Seen(html).found


def english_in(texts: Iterable[str], names: Iterable[str] = ()) -> Iterator[str]:
    """Yield texts with English words that are no names, and no names of files."""
    known = NAMES | {word for name in names for word in re.findall(r"[A-Za-z]+", name)}
    for text in texts:
        words = re.findall(r"[A-Za-z]{2,}", FILE.sub("", text))
        if any(word not in known for word in words):
            yield text
