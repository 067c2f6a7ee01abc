"""A report filled in as a workbook, by an officer."""

from pathlib import Path

from tests.books import cells_of, filled_in, row_of
from tests.browser import alone
from tests.browser.conftest import axe, box, follow, opened, overflow

country, server, site = alone.country, alone.server, alone.site
answers, as_at_first = alone.answers, alone.as_at_first


def cell(body, name):
    return row_of(body, "Isian", f"f.{name}"), 5


def test_an_officer_fills_in_a_workbook_and_brings_it_back(phone, address, size):
    page = opened(phone(size=size), address)
    follow(page, page.get_by_role("link", name="Isi lewat Excel").locator("visible=true"))
    assert (axe(page), overflow(page)) == ([], 0)
    with page.expect_download() as down:
        page.get_by_role("link", name="Unduh templat").click()
    body = Path(down.value.path()).read_bytes()
    assert "Laporan Pra-bencana" in cells_of(body, "Isian")[0][3]
    wrong = filled_in(body, Isian={cell(body, "PB-KAP-01"): 321, cell(body, "PB-RNC-04"): "besok"})
    page.set_input_files("#berkas", {"name": "isian.xlsx", "mimeType": "application/octet-stream", "buffer": wrong})
    follow(page, page.get_by_role("button", name="Lihat perubahan"))
    page.get_by_text("2 jawaban akan berubah").wait_for()
    assert "321" in page.locator("tr", has_text="PB-KAP-01").inner_text()
    assert f"Isian!F{cell(body, 'PB-RNC-04')[0] + 1}" in page.locator("tr", has_text="PB-RNC-04").inner_text()
    assert (axe(page), overflow(page)) == ([], 0)
    follow(page, page.get_by_role("button", name="Simpan 2 jawaban ini"))
    page.wait_for_selector("form[data-ready]")
    assert [box(page, code).input_value() for code in ("PB-KAP-01", "PB-RNC-04")] == ["321", "besok"]
    assert "perlu diperbaiki" in page.locator(".summary").inner_text()


def test_a_file_that_is_none_is_told(phone, address):
    page = opened(phone(), address)
    page.goto(f"{address}/excel")
    page.set_input_files("#berkas", {"name": "isian.xlsx", "mimeType": "application/octet-stream", "buffer": b"halo"})
    follow(page, page.get_by_role("button", name="Lihat perubahan"))
    assert "tidak dapat dibaca" in page.get_by_role("alert").inner_text()
    assert axe(page) == []
