"""Pages as people meet them: filling without scripts, bad input, errors, languages, sign-in, headers."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
import time_machine

from models import AnswerChange, Entry, Report, User, db
from services.drafting import Draft, save_draft
from services.user import GrantWish
from tests import world
from tests.answers import complete
from tests.html import form_values, visible_text

PB = "32.16"


@pytest.fixture
def page(as_, ids):
    """The operator's fill page: (browser, address)."""
    return as_("operator"), f"/laporan/{ids.report[PB]}"


def sent_values(app, ids, browser, url):
    """The page's values with every question answered."""
    with app.app_context():
        actor = world.person("operator")
        save_draft(actor, ids.report[PB], Draft(complete(actor, ids.report[PB]), 0))
    return form_values(browser.get(url).text)


def test_fill_save_and_see_it_again(page):
    browser, url = page
    values = form_values(browser.get(url).text) | {"f.PB-SDL-03": "2.400", "f.PB-KLB-01": "ya", "_action": "save:KLB"}
    answer = browser.post(url, values)
    assert answer.status_code == 302
    assert re.search(r"#q-PB-KLB-0[234]$", answer.location), "the answer opened questions of this very section"
    page_now = browser.get(url).text
    assert "pertanyaan lain di bagian ini" in visible_text(page_now)
    again = form_values(page_now)
    assert browser.post(url, again | {"_action": "save:KLB"}).location.endswith("#b-RNC")
    assert again["f.PB-SDL-03"] == ["2.400"]
    assert again["f.PB-KLB-01"] == ["ya"]
    assert "PB-KLB-03" in again["_codes"][0].split()  # what builds on Ya has appeared


def test_sending_a_complete_page_works_without_scripts(app, ids, page):
    browser, url = page
    values = sent_values(app, ids, browser, url)
    answer = browser.post(url, values | {"_action": "send"})
    assert answer.status_code == 302
    shown = visible_text(browser.get(url).text)
    assert "Dikirim" in shown
    assert "hanya bila verifikator mengembalikannya" in shown


def test_the_error_summary_links_to_each_field_with_the_same_words(page):
    browser, url = page
    html = browser.post(url, form_values(browser.get(url).text) | {"_action": "send", "f.PB-SDL-03": "banyak"}).text
    summary = html.split('class="summary"')[1].split("</div>")[0]
    links = re.findall(r'href="#([^"]+)">([^<]+)<', summary)
    assert len(links) >= 10
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert {anchor for anchor, _words in links} <= ids
    body = visible_text(html.split('class="summary"')[1].split("</ol>")[1])
    for _anchor, words in links:
        assert words.split(": ", 1)[-1].replace("&#34;", '"') in body


BAD = [
    ("f.PB-SDL-03", "banyak", "Isi dengan angka"),
    ("f.PB-SDL-03", "2,5", "bilangan bulat"),
    ("f.PB-SDL-03", "9" * 30, "terlalu panjang"),
    ("f.PB-SDL-03", "-3", "isi angka 0 atau lebih"),
    ("f.PB-SDL-03", "١٢", "Isi dengan angka"),
    ("f.PB-RNC-04", "31/02/2026", "Isi tanggal"),
    ("f.PB-RNC-04", "kemarin 😀", "Isi tanggal"),
    ("f.PB-RNC-02", "tidak-ada", "Pilih salah satu"),
    ("f.PB-KLB-01", "mungkin", "Pilih Ya atau Tidak"),
    ("f.PB-KAP-01", "<script>alert(1)</script>", "Isi dengan angka"),
    ("f.PB-KOR-01", "a\x00b", "Isi dengan angka"),
    ("f.PB-KOR-01", "x" * 25_000, "Isi dengan angka"),
]


