"""The fill page as one types: nothing is saved in these tests but by the Save button."""

import re

import pytest

from tests.browser import alone
from tests.browser.conftest import axe, follow

country, server, site = alone.country, alone.server, alone.site
answers, as_at_first = alone.answers, alone.as_at_first

READY = "form[data-ready]"
KEEP_BACK = """
    const really = window.fetch;
    window.fetch = (address, asked) => asked?.method === "POST" ? Promise.resolve(new Response('{"busy": true}')) : really(address, asked);
"""
"""Answers that save themselves would reach the server whenever they do, be it in the next test."""


@pytest.fixture
def form(open_page):
    """The open pre-disaster report as it was at first, ready."""
    page = open_page("operator")
    page.add_init_script(KEEP_BACK)
    page.goto("/laporan?status=open")
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    page.wait_for_selector(READY)
    return page


def question(page, code):
    return page.locator(f'[data-q="{code}"]')


def answer(page, code, value):
    page.locator(f'[name="f.{code}"][value="{value}"]').check()


def section_count(page, code):
    return page.locator(f'section.part:has([data-q="{code}"]) .part-head .count').inner_text()


def test_questions_come_and_go_with_the_answer_they_build_on(form):
    answer(form, "PB-KLB-01", "ya")
    assert question(form, "PB-KLB-03").is_visible()
    with_it = section_count(form, "PB-KLB-01")
    form.locator('[name="f.PB-KLB-03"]').first.check()
    answer(form, "PB-KLB-01", "tidak")
    waiting = form.locator('li[data-waits="PB-KLB-03"]')
    assert not question(form, "PB-KLB-03").is_visible()
    assert form.locator("#q-PB-KLB-03").evaluate("e => e.tagName") == "LI"
    form.locator("section.part:has([data-q='PB-KLB-03']) .hidden-list summary").click()
    assert waiting.is_visible()
    assert section_count(form, "PB-KLB-01") != with_it
    answer(form, "PB-KLB-01", "ya")
    assert question(form, "PB-KLB-03").is_visible()
    assert form.locator('[name="f.PB-KLB-03"]').first.is_checked()  # what was chosen before is still there
    assert not waiting.is_visible()


def test_what_was_hidden_and_then_asked_is_saved_with_the_rest(form):
    answer(form, "PB-KLB-01", "tidak")
    follow(form, form.get_by_role("button", name="Simpan", exact=True).last)
    form.wait_for_selector(READY)
    assert not question(form, "PB-KLB-03").is_visible()
    answer(form, "PB-KLB-01", "ya")
    boxes = form.locator('[name="f.PB-KLB-03"]')
    for box in boxes.all():
        box.set_checked(True)
    follow(form, form.get_by_role("button", name="Simpan", exact=True).last)
    form.wait_for_selector(READY)
    assert all(box.is_checked() for box in form.locator('[name="f.PB-KLB-03"]').all())


def test_a_fault_is_told_when_the_box_is_left_and_goes_as_it_is_mended(form):
    box = form.locator('[name="f.PB-RNC-04"]')
    box.fill("31/02/2026")
    assert question(form, "PB-RNC-04").locator(".err").count() == 0  # nobody is corrected in the middle of a word
    box.blur()
    told = question(form, "PB-RNC-04").locator(".err")
    assert told.inner_text() == "Tanggal itu tidak ada. Isi tanggal, misalnya 20/09/2026."
    assert box.get_attribute("aria-invalid") == "true"
    assert form.locator(f"#{box.get_attribute('aria-describedby').split()[0]}").inner_text() == told.inner_text()
    assert question(form, "PB-RNC-04").locator(".pill").inner_text() == "Perlu diperbaiki"
    assert "Tanggal itu tidak ada" in form.locator("[data-tells]").inner_text()
    assert axe(form) == []
    box.fill("28/02/2026")
    assert told.count() == 0
    assert box.get_attribute("aria-invalid") is None
    assert question(form, "PB-RNC-04").locator(".pill").inner_text() in ("Terisi", "Belum lengkap")


def test_what_is_missing_is_counted_and_one_step_away(form):
    line = form.locator("[data-missing]")
    form.locator('[name="f.PB-SDL-03"]').fill("7")
    before = int(line.inner_text().split()[0])
    form.locator('[name="f.PB-SDL-03"]').fill("")
    assert int(line.inner_text().split()[0]) == before + 1
    line.click()
    code = form.evaluate("document.activeElement.closest('[data-q]').dataset.q")
    assert question(form, code).locator(".pill").inner_text() in ("Kosong", "Belum diubah", "Belum lengkap", "Perlu diperbaiki")


