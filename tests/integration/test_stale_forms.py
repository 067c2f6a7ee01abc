"""A plain form that another changed meanwhile: what was typed stays, what is saved stands beside it, nothing is overwritten."""

import pytest
import sqlalchemy as sa

from models import ChoiceRow, FieldRow, SectionRow, db
from services import region
from tests import world
from tests.html import form_values, visible_text

PB = "32.16"
CHANGED = "Data ini diubah sejak Anda membuka halaman"
CASES = {
    "unit": ("name", "Klaster Lain", "Klaster Saya"),
    "periode": ("due_date", "22/01/2027", "25/01/2027"),
    "kejadian": ("name", "Banjir lain", "Banjir saya"),
    "pengguna": ("place_1", "province|PROVINCE", "national|"),
    "indikator": ("label_id", "Pertanyaan lain", "Pertanyaan saya"),
    "bagian": ("label_id", "Bagian lain", "Bagian saya"),
    "pilihan": ("label_id", "Pilihan lain", "Pilihan saya"),
}


def key_of(place, ids):
    """The row a page of this kind is about."""
    known = {"unit": ids.unit[PB], "periode": ids.period, "kejadian": ids.event}
    if place in known:
        return known[place]
    if place == "pengguna":
        return world.person("leader").id
    table = {"indikator": FieldRow, "bagian": SectionRow, "pilihan": ChoiceRow}[place]
    query = sa.select(FieldRow.id).where(FieldRow.code == "PB-KAP-01") if table is FieldRow else sa.select(table.id).limit(1)
    return db.session.scalars(query).one()


@pytest.mark.parametrize("place", CASES)
def test_what_is_saved_stands_beside_what_was_typed(app, as_, ids, place):
    name, theirs, mine = CASES[place]
    with app.app_context():
        address = f"/admin/{place}/edit/?id={key_of(place, ids)}"
        theirs = theirs.replace("PROVINCE", region.region_id("32"))
    browser = as_("admin")
    page = form_values(browser.get(address).text)
    assert browser.post(address, page | {name: theirs}).status_code == 302
    said = chosen(browser.get(address).text, name)
    answer = browser.post(address, page | {name: mine})
    assert CHANGED in visible_text(answer.text)
    assert form_values(answer.text)[name] == [mine], "what was typed stays"
    at_box = visible_text(answer.text.split(f'id="e-{name}"')[1].split("</p>")[0])
    assert said in at_box, "what is saved stands at the box"
    assert chosen(browser.get(address).text, name) == said, "nothing was overwritten"
    assert browser.post(address, form_values(answer.text)).status_code == 302, "who has seen both may choose"
    assert form_values(browser.get(address).text)[name] == [mine]


def chosen(html, name):
    """What a box says, in words."""
    value = form_values(html)[name][0]
    box = html.split(f'name="{name}"')[1].split("</select>")[0]
    option = f'<option selected value="{value}">'
    return visible_text(box.split(option)[1].split("<")[0]) if option in box else value


def test_a_password_is_no_difference_and_is_not_shown(app, as_):
    with app.app_context():
        address = f"/admin/pengguna/edit/?id={world.person('leader').id}"
    browser = as_("admin")
    page = form_values(browser.get(address).text)
    assert browser.post(address, page | {"name": "Pimpinan"}).status_code == 302
    answer = browser.post(address, page | {"password": "rahasia-sekali-2026"})
    assert "rahasia-sekali" not in answer.text
    assert 'id="e-password"' not in answer.text
    assert "Pimpinan" in visible_text(answer.text.split('id="e-name"')[1].split("</p>")[0])
