"""Fixtures: real sample data, a home of one's own, drawn networks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores; threads of their own would only wait for one another.
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import browsing
import hostile
import hypothesis
import pytest
from playwright.sync_api import Browser

# The first example may compile; how long one takes is no matter of pass or fail.
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.load_profile("steady")

SKIPPED: list[str] = []
ROOT = Path(__file__).parents[1]
COMPILING = (
    "driving/test_speed.py",
    "surface/test_spread.py",
    "routing/test_engine.py",
    "risk/test_criticality.py",
    "traffic/test_chains.py",
)
"""Files in `tests/geo` whose first tests compile most, each something else."""


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Return the folder of real sample data, which is no part of the project."""
    folder = os.environ.get("CHAIDAEN_TEST_DATA")
    if not folder:
        pytest.skip("CHAIDAEN_TEST_DATA is not set: no real sample data")
    path = Path(folder)
    if not (path / "andorra" / "andorra.osm.pbf").is_file():
        pytest.skip(f"CHAIDAEN_TEST_DATA: {path} holds no andorra/andorra.osm.pbf")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a data folder of its own, with a space and Thai in its name."""
    path = tmp_path / "ข้อมูล ของฉัน"
    monkeypatch.setenv("CHAIDAEN_HOME", str(path))
    return path


def shared(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """Return a folder that all workers of this run see."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True, scope="session")
def _no_home_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep tests out of the user's own data folder.

    What is kept between runs is the same for all workers: the second need not make it again.
    """
    home = tmp_path_factory.mktemp("home")
    with suppress(OSError):  # Not everybody may make links on Windows.
        (home / "cache").symlink_to(shared(tmp_path_factory, "kept"))
    os.environ["CHAIDAEN_HOME"] = str(home)
    # Most tests only want a picture to be there; those of pictures ask for the usual one.
    os.environ["CHAIDAEN_DPI"] = "40"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what compiles different code: workers then find what the others compiled.

    After that the files with most tests, so that none is left for the end.
    """
    size = Counter(item.path for item in items)
    first = {ROOT / "tests" / "geo" / name: at for at, name in enumerate(COMPILING)}
    items.sort(key=lambda item: (first.get(item.path, len(first)), -size[item.path]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything must run, a skipped test is a failure."""
    if SKIPPED and os.environ.get("CHAIDAEN_TEST_NO_SKIP"):
        print("\nskipped where nothing may be:", *SKIPPED, sep="\n  ")  # noqa: T201
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a browser for all tests that need one."""
    with browsing.chromium() as started:
        yield started


@pytest.fixture
def visit(browser: Browser) -> Iterator[browsing.Visit]:
    """Open pages that close when the test ends."""
    with ExitStack() as stack:
        yield lambda path, **how: stack.enter_context(browsing.opening(browser, path, **how))


@pytest.fixture(scope="session")
def hostile_pages(tmp_path_factory: pytest.TempPathFactory) -> hostile.Pages:
    """Make pages whose names are code; workers share them."""
    return hostile.Pages(shared(tmp_path_factory, "hostile"))
