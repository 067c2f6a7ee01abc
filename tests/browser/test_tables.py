"""Tables as one edits them: with a mouse, a finger, the keyboard and a spreadsheet; nothing that is undone or unsent is lost."""

import json
import re

import pytest

from tests.browser import alone
from tests.browser.conftest import ON_DEVICE, SAVED, Answers, axe, cut, follow, opened, overflow, says
from tests.browser.test_offline import prepared, waiting

country, server, site = alone.country, alone.server, alone.site
as_at_first = alone.as_at_first
STOCK, STORES = "PB-SDL-01", "PB-SDL-02"
PASTE = """(box, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


THREE = [
    {"id": f"r{n}", "nama": f"Gudang {n}", "pemilik": "BPBD", "luas": 100 * n, "kapasitas": 10, "kondisi": state}
    for n, state in enumerate(("siap", "perlu-perbaikan", "tidak-layak"), 1)
]


@pytest.fixture(scope="module")
def answers(country, address):
    found = Answers(country)
    entry = next(row for row in found.first if row["id"] == address.rpartition("/")[2])
    for row in found.first:  # what was said last time would stand in the boxes
        row["doc"] = json.dumps({code: answer for code, answer in json.loads(row["doc"]).items() if code != STOCK})
    entry["doc"] = json.dumps(json.loads(entry["doc"]) | {STORES: {"v": THREE}})
    return found


@pytest.fixture
def form(open_page, address):
    page = open_page("operator")
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    yield page
    page.locator(".fillbar .save", has_text="Menyimpan").wait_for(state="hidden")  # else it would arrive in the next test


def lines(page, code):
    return page.locator(f'[data-q="{code}"] tbody tr[id]')


def column(page, code, name):
    """What stands in a column, from the top."""
    return [cell.input_value() for cell in page.locator(f'[data-q="{code}"] tbody [name$=".{name}"]').all()]


def cell(page, code, row, name):
    return lines(page, code).nth(row).locator(f'[name$=".{name}"]')


def do(page, code, row, action):
    tools = lines(page, code).nth(row).locator(".rowtools")
    if not tools.is_visible():
        lines(page, code).nth(row).locator(".fold").click()
    tools.click()
    page.locator(".rowmenu").get_by_role("button", name=action).click()


def add(page, code):
    page.locator(f'[data-q="{code}"] button[value^="rows:"]').click()


def focused(page):
    return page.evaluate("document.activeElement.name || document.activeElement.className")


def saved_and_reopened(page):
    says(page, SAVED)
    page.reload()
    page.wait_for_selector("form[data-ready]")


def test_a_row_is_added_typed_and_kept_without_the_server_writing_the_page(form, size):
    before = column(form, STORES, "nama")
    add(form, STORES)
    assert focused(form).endswith(".nama")
    form.keyboard.type("Gudang Timur")
    assert lines(form, STORES).last.locator(".rowno .n").inner_text().split()[-1] == str(len(before) + 1)
    assert axe(form) == []
    assert overflow(form) == 0
    saved_and_reopened(form)
    assert column(form, STORES, "nama") == [*before, "Gudang Timur"]


def test_rows_are_copied_inserted_and_moved(form):
    one, two, three = column(form, STORES, "nama")
    states = column(form, STORES, "kondisi")
    do(form, STORES, 0, "Salin baris ini")
    assert focused(form) == cell(form, STORES, 1, "nama").get_attribute("name")
    cell(form, STORES, 1, "nama").fill("Salinan")
    assert column(form, STORES, "kondisi") == [states[0], *states]
    do(form, STORES, 3, "Naikkan")
    do(form, STORES, 0, "Turunkan")
    do(form, STORES, 0, "Sisipkan baris di bawah")
    cell(form, STORES, 1, "nama").fill("Sisipan")
    assert column(form, STORES, "nama") == ["Salinan", "Sisipan", one, three, two]
    assert [n.inner_text().split()[-1] for n in form.locator(f'[data-q="{STORES}"] .rowno .n:visible').all()] in (
        list("12345"),
        list("12"),
    )
    saved_and_reopened(form)
    assert column(form, STORES, "nama") == ["Salinan", "Sisipan", one, three, two]
    assert column(form, STORES, "kondisi") == [states[0], "", states[0], states[2], states[1]]


def test_a_deleted_row_is_out_of_the_total_and_comes_back_as_it_was(form):
    names, total = column(form, STORES, "nama"), form.locator(f'[data-q="{STORES}"] tfoot')
    before = total.inner_text()
    cell(form, STORES, 1, "nama").evaluate(
        "box => { box.value = 'Berubah'; box.dispatchEvent(new InputEvent('input', {bubbles: true})); }"
    )
    do(form, STORES, 1, "Hapus baris ini")
    assert column(form, STORES, "nama") == [names[0], names[2]]
    assert total.inner_text() != before
    says(form, SAVED)
    assert focused(form) == "btn btn-small"
    form.keyboard.press("Enter")
    assert column(form, STORES, "nama") == [names[0], "Berubah", names[2]]
    assert total.inner_text() == before
    do(form, STORES, 0, "Hapus baris ini")
    assert "Baris 1 dihapus." in form.locator(f'[data-q="{STORES}"] tr.gone').inner_text()
    saved_and_reopened(form)
    assert column(form, STORES, "nama") == ["Berubah", names[2]]


def test_the_last_row_leaves_an_empty_one(form):
    for _row in range(3):
        do(form, STORES, 0, "Hapus baris ini")
    assert column(form, STORES, "nama") == [""]
    saved_and_reopened(form)
    assert column(form, STORES, "nama") == [""]


def test_cells_come_from_a_spreadsheet_and_what_finds_no_place_is_told(form):
    before = [column(form, STORES, name) for name in ("nama", "luas", "kondisi")]
    cell(form, STORES, 2, "nama").focus()
    sheet = "Nama gudang\tPemilik\tLuas\tDaya tampung\r\n"
    sheet += 'Gudang A\tBPBD\t1.200,5\t30\t"-6,3650 107,1730"\tSIAP PAKAI\r\n"Gudang ""B"""\tPMI\tluas\t5\t\tHancur\tlebih\r\n'
    cell(form, STORES, 2, "nama").evaluate(PASTE, sheet)
    assert column(form, STORES, "nama") == [*before[0][:2], "Gudang A", 'Gudang "B"']
    assert column(form, STORES, "kondisi") == [*before[2][:2], "siap", ""]
    note = form.locator(f'[data-q="{STORES}"] .rownote')
    assert note.inner_text().split("\n")[0] == (
        "Baris yang ditempel: 2. Tidak ditempel karena tidak ada tempatnya di tabel atau tidak ada di daftar pilihan: Hancur, lebih."
    )
    fault = lines(form, STORES).nth(3).locator("td:has([name$='.luas']) .err")
    assert fault.inner_text() == "Baris 4, Luas: Isi dengan angka, misalnya 2,5."
    note.get_by_role("button", name="Urungkan").click()
    assert [column(form, STORES, name) for name in ("nama", "luas", "kondisi")] == before
    assert form.locator(f'[data-q="{STORES}"] .err').count() == 0


