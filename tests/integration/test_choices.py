"""Long lists: not on the page, searched on a page of their own, or on the device in a file that stays the same."""

import pytest
import sqlalchemy as sa

from models import Region, SectionRow, db
from services import definition
from services.report_rows import get_for
from tests import world
from tests.html import form_values, visible_text
from tests.integration.test_definitions import publish

PB, CODE = "32.16", "PB-KAP-07"
ASKED = {
    "code": CODE,
    "type": "reference",
    "label": {"id": "Daerah yang membantu", "en": "Region that helps"},
    "options": {"target": "regions"},
    "required": False,
}


@pytest.fixture
def asked(app, ids):
    """A question that may be answered with any region."""
    with app.app_context():
        section = db.session.scalars(sa.select(SectionRow).where(SectionRow.code == "KAP")).one()
        definition.save_field(world.person("admin"), "pra-bencana", section.id, ASKED)
        publish()
    return f"/laporan/{ids.report[PB]}"


@pytest.fixture
def helper(app, asked):
    with app.app_context():
        return db.session.scalar(sa.select(Region.id).where(Region.code == "32.17"))


def stored(app, ids):
    with app.app_context():
        return (get_for(world.person("operator"), ids.report[PB]).entry.doc.get(CODE) or {}).get("v")


def test_a_long_list_is_not_on_the_page(as_, asked):
    html = as_("operator").get(asked).text
    assert "Bandung Barat" not in html
    assert f'data-from="{asked}/pilihan/{CODE}/daftar?v=' in html


def test_without_scripts_one_searches_and_comes_back_with_the_choice(app, as_, ids, asked, helper):
    browser = as_("operator")
    page = form_values(browser.get(asked).text)
    away = browser.post(asked, page | {"f.PB-KAP-01": "78", "_action": f"pick:{CODE}"})
    assert away.location == f"{asked}/pilihan/{CODE}"
    found = browser.get(f"{away.location}?cari=bandung+kabupaten")
    said = visible_text(found.text)
    assert "2 pilihan" in said
    assert "Kota Bandung" not in said
    back = browser.post(asked, form_values(found.text) | {f"f.{CODE}": helper, "_action": f"back:{CODE}"})
    assert back.location == f"{asked}#q-{CODE}"
    assert stored(app, ids) == helper
    html = browser.get(asked).text
    assert f'<option value="{helper}" selected>32.17 Kabupaten Bandung Barat</option>' in html
    assert "Kota Bandung" not in html
    assert 'name="f.PB-KAP-01"' in html
    assert form_values(html)["f.PB-KAP-01"] == ["78"]  # what was typed before the search is saved


def test_the_file_is_kept_as_long_as_it_stays_the_same(app, as_, asked):
    browser = as_("operator")
    html = browser.get(asked).text
    address = html.split('data-from="')[1].split('"')[0]
    kept = browser.get(address)
    assert [title for _id, title in kept.json if title.startswith("32.17")] == ["32.17 Kabupaten Bandung Barat"]
    assert "immutable" in kept.headers["Cache-Control"]
    assert "private" in kept.headers["Cache-Control"]
    assert "no-cache" in browser.get(address.split("?")[0]).headers["Cache-Control"]
    assert browser.get(address, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304
    assert kept.headers["Kept-For"]
    assert address in browser.get("/luring").json["files"]


@pytest.mark.parametrize("page", ["", "/daftar"])
def test_others_find_no_list(as_, asked, page):
    assert as_("stranger").get(f"{asked}/pilihan/{CODE}{page}").status_code == 404
    assert as_("operator").get(f"{asked}/pilihan/PB-KAP-01{page}").status_code == 404  # a number is not chosen
    assert as_("operator").get(f"{asked}/pilihan/NONE{page}").status_code == 404


def test_words_that_fit_nothing_are_told(as_, asked):
    said = visible_text(as_("operator").get(f"{asked}/pilihan/{CODE}?cari=<b>tiada</b>").text)
    assert "Tidak ada yang namanya memuat “<b>tiada</b>”." in said