@pytest.mark.parametrize(("name", "typed", "words"), BAD)
def test_bad_input_gets_a_clear_word_at_its_field_and_is_not_lost(page, name, typed, words):
    browser, url = page
    answer = browser.post(url, form_values(browser.get(url).text) | {name: typed, "f.PB-KAP-03": "ya", "_action": "save"})
    assert answer.status_code == 422
    code = name.removeprefix("f.")
    block = answer.text.split(f'id="q-{code}"')[1].split('id="q-')[0]
    assert words.casefold() in visible_text(block).casefold()
    if name not in ("f.PB-RNC-02", "f.PB-KLB-01"):
        assert form_values(browser.get(url).text)[name][0].replace("\x00", "") == typed.replace("\x00", "")
    assert form_values(browser.get(url).text)["f.PB-KAP-03"] == ["ya"]
    assert "<script>alert" not in answer.text


def test_emoji_and_other_scripts_survive_in_texts(app, as_, ids):
    browser = as_("operator")
    name = "Klaster 😀 ꦗꦮ مرحبا 漢字"
    values = form_values(browser.get("/admin/konten/pokja/new/").text) | {
        "f.nama": name,
        "f.bidang": "data",
        "f.ketua_jabatan": "Ketua",
        "f.aktif": "ya",
        "_action": "save",
    }
    assert browser.post("/admin/konten/pokja/new/", values).status_code == 302
    assert name in visible_text(browser.get("/admin/konten/pokja/?search=漢字").text)


def test_a_table_is_filled_row_by_row_without_scripts(app, ids, page):
    browser, url = page
    more = browser.post(url, form_values(browser.get(url).text) | {"_action": "rows:PB-KOR-03"})
    rows = form_values(more.text)["f.PB-KOR-03.row"]
    assert len(rows) == 3
    first, second = rows[:2]
    assert f'autofocus class="in" id="f-PB-KOR-03-{first}-' in more.text
    values = form_values(more.text) | {
        f"f.PB-KOR-03.{first}.mitra": "PMI", f"f.PB-KOR-03.{first}.nomor": "1", f"f.PB-KOR-03.{first}.lingkup": "Angkutan",
        f"f.PB-KOR-03.{first}.mulai": "02/01/2026", f"f.PB-KOR-03.{first}.akhir": "01/01/2025",
        f"f.PB-KOR-03.{second}.mitra": "Baznas", f"f.PB-KOR-03.{second}.mulai": "besok", "_action": "save"}  # fmt: skip
    answer = browser.post(url, values)
    assert answer.status_code == 422
    back = form_values(answer.text)
    assert back[f"f.PB-KOR-03.{second}.mulai"] == ["besok"]
    block = visible_text(answer.text.split('id="q-PB-KOR-03"')[1].split('id="q-')[0])
    assert "Isi tanggal akhir yang sama dengan atau sesudah tanggal mulai." in block
    assert "Baris 2, Mulai: Isi tanggal" in block
    dropped = browser.post(url, back | {"f.PB-KOR-03.drop": second, f"f.PB-KOR-03.{first}.akhir": "01/01/2028", "_action": "save"})
    assert dropped.status_code == 302
    with app.app_context():
        kept = db.session.get(Entry, ids.report[PB]).doc["PB-KOR-03"]["v"]
        assert [row["mitra"] for row in kept] == ["PMI"]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def upload(browser, url, content, name, **more):
    values = form_values(browser.get(url).text) | {"_action": "save", "f.PB-KLB-01.files": (io.BytesIO(content), name)} | more
    return browser.post(url, values, content_type="multipart/form-data")