def test_totals_and_what_builds_on_them_follow(form):
    budget = question(form, "PB-ANG-01")
    for fold in budget.locator(".fold:visible").all():
        fold.click()
    cells = budget.locator('[name$=".pagu"]')
    for cell in cells.all():
        cell.fill("0")
    assert budget.locator("tfoot td.num").last.inner_text() == "Rp0"
    assert not question(form, "PB-ANG-02").is_visible()
    cells.first.fill("Rp 1.250.000,-")
    assert budget.locator("tfoot td.num").last.inner_text() == "Rp1.250.000"
    assert question(form, "PB-ANG-02").is_visible()
    cells.first.fill("banyak")
    cells.first.blur()
    assert "Isi dengan angka" in budget.locator(".err").inner_text()
    assert cells.first.get_attribute("aria-invalid") == "true"


def test_without_its_rules_the_page_still_saves(open_page):
    page = open_page("operator")
    page.route("**/aturan/**", lambda route: route.fulfill(status=404))
    page.goto("/laporan?status=open")
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    page.locator('[name="f.PB-SDL-03"]').fill("9")
    follow(page, page.get_by_role("button", name="Simpan", exact=True).last)
    assert page.locator('[name="f.PB-SDL-03"]').input_value() == "9"


def test_without_javascript_the_page_is_whole(open_page):
    page = open_page("operator", java_script_enabled=False)
    page.goto("/laporan?status=open")
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    page.locator('[name="f.PB-RNC-04"]').fill("31/02/2026")
    follow(page, page.get_by_role("button", name="Simpan", exact=True).last)
    assert "Tanggal itu tidak ada" in page.locator('[data-q="PB-RNC-04"] .err').inner_text()
    page.locator('[name="f.PB-RNC-04"]').fill("28/02/2026")
    follow(page, page.get_by_role("button", name="Simpan", exact=True).last)
    assert page.locator('[data-q="PB-RNC-04"] .err').count() == 0


@pytest.mark.parametrize(
    ("name", "typed", "written"),
    [
        ("PB-SDL-03", "12500", "12.500"),
        ("PB-SDL-03", " 007 ", "7"),
        ("PB-SDL-03", "banyak", "banyak"),
        ("PB-RNC-04", "5-9-2026", "05/09/2026"),
        ("PB-RNC-04", "3 Maret 2026", "03/03/2026"),
        ("PB-RNC-04", "31/02/2026", "31/02/2026"),
    ],
)
def test_what_was_typed_is_written_as_the_pages_write_it_once_the_box_is_left(form, name, typed, written):
    box = form.locator(f'[name="f.{name}"]')
    box.fill(typed)
    assert box.input_value() == typed  # not under the hands of who is typing
    box.blur()
    assert box.input_value() == written


def test_so_it_is_in_a_cell_of_a_table(form):
    budget = question(form, "PB-ANG-01")
    for fold in budget.locator(".fold:visible").all():
        fold.click()
    cell = budget.locator('[name$=".pagu"]').first
    cell.fill("Rp 1250000,-")
    cell.blur()
    assert cell.input_value() == "1.250.000"


def test_the_list_at_the_top_takes_up_what_has_gone_wrong_since_and_lets_go_of_what_is_mended(form):
    form.locator('[name="f.PB-SDL-03"]').fill("banyak")
    follow(form, form.get_by_role("button", name="Simpan", exact=True).last)
    form.wait_for_selector(READY)
    summary = form.locator(".summary")
    lines = summary.locator("li:visible")
    assert [line.get_attribute("data-of") for line in lines.all()] == ["PB-SDL-03"]
    day = form.locator('[name="f.PB-RNC-04"]')
    day.fill("31/02/2026")
    day.blur()
    there = [line.get_attribute("data-of") for line in lines.all()]
    assert there == ["PB-RNC-04", "PB-SDL-03"]  # as they stand on the page
    assert "Tanggal itu tidak ada" in lines.first.inner_text()
    assert "2 hal perlu diperbaiki" in summary.locator("h2").inner_text()
    lines.first.get_by_role("link").click()
    assert day.evaluate("box => box === document.activeElement")
    assert axe(form) == []
    form.locator('[name="f.PB-SDL-03"]').fill("12")
    assert [line.get_attribute("data-of") for line in lines.all()] == ["PB-RNC-04"]
    assert "1 hal perlu diperbaiki" in summary.locator("h2").inner_text()
    day.fill("28/02/2026")
    assert not summary.is_visible()
