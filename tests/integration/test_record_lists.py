"""Lists of records: filters read what is typed as the field would, references go by name, flags reach what is stored."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import yaml

from models import Entry, EntryUnique, db
from services import bundle, record, registry
from services.actor import SYSTEM
from services.errors import Refused
from services.reading.records import Condition, Query, listed
from services.unit_of_work import unit_of_work
from tests import world
from tests.html import form_values, visible_text
from tests.integration.test_reports import member

PB = "32.16"
DEPOTS = """
format: 1
key: depo
kind: collection
label: {id: Depo, en: Depots}
item_label: {id: depo, en: depot}
title_field: nama
sections:
  - code: umum
    label: {id: Umum, en: General}
    fields:
      - {code: nama, type: text, label: {id: Nama, en: Name}, required: true, list: true, searchable: true, sortable: true}
      - {code: telepon, type: text, label: {id: Telepon, en: Phone}, required: false, searchable: true}
      - {code: dibuka, type: date, label: {id: Dibuka, en: Opened}, list: true, filterable: true, sortable: true}
      - {code: luas, type: decimal, label: {id: Luas, en: Area}, list: true, filterable: true, options: {places: 1}}
      - {code: isi, type: percent, label: {id: Isi, en: Filled}, filterable: true, required: false}
      - {code: kontrak, type: date_range, label: {id: Kontrak, en: Contract}, filterable: true, required: false, options: {open_end: true}}
      - {code: induk, type: reference, label: {id: Induk, en: Parent}, list: true, filterable: true, sortable: true, required: false, options: {target: depo}}
      - {code: aktif, type: yes_no, label: {id: Aktif, en: Active}, filterable: true, required: false}
      - code: rak
        type: table
        required: false
        label: {id: Rak, en: Shelves}
        columns:
          - {code: dari, type: reference, label: {id: Dari, en: From}, options: {target: depo}}
          - {code: penuh, type: yes_no, label: {id: Penuh, en: Full}}
