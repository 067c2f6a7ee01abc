"""Collections: one nobody foresaw, checks, uniqueness, references, scope, export, soft removal."""

import io

import pytest
import sqlalchemy as sa
import yaml

from models import Entry, EntryIndex, FieldRow, db
from services import bundle, definition, record
from services.actor import SYSTEM
from services.errors import Forbidden, NotFound, Refused
from tests import world
from tests.html import form_values, visible_text
from tests.integration.test_definitions import publish
from tests.integration.test_reports import member

UNFORESEEN = """
format: 1
key: gudang-transit
kind: collection
label: {id: Gudang transit, en: Transit warehouses}
item_label: {id: gudang transit, en: transit warehouse}
title_field: nama
sections:
  - code: umum
    label: {id: Umum, en: General}
    fields:
      - {code: nama, type: text, label: {id: Nama gudang, en: Name}, required: true, list: true, searchable: true, sortable: true, unique: unit}
      - {code: pengelola, type: reference, label: {id: Pengelola, en: Keeper}, options: {target: anggota}, list: true, filterable: true}
      - {code: luas, type: decimal, label: {id: Luas, en: Area}, options: {min: 1, unit: {id: m², en: m²}}, list: true, sortable: true, filterable: true}
      - code: kondisi
        type: single_choice
        label: {id: Kondisi, en: Condition}
        list: true
        filterable: true
        choices: [{code: baik, label: {id: Baik, en: Good}}, {code: rusak, label: {id: Rusak, en: Broken}}]
      - code: stok
        type: table
        label: {id: Stok, en: Stock}
        columns:
          - {code: barang, type: text, label: {id: Barang, en: Item}, required: true}
          - {code: jumlah, type: integer, label: {id: Jumlah, en: Count}, required: true, options: {min: 0}, total: true}
      - {code: denah, type: file, label: {id: Denah, en: Plan}, options: {kinds: [pdf, image]}}
"""


@pytest.fixture
def unforeseen(app):
    with app.app_context():
        source = yaml.safe_load(UNFORESEEN)
        assert bundle.apply(SYSTEM, {source["key"]: source}) == {"gudang-transit": 1}
        return world.ids()


def post_values(html):
    return form_values(html) | {"_action": "save"}


def test_a_collection_nobody_foresaw_lists_creates_edits_and_exports(app, as_, unforeseen):
    browser = as_("operator")
    with app.app_context():
        keeper = record.save(world.person("operator"), "anggota", unforeseen.unit["32.16"], member("PMI Bekasi", "masyarakat"))
    listed = browser.get("/admin/konten/gudang-transit/")
    assert listed.status_code == 200
    assert "Gudang transit" in visible_text(browser.get("/admin/").text)
    form = browser.get("/admin/konten/gudang-transit/new/").text
    assert "PMI Bekasi" in form  # the reference offers the members of this unit
    values = post_values(form) | {
        "f.nama": "Gudang Utara", "f.pengelola": keeper, "f.luas": "1.250,5", "f.kondisi": "baik",
        "f.stok.row": ["n1"], "f.stok.n1.barang": "Selimut", "f.stok.n1.jumlah": "2.400",
        "f.denah.files": (io.BytesIO(b"%PDF-1.4 denah"), "denah gudang.pdf"),
    }  # fmt: skip
    made = browser.post("/admin/konten/gudang-transit/new/", values, content_type="multipart/form-data")
    assert made.status_code == 302
    with app.app_context():
        entry = db.session.scalars(sa.select(Entry).where(Entry.title == "Gudang Utara")).one()
        assert entry.doc["luas"]["v"] == 1250.5
        assert entry.doc["stok"]["v"] == [{"id": "n1", "barang": "Selimut", "jumlah": 2400}]
        assert len(entry.doc["denah"]["files"]) == 1
    page = visible_text(browser.get("/admin/konten/gudang-transit/?search=utara").text)
    assert "Gudang Utara" in page
    assert "PMI Bekasi" in page
    assert "1.250,5 m²" in page.replace("\u00a0", " ")
    edit = browser.get(f"/admin/konten/gudang-transit/edit/?id={entry.id}").text
    values = post_values(edit) | {"f.luas": "900"}
    assert browser.post(f"/admin/konten/gudang-transit/edit/?id={entry.id}", values).status_code == 302
    detail = visible_text(browser.get(f"/admin/konten/gudang-transit/details/?id={entry.id}").text)
    assert "900 m²" in detail.replace("\u00a0", " ")
    assert "2.400" in detail
    assert "denah gudang.pdf" in detail
    export = browser.get("/admin/konten/gudang-transit/export/csv/")
    lines = export.get_data().decode("utf-8-sig").split("\r\n")
    assert lines[0] == "kode_wilayah;unit;nama;pengelola;luas;kondisi;stok.baris;denah"
    assert lines[1].startswith("32.16;Klaster Kabupaten Bekasi;Gudang Utara;PMI Bekasi;900;baik;1;")


