"""Answers of last time in the boxes: confirmed by a tick, or by changing them, with and without a line."""

from tests.browser import alone
from tests.browser.conftest import ON_DEVICE, SAVED, axe, box, follow, opened, says
from tests.browser.test_offline import on_its_copy

country, server, site = alone.country, alone.server, alone.site
answers, as_at_first = alone.answers, alone.as_at_first


def question(page, code):
    return page.locator(f'[data-q="{code}"]')


def asking(page):
    """Codes of questions that offer last time's answer and are shown."""
    return page.evaluate(
        "() => [...document.querySelectorAll('[data-q]:not([hidden])')].filter(q => q.querySelector('.same')).map(q => q.dataset.q)"
    )


def pill(page, code):
    return question(page, code).locator(".pill").inner_text()


def done(page):
    return page.locator("[data-answers]").inner_text()


def test_a_tick_makes_it_an_answer(phone, address, size):
    page = opened(phone(size=size), address)
    assert axe(page) == []
    offered = asking(page)
    code = next(code for code in offered if "Bukti" not in question(page, code).inner_text())
    before = done(page)
    assert pill(page, code) == "Belum diubah"
    question(page, code).get_by_label("Masih sama").click()
    says(page, SAVED)
    assert pill(page, code) != "Belum diubah"
    assert done(page) != before
    again = opened(phone(), address)
    assert asking(again) == [other for other in offered if other != code]
    assert pill(again, code) == pill(page, code)


def test_a_change_makes_it_an_answer(phone, address):
    page = opened(phone(), address)
    code = next(code for code in asking(page) if box(page, code).count() == 1)
    box(page, code).fill("7")
    assert question(page, code).locator(".same").count() == 0
    says(page, SAVED)
    again = opened(phone(), address)
    assert code not in asking(again)
    assert box(again, code).input_value() == "7"


def test_a_tick_without_a_line_is_kept_and_sent(phone, address):
    context = phone()
    page = on_its_copy(context, address)
    code = asking(page)[0]
    question(page, code).get_by_label("Masih sama").click()
    says(page, ON_DEVICE)
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    assert code not in asking(page), "what was confirmed stays so"
    context.set_offline(False)
    says(page, SAVED)
    assert code not in asking(opened(phone(), address))


def test_without_scripts_a_tick_and_a_press_do(open_page, address):
    page = open_page("operator", java_script_enabled=False)
    page.goto(address)
    place = page.locator("[data-q]:has(.same)").first
    code = place.get_attribute("data-q")
    many = page.locator(".same").count()
    place.get_by_label("Masih sama").check()
    follow(page, page.get_by_role("button", name="Simpan").last)
    assert page.locator(".same").count() == many - 1
    assert question(page, code).locator(".same").count() == 0


def test_pressing_the_choice_that_stands_there_makes_it_an_answer(phone, address):
    page = opened(phone(), address)
    code = next(code for code in asking(page) if question(page, code).locator("input[type=radio]:checked").count())
    question(page, code).locator("input[type=radio]:checked").click()
    assert question(page, code).locator(".same").count() == 0
    says(page, SAVED)
    assert code not in asking(opened(phone(), address))