def test_evidence_is_kept_by_content_and_served_as_a_download(app, ids, page):
    browser, url = page
    assert upload(browser, url, b"%PDF-1.4 isi", "../../SK <b>2026</b>.exe").status_code == 302
    with app.app_context():
        sha = db.session.get(Entry, ids.report[PB]).doc["PB-KLB-01"]["files"][0]
    got = browser.get(f"/berkas/{ids.unit[PB]}/{sha}")
    assert got.data == b"%PDF-1.4 isi"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert ".pdf" in got.headers["Content-Disposition"]
    assert ".exe" not in got.headers["Content-Disposition"]
    dropped = browser.post(url, form_values(browser.get(url).text) | {"_action": "save", "f.PB-KLB-01.dropfile": sha})
    assert dropped.status_code == 302
    with app.app_context():
        assert not db.session.get(Entry, ids.report[PB]).doc["PB-KLB-01"].get("files")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\x00 program", "sk.pdf", "kosong, rusak"),
        (PNG, "foto.pdf", "tidak dapat diterima"),  # a photo where only PDF is taken
        (b"", "kosong.pdf", "kosong, rusak"),
        (b"%PDF-1.4" + b"0" * (10 * 1024 * 1024), "besar.pdf", "lebih besar dari 10 MB"),
        (b"PK\x03\x04 rusak", "arsip.pdf", "kosong, rusak"),
    ],
)
def test_unfit_files_are_refused_at_their_field_and_the_answers_stay(page, content, name, words):
    browser, url = page
    answer = upload(browser, url, content, name, **{"f.PB-SDL-03": "8"})
    assert answer.status_code == 422
    assert words in visible_text(answer.text.split('id="q-PB-KLB-01"')[1].split('id="q-')[0])
    assert form_values(browser.get(url).text)["f.PB-SDL-03"] == ["8"]


def test_a_body_over_the_limit_is_answered_in_indonesian_and_the_draft_is_untouched(app, ids, page, tables):
    browser, url = page
    before = tables()
    app.config["MAX_CONTENT_LENGTH"], limit = 1000, app.config["MAX_CONTENT_LENGTH"]
    try:
        answer = browser.post(url, {"f.PB-SDL-03": "x" * 2000})
    finally:
        app.config["MAX_CONTENT_LENGTH"] = limit
    assert answer.status_code == 413
    assert "terlalu besar" in visible_text(answer.text)
    assert tables() == before


def test_a_double_submit_is_explained(app, ids, page):
    browser, url = page
    values = sent_values(app, ids, browser, url) | {"_action": "send"}
    assert browser.post(url, values).status_code == 302
    again = browser.post(url, values, follow_redirects=True)
    assert again.status_code == 200
    assert "sudah dikirim" in visible_text(again.text)
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM report_transition")) == 1


def test_a_stale_page_shows_both_values_and_overwrites_nothing(app, ids, page):
    browser, url = page
    old = form_values(browser.get(url).text)
    with app.app_context():
        save_draft(_colleague(ids), ids.report[PB], Draft({"PB-SDL-03": {"v": 9}}, 0))
    answer = browser.post(url, old | {"f.PB-SDL-03": "7", "_action": "save"})
    shown = visible_text(answer.text.split('id="q-PB-SDL-03"')[1].split('id="q-')[0])
    assert "Rekan" in shown
    assert "9 unit" in shown.replace("\u00a0", " ")
    assert "7 unit" in shown.replace("\u00a0", " ")
    with app.app_context():
        assert db.session.get(Entry, ids.report[PB]).doc["PB-SDL-03"]["v"] == 9


def _colleague(ids):
    from services import user
    from services.actor import SYSTEM, actor_for
    from services.region import region_id

    made = user.create(SYSTEM, email="rekan@example.org", name="Rekan", password="kata-sandi-panjang", hasher=world.fast_hash,
                       grants=[GrantWish("operator", "region", region_id(PB))])  # fmt: skip
    return actor_for(made)


@pytest.mark.parametrize("url", ["/laporan/x", "/laporan/01JZZZZZZZZZZZZZZZZZZZZZZZ", "/daerah/99.99", "/daerah/%F0%9F%98%80", "/admin/konten/tidak-ada/",
                                 "/admin/konten/anggota/edit/?id=", "/admin/konten/anggota/edit/?id=%F0%9F%98%80", "/admin/unit/edit/?id='--", "/berkas/x/y",
                                 "/admin/konten/anggota/export/ods/", "/tidak-ada"])  # fmt: skip
