"""docs/operasi.md, “Pemasangan pertama”, from an empty production database to the first score: its commands are run, its
steps are taken, and every button is called there as it is called on the page."""

import io
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from models import db
from tests.browser.conftest import axe, follow, overflow
from tests.browser.test_journey import answers_for, fill, unfold
from tests.conftest import make_app
from tests.postgres import copy_database
from tests.server import ROOT, Server

DOC = (ROOT / "docs" / "operasi.md").read_text(encoding="utf-8").split("## Pemasangan pertama")[1].split("\n## ")[0]
PASSWORD, CHOSEN = "Gudang-Pusat-2026", "gudang hijau di tepi kali"
OFFICER = "petugas@bpbd.contoh.go.id"


def named(word: str) -> str:
    """A word of the page that the instructions use too."""
    assert f"**{word}**" in DOC, word
    return word


@pytest.fixture(scope="module")
def production(postgres, tmp_path_factory) -> dict[str, str]:
    """An empty database and the settings of a production server."""
    folder = tmp_path_factory.mktemp("production")
    return os.environ | {
        "EMONEV_ENV": "production",
        "DATABASE_URL": copy_database(postgres, "template1", f"first_{os.getpid()}"),
        "STORAGE_URL": f"file://{folder}/berkas",
        "SECRET_KEY": "first-installation-secret-key-0123456789",
        "METRICS_DIR": f"{folder}/metrics",
    }


def run_commands(env: dict[str, str]) -> None:
    """The flask commands of the instructions, in their order; the password is typed as it is asked for."""
    commands = re.findall(r"\.venv/bin/flask --app app ([^)\n]+)\)", DOC)
    assert [c.split()[0] for c in commands] == ["db", "seed", "user"]
    for command in commands:
        typed = f"{PASSWORD}\n{PASSWORD}\n" if command.startswith("user") else ""
        words = [os.sys.executable, "-m", "flask", "--app", "app", *shlex.split(command)]
        subprocess.run(words, cwd=ROOT, env=env, check=True, input=typed, text=True, capture_output=True)


@pytest.fixture(scope="module")
def address(production):
    run_commands(production)
    server = Server(production, 2)
    server.wait()
    yield server.address
    server.stop()


@pytest.fixture
def people(chromium, address):
    """``people()``: somebody else's browser."""
    contexts = []

    def another():
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", base_url=address)
        contexts.append(context)
        return context.new_page()

    yield another
    for context in contexts:
        context.close()


def sign_in(page, email: str, password: str) -> None:
    page.goto("/masuk")
    page.get_by_label("Surel dinas").fill(email)
    page.get_by_label("Kata sandi", exact=True).fill(password)
    follow(page, page.get_by_role("button", name=named("Masuk"), exact=True))
    page.wait_for_url("**/")


def filled_in(template: Path) -> bytes:
    """The template as an administrator returns it: one region, from a day on, with its officer."""
    header, *rows = CalamineWorkbook.from_path(str(template)).get_sheet_by_index(0).to_python()
    row = next(row for row in rows if row[0] == "32.16")
    wanted = {"Wajib lapor sejak": "01/01/2026", "Nama petugas": "Petugas Bekasi", "Surel petugas": OFFICER}
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(header):
            sheet.write(0, column, name)
            sheet.write(1, column, wanted.get(name, row[column] if column < len(row) else ""))
    return made.getvalue()


def checked(page) -> None:
    assert axe(page) == []
    assert overflow(page) <= 0


def bring_in_units(page) -> str:
    """Steps 2 to 4; gives the officer's link."""
    page.goto("/admin/unit/")
    follow(page, page.get_by_role("link", name=named("Tambah dari lembar Excel")))
    checked(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=named("Contoh")).click()
    body = filled_in(Path(download.value.path()))
    page.locator("#berkas").set_input_files({"name": "unit.xlsx", "mimeType": "application/octet-stream", "buffer": body})
    follow(page, page.get_by_role("button", name=named("Periksa baris")))
    checked(page)
    follow(page, page.get_by_role("button", name=named("Tulis baris ini")))
    checked(page)
    links = page.locator("#semua").input_value()
    return re.search(rf"Petugas Bekasi\t{re.escape(OFFICER)}\thttp://[^/]+(/\S+)", links)[1]


def open_period(page) -> None:
    """Step 5: the running quarter."""
    page.goto("/admin/periode/")
    follow(page, page.get_by_role("link", name=named("Tambah periode")).first)
    checked(page)
    page.get_by_label("Tahun").fill("2026")
    page.get_by_label("Triwulan").select_option(label="IV")
    page.get_by_label("Tenggat").fill("31/01/2027")
    page.get_by_label("Status").select_option(label=named("Dibuka"))
    follow(page, page.get_by_role("button", name="Simpan"))
    page.wait_for_url("**/admin/periode/")


def choose_password(page, link: str) -> None:
    """Step 6, its first half."""
    page.goto(link)
    checked(page)
    page.get_by_label("Kata sandi baru", exact=True).fill(CHOSEN)
    page.get_by_label("Kata sandi baru, sekali lagi").fill(CHOSEN)
    follow(page, page.get_by_role("button", name=named("Simpan kata sandi")))
    page.wait_for_url("**/masuk")


def report(page, inside) -> None:
    """Step 6, its second half: fill, check, send."""
    page.goto("/laporan")
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    page.wait_for_url("**/laporan/*")
    values = answers_for(inside, page.url, OFFICER)
    for _round in range(4):  # what builds on an answer appears after saving
        unfold(page)
        fill(page, values)
        follow(page, page.get_by_role("button", name="Simpan", exact=True).last)
    follow(page, page.get_by_role("button", name=named("Periksa dan kirim")))
    follow(page, page.locator(".note.is-ok").get_by_role("button", name=named("Kirim laporan")))


@pytest.fixture
def inside(production, tmp_path):
    """The same installation seen from within."""
    app = make_app(production["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"), tmp_path)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_from_an_empty_database_to_the_first_score(people, inside):
    admin, officer = people(), people()
    sign_in(admin, "admin@contoh.go.id", PASSWORD)
    checked(admin)
    link = bring_in_units(admin)
    open_period(admin)
    choose_password(officer, link)
    sign_in(officer, OFFICER, CHOSEN)
    report(officer, inside)
    assert "Laporan sudah dikirim" in officer.inner_text("main")
    admin.goto("/peringkat?liga=kabkota")
    assert re.search(r"\d+,\d\d", admin.get_by_role("row", name=re.compile("Kabupaten Bekasi")).inner_text())
    officer.goto(link)  # the link opens nothing any more
    assert "tidak berlaku lagi" in officer.inner_text("main")
