"""Vector files from outside: read, and nothing that they name is followed or asked."""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path
from typing import Final

import pyogrio

from layers.errors import DataError
from layers.io.expansion import check_archive

HEAD: Final = 64 * 1024
"""Bytes in which GDAL looks for what a file is."""

POINTERS: Final = re.compile(
    rb"<\s*(OGR[A-Za-z]*DataSource|VRTDataset|GDAL_W[A-Z]+|OG[RC][A-Z]{3,})"
)
"""How files begin that hold no shapes but say where some are; after a prolog and comments."""

ASKING: Final = re.compile(
    rb'"crs"\s*:\s*\{[^{}]*("type"\s*:\s*"link"|"properties"\s*:\s*\{[^{}]*"href")'
    rb"|schemaLocation\s*=\s*[\"'][^\"']*DescribeFeatureType"
)
"""A coordinate system, or a description of the columns, that GDAL would get from a server."""

NOWHERE: Final = {
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
}
"""For GDAL as pyogrio has it, which reads files alone: requests that slip through end here."""


def vet_vector(path: Path) -> None:
    """Refuse a vector file that leads to other files or to servers.

    Parameters
    ----------
    path
        The file; of a ZIP archive every member is looked at.

    Raises
    ------
    DataError
        It leads elsewhere, or unpacks to far too much.
    """
    pyogrio.set_gdal_config_options(NOWHERE)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            check_archive(path, archive, names)
            for name in names:
                with archive.open(name) as member:
                    _look(path, name, member.read())
        return
    if path.stat().st_size:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            _look(path, "", content)


def _look(path: Path, member: str, content: bytes | mmap.mmap) -> None:
    """Refuse content that leads elsewhere."""
    inside = f" (in {member})" if member else ""
    if POINTERS.search(content[:HEAD]):
        raise DataError(
            f"{path}{inside}: names other files or servers; give the one with the shapes"
        )
    if ASKING.search(content):
        raise DataError(
            f"{path}{inside}: has its coordinate system, or what its columns are, on a server, "
            "which is not asked; save it anew, in QGIS for instance"
        )
