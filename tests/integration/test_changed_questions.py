"""A form that BNPB changes while someone fills it in: what changed is said at each question, and leads there."""

import sqlalchemy as sa

from domain.definitions.source import field_source
from models import FieldRow, db
from services import definition, registry
from tests import world
from tests.html import form_values, visible_text
from tests.integration.test_definitions import add_indicator, publish

PB = "32.16"


def reworded(code: str, label: str) -> None:
    """Ask a question in other words, in the draft of the form."""
    row = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == code)).one()
    ref = registry.registry().types["pra-bencana"]
    now = registry.definition_of(ref.versions[-1]).by_code[code]
    source = field_source(now, "phase_form")
    source["label"] = dict(source["label"]) | {"id": label}
    definition.save_field(world.person("admin"), "pra-bencana", row.section_id, source, row.id, row.lock_version)


def question(html: str, code: str) -> str:
    """What is read at one question."""
    start = html.index(f'data-q="{code}"')
    end = html.find('data-q="', start + 1)
    return visible_text(html[start : end if end > 0 else None])


def published(app) -> None:
    with app.app_context():
        reworded("PB-SDL-03", "Berapa gudang yang siap?")
        add_indicator()
        publish()


def test_a_post_from_before_leads_to_a_page_that_marks_what_is_new(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    was = question(browser.get(address).text, "PB-SDL-03")
    published(app)
    answer = browser.post(address, page | {"f.PB-SDL-03": "7", "f.PB-KAP-01": "77", "_action": "save"})
    assert answer.status_code == 302
    html = browser.get(answer.location).text
    assert "BNPB mengubah formulir ini saat Anda mengisinya" in visible_text(html)
    there = question(html, "PB-SDL-03")
    assert "Diubah BNPB: pertanyaan. Sebelumnya berbunyi “" in there
    assert "Periksa apakah jawaban Anda masih sesuai." in there  # it is answered
    assert there.split("“")[1].split("”")[0] in was
    assert "Pertanyaan ini baru." in question(html, "PB-KAP-06")
    assert "Diubah BNPB" not in question(html, "PB-KAP-01")
    assert '<a href="#q-PB-SDL-03">' in html
    assert "Diubah BNPB" not in browser.get(address).text  # once seen, it is the form


def test_a_page_that_is_opened_again_marks_it_too(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    browser.post(address, form_values(browser.get(address).text) | {"f.PB-KAP-01": "77", "_action": "save"})
    published(app)
    html = browser.get(address).text
    assert "sejak Anda terakhir menyimpan" in visible_text(html)
    there = question(html, "PB-SDL-03")
    assert "Diubah BNPB: pertanyaan." in there


def test_what_saves_itself_says_that_the_form_is_another(app, as_, ids):
    browser, address = as_("operator"), f"/laporan/{ids.report[PB]}"
    page = form_values(browser.get(address).text)
    published(app)
    said = browser.post(address, page | {"_codes": "PB-KAP-01", "f.PB-KAP-01": "78"}, headers={"Accept": "application/json"}).json
    assert said["stale"] is True


def test_a_number_no_version_has_marks_nothing(as_, ids):
    browser = as_("operator")
    for number in ("9", "0", "-1", "x", "99999999999999999999"):
        answer = browser.get(f"/laporan/{ids.report[PB]}?sejak={number}")
        assert answer.status_code == 200
        assert "Diubah BNPB" not in answer.text
        assert "saat Anda mengisinya" not in answer.text