def test_unknown_things_are_a_404_page_in_indonesian(as_, url):
    answer = as_("admin").get(url)
    assert answer.status_code == 404
    assert "Halaman ini tidak ada." in visible_text(answer.text)


@pytest.mark.parametrize("query", ["tahun=abc", "tahun=99999999999999", "liga=x&fase=y&periode=z", "tahun=-1", "periode=%00"])
def test_odd_queries_do_not_break_the_ranking(as_, query):
    assert as_("leader").get(f"/peringkat?{query}").status_code == (400 if "%00" in query else 200)


@pytest.mark.parametrize(
    "query", ["page=-5", "page=99999", "sort=99", "sort=x", "flt0_x=1", "search=%00", "search=%25_%27", "flt1_foo=" + "9" * 500]
)
def test_odd_queries_do_not_break_lists(as_, query):
    for url in ("/admin/konten/anggota/", "/admin/indikator/", "/admin/unit/", "/admin/kejadian/"):
        assert as_("admin").get(f"{url}?{query}").status_code == (400 if "%00" in query else 200), url


def test_an_unexpected_error_is_a_page_and_not_a_trace(app, as_, monkeypatch):
    from services.reading import board

    monkeypatch.setattr(board, "board", lambda *a, **k: 1 / 0)
    answer = as_("leader").get("/peringkat")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Ada gangguan di sisi kami" in visible_text(answer.text)


def test_sign_in_page_wrong_password_and_lock_out(app):
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = True

    def attempt(password, email="operator@example.org"):
        values = form_values(client.get("/masuk").text)
        return client.post("/masuk", data=values | {"email": email, "password": password})

    wrong = attempt("salah")
    assert "Surel atau kata sandi salah" in visible_text(wrong.text)
    unknown = attempt("salah", "siapa@example.org")
    assert "Surel atau kata sandi salah" in visible_text(unknown.text)
    for _try in range(4):
        attempt("salah")
    locked = attempt(world.PASSWORD)
    assert locked.status_code == 200
    assert "diistirahatkan 15 menit" in visible_text(locked.text)
    assert visible_text(locked.text) == visible_text(attempt("salah", "operator@example.org").text)  # a lock tells nothing more
    with app.app_context():
        assert db.session.scalars(sa.select(User).where(User.email == "operator@example.org")).one().locked_until is not None
    with time_machine.travel(world.TODAY.replace(hour=4)):
        good = attempt(world.PASSWORD)
        assert good.status_code == 302
        assert client.get("/").status_code == 200
        assert "session" in good.headers["Set-Cookie"]
        assert "HttpOnly" in good.headers["Set-Cookie"]
        assert "SameSite=Lax" in good.headers["Set-Cookie"]


def test_after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere(app, ids):
    client = app.test_client()
    asked = client.get(f"/laporan/{ids.report[PB]}")
    assert asked.location.startswith("/masuk?next=")
    done = client.post(asked.location, data={"email": "operator@example.org", "password": world.PASSWORD})
    assert done.location == f"/laporan/{ids.report[PB]}"
    other = app.test_client().post(
        "/masuk?next=https://jahat.example", data={"email": "operator@example.org", "password": world.PASSWORD}
    )
    assert other.location == "/"
    for away in ("//jahat.example", "/\\jahat.example", "/\t/jahat.example", "https://jahat.example", "/ /jahat"):
        assert client.post("/bahasa", data={"bahasa": "en", "kembali": away}).location == "/", away
    assert client.post("/bahasa", data={"bahasa": "en", "kembali": "/peringkat?tahun=2026"}).location == "/peringkat?tahun=2026"


