"""A long list in the form: a few letters find what is chosen, by touch, by keyboard, without a line."""

import pytest

from tests.browser import alone
from tests.browser.conftest import ON_DEVICE, SAVED, axe, follow, opened, overflow, republish, says, sign_in
from tests.browser.test_offline import on_its_copy, waiting

country, server, site = alone.country, alone.server, alone.site
answers, as_at_first = alone.answers, alone.as_at_first

CODE = "PB-KAP-91"
ASKED = f"""
      - code: {CODE}
        type: reference
        label: {{id: Daerah yang membantu, en: Region that helps}}
        options: {{target: regions}}
        required: false

"""


@pytest.fixture(scope="module", autouse=True)
def asked(country, server, tmp_path_factory):
    """The pre-disaster form asks for a region."""
    before = "      - code: PB-KAP-03\n"
    republish(country, tmp_path_factory.mktemp("asked") / "bundle", before, ASKED + before)


def finder(page):
    return page.get_by_role("combobox", name="Daerah yang membantu")


def held(page):
    return page.locator(f'[name="f.{CODE}"]').evaluate("list => list.selectedOptions[0].text")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_few_letters_find_it(phone, address, size):
    page = opened(phone(size=size), address)
    box = finder(page)
    box.scroll_into_view_if_needed()
    box.press_sequentially("bandung kab")
    found = page.locator(".found > [role=option]")
    found.first.wait_for()
    assert found.all_inner_texts() == ["32.04 Kabupaten Bandung", "32.17 Kabupaten Bandung Barat"]
    assert "2 pilihan" in page.locator("[data-tells]").inner_text()
    assert axe(page) == []
    assert overflow(page) <= 0
    found.last.click()
    assert box.input_value() == "32.17 Kabupaten Bandung Barat"
    assert held(page) == "32.17 Kabupaten Bandung Barat"
    says(page, SAVED)
    again = opened(phone(size=size), address)
    assert finder(again).input_value() == "32.17 Kabupaten Bandung Barat"


def test_by_keyboard_and_what_is_no_choice_is_not_taken(phone, address):
    page = opened(phone(size="desktop"), address)
    box = finder(page)
    box.focus()
    box.press_sequentially("garut")
    page.locator(".found > [role=option]").first.wait_for()
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f'[id="{active}"]').inner_text() == "32.05 Kabupaten Garut"
    box.press("Enter")
    assert held(page) == box.input_value() == "32.05 Kabupaten Garut"
    box.fill("tiada di mana pun")
    page.get_by_text("0 pilihan").first.wait_for()
    box.press("Escape")
    assert box.input_value() == "32.05 Kabupaten Garut"
    box.fill("kota")
    box.blur()
    assert held(page) == box.input_value() == "32.05 Kabupaten Garut"
    box.fill("")
    box.blur()
    assert page.locator(f'[name="f.{CODE}"]').input_value() == ""
    says(page, SAVED)


def test_without_a_line_the_list_is_there_and_the_choice_comes_back(phone, address):
    context = phone()
    page = on_its_copy(context, address)
    box = finder(page)
    box.press_sequentially("ciamis")
    page.locator(".found > [role=option]").first.click()
    says(page, ON_DEVICE)
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    page.wait_for_function("() => document.querySelector('[role=combobox]').value.includes('Ciamis')")
    assert held(page) == "32.07 Kabupaten Ciamis"
    context.set_offline(False)
    page.goto("/")
    waiting(page, 0)
    assert finder(opened(phone(), address)).input_value() == "32.07 Kabupaten Ciamis"


def test_where_the_list_cannot_be_fetched_that_is_told(phone, address):
    context = phone()
    page = context.new_page()
    page.route("**/daftar?v=*", lambda route: route.abort())
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    finder(page).press_sequentially("garut")
    page.get_by_text("Daftar belum dapat dimuat. Coba lagi setelah ada jaringan.").first.wait_for()
    assert page.locator(f'[name="f.{CODE}"]').input_value() == ""


def test_without_scripts_one_searches_on_a_page_of_its_own(chromium, site, address):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", base_url=site, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "operator")
    page.goto(address)
    follow(page, page.locator(f'[value="pick:{CODE}"]'))
    page.get_by_label("Kata dalam nama").fill("sumedang")
    follow(page, page.get_by_role("button", name="Cari"))
    page.get_by_label("32.11 Kabupaten Sumedang").check()
    follow(page, page.get_by_role("button", name="Pakai pilihan ini"))
    assert held_without(page) == "32.11 Kabupaten Sumedang"
    context.close()


def held_without(page):
    return page.locator(f'[name="f.{CODE}"] option[selected]').inner_text()
