"""The journey of the promise: an officer fills and sends, score and rank move; BNPB adds an indicator, the open form has it."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from infra import clock
from tests.browser.conftest import READY, axe, follow, overflow
from tests.html import form_values

EVIDENCE = {"name": "bukti.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 bukti"}


def answers_for(inside, url: str, email: str = "operator@example.org") -> dict[str, list[str]]:
    """What to type: names and values of a complete form, rendered by the application itself."""
    from forms import page as pages
    from models import User, db
    from services.actor import actor_for
    from services.reading.report_page import page_of
    from services.report_rows import get_for
    from tests.answers import complete

    report_id = url.rsplit("/", 1)[1].split("#", maxsplit=1)[0]
    with inside.app_context(), inside.test_request_context():
        db.session.rollback()
        actor = actor_for(db.session.scalar(sa.select(User.id).where(User.email == email)))
        report = get_for(actor, report_id)
        page = page_of(actor, report)
        doc = dict(page.doc) | complete(actor, report_id, 0.95)
        state = pages.PageState(doc, frozenset(page.definition.by_code), frozenset(), page.context)
        html = pages.render(pages.compile_page(page.definition, "id"), state)
        return form_values(f'<form method="post">{html}</form>')


def unfold(page) -> None:
    """Open the finished rows of tables, which are folded on the phone."""
    for fold in page.locator(".fold:visible").all():
        fold.click()


def put(box, name: str, wanted: list[str]) -> None:
    """Type into one box; a question that does not apply waits on the page, unseen."""
    if not box.is_visible():
        return
    kind = box.get_attribute("type") or box.evaluate("e => e.tagName.toLowerCase()")
    if kind in ("radio", "checkbox") and not name.endswith((".drop", ".dropfile")):
        if box.get_attribute("value") in wanted and (kind == "radio" or not box.is_checked()):
            box.click()
    elif kind == "select":
        box.select_option(wanted)
    elif kind not in ("hidden", "file", "checkbox") and box.get_attribute("readonly") is None:
        box.fill(wanted[0])


def fill(page, values: dict[str, list[str]]) -> None:
    """Type every value whose input is on the page; attach evidence where there is none."""
    for name, wanted in values.items():
        if not name.startswith("f."):
            continue
        found = page.locator(f'[name="{name}"]')
        if not found.count() and (cell := re.fullmatch(r"(f\.[^.]+)\.r1\.(.+)", name)):  # a first row has another id here
            found = page.locator(f'[name^="{cell[1]}."][name$=".{cell[2]}"]').first
        for index in range(found.count()):
            put(found.nth(index), name, wanted)
    without = page.locator(".q:not([hidden]):has(input[type=file]):not(:has(.file)) input[type=file]")
    for name in without.evaluate_all("boxes => boxes.map(({name}) => name)"):
        page.locator(f'[name="{name}"]').set_input_files(EVIDENCE)
    expect(page.locator("[data-file]")).to_have_count(0)  # what was chosen has arrived
    while (same := page.locator(".same input[type=checkbox]:visible")).count():  # what stood there already was right
        same.first.click()
    for link in page.locator('[name$=".link"]:visible').all():
        link.fill("https://bpbd.example.go.id/laporan")


def test_officer_fills_and_sends_and_score_and_rank_move(open_page, inside, size):
    page = open_page("operator")
    page.goto("/laporan?status=open")
    name = "Tanggap darurat" if size == "phone" else "Pra-bencana"  # each size has its own report to send
    follow(page, page.get_by_role("link", name=re.compile(name)).first)
    page.wait_for_url("**/laporan/*")
    url = page.url.split("#")[0]
    page.goto("/peringkat?liga=kabkota")
    before = page.get_by_role("row", name=re.compile("Kabupaten Bekasi")).inner_text()
    page.goto(url)
    assert axe(page) == []
    assert overflow(page) <= 0
    values = answers_for(inside, url)
    for _round in range(4):  # what builds on an answer appears after saving
        unfold(page)
        fill(page, values)
        follow(page, page.get_by_role("button", name="Simpan", exact=True).last)
    follow(page, page.get_by_role("button", name="Periksa dan kirim"))
    assert page.locator(".summary").count() == 0, page.locator(".summary").inner_text()
    assert axe(page) == []
    assert page.locator(".actbar button").inner_text() == "Periksa dan kirim"  # a second tap on it sends nothing
    follow(page, page.locator(".note.is-ok").get_by_role("button", name="Kirim laporan"))
    assert "Laporan sudah dikirim" in page.inner_text("main")
    assert axe(page) == []
    page.goto("/peringkat?liga=kabkota")
    after = page.get_by_role("row", name=re.compile("Kabupaten Bekasi")).inner_text()
    assert after != before
    assert axe(page) == []
    follow(page, page.get_by_role("link", name=re.compile("Kabupaten Bekasi")))
    assert "Mengapa" in page.inner_text("main")
    assert axe(page) == []
    assert overflow(page) <= 0


def open_report(page) -> None:
    """The pre-disaster report of the running quarter."""
    page.goto("/laporan?status=open")
    today = clock.local("WIB").date()
    quarter = f"Triwulan {('I', 'II', 'III', 'IV')[(today.month - 1) // 3]} {today.year}"
    follow(page, page.get_by_role("link", name=re.compile(f"Pra-bencana · {quarter}")).first)
    page.wait_for_selector(READY)


def test_admin_adds_an_indicator_and_the_open_form_has_it(open_page, size):
    code = {"phone": "PB-KAP-81", "desktop": "PB-KAP-82"}[size]
    admin = open_page("admin")
    admin.goto("/admin/indikator/new/")
    assert axe(admin) == []
    admin.get_by_label("Formulir dan bagian").select_option(label="Pra-bencana · Kapasitas")
    admin.get_by_label(re.compile("^Kode")).fill(code)
    admin.get_by_label("Jenis jawaban").select_option(label="Bilangan bulat")
    admin.get_by_label(re.compile("^Pertanyaan .*Indonesia")).fill(f"Pengemudi bersertifikat {size}")
    admin.get_by_label("Bobot").fill("2")
    admin.get_by_label("Aturan skor").select_option(label="Realisasi ÷ target")
    admin.get_by_label("Target", exact=True).fill("12")
    admin.get_by_label("Frekuensi").select_option(label="Triwulanan")
    follow(admin, admin.get_by_role("button", name="Simpan"))
    admin.goto("/admin/indikator/?search=" + code)
    assert code in admin.inner_text("main")
    assert axe(admin) == []
    admin.goto("/admin/terbitkan/pra-bencana/")
    assert f"Pengemudi bersertifikat {size}" in admin.inner_text("main")
    assert axe(admin) == []
    officer = open_page("provinsi")
    open_report(officer)
    admin.get_by_role("radio").first.check()
    admin.get_by_label("Alasan perubahan").fill("Rapat evaluasi")
    if admin.locator("[name=consent]").count():
        admin.locator("[name=consent]").check()
    follow(admin, admin.get_by_role("button", name=re.compile("Terbitkan versi")))
    assert re.search(r"Versi \d+ sudah diterbitkan", admin.inner_text("main"))
    answered = officer.locator('[name="f.PB-SDL-03"]')
    typed = code[-2:]  # another at each size: the second would change nothing
    answered.fill(typed)
    answered.blur()
    look = officer.get_by_role("link", name="Lihat yang baru")
    look.wait_for()
    assert "Yang Anda ketik sudah disimpan" in officer.locator(".fillbar").inner_text()
    follow(officer, look)
    officer.wait_for_selector(READY)
    assert "Pertanyaan ini baru." in officer.locator(f'[data-q="{code}"]').inner_text()
    assert answered.input_value() == typed
    assert axe(officer) == []
    assert overflow(officer) <= 0
    open_report(officer)
    assert officer.locator(f'[name="f.{code}"]').count() == 1
    assert f"Pengemudi bersertifikat {size}" in officer.inner_text("main")


def test_faults_take_focus_and_lead_to_their_field_by_keyboard(open_page):
    page = open_page("provinsi")
    page.goto("/laporan?status=open")
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    page.locator('[name="f.PB-SDL-03"]').fill("banyak")
    follow(page, page.get_by_role("button", name="Periksa dan kirim"))
    assert page.evaluate("document.activeElement.classList.contains('summary')")
    page.get_by_role("link", name=re.compile("Armada.*angka")).press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-PB-SDL-03"
    assert page.locator('[name="f.PB-SDL-03"]').input_value() == "banyak"
    assert axe(page) == []


def test_everything_works_with_scripts_off(open_page):
    page = open_page("", java_script_enabled=False)
    page.goto("/masuk")
    page.get_by_label("Surel dinas").fill("operator@example.org")
    page.get_by_label("Kata sandi", exact=True).fill("demo-Siaga-2026")
    follow(page, page.get_by_role("button", name="Masuk", exact=True))
    page.goto("/admin/konten/rencana-kerja/new/")
    rows = page.locator('[name$=".row"]').count()
    follow(page, page.get_by_role("button", name=re.compile("baris|rincian", re.IGNORECASE)).first)
    assert page.locator('[name$=".row"]').count() > rows


def test_the_filters_of_a_short_list_can_be_reached(open_page):
    page = open_page("admin")
    page.goto("/admin/konten/anggota/?search=tidak-ada-yang-begini")
    page.locator(".filterbox > summary").click()
    show = page.locator(".filters button")
    show.scroll_into_view_if_needed()
    box = show.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.closest('.filters button') !== null", list(middle))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_finished_row_opens_and_closes_on_the_phone(open_page, size):
    page = open_page("koordinator")
    page.goto("/admin/konten/rencana-kerja/new/")
    for column, typed in (("uraian", "Terpal"), ("volume", "10"), ("satuan", "lembar"), ("harga", "250000")):
        page.locator(f'[name^="f.rincian."][name$=".{column}"]').fill(typed)
    follow(page, page.locator(".actbar .btn-main"))  # the rest is missing: the page comes back with the finished row
    row = page.locator("tr.done").first
    cell = row.locator("input.in").first
    assert cell.input_value() == "Terpal"
    if size == "phone":
        assert not cell.is_visible()
        row.locator(".fold").click()
        assert row.locator(".fold .btn").inner_text() == "Tutup"
    assert cell.is_visible()
    if size == "phone":
        row.locator(".fold").click()
        assert not cell.is_visible()
