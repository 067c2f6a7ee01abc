"""A small country served by two worker processes, and a real Chromium."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import sync_playwright

from tests.conftest import make_app
from tests.server import ROOT, Server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = "form[data-ready]"
SAVED = re.compile(r"Tersimpan di server, \d\d\.\d\d WIB")
ON_DEVICE = re.compile(r"Tersimpan di perangkat, \d\d\.\d\d\. Terkirim sendiri nanti\.")
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def country(tmp_path_factory) -> dict[str, str]:
    """The environment of the country most tests share."""
    return new_country(tmp_path_factory.mktemp("country"))


def new_country(folder: Path) -> dict[str, str]:
    """Environment of a database made by the commands a newcomer's `make run` uses."""
    env = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/country.sqlite3",
        "STORAGE_URL": f"file://{folder}/files",
        "SECRET_KEY": "browser-tests-secret-key-0123456789abc",
    }
    for command in (["db", "upgrade"], ["seed"], ["demo", "--units", "8", "--years", "1"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
        )
    return env


def republish(country: dict[str, str], folder: Path, was: str, now: str) -> None:
    """Publish the pre-disaster form of the seed with other words in its file."""
    shutil.copytree(ROOT / "seed" / "definitions", folder)
    form = folder / "pra-bencana.yaml"
    words = form.read_text()
    assert was in words
    form.write_text(words.replace(was, now))
    command = [sys.executable, "-m", "flask", "--app", "app", "definitions", "apply", str(folder)]
    subprocess.run(command, cwd=ROOT, env=country, check=True, stdout=subprocess.DEVNULL)


class Answers:
    """The answers of a country as they were when it was made, to be put back: pages keep what is typed on them by themselves."""

    def __init__(self, country: dict[str, str]) -> None:
        self.engine = sa.create_engine(country["DATABASE_URL"])
        with self.engine.connect() as connection:
            self.first = [dict(row._mapping) for row in connection.execute(sa.text("SELECT id, doc FROM entry"))]

    def put_back(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text("UPDATE entry SET doc = :doc WHERE id = :id"), self.first)


@pytest.fixture(scope="session")
def site(country):
    """The address of the running application."""
    server = Server(country, 2)
    server.wait()
    yield server.address
    server.stop()


@pytest.fixture(scope="session")
def inside(country, tmp_path_factory):
    """The same database from inside this process, to compute answers that fit."""
    return make_app(country["DATABASE_URL"], Path(country["STORAGE_URL"].removeprefix("file://")).parent)


@pytest.fixture(scope="session")
def chromium():
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "Chromium is needed for the browser tests: install the package chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def follow(page, target) -> None:
    """Press a link or button that leads to a page, and wait for that page: a click alone returns before the old one is gone."""
    with page.expect_navigation():
        target.click()


def sign_in(page, who: str) -> None:
    """Sign in as one of the demo accounts."""
    page.goto("/masuk")
    page.get_by_label("Surel dinas").fill(f"{who}@example.org")
    page.get_by_label("Kata sandi", exact=True).fill("demo-Siaga-2026")
    follow(page, page.get_by_role("button", name="Masuk", exact=True))
    page.wait_for_url("**/")


@pytest.fixture(params=SIZES)
def size(request):
    return request.param


@pytest.fixture
def open_page(chromium, site, size):
    """``open_page("operator")``: a page of a signed-in person at this size; console errors fail the test."""
    contexts, trouble = [], []

    def opened(who: str = "", **options):
        context = chromium.new_context(viewport=SIZES[size], locale="id-ID", base_url=site, service_workers="block", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        if who:
            sign_in(page, who)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [t for t in trouble if "422" not in t and "404" not in t] == []


@pytest.fixture
def phone(chromium, site):
    """``phone()``: a phone of its own; pages of one phone share its storage and who is signed in."""
    phones = []

    def made(who="operator", size="phone"):
        context = chromium.new_context(viewport=SIZES[size], locale="id-ID", base_url=site)
        phones.append(context)
        if who:
            page = context.new_page()
            sign_in(page, who)
            page.close()
        return context

    yield made
    for context in phones:
        context.close()


@pytest.fixture(scope="module")
def address(chromium, site):
    """The address of the open pre-disaster report."""
    context = chromium.new_context(base_url=site)
    page = context.new_page()
    sign_in(page, "operator")
    page.goto("/laporan?status=open")
    found = page.get_by_role("link", name=re.compile("Pra-bencana")).first.get_attribute("href")
    context.close()
    return found


@pytest.fixture
def changes(country, address):
    """``changes()``: how many changes the log of the report holds."""
    engine = sa.create_engine(country["DATABASE_URL"])
    count = sa.text("SELECT count(*) FROM answer_change WHERE entry_id = :report")

    def counted():
        with engine.connect() as connection:
            return connection.scalar(count, {"report": address.rpartition("/")[2]})

    yield counted
    engine.dispose()


def opened(context, address):
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(READY)
    return page


def box(page, code):
    return page.locator(f'[name="f.{code}"]')


def says(page, words):
    """Wait until the line at the top says so."""
    page.locator(".fillbar .save", has_text=words).wait_for()


def cut(context):
    """No line: every request fails."""
    context.set_offline(True)


AXE = (
    (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    if (ROOT / "node_modules" / "axe-core").exists()
    else ""
)


def axe(page) -> list[str]:
    """Violations of WCAG 2.2 A and AA and of axe's best practices on this page, sticky bars laid flat."""
    assert AXE, "axe-core is needed: run npm ci."
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": min(32000, page.evaluate("document.documentElement.scrollHeight"))})
    page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})", tags)
    page.set_viewport_size(size)
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"][:3]]


def overflow(page) -> int:
    """How far the page can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