def test_one_pasted_word_is_the_browsers_matter(form):
    taken = cell(form, STORES, 0, "nama").evaluate(
        """(box) => {
            const data = new DataTransfer();
            data.setData("text/plain", "Gudang");
            return !box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert not taken


def test_everything_by_keyboard(form, size):
    if size == "phone":
        form.set_viewport_size({"width": 700, "height": 900})
    one, two, three = column(form, STORES, "nama")
    cell(form, STORES, 0, "pemilik").focus()
    form.keyboard.press("ArrowDown")
    assert focused(form) == cell(form, STORES, 1, "pemilik").get_attribute("name")
    form.keyboard.press("Alt+ArrowUp")
    assert column(form, STORES, "nama") == [two, one, three]
    assert focused(form) == cell(form, STORES, 0, "pemilik").get_attribute("name")
    for _press in range(3):
        form.keyboard.press("Enter")
    assert lines(form, STORES).count() == 4
    assert focused(form) == cell(form, STORES, 3, "nama").get_attribute("name")
    form.keyboard.press("Enter")  # an empty row is followed by none
    assert lines(form, STORES).count() == 4
    form.keyboard.press("Shift+Enter")
    assert focused(form) == cell(form, STORES, 2, "nama").get_attribute("name")
    lines(form, STORES).nth(2).locator(".rowtools").focus()
    form.keyboard.press("Enter")
    assert axe(form) == []
    for _press in range(4):
        form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    assert column(form, STORES, "nama") == [two, one, ""]
    form.keyboard.press("Escape")
    assert not form.locator(".rowmenu").is_visible()


def test_a_full_table_says_how_many_rows_it_takes(form):
    cell(form, STORES, 0, "nama").evaluate(PASTE, "\n".join(f"Gudang {n}" for n in range(150)))
    assert lines(form, STORES).count() == 100
    assert "Baris yang ditempel: 100. Tidak ditempel" in form.locator(f'[data-q="{STORES}"] .rownote').inner_text()
    add(form, STORES)
    assert lines(form, STORES).count() == 100
    assert form.locator(f'[data-q="{STORES}"] .rownote').inner_text() == "Tabel ini memuat paling banyak 100 baris."


def test_rows_added_moved_and_deleted_without_a_line_are_there_again_when_the_page_is(phone, address):
    context = phone()
    page = opened(context, address)
    _one, two, three = column(page, STORES, "nama")
    cut(context)
    do(page, STORES, 0, "Hapus baris ini")
    do(page, STORES, 1, "Naikkan")
    add(page, STORES)
    page.keyboard.type("Tanpa jaringan")
    says(page, ON_DEVICE)
    page.close()
    context.set_offline(False)
    again = opened(context, address)
    assert column(again, STORES, "nama") == [three, two, "Tanpa jaringan"]
    says(again, SAVED)
    assert column(opened(phone(size="desktop"), address), STORES, "nama") == [three, two, "Tanpa jaringan"]


def test_two_devices_fill_one_table(phone, address):
    one, two = opened(phone(), address), opened(phone(size="desktop"), address)
    before = column(one, STOCK, "jenis")
    for page, name in ((one, "Tenda"), (two, "Selimut")):
        add(page, STOCK)
        page.keyboard.type(name)
        page.locator("h1").click()
        says(page, SAVED)
    two.wait_for_function("() => [...document.querySelectorAll('[name$=\".jenis\"]')].some(box => box.value === 'Tenda')")
    shown = column(opened(phone(), address), STOCK, "jenis")
    assert sorted(filter(None, shown)) == sorted(filter(None, [*before, "Tenda", "Selimut"]))
    assert two.locator("[data-clash]").count() == 0


def test_lists_kept_by_coordinators_are_edited_the_same_way(open_page):
    page = open_page("koordinator")
    page.goto("/admin/konten/rencana-kerja/new/")
    table = page.locator("table.editor").first
    page.locator("button[value^='rows:']").first.click()
    first = table.locator("tbody tr[id]").first.locator("[name$='.uraian']")
    first.focus()
    first.evaluate(PASTE, "Terpal\t10\tlembar\t250000\nTali\t5\tgulung\t90000\n")
    assert [box.input_value() for box in table.locator("[name$='.uraian']").all()] == ["Terpal", "Tali"]
    follow(page, page.locator(".actbar .btn-main"))
    assert [box.input_value() for box in page.locator("[name$='.uraian']").all()] == ["Terpal", "Tali"]
    assert re.search(r"2\.950\.000", page.locator("table.editor tfoot").first.inner_text())


def test_rows_that_two_closed_pages_added_without_a_line_stand_beside_each_other(phone, address):
    context = phone()
    home = prepared(context, address)
    cut(context)
    for name in ("Gudang A", "Gudang B"):
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("form[data-ready]")
        add(page, STORES)
        cell(page, STORES, -1, "nama").fill(name)
        says(page, ON_DEVICE)
        page.close()
    context.set_offline(False)
    waiting(home, 0)
    names = column(opened(phone(), address), STORES, "nama")
    assert [name for name in names if name in ("Gudang A", "Gudang B")] == ["Gudang A", "Gudang B"]
    assert len(names) == 5