def test_production_lets_no_demo_account_in(app):
    app.config["PRODUCTION"] = True
    try:
        answer = app.test_client().post("/masuk", data={"email": "operator@example.org", "password": world.PASSWORD})
    finally:
        app.config["PRODUCTION"] = False
    assert answer.status_code == 200
    assert "Surel atau kata sandi salah" in visible_text(answer.text)


def test_an_endless_password_is_not_even_hashed(app, monkeypatch):
    monkeypatch.setattr(User, "verify_and_update_password", lambda *_a: 1 / 0)
    answer = app.test_client().post("/masuk", data={"email": "operator@example.org", "password": "x" * 100_000})
    assert answer.status_code == 200
    assert "Surel atau kata sandi salah" in visible_text(answer.text)


def test_saving_a_person_unchanged_keeps_every_grant(app, as_):
    with app.app_context():
        from models import RoleGrant
        from services import region, user
        from services.actor import SYSTEM

        places = [
            ("operator", "region", "32.16"),
            ("coordinator", "region", "35.07"),
            ("leader", "province", "32"),
            ("leader", "region", "11.01"),
        ]
        wishes = [GrantWish(role, kind, region.region_id(code)) for role, kind, code in places]
        made = user.create(
            SYSTEM, email="banyak@example.org", name="Banyak", password=world.PASSWORD, hasher=world.fast_hash, grants=wishes
        )
        grants = sa.select(RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id).where(RoleGrant.user_id == made)
        before = sorted(db.session.execute(grants).all())
    browser = as_("admin")
    values = form_values(browser.get(f"/admin/pengguna/edit/?id={made}").text)
    assert browser.post(f"/admin/pengguna/edit/?id={made}", values).status_code == 302
    with app.app_context():
        assert sorted(db.session.execute(grants).all()) == before


def test_the_last_manager_of_users_cannot_leave(app, as_):
    with app.app_context():
        admin = world.person("admin").id
    browser = as_("admin")
    values = form_values(browser.get(f"/admin/pengguna/edit/?id={admin}").text) | {"role_1": "leader"}
    answer = browser.post(f"/admin/pengguna/edit/?id={admin}", values)
    assert answer.status_code == 200
    assert "berhak mengelola pengguna" in visible_text(answer.text)
    assert browser.get("/admin/pengguna/").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b",
        "a: &x [1]\nb: *x",
        "options: [1, 2]",
        "columns: {a: 1}",
        "rule: 5",
        "a: !!python/name:os.system",
        ": :",
        "weight: .nan",
        "columns: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]",
    ],
)
def test_bad_settings_are_refused_at_their_box(as_, tables, text):
    browser = as_("admin")
    values = form_values(browser.get("/admin/indikator/new/").text)
    before = tables()
    answer = browser.post(
        "/admin/indikator/new/", values | {"code": "XX-09", "type": "integer", "label_id": "Coba", "advanced": text}
    )
    assert answer.status_code == 200
    assert form_values(answer.text)["advanced"] == [text]
    assert 'id="e-advanced"' in answer.text
    assert tables() == before


def test_a_page_of_a_retired_version_loses_nothing(app, as_, ids):
    browser = as_("operator")
    values = form_values(browser.get(f"/laporan/{ids.report[PB]}").text)
    with app.app_context():
        from models import FieldRow

        row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "PB-SDL-03")).one().id
    admin = as_("admin")
    edit = f"/admin/indikator/edit/?id={row}"
    assert admin.post(edit, form_values(admin.get(edit).text) | {"retired": "y"}).status_code == 302
    publish = form_values(admin.get("/admin/terbitkan/pra-bencana/").text) | {"reason": "Rapat evaluasi"}
    assert admin.post("/admin/terbitkan/pra-bencana/", publish).status_code == 302
    answer = browser.post(f"/laporan/{ids.report[PB]}", values | {"f.PB-SDL-03": "8", "f.PB-KAP-01": "21", "_action": "save"})
    assert answer.status_code == 302
    assert form_values(browser.get(f"/laporan/{ids.report[PB]}").text)["f.PB-KAP-01"] == ["21"]


