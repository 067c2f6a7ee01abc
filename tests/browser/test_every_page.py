"""Every kind of page, by everyone, on a phone and on a desk: no barrier axe knows, all by keyboard, all in Indonesian.

The pages are found by following links from the start page, so a new page is looked at without being named here. With
``SHOTS=folder`` in the environment a picture of every page is kept there.
"""

import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.browser.conftest import SIZES, axe, follow, overflow, sign_in
from tests.browser.crawl import PEOPLE, Specimen, crawl
from tests.browser.english import english

JS = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
SHOTS = os.environ.get("SHOTS", "")
BESIDES = (
    Specimen("an address that is no page", "", "/tidak-ada"),
    Specimen("an address that is no page, signed in", "operator", "/tidak-ada"),
    Specimen("a page one may not open", "operator", "/admin/pengguna/"),
    Specimen("a search that finds nothing", "koordinator", "/admin/konten/anggota/?search=tidak-ada-yang-begini"),
)
"""Pages no link leads to."""
MUST_SEE = {
    "/ as operator",
    "/ as nobody",
    "/ as nobody, sent empty",
    "/laporan/{id}",
    "/laporan/{id} (form)",
    "/laporan/{id}/cetak",
    "/peringkat",
    "/daerah/{code}?tahun",
    "/admin/indikator/",
    "/admin/indikator/new/ (form)",
    "/admin/indikator/new/ (form), sent empty",
    "/admin/terbitkan/pascabencana/ (form)",
    "/admin/konten/{key}/details/?id",
    "/admin/konten/rencana-kerja/new/ (form), sent empty",
    "/laporan/{id} (form), checked",
}