def test_filters_sorting_and_paging_use_the_index(app, as_, unforeseen):
    with app.app_context():
        for number in range(30):
            record.save(world.person("operator"), "gudang-transit", unforeseen.unit["32.16"], {
                "nama": {"v": f"Gudang {number:02d}"}, "luas": {"v": 10 * number + 1}, "kondisi": {"v": "baik" if number % 2 else "rusak"}})  # fmt: skip
        assert db.session.scalar(sa.select(sa.func.count()).select_from(EntryIndex)) >= 90
    browser = as_("operator")
    first = visible_text(browser.get("/admin/konten/gudang-transit/?sort=3&desc=1").text)
    assert first.index("Gudang 29") < first.index("Gudang 28")
    assert "Gudang 00" not in first
    html = browser.get("/admin/konten/gudang-transit/").text
    import re

    argument = re.search(
        r'<select class="in in-s"[^>]*name="(flt\d+_[^"]+)"><option value="">Semua</option><option value="baik"', html
    ).group(1)
    filtered = visible_text(browser.get(f"/admin/konten/gudang-transit/?{argument}=rusak").text)
    assert "Gudang 00" in filtered
    assert "Gudang 01" not in filtered
    assert len(browser.get(f"/admin/konten/gudang-transit/export/csv/?{argument}=rusak").text.strip().split("\r\n")) == 16


def test_faults_stand_at_their_field_and_nothing_typed_is_lost(app, as_, unforeseen):
    browser = as_("operator")
    values = post_values(browser.get("/admin/konten/gudang-transit/new/").text) | {
        "f.nama": "Gudang Barat", "f.luas": "luas sekali", "f.kondisi": "tidak-ada", "f.stok.row": ["n1"], "f.stok.n1.barang": "Tenda",
        "f.stok.n1.jumlah": "banyak", "f.denah.files": (io.BytesIO(b"bukan pdf"), "denah.pdf"),
    }  # fmt: skip
    answer = browser.post("/admin/konten/gudang-transit/new/", values, content_type="multipart/form-data")
    assert answer.status_code == 422
    back = form_values(answer.text)
    assert back["f.nama"] == ["Gudang Barat"]
    assert back["f.luas"] == ["luas sekali"]
    assert back["f.stok.n1.jumlah"] == ["banyak"]
    shown = visible_text(answer.text)
    assert "Isi dengan angka" in shown
    assert "Baris 1" in shown
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.title == "Gudang Barat")) == 0


def test_a_file_of_a_faulty_post_is_kept_for_the_next(app, as_, unforeseen):
    browser = as_("operator")
    values = post_values(browser.get("/admin/konten/gudang-transit/new/").text) | {
        "f.nama": "Gudang Timur", "f.luas": "x", "f.denah.files": (io.BytesIO(b"%PDF-1.4 timur"), "timur.pdf")}  # fmt: skip
    answer = browser.post("/admin/konten/gudang-transit/new/", values, content_type="multipart/form-data")
    assert "timur.pdf" in answer.text
    again = post_values(answer.text) | {"f.luas": "20"}
    assert browser.post("/admin/konten/gudang-transit/new/", again, content_type="multipart/form-data").status_code == 302
    with app.app_context():
        assert len(db.session.scalars(sa.select(Entry).where(Entry.title == "Gudang Timur")).one().doc["denah"]["files"]) == 1


