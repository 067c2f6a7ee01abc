"""Nobody loses an answer: pages are closed, lines cut, servers killed, people change. After each, what the server acknowledged
is there once, and what it did not is still on the device."""

import re

import pytest

from tests.browser import alone
from tests.browser.conftest import ON_DEVICE, SAVED, SIZES, axe, box, cut, opened, says, sign_in

country, server, site = alone.country, alone.server, alone.site


def test_what_is_typed_is_on_the_server_without_a_press_and_on_another_device(phone, address):
    page = opened(phone(), address)
    box(page, "PB-SDL-03").fill("41")
    says(page, SAVED)
    assert box(opened(phone(size="desktop"), address), "PB-SDL-03").input_value() == "41"


def test_a_page_closed_in_the_middle_of_a_word_without_a_line_loses_nothing(phone, address):
    context = phone()
    page = opened(context, address)
    cut(context)
    box(page, "PB-SDL-03").fill("4")
    box(page, "PB-SDL-03").press_sequentially("71")
    page.close()
    context.set_offline(False)
    again = opened(context, address)
    says(again, SAVED)
    assert box(again, "PB-SDL-03").input_value() == "471"
    assert box(opened(phone(size="desktop"), address), "PB-SDL-03").input_value() == "471"


def test_without_a_line_the_page_says_where_the_answer_is_and_sends_it_when_the_line_is_back(phone, address):
    context = phone()
    page = opened(context, address)
    cut(context)
    box(page, "PB-KAP-01").fill("33")
    says(page, ON_DEVICE)
    context.set_offline(False)
    says(page, SAVED)
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "33"


def test_what_the_server_kept_before_its_answer_was_lost_is_kept_once(phone, address, changes):
    page = opened(phone(), address)
    lost = []

    def swallow(route):
        lost.append(route.fetch().status)
        route.abort()

    page.route(f"**{address}", lambda route: swallow(route) if route.request.method == "POST" and not lost else route.continue_())
    before = changes()
    box(page, "PB-KAP-01").fill("34")
    says(page, SAVED)
    assert lost == [200]
    assert changes() == before + 1


def test_an_answer_that_comes_late_does_not_take_the_newer_one_back(phone, address):
    page = opened(phone(), address)
    held = []

    def hold(route):
        held.append(route.request.post_data_buffer) if not held else route.continue_()
        if len(held) == 1 and held[0] is route.request.post_data_buffer:
            route.abort()

    page.route(f"**{address}", lambda route: hold(route) if route.request.method == "POST" else route.continue_())
    box(page, "PB-KAP-01").fill("35")
    says(page, ON_DEVICE)
    box(page, "PB-KAP-01").fill("36")
    says(page, SAVED)
    kind = "application/x-www-form-urlencoded"
    late = page.request.post(address, data=held[0], headers={"Accept": "application/json", "Content-Type": kind})
    assert (late.json()["nth"], late.json()["clashes"]) == (1, {})
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "36"


def test_two_people_fill_different_questions_at_once(phone, address):
    one, two = (opened(phone(size=size), address) for size in SIZES)
    box(one, "PB-KAP-01").fill("51")
    says(one, SAVED)
    box(two, "PB-SDL-03").fill("52")
    says(two, SAVED)
    assert box(two, "PB-KAP-01").input_value() == "51"  # what the other typed has come along
    assert box(opened(phone(), address), "PB-SDL-03").input_value() == "52"


@pytest.mark.parametrize(
    ("press", "theirs", "mine", "stands"), [("Pakai isian saya", "61", "62", "62"), ("Pakai yang tersimpan", "63", "64", "63")]
)
def test_two_answers_to_one_question_are_shown_and_chosen_from(phone, address, press, theirs, mine, stands):
    one, two = (opened(phone(), address) for _phone in range(2))
    box(one, "PB-KAP-01").fill(theirs)
    says(one, SAVED)
    box(two, "PB-KAP-01").fill(mine)
    card = two.locator('[data-q="PB-KAP-01"] [data-clash]')
    card.wait_for()
    assert re.search(rf"Tersimpan sekarang: {theirs}.*Isian Anda: {mine}", card.inner_text(), re.S)
    assert axe(two) == []
    says(two, "pilih yang benar")
    card.get_by_role("button", name=press).click()
    card.wait_for(state="detached")
    if stands == mine:
        says(two, SAVED)
    assert box(two, "PB-KAP-01").input_value() == stands
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == stands


def test_a_choice_not_made_waits_on_the_device(phone, address):
    other, context = phone(), phone()
    one, two = opened(other, address), opened(context, address)
    box(one, "PB-KAP-01").fill("71")
    says(one, SAVED)
    box(two, "PB-KAP-01").fill("72")
    two.locator("[data-clash]").wait_for()
    two.close()
    again = opened(context, address)
    card = again.locator('[data-q="PB-KAP-01"] [data-clash]')
    card.wait_for()
    assert "Isian Anda: 72" in card.inner_text()
    card.get_by_role("button", name="Pakai isian saya").click()
    says(again, SAVED)
    assert box(opened(other, address), "PB-KAP-01").input_value() == "72"


def test_who_was_signed_out_meanwhile_signs_in_and_goes_on(phone, address):
    context = phone()
    page = opened(context, address)
    context.clear_cookies()
    box(page, "PB-KAP-01").fill("81")
    says(page, "belum di server")
    page.get_by_role("link", name="Masuk").click()
    page.get_by_label("Surel dinas").fill("operator@example.org")
    page.get_by_label("Kata sandi", exact=True).fill("demo-Siaga-2026")
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(f"**{address}")
    says(page, SAVED)
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "81"


def test_someone_else_on_the_same_phone_neither_sees_nor_sends_it(phone, address, changes):
    context = phone()
    page = opened(context, address)
    cut(context)
    box(page, "PB-KAP-01").fill("91")
    says(page, ON_DEVICE)
    before = changes()
    context.clear_cookies()
    context.set_offline(False)
    other = context.new_page()
    sign_in(other, "provinsi")
    other.goto(address)
    other.wait_for_load_state("networkidle")
    box(page, "PB-KAP-01").fill("92")
    says(page, "orang lain sedang masuk di sini")
    page.close()
    assert changes() == before
    context.clear_cookies()
    sign_in(other, "operator")
    back = opened(context, address)
    says(back, SAVED)
    assert box(back, "PB-KAP-01").input_value() == "92"
    assert changes() == before + 1


def test_a_device_that_keeps_nothing_works_with_a_line_and_says_what_it_means_without(phone, address):
    context = phone()
    context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('blocked', 'SecurityError'); } })"
    )
    page = opened(context, address)
    box(page, "PB-KAP-01").fill("101")
    says(page, SAVED)
    cut(context)
    box(page, "PB-KAP-01").fill("102")
    says(page, "perangkat ini tidak dapat menyimpan. Biarkan halaman ini terbuka")
    context.set_offline(False)
    says(page, SAVED)
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "102"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_wrong_clock_decides_nothing(phone, address, days):
    context = phone()
    page = opened(context, address)
    cut(context)
    box(page, "PB-KAP-01").fill("110")
    says(page, ON_DEVICE)
    page.close()
    context.add_init_script(f"const right = Date.now; Date.now = () => right() + {days} * 86400000;")
    context.set_offline(False)
    page = opened(context, address)
    says(page, SAVED)
    cut(context)
    box(page, "PB-KAP-01").fill("111")
    says(page, ON_DEVICE)
    page.close()
    context.set_offline(False)
    page = opened(context, address)
    says(page, SAVED)
    assert box(page, "PB-KAP-01").input_value() == "111"
