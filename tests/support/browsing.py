"""Open pages in a real browser: whatever they ask for but themselves is refused and noted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, sync_playwright

DESKTOP = (1280, 900)
PHONE = (390, 844)
SIZES = (DESKTOP, PHONE)
LANGUAGES = ("en", "th")

# Leaflet's map is a global of the page, whatever it is called.
MAP = "Object.values(window).find((one) => window.L && one instanceof L.Map)"

ONLINE = "(box) => /online/i.test(box.parentNode.textContent)"
"""Whether the box of a layer is one that needs a server; both languages are in it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, or skip the test where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium is not on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Opened:
    """A page, what it asked the network for, what it complained of, what it popped up."""

    page: Page
    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def quiet(self) -> bool:
        """Say whether nothing was asked for, complained of or popped up; else show it."""
        noted = [*self.requests, *self.errors, *self.dialogs]
        assert not noted, noted
        return True

    def map(self, expression: str) -> object:
        """Evaluate JavaScript in which `map` is the page's Leaflet map."""
        return self.page.evaluate(f"() => {{ const map = {MAP}; return {expression}; }}")

    def speak(self, lang: str) -> None:
        """Press the button of a language, on a phone with a finger."""
        button = self.page.locator(f"button[data-lang={lang}]")
        (button.tap if self.page.viewport_size["width"] == PHONE[0] else button.click)()
        assert self.page.evaluate("document.documentElement.lang") == lang

    def until(self, expression: str) -> None:
        """Wait for JavaScript about `map`; a page allows nobody to wait within it."""
        for _ in range(100):
            if self.map(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never: {expression}")

    def layers(self) -> list[Locator]:
        """Open the panel of layers by keys; return the box of every overlay."""
        self.page.locator(".leaflet-control-layers-toggle").focus()
        self.page.keyboard.press("Enter")
        return self.page.locator(".leaflet-control-layers-overlays input").all()

    def shown(self) -> Locator:
        """Return the map, frame and all."""
        return self.page.locator(".stage").first


@contextmanager
def opening(
    browser: Browser,
    path: Path,
    *,
    also: Sequence[Path] = (),
    lang: str = "",
    size: tuple[int, int] = DESKTOP,
) -> Iterator[Opened]:
    """Open a file, which may load others, in a context with a memory of its own."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=size == PHONE,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    opened = watch(context, path, *also)
    opened.page.goto(path.as_uri() + (f"?lang={lang}" if lang else ""))
    yield opened
    context.close()


def watch(context: BrowserContext, *paths: Path) -> Opened:
    """Return a blank page that may load these files, and a note of all else that happens."""
    page = context.new_page()
    opened = Opened(page, context)
    own = {path.as_uri() for path in paths}

    def settle(route: Route) -> None:
        if route.request.url.split("?")[0] in own:
            route.continue_()
        else:
            opened.requests.append(route.request.url)
            route.abort()

    context.route("**/*", settle)
    page.on("console", lambda told: opened.errors.append(told.text))
    page.on("pageerror", lambda error: opened.errors.append(str(error)))

    def dismiss(dialog) -> None:
        opened.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    return opened


def axe(page: Page) -> list[str]:
    """Return what axe-core finds to be a serious or critical barrier, with the elements."""
    script = (resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    if not page.evaluate("'axe' in window"):
        page.evaluate(script)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })")
    return [
        f"{rule['impact']} {rule['id']}: {node['target']} {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


Visit = Callable[..., Opened]