def test_unique_values_are_unique_within_the_unit_only(ctx, ids):
    record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    record.save(world.person("stranger"), "anggota", ids.unit["35.07"], member("PMI", "masyarakat"))
    with pytest.raises(record.Faulty) as refusal:
        record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("pmi", "masyarakat"))
    assert [e.code for e in refusal.value.errors] == ["lembaga"]


def test_references_reach_only_records_of_the_same_unit(ctx, ids):
    foreign = record.save(world.person("stranger"), "pokja", ids.unit["35.07"], {
        "nama": {"v": "Pokja Malang"}, "bidang": {"v": "data"}, "aktif": {"v": True}})  # fmt: skip
    with pytest.raises(record.Faulty) as refusal:
        record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat", pokja=foreign))
    assert [e.code for e in refusal.value.errors] == ["pokja"]


def test_removal_is_soft_can_be_undone_and_respects_references(ctx, ids):
    actor, unit = world.person("operator"), ids.unit["32.16"]
    group = record.save(actor, "pokja", unit, {"nama": {"v": "Pokja data"}, "bidang": {"v": "data"}, "aktif": {"v": True}})
    person = record.save(actor, "anggota", unit, member("PMI", "masyarakat", pokja=group))
    with pytest.raises(Refused, match="use"):
        record.delete(actor, "pokja", group)
    record.delete(actor, "anggota", person)
    with pytest.raises(NotFound):
        record.get_for(actor, "anggota", person)
    record.save(actor, "anggota", unit, member("PMI", "masyarakat"))
    with pytest.raises(Refused, match="come back"):
        record.restore(actor, "anggota", person)  # its name was taken meanwhile
    other = record.save(actor, "anggota", unit, member("Radio", "media", pokja=group))
    record.delete(actor, "anggota", other)
    record.delete(actor, "pokja", group)
    with pytest.raises(Refused, match="come back"):
        record.restore(actor, "anggota", other)  # the group it names is gone
    record.restore(actor, "pokja", group)
    assert record.get_for(actor, "pokja", group).title == "Pokja data"


def test_scope_of_records(ctx, ids):
    entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    with pytest.raises(NotFound):
        record.get_for(world.person("stranger"), "anggota", entry)
    with pytest.raises(Forbidden):
        record.delete(world.person("leader"), "anggota", entry)
    with pytest.raises(NotFound):
        record.save(world.person("stranger"), "anggota", ids.unit["32.16"], member("Lain", "media"))
    with pytest.raises(NotFound):
        record.get_for(world.person("operator"), "pokja", entry)


def test_contacts_are_masked_for_readers_without_the_right(app, as_, ids):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    assert "021 555 0101" in as_("coordinator").get(f"/admin/konten/anggota/details/?id={entry}").text
    seen = as_("leader").get(f"/admin/konten/anggota/details/?id={entry}").text
    assert "021 555 0101" not in seen
    assert "Narahubung 1" not in seen
    assert "•••" in seen
    assert "021 555 0101" not in as_("leader").get("/admin/konten/anggota/export/csv/").get_data(as_text=True)
    assert "Narahubung" not in as_("leader").get("/admin/konten/anggota/?search=narahubung+1").text.split("<tbody>")[1]


def older_page(app, browser, address):
    """What a page of the list posts that was made before one of its questions was retired."""
    page = post_values(browser.get(address).text)
    with app.app_context():
        retired = db.session.scalars(sa.select(FieldRow).where(FieldRow.code == "peran")).one()
        definition.retire(world.person("admin"), FieldRow, retired.id)
        publish(key="anggota")
    return page