"""


def save(nama, dibuka="2026-01-05", luas=2.5, **more):
    values = {"nama": nama, "dibuka": dibuka, "luas": luas} | more
    return record.save(world.person("operator"), "depo", world.unit_of(PB), {code: {"v": value} for code, value in values.items()})


@pytest.fixture
def depots(app):
    """Three depots; the second and third belong to the first."""
    with app.app_context():
        source = yaml.safe_load(DEPOTS)
        bundle.apply(SYSTEM, {source["key"]: source})
        first = save("Zulu", "2026-01-05", 2.5, isi={"n": 1, "d": 2}, kontrak={"from": "2026-01-05", "to": None}, aktif=False)
        second = save("Alfa", "2026-06-01", 12.5, induk=first, isi={"n": 9, "d": 10}, aktif=True)
        third = save("Bravo", "2026-11-30", 100, induk=second, rak=[{"id": "n1", "dari": first, "penuh": True}])
        return {"Zulu": first, "Alfa": second, "Bravo": third}


def found(*conditions, sort="", descending=False):
    ref, definition = registry.registry().type("depo"), record.definition_for("depo")[1]
    asked = tuple(Condition(definition.by_code[code], operator, value) for code, operator, value in conditions)
    query = Query(ref.id, "", asked, definition.by_code.get(sort), descending)
    return [entry.title for entry in listed(world.person("operator"), query, 0, 20)[1]]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (("dibuka", "from", "01/06/2026"), ["Alfa", "Bravo"]),
        (("dibuka", "to", "01/06/2026"), ["Alfa", "Zulu"]),
        (("dibuka", "to", "2026-05-31"), ["Zulu"]),
        (("luas", "from", "12,5"), ["Alfa", "Bravo"]),
        (("luas", "to", "2.5"), ["Zulu"]),
        (("isi", "from", "60"), ["Alfa"]),
        (("kontrak", "from", "05/01/2026"), ["Zulu"]),
        (("kontrak", "from", "06/01/2026"), []),
        (("aktif", "is", "tidak"), ["Zulu"]),
        (("luas", "from", "banyak"), []),
    ],
)
def test_a_filter_reads_its_value_like_an_answer(app, depots, condition, names):
    with app.app_context():
        assert found(condition) == names


def test_references_are_filtered_by_record_and_sorted_by_its_name(app, depots):
    with app.app_context():
        assert found(("induk", "is", depots["Zulu"])) == ["Alfa"]
        assert found(sort="induk") == ["Bravo", "Alfa", "Zulu"]
        assert found(sort="induk", descending=True) == ["Alfa", "Bravo", "Zulu"]


def test_an_unreadable_filter_says_so_and_records_are_offered_by_name(app, as_, depots):
    browser = as_("operator")
    html = browser.get("/admin/konten/depo/").text
    assert f'value="{depots["Zulu"]}"' in html
    name = re.findall(r'name="(flt\d+_[^"]*dibuka[^"]*)"', html)[0]
    page = browser.get(f"/admin/konten/depo/?{name}=besok").text
    assert visible_text(page).count("besok") == 1
    assert "besok" not in visible_text(browser.get(f"/admin/konten/depo/?{name}=").text)


def test_filters_speak_the_readers_language(app, as_, depots):
    english, indonesian = as_("operator"), as_("coordinator")
    english.post("/bahasa", {"bahasa": "en"})
    assert "Opened" in english.get("/admin/konten/depo/").text
    html = indonesian.get("/admin/konten/depo/").text
    assert "Opened" not in html
    assert "Dibuka" in html


def test_references_in_records_and_their_rows_are_shown_by_name(app, as_, depots):
    browser = as_("operator")
    page = visible_text(browser.get(f"/admin/konten/depo/details/?id={depots['Bravo']}").text)
    assert "Alfa" in page
    assert "Zulu" in page
    assert depots["Zulu"] not in page
    lines = browser.get("/admin/konten/depo/export/csv/").get_data(as_text=True).splitlines()
    assert [line for line in lines if "Bravo" in line and "Alfa" in line]


def test_the_export_asks_the_same_number_of_statements_however_many_records(app, as_, depots):
    from sqlalchemy import event

    def count():
        seen = []
        event.listen(engine, "before_cursor_execute", hook := lambda *a: seen.append(a[2]))
        as_("operator").get("/admin/konten/depo/export/csv/").get_data()
        event.remove(engine, "before_cursor_execute", hook)
        return len(seen)

    with app.app_context():
        engine = db.engine
    count()
    few = count()
    with app.app_context():
        for number in range(12):
            save(f"Depo {number}", induk=depots["Zulu"])
    assert count() == few


def test_a_yes_no_column_is_offered_in_the_readers_language(app, as_, depots):
    values = form_values(as_("operator").get(f"/admin/konten/depo/edit/?id={depots['Bravo']}").text)
    assert values["f.rak.n1.penuh"] == ["ya"]
    html = as_("operator").get("/admin/konten/depo/new/").text
    cell = html[html.index(".penuh") :]
    assert ">Ya<" in cell
    assert ">Yes<" not in cell


def changed(**flags):
    source = yaml.safe_load(DEPOTS)
    for field in source["sections"][0]["fields"]:
        field.update(flags.get(field["code"], {}))
    return {"depo": source}


def test_a_field_that_became_personal_is_searchable_no_more(app, depots):
    with app.app_context():
        entry = save("Delta", telepon="021 555 0199")
        assert "0199" in db.session.get(Entry, entry).search
        bundle.apply(SYSTEM, changed(telepon={"personal": True}))
        db.session.expire_all()
        assert "0199" not in db.session.get(Entry, entry).search
        assert record.rebuild_differences() == []


def test_a_field_that_became_unique_binds_the_records_there_are(app, depots):
    with app.app_context():
        twins = [save("Kembar", "2026-02-01"), save("Kembar", "2026-02-02")]
        with pytest.raises(Refused, match="same"):
            bundle.apply(SYSTEM, changed(nama={"unique": "unit"}))
        record.delete(world.person("operator"), "depo", twins[0])
        bundle.apply(SYSTEM, changed(nama={"unique": "unit"}))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(EntryUnique).where(EntryUnique.entry_id == twins[1])) == 1
        assert record.rebuild_differences() == []
        with pytest.raises(Refused):
            save("Zulu", "2026-03-01")
        with pytest.raises(Refused):
            record.restore(world.person("operator"), "depo", twins[0])


def test_a_report_shows_references_by_name(app, as_, depots):
    from services import period
    from services.drafting import Draft, save_draft
    from tests.unit.make import form, item, section

    with app.app_context():
        asked = item("DEPO", "reference", options={"target": "depo"})
        bundle.apply(SYSTEM, {"titik": form(section("A", asked), key="titik")})
        period.open_period(SYSTEM, world.ids().period)
        report = world.report_of(PB, "titik")
        save_draft(world.person("operator"), report, Draft({"DEPO": {"v": depots["Zulu"]}}, 0))
    page = visible_text(as_("operator").get(f"/laporan/{report}/cetak").text)
    assert "Zulu" in page
    assert depots["Zulu"] not in page


def test_who_reads_several_units_can_narrow_a_list_to_one(app, as_, ids):
    with app.app_context():
        for who, code, name in (("operator", PB, "PMI Bekasi"), ("stranger", "35.07", "PMI Malang")):
            record.save(world.person(who), "anggota", ids.unit[code], member(name, "masyarakat"))
    page = as_("admin").get("/admin/konten/anggota/").text
    choices = page.split(f'<option value="{ids.unit["35.07"]}"')[0]
    name = re.findall(r'name="(flt\d+_[^"]+)"', choices)[-1]
    narrowed = as_("admin").get("/admin/konten/anggota/", query_string={name: ids.unit["35.07"]}).text.split("<tbody>")[1]
    assert ("PMI Malang" in narrowed, "PMI Bekasi" in narrowed) == (True, False)
    assert f'<option value="{ids.unit[PB]}"' not in as_("operator").get("/admin/konten/anggota/").text
    foreign = as_("operator").get("/admin/konten/anggota/", query_string={name: ids.unit["35.07"]}).text
    assert "PMI Malang" not in foreign


def test_among_many_units_and_records_one_types_part_of_the_name(app, as_, depots, ids, monkeypatch):
    with app.app_context():
        for who, code, name in (("operator", PB, "PMI Bekasi"), ("stranger", "35.07", "PMI Malang")):
            record.save(world.person(who), "anggota", ids.unit[code], member(name, "masyarakat"))
    monkeypatch.setattr("admin.typed.MOST_OFFERED", 1)
    page = as_("admin").get("/admin/konten/anggota/").text
    assert f'<option value="{ids.unit[PB]}"' not in page
    name = re.findall(r'name="(flt\d+_unit_contains)"', page)[0]
    for typed in ("malang", "35.07"):
        narrowed = as_("admin").get("/admin/konten/anggota/", query_string={name: typed}).text.split("<tbody>")[1]
        assert ("PMI Malang" in narrowed, "PMI Bekasi" in narrowed) == (True, False)
    assert "PMI" not in as_("operator").get("/admin/konten/anggota/", query_string={name: "malang"}).text.split("<tbody>")[1]
    page = as_("operator").get("/admin/konten/depo/").text
    name = re.findall(r'name="(flt\d+_[^"]*induk_contains)"', page)[0]
    narrowed = as_("operator").get("/admin/konten/depo/", query_string={name: "zul"}).text.split("<tbody>")[1]
    assert ("Alfa" in narrowed, "Bravo" in narrowed) == (True, False)


@pytest.mark.parametrize("typed", ["%", "_", "'", "\\"])
def test_signs_in_a_name_are_signs(app, depots, typed):
    with app.app_context():
        assert found(("induk", "contains", typed)) == []
        assert [
            e.title
            for e in listed(
                world.person("operator"),
                Query(registry.registry().types["depo"].id, conditions=(Condition(None, "contains", typed),)),
                0,
                10,
            )[1]
        ] == []


def test_a_record_saved_during_a_publication_obeys_the_new_rule(app, depots):
    """The publisher has written and not yet committed: who saves meanwhile waits, and is checked by the new version."""
    written, saved = threading.Event(), threading.Event()

    def publishes() -> None:
        with app.app_context(), unit_of_work():
            bundle.apply(SYSTEM, changed(nama={"unique": "unit"}))
            written.set()
            saved.wait(2)  # who saves must not get through before; only a broken lock lets it

    def saves() -> bool:
        with app.app_context():
            written.wait(20)
            try:
                save("Zulu", "2026-03-01")
            except Refused:
                return False
            finally:
                saved.set()
            return True

    with ThreadPoolExecutor(2) as hands:
        publishing, saving = hands.submit(publishes), hands.submit(saves)
        assert publishing.result(30) is None
        assert not saving.result(30)
