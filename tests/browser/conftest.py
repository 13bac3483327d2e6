"""The browser tests: one Chromium, and `page_checks`, which every page must pass."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.conftest import store_session

PHONE = 360
WIDTHS = (PHONE, 768, 1440)
HEIGHT = 900
THEMES = ("light", "dark")
# The slowest of axe's rules.
CONTRAST = "color-contrast"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_AXE = Axe()

# Playwright keeps an event loop in the test's thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# What a page shows may take a while on a loaded machine; 5 s is the default.
expect.set_options(timeout=30_000)


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    path = _chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail("No Chromium on this machine: .ci/run installs it.")
    if path is None:
        pytest.skip("No Chromium on this machine; `apt-get install chromium` runs these tests.")
    return {"executable_path": path, "args": list(_QUIET)}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookies or chosen theme from another test, and no motion:
    what axe looks at must not be half faded in."""
    context = browser.new_context(
        viewport={"width": 1440, "height": HEIGHT}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def signed_in(page: Page, live_server, client) -> Callable[..., Page]:
    """`signed_in(user)`: the page, with the user's session."""

    def sign_in(user) -> Page:
        store_session(client, user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies(
            [{"name": "sessionid", "value": cookie.value, "url": live_server.url}]
        )
        return page

    return sign_in


def page_checks(page: Page, url: str, *, pictures: str = "") -> None:
    """What every page must hold: no console error, nothing fetched from elsewhere, no sideways
    scroll at any width, and no axe violation in either theme. Leaves the page open at 1440 px.

    With PICTURES=<folder> in the environment, `pictures` names screenshots to look at."""
    problems = _go(page, url)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        problems += _overflow(page, width)
        if width == PHONE:
            problems += [f"axe, phone: {found}" for found in violations(page, without=CONTRAST)]
    problems += [f"axe, light: {found}" for found in violations(page)]
    # In the other theme the page differs by its colours only.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    problems += [f"axe, dark: {found}" for found in violations(page, only=CONTRAST)]
    _pictures(page, pictures)
    assert not problems, "\n".join(problems)


def page_glance(page: Page, url: str, *, pictures: str = "") -> None:
    """The quick part of page_checks, for a page like those that another test checks wholly: no
    console error, nothing fetched from elsewhere, no sideways scroll on a phone or a screen."""
    problems = _go(page, url)
    for width in (PHONE, WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        problems += _overflow(page, width)
    _pictures(page, pictures)
    assert not problems, "\n".join(problems)


Look = Callable[..., None]


@pytest.fixture(params=["glance", pytest.param("wholly", marks=pytest.mark.full)])
def look(request: pytest.FixtureRequest) -> Look:
    """`look(page, url)`: a glance, and in `make test-full` all of page_checks."""
    return page_glance if request.param == "glance" else page_checks


def _go(page: Page, url: str) -> list[str]:
    """Open the page; what it says and asks of others from then on comes into the list."""
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text}")

    def watch(request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != urlsplit(url).netloc:
            problems.append(f"request to another host: {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("request", watch)
    answer = page.goto(url, wait_until="load")
    assert answer is not None
    assert answer.ok, f"{url} answered {answer.status}"
    page.evaluate("document.fonts.ready")
    return problems


_WIDTH_UNDER = """(rule) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`* { transition: none !important; ${rule} }`)
    document.adoptedStyleSheets = [sheet]
    const width = document.documentElement.scrollWidth
    document.adoptedStyleSheets = []
    return width
}"""


def _overflow(page: Page, width: int) -> list[str]:
    """Also with text spaced wider, as WCAG 2.2 (1.4.12) lets readers have it: what barely fits
    must not pass by luck of the fonts."""
    widths = {
        rule: page.evaluate(_WIDTH_UNDER, rule)
        for rule in ("", "letter-spacing: 0.12em !important")
    }
    return [
        f"sideways scroll: {wide} px at a width of {width} {rule}"
        for rule, wide in widths.items()
        if wide > width
    ]


def violations(
    page: Page, *, within: str | None = None, only: str = "", without: str = ""
) -> list[str]:
    """What axe finds on the page as it stands, by all rules, by one or by all but one, each with
    the elements it found it on."""
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": [only]}
    if without:
        options["rules"] = {without: {"enabled": False}}
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)
    found = page.evaluate(
        "([place, options]) => axe.run(place || document, options).then((all) => all.violations)",
        [within, options],
    )
    return [
        f"{rule['id']}: {rule['help']} "
        + " | ".join(str(node["target"][0]) for node in rule["nodes"][:5])
        for rule in found
    ]


def _pictures(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if not folder or not name:
        return
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            path = Path(folder) / f"{name}-{theme}-{width}.png"
            page.screenshot(path=path, full_page=True)