def test_a_record_typed_on_a_page_from_before_a_publication_keeps_what_is_asked_no_longer(app, as_, ids):
    browser, address = as_("operator"), "/admin/konten/anggota/new/"
    page = older_page(app, browser, address)
    typed = {f"f.{code}": answer["v"] for code, answer in member("PMI", "masyarakat", peran="koordinator").items()}
    answer = browser.post(address, page | typed, follow_redirects=True)
    assert "BNPB mengubah formulir ini saat Anda mengisinya" in visible_text(answer.text)
    with app.app_context():
        kept = db.session.scalars(sa.select(Entry).where(Entry.title == "PMI")).one()
        assert kept.doc["peran"]["v"] == "koordinator"
        values = {code: answer for code, answer in kept.doc.items() if code != "peran"} | {"unsur": {"v": "lembaga-usaha"}}
        record.save(world.person("operator"), "anggota", ids.unit["32.16"], values, kept.id, seen=kept.lock_version)
        assert (kept.doc["unsur"]["v"], kept.doc["peran"]["v"]) == ("lembaga-usaha", "koordinator")


def test_an_older_page_with_a_fault_carries_on_what_is_asked_no_longer(app, as_, ids):
    browser, address = as_("operator"), "/admin/konten/anggota/new/"
    page = older_page(app, browser, address)
    typed = {f"f.{code}": answer["v"] for code, answer in member("PMI", "masyarakat", peran="koordinator").items()}
    faulty = browser.post(address, page | typed | {"f.lembaga": ""})
    assert faulty.status_code == 422
    assert "BNPB mengubah formulir ini" not in faulty.text
    answer = browser.post(address, post_values(faulty.text) | {"f.lembaga": "PMI"}, follow_redirects=True)
    assert "BNPB mengubah formulir ini saat Anda mengisinya" in visible_text(answer.text)
    with app.app_context():
        kept = db.session.scalars(sa.select(Entry).where(Entry.title == "PMI")).one()
        assert kept.doc["peran"]["v"] == "koordinator"


def test_a_record_keeps_what_some_version_asked_and_nothing_else(app, ids):
    with app.app_context():
        actor = world.person("operator")
        entry = record.save(actor, "anggota", ids.unit["32.16"], member("PMI", "masyarakat") | {"nonsense": {"v": "junk"}})
        assert "nonsense" not in db.session.get(Entry, entry).doc
        version = db.session.get(Entry, entry).lock_version
        record.save(actor, "anggota", ids.unit["32.16"], {"lembaga": {"v": "PMI Bekasi"}}, entry, seen=version)
        assert db.session.get(Entry, entry).doc["unsur"]["v"] == "masyarakat"  # a page that left it out says nothing of it


def test_a_record_that_names_itself_can_go(app, unforeseen):
    with app.app_context():
        actor, source = world.person("operator"), yaml.safe_load(UNFORESEEN)
        source["sections"][0]["fields"].append(
            {
                "code": "induk",
                "type": "reference",
                "label": {"id": "Induk", "en": "Parent"},
                "options": {"target": "gudang-transit"},
            }
        )
        bundle.apply(SYSTEM, {source["key"]: source})
        key = record.save(actor, "gudang-transit", unforeseen.unit["32.16"], {"nama": {"v": "A"}})
        own = {"nama": {"v": "A"}, "induk": {"v": key}}
        record.save(actor, "gudang-transit", unforeseen.unit["32.16"], own, key, seen=db.session.get(Entry, key).lock_version)
        record.delete(actor, "gudang-transit", key)
        with pytest.raises(NotFound):
            record.get_for(actor, "gudang-transit", key)


