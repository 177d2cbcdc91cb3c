"""The servers of the web on this machine: real protocols, and faults on demand."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from overpass import OsmData, answer

PAGE = b"<!DOCTYPE html><html><head><title>Welcome to Hotel Wi-Fi</title></head></html>"


@dataclass(frozen=True)
class Fault:
    """How the server misbehaves; each fault is spent once, on a path that holds `where`.

    `kind` is an HTTP status, or `page`, `cut`, `slow`, `redirect`, `remark`, `no-ranges`.
    """

    kind: int | str
    where: str = ""
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Web:
    """A running server.

    Attributes
    ----------
    url
        Where it is.
    osm
        What Overpass knows.
    places
        What Nominatim knows, by query: GeoJSON geometries.
    files
        By path, without the first slash.
    faults
        Still to come.
    asked
        Method, path and Range of every request so far.
    after
        From this request on the server is down for maintenance.
    """

    url: str = ""
    osm: OsmData = field(default_factory=OsmData)
    places: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    after: int | None = None

    def count(self, where: str) -> int:
        """Return how often something was asked for."""
        return sum(where in path for _, path, _ in self.asked)

    def sources(self, path: Path, **more: str) -> Path:
        """Write a `sources.toml` that points here; `more` adds lines to a table."""
        tables = {
            "connection": "tries = 3\npause_s = 0.01\ntimeout_s = 20.0\nlongest_s = 5.0",
            "overpass": f'url = "{self.url}/api"\ntimeout_s = 60.0',
            "nominatim": f'url = "{self.url}"',
            "dem": f'url = "{self.url}/dem/Copernicus_{{ns}}{{lat}}_00_{{ew}}{{lon}}_00_DEM.tif"',
            "population": f'url = "{self.url}/pop/{{year}}/{{ISO3}}/{{iso3}}.tif"',
        }
        text = "\n".join(f"[{t}]\n{tables[t]}\n{more.get(t, '')}\n" for t in tables)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@contextmanager
def serving(web: Web, certificate: Path | None = None) -> Iterator[Web]:
    """Run a server on a free port of this machine as long as the block runs.

    With a file of a certificate and its key it speaks HTTPS alone.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"web": web}))
    server.daemon_threads = True
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a client that refuses is what is tried
    web.url = f"http{'s' * bool(certificate)}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    web: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *_: object) -> None:
        """Keep still."""

    def _answer(self, body: bytes) -> None:
        path = urllib.parse.urlsplit(self.path).path
        self.web.asked.append((self.command, self.path, self.headers.get("Range", "")))
        fault = next((f for f in self.web.faults if f.where in path and self._meant(f, path)), None)
        if fault is not None:
            self.web.faults.remove(fault)
            if self._misbehave(fault):
                return
        if self.web.after is not None and len(self.web.asked) > self.web.after:
            self._send(503, b"", "text/plain")
            return
        cut = fault is not None and fault.kind == "cut"
        ranges = fault is None or fault.kind != "no-ranges"
        if path.endswith("/api/status"):
            free = "Connected as: 1\nCurrent time: now\n\nRate limit: 2\n2 slots available now.\n"
            self._send(200, free.encode(), "text/plain")
        elif path.endswith("/api/interpreter"):
            query = urllib.parse.parse_qs(body.decode() or urllib.parse.urlsplit(self.path).query)
            said = answer(self.web.osm, query["data"][0])
            if fault is not None and fault.kind == "remark":
                said |= {"elements": [], "remark": fault.text}
            self._send(200, json.dumps(said).encode(), "application/json", cut=cut)
        elif path.endswith("/search"):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            self._send(200, json.dumps(self._places(query["q"][0])).encode(), "application/json")
        elif path.lstrip("/") in self.web.files:
            self._file(self.web.files[path.lstrip("/")], cut=cut, ranges=ranges)
        else:
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")

    def _meant(self, fault: Fault, path: str) -> bool:
        """Say whether a fault is for this request: one without a place not for the status."""
        return bool(fault.where) or not path.endswith("/status")

    def _misbehave(self, fault: Fault) -> bool:
        """Do something wrong; say whether that was the answer."""
        if isinstance(fault.kind, int):
            self._send(fault.kind, fault.text.encode(), "text/html", headers=fault.headers)
        elif fault.kind == "page":
            self._send(200, PAGE, "text/html; charset=utf-8")
        elif fault.kind == "redirect":
            self._send(307, b"", "text/plain", headers=(("Location", self.web.url + self.path),))
        elif fault.kind == "slow":
            time.sleep(0.5)
            return False
        else:
            return False
        return True

    def _places(self, wanted: str) -> list[dict[str, Any]]:
        """Answer as Nominatim does."""
        shape = self.web.places.get(wanted)
        if shape is None:
            return []
        return [
            {
                "place_id": 1,
                "osm_type": "relation",
                "osm_id": 1,
                "importance": 0.5,
                "lat": "0",
                "lon": "0",
                "class": "boundary",
                "type": "administrative",
                "place_rank": 8,
                "addresstype": "province",
                "name": wanted,
                "display_name": wanted,
                "boundingbox": ["0", "1", "0", "1"],
                "geojson": shape,
            }
        ]

    def _file(self, content: bytes, *, cut: bool, ranges: bool) -> None:
        """Send a file, or the part of it that is asked for."""
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", etag) == etag
        headers = [("ETag", etag)] + ([("Accept-Ranges", "bytes")] if ranges else [])
        if not (asked and ranges and same):
            self._send(200, content, "image/tiff", headers=tuple(headers), cut=cut)
            return
        first = int(asked[1])
        last = min(int(asked[2] or len(content) - 1), len(content) - 1)
        if first >= len(content):
            self._send(416, b"", "text/plain")
            return
        headers.append(("Content-Range", f"bytes {first}-{last}/{len(content)}"))
        part = content[first : last + 1]
        self._send(206, part, "image/tiff", headers=tuple(headers), cut=cut)

    def _send(
        self,
        status: int,
        body: bytes,
        kind: str,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        cut: bool = False,
    ) -> None:
        try:
            self._write(status, body, kind, headers, cut=cut)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked did not wait

    def _write(
        self,
        status: int,
        body: bytes,
        kind: str,
        headers: tuple[tuple[str, str], ...],
        *,
        cut: bool,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True
