"""Two real tasks without a mouse: answering and checking a report, adding an indicator."""

import re

FOCUSED = "e => e === document.activeElement"
MOST_STOPS = 400


def tab_to(page, target) -> None:
    """Press Tab until *target* has the focus, round the page at most once."""
    element = target.element_handle()
    for _stop in range(MOST_STOPS):
        if element.evaluate(FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def follow(page, target) -> None:
    """Go to a link or button by Tab and press Enter."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def put(page, box, typed: str) -> None:
    """Replace what stands in a box."""
    tab_to(page, box)
    page.keyboard.press("Control+a")
    page.keyboard.type(typed)


def choose(page, label: str, wanted: str) -> None:
    """Choose an option by typing how it begins."""
    box = page.get_by_label(label)
    tab_to(page, box)
    page.keyboard.type(wanted)
    chosen = box.evaluate("e => e.selectedOptions[0].label")
    assert chosen.startswith(wanted), chosen


def sign_in(page, who: str) -> None:
    page.goto("/masuk")
    put(page, page.get_by_label("Surel dinas"), f"{who}@example.org")
    put(page, page.get_by_label("Kata sandi", exact=True), "demo-Siaga-2026")
    with page.expect_navigation(url="**/"):
        page.keyboard.press("Enter")


TYPED = {"f.PB-RNC-04": "17/02/2026", "f.PB-SDL-03": "7"}
"""A date and a number, in the order of the page."""


def answers(page) -> dict[str, object]:
    """What the answered questions hold now."""
    typed = {name: page.locator(f'[name="{name}"]').input_value() for name in TYPED}
    marked = page.locator('[name="f.PB-KLB-03"]:checked').evaluate_all("all => all.map(e => e.value)")
    return typed | {"several": marked, "one": page.locator('[name="f.PB-SDL-04"]:checked').get_attribute("value")}


def give_answers(page) -> dict[str, object]:
    """Answer questions of four types without a mouse."""
    several = page.locator('[name="f.PB-KLB-03"]').last
    was = several.is_checked()
    tab_to(page, several)
    page.keyboard.press("Space")
    assert several.is_checked() is not was
    for name, typed in TYPED.items():
        put(page, page.locator(f'[name="{name}"]'), typed)
    one = page.locator('[name="f.PB-SDL-04"]')
    tab_to(page, one.and_(page.locator(":checked")) if one.and_(page.locator(":checked")).count() else one.first)
    page.keyboard.press("ArrowDown")
    return answers(page)


def test_an_officer_answers_saves_and_checks_a_report(open_page):
    page = open_page()
    sign_in(page, "provinsi")  # the operator's report is sent by another test
    follow(page, page.get_by_role("link", name="Laporan", exact=True).locator("visible=true").first)
    follow(page, page.get_by_role("link", name="Belum dikirim"))
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    given = give_answers(page)
    assert given | TYPED == given
    follow(page, page.get_by_role("button", name="Simpan", exact=True).locator("visible=true").last)
    assert answers(page) == given
    follow(page, page.get_by_role("button", name="Periksa dan kirim"))
    summary = page.locator(".summary")
    assert summary.evaluate(FOCUSED)
    first = summary.get_by_role("link").first
    tab_to(page, first)
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == first.get_attribute("href")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.q, .part') !== null")


def test_an_administrator_adds_an_indicator(open_page, size):
    code = {"phone": "PS-TST-91", "desktop": "PS-TST-92"}[size]
    page = open_page()
    sign_in(page, "admin")
    if size == "phone":
        tab_to(page, page.locator(".tab-more > summary"))
        page.keyboard.press("Enter")
    follow(page, page.get_by_role("link", name="Indikator", exact=True).locator("visible=true").first)
    follow(page, page.get_by_role("link", name=re.compile("^Tambah")).first)
    choose(page, "Formulir dan bagian", "Pascabencana")
    put(page, page.get_by_label(re.compile("^Kode")), code)
    choose(page, "Jenis jawaban", "Bilangan bulat")
    put(page, page.get_by_label(re.compile("^Pertanyaan .*Indonesia")), f"Gudang diperbaiki {size}")
    put(page, page.get_by_label("Bobot"), "2")
    choose(page, "Aturan skor", "Realisasi")
    put(page, page.get_by_label("Target", exact=True), "12")
    choose(page, "Frekuensi", "Per kejadian")
    follow(page, page.get_by_role("button", name="Simpan"))
    put(page, page.get_by_role("searchbox").or_(page.get_by_label("Cari", exact=True)).first, code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert f"Gudang diperbaiki {size}" in page.inner_text("main")
