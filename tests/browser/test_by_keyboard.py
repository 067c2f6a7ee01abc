"""Two real tasks without a mouse: answering and checking a report, adding an indicator."""

import re

FOCUSED = "e => e === document.activeElement"
MOST_STOPS = 400


def tab_to(page, target) -> None:
    """Press Tab until *target* has the focus, round the page at most once."""
    for _stop in range(MOST_STOPS):
        if target.evaluate(FOCUSED):
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


def kinds_of_answers(page) -> list[str]:
    """Names of the first question of each kind: a number, words, one of some, several of some, a list to choose from."""
    found = [page.locator(f"form .q {css}:visible").first for css in ("input[inputmode]", "textarea", "select")]
    return [box.get_attribute("name") for box in found if box.count()]


def answer(page, name: str) -> str:
    """Give the question some other answer by keyboard; what it is now."""
    box = page.locator(f'[name="{name}"]').first
    tab_to(page, box)
    tag = box.evaluate("e => e.tagName")
    if tag == "SELECT":
        page.keyboard.press("End")
    else:
        put(page, box, "7" if tag == "INPUT" else "Rapat koordinasi gudang")
    return box.input_value()


def pick(page) -> tuple[str, str]:
    """Move on in the first group of radio buttons; its name and what is chosen now."""
    group = page.locator("form .q input[type=radio]:visible").first.get_attribute("name")
    buttons = page.locator(f'[name="{group}"]')
    start = buttons.locator("visible=true").and_(page.locator(":checked"))
    tab_to(page, start if start.count() else buttons.first)
    page.keyboard.press("ArrowDown")
    return group, page.locator(f'[name="{group}"]:checked').get_attribute("value")


def test_an_officer_answers_saves_and_checks_a_report(open_page):
    page = open_page()
    sign_in(page, "provinsi")
    follow(page, page.get_by_role("link", name="Laporan", exact=True).locator("visible=true").first)
    follow(page, page.get_by_role("link", name="Belum dikirim"))
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    given = {name: answer(page, name) for name in kinds_of_answers(page)}
    group, chosen = pick(page)
    assert len(given) >= 2
    follow(page, page.get_by_role("button", name="Simpan", exact=True).locator("visible=true").last)
    assert {name: page.locator(f'[name="{name}"]').first.input_value() for name in given} == given
    assert page.locator(f'[name="{group}"]:checked').get_attribute("value") == chosen
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
