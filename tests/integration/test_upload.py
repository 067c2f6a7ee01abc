"""Evidence in pieces: goes on after a break, is kept once whole, belongs to whom it belongs."""

import os
import shutil
from base64 import b64encode
from urllib.parse import unquote

import pytest

from infra.partial import Partials
from services import upload
from services.report_rows import get_for
from tests import world
from tests.integration.test_autosave import Page
from tests.world import PEOPLE

TUS, PB = {"Tus-Resumable": "1.0.0"}, "32.16"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40


def meta(**said):
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())


class Sending:
    """One file on its way from one browser."""

    def __init__(self, browser, report, content=PDF, **said):
        self.browser, self.content = browser.client, content
        about = meta(**({"filename": "SK Bupati.pdf", "code": "PB-KLB-01"} | said))
        headers = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": about}
        self.begun = self.browser.post(f"/laporan/{report}/berkas", headers=headers)
        self.address = self.begun.headers.get("Location", "")

    def send(self, start, end=None, **more):
        headers = TUS | {"Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"} | more
        return self.browser.patch(self.address, data=self.content[start:end], headers=headers)

    def arrived(self):
        return self.browser.head(self.address, headers=TUS)


@pytest.fixture
def sending(app, as_, ids):
    shutil.rmtree(app.extensions["file_store"].root / ".unggahan", ignore_errors=True)
    return lambda *args, who="operator", **said: Sending(as_(who), ids.report[PB], *args, **said)


@pytest.fixture
def answer(app, ids):
    def stored(code="PB-KLB-01"):
        with app.app_context():
            return get_for(world.person("operator"), ids.report[PB]).entry.doc.get(code) or {}

    return stored


def test_what_the_server_can_do_is_told_to_anybody(as_, ids):
    said = as_().client.options(f"/laporan/{ids.report[PB]}/berkas")
    assert (said.status_code, said.headers["Tus-Version"], said.headers["Tus-Max-Size"]) == (204, "1.0.0", str(10 * 1024 * 1024))
    assert said.headers["Tus-Extension"] == "creation,termination,expiration"


def test_a_file_goes_on_after_a_break_and_is_attached_by_its_name(as_, ids, sending, answer):
    file = sending()
    assert (file.begun.status_code, file.begun.headers["Upload-Offset"]) == (201, "0")
    assert file.begun.headers["Upload-Expires"].endswith("GMT")
    first = file.send(0, 4000)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4000")
    assert file.arrived().headers["Upload-Offset"] == "4000"
    wrong = file.send(0, 4000)
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "4000")
    last = file.send(4000)
    kept = unquote(last.headers["Stored-As"])
    assert kept.endswith(" SK Bupati.pdf")
    assert unquote(file.arrived().headers["Stored-As"]) == kept  # whoever did not hear of it asks again
    assert file.send(len(PDF)).headers["Stored-As"] == last.headers["Stored-As"]
    page = Page(as_("operator"), f"/laporan/{ids.report[PB]}")
    said = page.send("PB-KLB-01", "ya", **{"f.PB-KLB-01.have": kept}).json
    assert "SK Bupati.pdf" in said["attached"]["PB-KLB-01"]
    assert answer()["names"] == {kept.split()[0]: "SK Bupati.pdf"}
    opened = as_("operator").get(f"/berkas/{ids.unit[PB]}/{kept.split()[0]}")
    assert opened.data == PDF


def test_what_the_unit_has_is_whole_at_once_and_serves_another_question(sending, as_, ids, answer):
    kept = unquote(sending().send(0).headers["Stored-As"])
    again = sending(filename="Salinan.pdf", sha256=kept.split()[0])
    assert again.begun.headers["Upload-Offset"] == str(len(PDF))
    assert unquote(again.begun.headers["Stored-As"]) == f"{kept.split()[0]} Salinan.pdf"
    page = Page(as_("operator"), f"/laporan/{ids.report[PB]}")
    page.send("PB-KLB-01", "ya", **{"f.PB-KLB-01.have": kept})
    page.send("PB-RNC-01", "ya", **{"f.PB-RNC-01.have": kept.replace("SK Bupati", "Surat")})
    assert (answer()["files"], answer("PB-RNC-01")["names"]) == ([kept.split()[0]], {kept.split()[0]: "Surat.pdf"})