class Walk:
    """A page of each person, and what was found wrong on the pages they opened, by promise."""

    def __init__(self, chromium, site: str) -> None:
        self.found: dict[str, list[str]] = defaultdict(list)
        self.kinds: Counter[str] = Counter()
        self.pages = {who: self._page(chromium, site, who) for who in PEOPLE}
        self.site = site

    def _page(self, chromium, site: str, who: str):
        page = chromium.new_context(base_url=site, locale="id-ID").new_page()
        page.on("console", lambda said: self.console(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.console(page, str(error)))
        if who:
            sign_in(page, who)
        return page

    def console(self, page, said: str) -> None:
        if not re.search(r"status of (403|404|409|422)", said):
            self.found["console"].append(f"{page.url}: {said}")

    def all(self) -> None:
        """Look at every specimen."""
        rename_a_section(self.pages["admin"])
        seen: Counter[str] = Counter()
        for who, page in self.pages.items():
            for specimen in crawl(page.context.request, who, self.site, seen, self.found["dead links"]):
                self.visit(specimen)
        for specimen in BESIDES:
            self.visit(specimen)

    def visit(self, specimen: Specimen) -> None:
        """One page at both sizes, a second specimen on the phone; its form, where it is one, as it comes back with faults."""
        page, second = self.pages[specimen.who], specimen.kind in self.kinds
        for size in list(SIZES)[: 1 if second else 2]:
            page.set_viewport_size(SIZES[size])
            page.goto(specimen.url)
            self.look(page, specimen.kind, size)
        if not second:
            page.goto(specimen.url)
            self.faulty(page, specimen.kind, send_with_faults(page))

    def faulty(self, page, kind: str, done: str) -> None:
        """The page that came back: it says what is wrong, and keeps the promises too."""
        if not done:
            return
        if not page.locator(".summary, .err, .note.is-bad").count():
            self.found["faults"].append(f"{kind}, {done}: nothing says what is missing")
        for size in SIZES:
            page.set_viewport_size(SIZES[size])
            self.look(page, f"{kind}, {done}", size)

    def look(self, page, kind: str, size: str) -> None:
        """Hold this page against every promise."""
        self.kinds[kind] += 1
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{re.sub('[^a-z]+', '-', kind)}-{size}-{self.kinds[kind]}.png", full_page=True)
        page.evaluate(JS)
        where = f"{kind} [{size}]"
        self.found["width"] += [where] if overflow(page) > 0 else []
        page.evaluate("looking.thin()")
        self.found["keyboard"] += [f"{where}: {fault}" for fault in by_keyboard(page)]
        page.evaluate("looking.unfold()")
        self.found["axe"] += [f"{where}: {fault}" for fault in axe(page)]
        self.found["english"] += [f"{where}: {text}" for text in page.evaluate("looking.words()") if english(text)]
        page.evaluate("looking.fold()")


def rename_a_section(page) -> None:
    """So that there is something to publish."""
    page.goto("/admin/bagian/")
    follow(page, page.get_by_role("row", name=re.compile("Pascabencana")).get_by_role("link").first)
    name = page.locator("[name=label_id]")
    name.fill(name.input_value() + " dan pemulihan")
    follow(page, page.get_by_role("button", name="Simpan"))


def send_with_faults(page) -> str:
    """Press the main button of the form of this page, emptied; a report in work is checked instead. What was done, if anything."""
    if page.locator("[name=_action][value=check]").count():
        page.locator("input[inputmode=decimal]:visible").first.fill("banyak")
        follow(page, page.locator("[name=_action][value=check]"))
        return "checked"
    form = page.locator("main form[method=post]:has(.btn-main):has(input:visible, select, textarea)")
    if not form.count() or "/edit/" in page.url:  # an edit form is the form for a new one, and may do without some answers
        return ""
    form.first.evaluate("""form => [...form.elements].filter(e => e.type !== "hidden").forEach(e => {
        if (e.matches("input, textarea") && "value" in e && !["radio", "checkbox"].includes(e.type)) e.value = "";
        if (e.type === "checkbox" || e.type === "radio") e.checked = false;
        if (e.matches("select")) e.selectedIndex = 0;
    })""")
    follow(page, form.first.locator(".btn-main").last)
    return "sent empty"


def by_keyboard(page) -> list[str]:
    """What is wrong when this page is walked through with Tab."""
    stops = page.evaluate("looking.ready()")
    for _stop in range(stops):
        page.keyboard.press("Tab")
    rest = 0
    while not page.evaluate("looking.done()") and rest < 30:
        page.keyboard.press("Tab")
        rest += 1
    faults = page.evaluate("looking.faults()") + (["the walk does not end"] if rest == 30 else [])
    return faults + skip_faults(page) + fold_faults(page)


def skip_faults(page) -> list[str]:
    """The first stop leads past everything before the content."""
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    return [] if page.evaluate("looking.skipped()") else ["the skip link does not skip"]


def fold_faults(page) -> list[str]:
    """What folds opens by Enter and closes by Space."""
    faults = []
    for fold in page.locator("summary:visible").all()[:4]:
        for key in ("Enter", "Space"):
            before = fold.evaluate("e => e.parentElement.open")
            fold.press(key)
            if fold.evaluate("e => e.parentElement.open") == before:
                faults.append(f"{key} does nothing on {fold.inner_text()}")
    return faults


@pytest.fixture(scope="module")
def walk(chromium, site):
    walk = Walk(chromium, site)
    walk.all()
    yield walk
    for page in walk.pages.values():
        page.context.close()


def test_the_walk_sees_every_known_kind_of_page(walk):
    assert set(walk.kinds) >= MUST_SEE, sorted(MUST_SEE - set(walk.kinds))


@pytest.mark.parametrize("promise", ["axe", "keyboard", "english", "width", "console", "faults", "dead links"])
def test_every_page_keeps_the_promise(walk, promise):
    assert walk.found[promise] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nothing here yet.", True),
        ("3 draft reports were sent", True),
        ("Not a valid choice.", True),
        ("Simpan dan lanjut", False),
        ("3 laporan sudah dikirim", False),
        ("Beranda · e-Monev Klaster Logistik", False),
        ("Ekspor CSV", False),
    ],
)
def test_english_is_told_from_indonesian(text, found):
    assert english(text) is found
