"""Evidence chosen among the files a unit has: which are offered, what choosing does, what is typed meanwhile."""

import io

import pytest

from models import Report, Unit, db
from services import file
from services.file import Upload
from tests import world
from tests.html import form_values, visible_text
from tests.papers import RED, document, photograph

BEKASI, MALANG = "32.16", "35.07"
ASKED, PDF_ONLY = "PB-KAP-04", "PB-RNC-01"


@pytest.fixture
def had(app, ids):
    """``had("sk.pdf", content)``: a file of a unit; gives its hash."""

    def keep(name, content=None, unit=BEKASI, who="operator"):
        with app.app_context():
            owner = db.session.get(Unit, ids.unit[unit])
            body = io.BytesIO(content or document(RED) + name.encode())
            return next(
                iter(
                    file.store(world.person(who), app.extensions["file_store"], owner, [Upload(name, body)], tuple(file.KIND_WORDS))
                )
            )

    return keep


@pytest.fixture
def page(ids):
    return f"/laporan/{ids.report[BEKASI]}"


def answer_of(app, ids, code):
    with app.app_context():
        return db.session.get_one(Report, ids.report[BEKASI]).entry.doc.get(code)


def test_a_chosen_file_stands_with_the_answer_beside_those_there_are(app, as_, ids, had, page):
    first, second = had("SK lama.pdf"), had("SOP.pdf")
    browser = as_("operator")
    for sha in (first, second):
        shown = browser.get(f"{page}/bukti/{PDF_ONLY}")
        done = browser.post(
            page, form_values(shown.text) | {"_action": f"back:{PDF_ONLY}", f"f.{PDF_ONLY}.have": [f"{sha} Nama.pdf"]}
        )
        assert done.headers["Location"] == f"{page}#q-{PDF_ONLY}"
    assert answer_of(app, ids, PDF_ONLY)["files"] == [first, second]
    assert "Tidak ada berkas yang dapat dipakai" in visible_text(browser.get(f"{page}/bukti/{PDF_ONLY}").text), (
        "none is offered twice"
    )


def test_only_files_that_fit_and_are_the_units_own_are_offered(as_, had, page):
    had("sk.pdf")
    had("gudang.jpg", photograph(40, 30))
    had("milik lain.pdf", unit=MALANG, who="stranger")
    browser = as_("operator")
    pdf, both = (visible_text(browser.get(f"{page}/bukti/{code}").text) for code in (PDF_ONLY, ASKED))
    assert ("sk.pdf" in pdf, "gudang.jpg" in pdf, "milik lain.pdf" in pdf) == (True, False, False)
    assert ("sk.pdf" in both, "gudang.jpg" in both) == (True, True)


def test_files_are_found_by_name(as_, had, page):
    had("SK 100%.pdf")
    had("SOP.pdf")
    found = visible_text(as_("operator").get(f"{page}/bukti/{PDF_ONLY}?cari=100%25").text)
    assert ("SK 100%.pdf" in found, "SOP.pdf" in found) == (True, False)
    assert "nama berisi “tidak ada”" in visible_text(as_("operator").get(f"{page}/bukti/{PDF_ONLY}?cari=tidak+ada").text)


def test_a_file_of_another_unit_named_by_hand_is_nobodys(app, as_, ids, had, page):
    foreign = had("milik lain.pdf", unit=MALANG, who="stranger")
    had("sk.pdf")
    browser = as_("operator")
    sent = form_values(browser.get(f"{page}/bukti/{PDF_ONLY}").text) | {f"f.{PDF_ONLY}.have": [f"{foreign} Nama.pdf"]}
    browser.post(page, sent | {"_action": f"back:{PDF_ONLY}"})
    assert not (answer_of(app, ids, PDF_ONLY) or {}).get("files")


def test_the_way_to_the_files_keeps_what_is_typed(app, as_, ids, page):
    browser = as_("operator")
    sent = form_values(browser.get(page).text) | {"f.PB-KAP-01": "41", "f.PB-SDL-03": "banyak", "_action": f"files:{PDF_ONLY}"}
    done = browser.post(page, sent)
    assert done.headers["Location"] == f"{page}/bukti/{PDF_ONLY}"
    assert (answer_of(app, ids, "PB-KAP-01")["v"], answer_of(app, ids, "PB-SDL-03")["raw"]) == (41, "banyak")


@pytest.mark.parametrize("code", ["PB-KLB-02", "TIDAK-ADA", "_context"])
def test_a_question_that_takes_no_file_has_no_such_page(as_, page, code):
    assert as_("operator").get(f"{page}/bukti/{code}").status_code == 404


def test_older_files_are_reached_when_the_newest_all_stand_with_the_answer(app, as_, ids, had, page):
    old = had("paling lama.pdf")
    browser = as_("operator")
    hashes = [had(f"berkas {n}.pdf") for n in range(file.MOST_LISTED)]
    sent = form_values(browser.get(f"{page}/bukti/{PDF_ONLY}").text)
    browser.post(page, sent | {"_action": f"back:{PDF_ONLY}", f"f.{PDF_ONLY}.have": [f"{sha} B.pdf" for sha in hashes]})
    assert f'value="{old} paling lama.pdf"' in browser.get(f"{page}/bukti/{PDF_ONLY}").text