def test_links_of_a_column_that_went_go_with_it(app, unforeseen):
    with app.app_context():
        actor, source = world.person("operator"), yaml.safe_load(UNFORESEEN)
        columns = source["sections"][0]["fields"][4]["columns"]
        columns.append({"code": "oleh", "type": "reference", "label": {"id": "Oleh", "en": "By"}, "options": {"target": "anggota"}})
        bundle.apply(SYSTEM, {source["key"]: source})
        person = record.save(actor, "anggota", unforeseen.unit["32.16"], member("PMI", "masyarakat"))
        rows = {"stok": {"v": [{"id": "1", "barang": "Tenda", "jumlah": 1, "oleh": person}]}, "nama": {"v": "A"}}
        record.save(actor, "gudang-transit", unforeseen.unit["32.16"], rows)
        with pytest.raises(Refused, match="other records"):
            record.delete(actor, "anggota", person)
        columns.pop()
        bundle.apply(SYSTEM, {source["key"]: source})
        assert record.rebuild_differences() == []
        record.delete(actor, "anggota", person)


def test_who_may_not_see_contacts_changes_no_record_that_holds_them(app, as_, ids):
    from tests.integration.test_promises import granted

    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
        gone = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI lama", "masyarakat"))
        record.delete(world.person("operator"), "anggota", gone)
        granted("leader", (world.role("pencatat", "record:read", "record:edit", "unit:read"), "national", ""))
        with pytest.raises(Forbidden):
            record.restore(world.person("leader"), "anggota", gone)
    answer = as_("leader").get(f"/admin/konten/anggota/edit/?id={entry}")
    assert answer.status_code == 403
    assert "021 555 0101" not in answer.text


def test_a_choice_retired_after_it_was_made_stays_chosen_in_a_long_list(app, as_, ids):
    fields = [{"code": "name"}, {"code": "pilih", "type": "single_choice"}]
    for field in fields:
        field |= {"label": {"id": "x", "en": "x"}, "type": field.get("type", "text")}
    fields[1]["choices"] = [{"code": f"c{n}", "label": {"id": f"Pilihan {n}", "en": f"Choice {n}"}} for n in range(9)]
    source = {"format": 1, "key": "panjang", "kind": "collection", "label": {"id": "P", "en": "P"}, "title_field": "name"}
    source["sections"] = [{"code": "s", "label": {"id": "s", "en": "s"}, "fields": fields}]
    with app.app_context():
        bundle.apply(SYSTEM, {"panjang": source})
        made = record.save(world.person("operator"), "panjang", ids.unit["32.16"], {"name": {"v": "A"}, "pilih": {"v": "c3"}})
        fields[1]["choices"][3]["retired"] = True
        bundle.apply(SYSTEM, {"panjang": source})
    html = as_("operator").get(f"/admin/konten/panjang/edit/?id={made}").text
    assert form_values(html)["f.pilih"] == ["c3"]
    assert "Pilihan 3 (tidak ditawarkan lagi)" in html


def test_a_records_files_keep_their_names_and_stay_detached_after_a_fault(app, as_, unforeseen):
    browser = as_("operator")
    for name in ("satu.pdf", "dua.pdf"):
        page = post_values(browser.get("/admin/konten/gudang-transit/new/").text)
        values = page | {"f.nama": name, "f.luas": "3", "f.denah.files": (io.BytesIO(b"%PDF-1.4 denah"), name)}
        assert browser.post("/admin/konten/gudang-transit/new/", values).status_code == 302
    with app.app_context():
        second = db.session.scalars(sa.select(Entry).where(Entry.title == "dua.pdf")).one()
        key, (sha,) = second.id, second.doc["denah"]["files"]
    address = f"/admin/konten/gudang-transit/edit/?id={key}"
    assert browser.post(address, post_values(browser.get(address).text)).status_code == 302
    with app.app_context():
        assert db.session.get(Entry, key).doc["denah"]["names"] == {sha: "dua.pdf"}
    page = post_values(browser.get(address).text) | {"f.luas": "x", "f.denah.dropfile": sha}
    faulty = browser.post(address, page)
    assert faulty.status_code == 422
    assert "dua.pdf" not in visible_text(faulty.text.split('id="q-denah"')[1])
    assert browser.post(address, post_values(faulty.text) | {"f.luas": "4"}).status_code == 302
    with app.app_context():
        assert "denah" not in db.session.get(Entry, key).doc or not db.session.get(Entry, key).doc["denah"].get("files")


