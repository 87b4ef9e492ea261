"""In a browser the pages lead from the picture to the phrase that proves a fact, ask nothing of another host, and are accessible.

Skipped where there is no Chromium; the accessibility checks also need axe-core, in `node_modules` or the folder that
the environment variable NODE_MODULES names.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from app.main import create_app
from app.settings import Settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(os.environ.get("NODE_MODULES", "node_modules")) / "axe-core" / "axe.min.js"
KINDS = [
    "/",
    "/meetings",
    "/meetings?kind=visit&organization=osce",
    "/meetings/passy-visits-nato-2004",
    "/organizations/osce",
    "/statements/stoltenberg-dialogue-difficult-necessary",
    "/evidence?basis=outside",
    "/relations",
    "/timeline",
    "/network",
    "/search?q=kosovo",
    "/search?q=Stoltenburg",
    "/dataset",
    "/vocabularies",
    "/vocabularies/area-kind",
    "/problems",
    "/organizations/oscee",
]
"""A page of every kind."""
WIDTHS = (360, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE = 60_000
"""Milliseconds to wait for what must come: many on a busy machine, and none are lost where it comes at once."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the driver leaves its pipes to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def site(database: Path) -> Iterator[str]:
    """The address of a server over the records."""
    listening = socket.create_server(("127.0.0.1", 0))  # held from now on, so that nobody else gets the port
    config = uvicorn.Config(create_app(Settings(database=database)), log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    quiet = ["--headless", "--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


class Visit:
    """A window in which a request to another host, and an error on the console, are remembered."""

    def __init__(self, browser: Browser, site: str, width: int = 1280) -> None:
        self.site, self.wrong = site, list[str]()
        self.context: BrowserContext = browser.new_context(
            base_url=site, viewport={"width": width, "height": 900}
        )
        self.context.route("**/*", self.guard)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda message: self.said(message.type, message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def guard(self, route: Route) -> None:
        address = route.request.url
        if address.startswith((self.site, "data:", "blob:")):
            route.continue_()
        else:
            self.wrong.append(address)
            route.abort()

    def said(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 40" not in text:
            self.wrong.append(text)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Page]:
    visit = Visit(browser, site)
    yield visit.page
    assert visit.wrong == []
    assert visit.context.cookies() == []
    visit.context.close()


def test_from_home_to_the_phrase_that_proves_a_fact(visit: Page) -> None:
    visit.goto("/")
    visit.locator(".timeline a", has_text="High-level conference in Ohrid").first.click()
    expect(visit.locator("h1")).to_have_text("High-level conference in Ohrid")
    fact = visit.locator(".fact", has=visit.locator("dt", has_text="Date"))
    expect(fact.locator("time")).to_have_text("May 2003")
    proof = fact.locator("a.proof").first
    expect(fact.locator("q").first).to_be_visible()
    assert "#:~:text=" in str(proof.get_attribute("href"))
    visit.locator("#evidence ~ h3 a").first.click()
    expect(visit.locator("h1")).to_have_text("NATO topic page on the OSCE, machine translation")
    expect(visit.locator(".value", has_text="https://zebalkans.com/")).to_be_visible()


def test_every_picture_has_marks_that_lead_on(visit: Page) -> None:
    for name, heading in (("network", "OSCE"), ("matrix", "Evidence")):
        visit.goto("/")
        marks = visit.locator(f".{name} a")
        marks.get_by_text("OSCE", exact=True).click() if name == "network" else marks.locator(
            "circle"
        ).first.click()
        expect(visit.locator("h1")).to_have_text(heading)


def test_a_list_is_filtered_by_its_form(visit: Page) -> None:
    visit.goto("/meetings")
    visit.locator("#f-kind").select_option("visit")
    visit.get_by_label("From", exact=True).fill("2014")
    visit.get_by_role("button", name="Show").click()
    assert visit.url.partition("?")[2] == "date_from=2014&kind=visit"
    expect(visit.locator(".rows .name")).to_have_text(["OSCE Secretary General visits NATO"])
    visit.get_by_role("link", name="Kind: visit").click()
    assert visit.url.endswith("/meetings?date_from=2014")


def test_a_misspelt_name_is_found_from_the_keyboard(visit: Page) -> None:
    visit.goto("/areas")
    visit.keyboard.press("/")
    visit.keyboard.type("Stoltenburg")
    visit.keyboard.press("Enter")
    expect(visit.get_by_text("Did you mean")).to_be_visible()
    visit.locator(".lead").get_by_role("link", name="Stoltenberg").first.click()
    expect(visit.locator("h1")).to_have_text("Jens Stoltenberg")


def test_the_skip_link_is_first(visit: Page) -> None:
    visit.goto("/meetings")
    visit.keyboard.press("Tab")
    expect(visit.get_by_text("Skip to the content")).to_be_in_viewport()
    visit.keyboard.press("Enter")
    assert visit.evaluate("document.activeElement.id") == "main"


def test_documentation_tries_out_a_request(visit: Page) -> None:
    visit.goto("/docs")
    operation = visit.locator("#operations-areas-list_areas")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tr.response .response-col_status")).to_contain_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text('"scheme"')


def test_the_reference_shows_every_list(visit: Page) -> None:
    visit.goto("/redoc")
    expect(visit.locator("h1").first).to_contain_text("NATO–OSCE Cooperation API")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_and_are_accessible(visit: Page, width: int, kind: str) -> None:
    if not AXE.is_file():
        pytest.skip(f"no axe-core at {AXE}: npm install axe-core, or set NODE_MODULES")
    visit.set_viewport_size({"width": width, "height": 900})
    visit.goto(kind)
    visit.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in SCHEMES:
        visit.emulate_media(color_scheme=scheme)
        assert visit.evaluate("document.documentElement.scrollWidth") <= width, scheme
        found = visit.evaluate(
            "async options => (await axe.run(document, options)).violations",
            {"runOnly": RULES, "resultTypes": ["violations"]},
        )
        assert [(scheme, v["id"], v["nodes"][0]["html"]) for v in found] == []


def weigh(page: Page, sizes: list[int]) -> None:
    page.on("response", lambda response: sizes.append(len(response.body())))


def test_pages_fit_the_smallest_screen_and_weigh_little(browser: Browser, site: str) -> None:
    for kind in KINDS:
        visit, sizes = Visit(browser, site, width=320), list[int]()
        weigh(visit.page, sizes)
        visit.page.goto(kind, wait_until="load")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 320, kind
        assert 0 < sum(sizes) < 100_000, kind
        visit.context.close()