def test_a_file_that_arrived_whole_before_the_server_was_killed_is_kept(app, sending):
    file = sending()
    file.send(0, 4000)
    with app.app_context():
        actor = world.person("operator")
        partials = Partials(app.extensions["file_store"].root / ".unggahan" / actor.id)
        (path,) = partials.root.glob("*")
        with path.open("ab") as whole:
            whole.write(PDF[4000:])
    assert unquote(file.arrived().headers["Stored-As"]).endswith("SK Bupati.pdf")


@pytest.mark.parametrize(
    ("content", "said", "words"),
    [
        (b"bukan pdf", {}, "tidak dapat dibuka"),
        (b"%PDF-1.4", {"code": "PB-RNC-04"}, ""),
        (b"", {}, "tidak dapat dibuka"),
        (bytes(10 * 1024 * 1024 + 1), {}, "lebih besar dari 10 MB"),
    ],
)
def test_what_the_question_does_not_take_is_refused_with_words(as_, ids, content, said, words):
    browser = as_("operator")
    browser.client.environ_base["HTTP_ACCEPT"] = "application/json"
    file = Sending(browser, ids.report[PB], content, **said)
    answer = file.send(0) if file.address else file.begun
    assert (answer.status_code, words in answer.json["refused"]) == ((409, True) if words else (404, True))
    if file.address:
        assert file.arrived().status_code == 404


def test_only_who_fills_the_report_may_begin_and_only_who_began_goes_on(as_, ids, sending, tables):
    before = tables()
    for who in (*PEOPLE, ""):
        begun = sending(who=who).begun
        expected = 201 if who == "operator" else 302 if not who else None
        assert begun.status_code == expected or (expected is None and begun.status_code in (403, 404)), who
    mine = sending()
    mine.send(0, 100)
    for who in {*PEOPLE, ""} - {"operator"}:
        for method, headers in (
            ("head", {}),
            ("patch", {"Upload-Offset": "100", "Content-Type": "application/offset+octet-stream"}),
            ("delete", {}),
        ):
            status = as_(who).client.open(mine.address, method=method.upper(), headers=TUS | headers, data=b"x").status_code
            assert status == (404 if who else 302), (who, method)
    assert mine.arrived().headers["Upload-Offset"] == "100"
    assert tables() == before


def test_a_forged_address_a_strange_hash_and_a_foreign_file_open_nothing(as_, ids, sending, answer):
    file = sending()
    file.address = file.address[:-4] + ("AAAA" if not file.address.endswith("AAAA") else "BBBB")
    assert file.arrived().status_code == 404
    assert sending(sha256="0" * 64).begun.headers["Upload-Offset"] == "0"
    page = Page(as_("operator"), f"/laporan/{ids.report[PB]}")
    for had in (f"{'0' * 64} x.pdf", "wait abc x.pdf", "x", f"{'0' * 64} "):
        assert page.send("PB-KLB-01", "ya", **{"f.PB-KLB-01.have": had}).json["attached"] == {}
    assert "files" not in answer()


def test_the_protocol_is_kept(app, as_, ids, sending):
    browser, report = as_("operator").client, f"/laporan/{ids.report[PB]}/berkas"
    other = browser.post(report, headers={"Tus-Resumable": "0.2.2"})
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0")
    about = {"Upload-Metadata": meta(code="PB-KLB-01")}
    assert browser.post(report, headers=TUS | about).status_code == 400
    assert browser.post(report, headers=TUS | {"Upload-Length": "9", "Upload-Metadata": "code !!!"}).status_code == 404
    file = sending()
    assert file.send(0, **{"Content-Type": "text/plain"}).status_code == 415
    assert browser.delete(file.address, headers=TUS).status_code == 204
    assert (file.arrived().status_code, file.send(0).status_code) == (404, 404)
    app.config["WTF_CSRF_ENABLED"] = True
    assert sending().begun.status_code == 400


def test_nobody_fills_the_disk_with_files_that_never_come(app, sending, monkeypatch):
    monkeypatch.setattr(upload, "MOST", 3)
    assert [sending().begun.status_code for _n in range(4)] == [201, 201, 201, 409]
    for path in (app.extensions["file_store"].root / ".unggahan").glob("*/*"):
        os.utime(path, (0, 0))
    assert sending().begun.status_code == 201