def test_english_is_second_and_complete_for_the_fill_page(app, as_, ids):
    browser = as_("operator")
    assert browser.get("/masuk").status_code in (200, 302)
    browser.post("/bahasa", {"bahasa": "en"})
    html = browser.get(f"/laporan/{ids.report[PB]}").text
    assert '<html lang="en">' in html
    assert "Decree forming the logistics cluster issued" in html
    assert "SK pembentukan klaster logistik ditetapkan" not in html


def test_security_headers_and_no_inline_script_or_style(app, as_, ids):
    browser = as_("admin")
    for url in (
        "/masuk",
        "/",
        "/peringkat",
        "/daerah/32.16",
        "/admin/indikator/",
        "/admin/terbitkan/pra-bencana/",
        "/admin/konten/anggota/",
    ):
        answer = browser.get(url)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*src=|[^>]*application/json)|\son\w+=|\sstyle=", answer.text), url


def test_list_pages_cost_a_constant_number_of_statements(app, as_, ids):
    from sqlalchemy import event as sa_event

    from domain.reporting.states import Move
    from services import period, record
    from services.actor import SYSTEM
    from services.report import move
    from tests.integration.test_reports import member, send

    def count(url):
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa_event.listen(app_engine(app), "before_cursor_execute", listener)
        assert as_("operator").get(url).status_code == 200
        sa_event.remove(app_engine(app), "before_cursor_execute", listener)
        return len(seen)

    few = count("/admin/konten/anggota/")
    with app.app_context():
        for number in range(12):
            record.save(world.person("operator"), "anggota", ids.unit[PB], member(f"Lembaga {number}", "media"))
    assert count("/admin/konten/anggota/") <= few + 3
    assert count("/peringkat") <= 30
    with app.app_context():
        send(report_id=ids.report[PB])
        move(world.person("province"), ids.report[PB], Move.RETURN, "Perbaiki")
        period.save(SYSTEM, year=2027, quarter=1, due_date=dt.date(2027, 12, 1), state="open")
    few = count("/laporan")
    with app.app_context():
        for quarter in (2, 3, 4):
            period.save(SYSTEM, year=2027, quarter=quarter, due_date=dt.date(2027, 12, 1), state="open")
    assert count("/laporan") == few


def app_engine(app):
    with app.app_context():
        return db.engine


def test_print_view_shows_every_answer(app, ids, page):
    browser, url = page
    sent_values(app, ids, browser, url)
    shown = visible_text(browser.get(f"{url}/cetak").text)
    assert "PB-KLB-01" in shown
    assert "versi 1" in shown
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AnswerChange)) > 0
        assert db.session.get(Report, ids.report[PB]).state == "draft"


def test_rows_of_definitions_are_narrowed_to_one_form_and_choices_found_by_their_question(as_):
    browser = as_("admin")
    of_form = browser.get("/admin/indikator/?flt0_0=pascabencana").text
    assert "PS-EVA-01" in of_form
    assert "PB-KLB-01" not in of_form
    assert 'aria-label="Indikator"' in browser.get("/admin/indikator/?flt0_0=tidak-ada").text
    assert "PB-KLB-01" in browser.get("/admin/indikator/?flt0_0=tidak-ada").text
    sections = visible_text(browser.get("/admin/bagian/?flt0_0=anggota").text.split("<tbody>")[1])
    assert "Anggota klaster" in sections
    assert "Pra-bencana" not in sections
    choices = browser.get("/admin/pilihan/?search=pb-rnc-02").text.split("<tbody>")[1]
    assert "PB-RNC-02" in choices
    assert "PB-SDL-04" not in choices
    assert "PB-RNC-02" not in browser.get("/admin/pilihan/?flt0_0=anggota").text.split("<tbody>")[1]