def test_bulk_removal_refuses_foreign_ids(app, as_, ids, tables):
    with app.app_context():
        entry = record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
    before = tables()
    answer = as_("stranger").post("/admin/konten/anggota/action/", {"action": "delete", "rowid": entry})
    assert answer.status_code == 404
    assert tables() == before
    with app.app_context():
        own = record.save(world.person("stranger"), "anggota", ids.unit["35.07"], member("Baznas", "masyarakat"))
    before = tables()
    mixed = as_("stranger").post("/admin/konten/anggota/action/", {"action": "delete", "rowid": [own, entry]})
    assert mixed.status_code == 404
    assert tables() == before  # all or none
    assert as_("operator").post("/admin/konten/anggota/action/", {"action": "delete", "rowid": entry}).status_code == 302
    with app.app_context():
        assert db.session.get(Entry, entry).deleted_at is not None


def test_formula_cells_are_neutralised_in_the_export(app, as_, ids):
    with app.app_context():
        record.save(world.person("operator"), "anggota", ids.unit["32.16"], member('=HYPERLINK("http://x")', "media"))
    assert "'=HYPERLINK" in as_("operator").get("/admin/konten/anggota/export/csv/").get_data(as_text=True)


def test_lists_and_exports_hold_only_what_is_within_reach(app, as_, ids):
    with app.app_context():
        record.save(world.person("operator"), "anggota", ids.unit["32.16"], member("PMI Bekasi", "masyarakat"))
        record.save(world.person("stranger"), "anggota", ids.unit["35.07"], member("Baznas Malang", "masyarakat"))
    browser = as_("stranger")
    for address in ("", f"?unit={ids.unit['32.16']}", "?search=PMI", "export/csv/", f"export/csv/?unit={ids.unit['32.16']}"):
        assert "PMI Bekasi" not in browser.get(f"/admin/konten/anggota/{address}").get_data(as_text=True), address
    assert "Baznas Malang" in browser.get("/admin/konten/anggota/export/csv/").get_data(as_text=True)
    assert "Klaster Kabupaten Bekasi" not in browser.get("/admin/unit/export/csv/").get_data(as_text=True)
    everything = as_("admin").get("/admin/konten/anggota/export/csv/").get_data(as_text=True)
    assert "PMI Bekasi" in everything
    assert "Baznas Malang" in everything


def test_the_same_press_come_twice_makes_one_record(app, as_, ids):
    browser = as_("operator")
    values = post_values(browser.get("/admin/konten/pokja/new/").text) | {
        "f.nama": "Angkutan", "f.bidang": "data", "f.ketua_jabatan": "Ketua", "f.aktif": "ya", "_action": "save"}  # fmt: skip
    for _press in range(2):
        assert browser.post("/admin/konten/pokja/new/", values).status_code == 302
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.title == "Angkutan")) == 1


def test_a_kept_file_is_taken_only_by_a_field_that_takes_files(app, as_, ids, unforeseen):
    browser = as_("operator")
    values = post_values(browser.get("/admin/konten/gudang-transit/new/").text) | {
        "f.nama": "Gudang", "f.luas": "salah", "f.denah.files": (io.BytesIO(b"%PDF-1.4"), "denah.pdf")}  # fmt: skip
    faulty = browser.post("/admin/konten/gudang-transit/new/", values, content_type="multipart/form-data")
    back = form_values(faulty.text)
    (kept,) = back["_kept"]
    moved = back | {"_kept": kept.replace("denah:", "nama:"), "f.luas": "12", "f.kondisi": "baik"}
    browser.post("/admin/konten/gudang-transit/new/", moved)
    with app.app_context():
        docs = db.session.scalars(sa.select(Entry.doc).where(Entry.title == "Gudang")).all()
        assert all("files" not in doc["nama"] for doc in docs)
