"""Every route and method with every role and real foreign ids: no leak, denied calls change nothing, owners succeed."""

from collections import defaultdict

import pytest

from services import record, region
from tests import world
from tests.html import form_values
from tests.integration.test_reports import member
from tests.papers import RED, document

ROLES = (*world.PEOPLE, "")
OPEN = {
    "security.login",
    "health.healthz",
    "metrics.show",
    "account.language",
    "account.session_now",
    "password.choose",
    "offline.worker",
    "scripts.script",
}
IN_PIECES = {"upload.able", "upload.begin", "upload.grow", "upload.arrived", "upload.drop"}
"""Walked in test_upload.py: they speak another protocol."""
LOOKED_AT = {"report_excel.look"}
"""Walked in test_excel.py: it takes a workbook and writes nothing."""
IGNORED = {"admin.static", "static"}
"""Flask-Admin's own files are never linked; ours are served before Flask."""

READ_ALL = {"admin", "verifier", "leader"}
BEKASI = {"operator", "coordinator", "province", *READ_ALL}
EVERYONE = set(world.PEOPLE)
ADMIN = {"admin"}
KEEPERS = {"operator", "coordinator", "admin"}


@pytest.fixture
def place(app, ids):
    """Real ids in Kabupaten Bekasi, as a foreigner would guess them."""
    with app.app_context():
        actor = world.person("operator")
        entry = record.save(actor, "anggota", ids.unit["32.16"], member("PMI", "masyarakat"))
        gone = record.save(actor, "anggota", ids.unit["32.16"], member("Lama", "media"))
        record.delete(actor, "anggota", gone)
        sha = _file(actor, ids)
        rows = _rows()
    return {
        "report": ids.report["32.16"],
        "unit": ids.unit["32.16"],
        "event": ids.event,
        "period": ids.period,
        "entry": entry,
        "gone": gone,
        "sha": sha,
    } | rows


def _file(actor, ids):
    import io

    from flask import current_app

    from models import Unit, db
    from services import file
    from services.file import Upload

    unit = db.session.get(Unit, ids.unit["32.16"])
    kept = file.store(actor, current_app.extensions["file_store"], unit, [Upload("sk.pdf", io.BytesIO(document(RED)))], ("pdf",))
    return next(iter(kept))


def _rows():
    import sqlalchemy as sa

    from models import ChoiceRow, FieldRow, SectionRow, User, db

    found = {
        name: db.session.scalars(sa.select(model.id).order_by(model.position, model.id)).first()
        for name, model in (("section", SectionRow), ("choice", ChoiceRow))
    }
    found["field"] = db.session.scalars(sa.select(FieldRow.id).where(FieldRow.code == "PB-KAP-01")).one()
    found["region"] = region.region_id("35.78")
    return found | {"user": db.session.scalars(sa.select(User.id).where(User.email == "leader@example.org")).one()}


def reads(p):
    """(endpoint, address, who may)."""
    return [
        ("home.index", "/", EVERYONE),
        ("report.index", "/laporan", EVERYONE),
        ("report.fill", f"/laporan/{p['report']}", BEKASI),
        ("report_excel.choose", f"/laporan/{p['report']}/excel", {"operator"}),
        ("report_choices.choose", f"/laporan/{p['report']}/pilihan/PB-KLB-01", set()),
        ("report_choices.listed", f"/laporan/{p['report']}/pilihan/PB-KLB-01/daftar", set()),
        ("report_files.choose", f"/laporan/{p['report']}/bukti/PB-RNC-01", {"operator"}),
        ("report_excel.book", f"/laporan/{p['report']}/excel/templat", {"operator"}),
        ("report.rules", "/aturan/pra-bencana/1/id.json", EVERYONE),
        ("offline.due_here", "/luring", EVERYONE),
        ("offline.without_line", "/tanpa-jaringan", EVERYONE),
        ("report.printed", f"/laporan/{p['report']}/cetak", BEKASI),
        ("ranking.index", "/peringkat", EVERYONE),
        ("region.sheet", "/daerah/32.16", EVERYONE),
        ("files.thumb", f"/berkas/{p['unit']}/{p['sha']}/kecil", BEKASI - {"leader"}),
        ("files.page", f"/berkas/{p['unit']}/{p['sha']}/halaman/1", BEKASI - {"leader"}),
        ("files.look", f"/berkas/{p['unit']}/{p['sha']}/lihat", BEKASI - {"leader"}),
        ("files.download", f"/berkas/{p['unit']}/{p['sha']}", BEKASI - {"leader"}),
        ("admin.index", "/admin/", EVERYONE),
        ("konten.index", "/admin/konten/", EVERYONE),
        ("konten.index_view", "/admin/konten/anggota/", EVERYONE),
        ("konten.create_view", "/admin/konten/anggota/new/", KEEPERS | {"stranger", "province"}),
        ("konten.edit_view", f"/admin/konten/anggota/edit/?id={p['entry']}", KEEPERS),
        ("konten.details_view", f"/admin/konten/anggota/details/?id={p['entry']}", BEKASI),
        ("konten.export", "/admin/konten/anggota/export/csv/", EVERYONE),
        ("indikator.index_view", "/admin/indikator/", {"admin", "verifier"}),
        ("indikator.create_view", "/admin/indikator/new/", ADMIN),
        ("indikator.edit_view", f"/admin/indikator/edit/?id={p['field']}", ADMIN),
        ("indikator.export", "/admin/indikator/export/csv/", {"admin", "verifier"}),
        ("bagian.index_view", "/admin/bagian/", {"admin", "verifier"}),
        ("bagian.create_view", "/admin/bagian/new/", ADMIN),
        ("bagian.edit_view", f"/admin/bagian/edit/?id={p['section']}", ADMIN),
        ("bagian.export", "/admin/bagian/export/csv/", {"admin", "verifier"}),
        ("pilihan.index_view", "/admin/pilihan/", {"admin", "verifier"}),
        ("pilihan.create_view", "/admin/pilihan/new/", ADMIN),
        ("pilihan.edit_view", f"/admin/pilihan/edit/?id={p['choice']}", ADMIN),
        ("pilihan.export", "/admin/pilihan/export/csv/", {"admin", "verifier"}),
        ("terbitkan.index", "/admin/terbitkan/", {"admin", "verifier"}),
        ("terbitkan.publish_view", "/admin/terbitkan/pra-bencana/", {"admin", "verifier"}),
        ("unit.index_view", "/admin/unit/", EVERYONE),
        ("unit.create_view", "/admin/unit/new/", ADMIN),
        ("unit.edit_view", f"/admin/unit/edit/?id={p['unit']}", ADMIN),
        ("unit.import_view", "/admin/unit/impor/", ADMIN),
        ("unit.template_view", "/admin/unit/contoh/", ADMIN),
        ("unit.export", "/admin/unit/export/csv/", EVERYONE),
        ("periode.index_view", "/admin/periode/", EVERYONE),
        ("periode.create_view", "/admin/periode/new/", ADMIN),
        ("periode.edit_view", f"/admin/periode/edit/?id={p['period']}", ADMIN),
        ("periode.export", "/admin/periode/export/csv/", EVERYONE),
        ("kejadian.index_view", "/admin/kejadian/", EVERYONE),
        ("kejadian.create_view", "/admin/kejadian/new/", {"operator", "province", "stranger", "admin"}),
        ("kejadian.edit_view", f"/admin/kejadian/edit/?id={p['event']}", {"operator", "admin"}),
        ("kejadian.export", "/admin/kejadian/export/csv/", EVERYONE),
        ("pengguna.index_view", "/admin/pengguna/", ADMIN),
        ("pengguna.create_view", "/admin/pengguna/new/", ADMIN),
        ("pengguna.edit_view", f"/admin/pengguna/edit/?id={p['user']}", ADMIN),
        ("jejak.index_view", "/admin/jejak/", ADMIN),
        ("jejak.export", "/admin/jejak/export/csv/", ADMIN),
        ("wilayah.index_view", "/admin/wilayah/", ADMIN),
        ("wilayah.create_view", "/admin/wilayah/new/", ADMIN),
        ("wilayah.edit_view", f"/admin/wilayah/edit/?id={p['region']}", ADMIN),
        ("wilayah.export", "/admin/wilayah/export/csv/", ADMIN),
        ("pengguna.link_view", f"/admin/pengguna/tautan/?id={p['user']}", ADMIN),
        ("pengguna.hand_over_view", f"/admin/pengguna/serah-terima/?id={p['user']}", ADMIN),
        ("pengguna.export", "/admin/pengguna/export/csv/", ADMIN),
    ]


def writes(p):
    """(endpoint, address, form or None to read it from the page, extra values, who may)."""
    return [
        ("report.save", f"/laporan/{p['report']}", None, {"_codes": "PB-SDL-03", "f.PB-SDL-03": "8", "_action": "save"}, {"operator"}),
        ("konten.create_view", f"/admin/konten/anggota/new/?unit={p['unit']}", None, {"f.lembaga": "Baru", "f.jenis": "opd", "f.unsur": "pemerintah", "f.peran": "anggota", "f.status": "aktif", "f.ditinjau_pada": "01/10/2026", "f.narahubung_jabatan": "Kepala", "_action": "save", "_unit": p["unit"]}, KEEPERS),
        ("konten.edit_view", f"/admin/konten/anggota/edit/?id={p['entry']}", None, {"f.lembaga": "PMI baru", "_action": "save"}, KEEPERS),
        ("konten.delete_view", "/admin/konten/anggota/delete/", {"id": p["entry"]}, {}, KEEPERS),
        ("konten.restore_view", "/admin/konten/anggota/restore/", {"id": p["gone"]}, {}, KEEPERS),
        ("konten.action_view", "/admin/konten/anggota/action/", {"action": "delete", "rowid": p["entry"]}, {}, KEEPERS),
        ("kejadian.create_view", "/admin/kejadian/new/", {"unit_id": p["unit"], "name": "Longsor", "hazard": "longsor", "occurred_at": "01/11/2026 02.00", "declared_at": "01/11/2026 09.00", "response_due": "01/12/2026"}, {}, {"operator", "admin"}),
        ("kejadian.edit_view", f"/admin/kejadian/edit/?id={p['event']}", None, {"name": "Banjir besar"}, {"operator", "admin"}),
        ("unit.edit_view", f"/admin/unit/edit/?id={p['unit']}", None, {"name": "Klaster baru"}, ADMIN),
        ("unit.create_view", "/admin/unit/new/", {"region_id": "@35.78", "name": "Klaster Surabaya", "start_date": "01/01/2026"}, {}, ADMIN),
        ("unit.import_view", "/admin/unit/impor/", {"rows": '[["Kode wilayah", "Wajib lapor sejak"], ["35.78", "01/01/2026"]]', "_action": "apply"}, {}, ADMIN),
        ("periode.edit_view", f"/admin/periode/edit/?id={p['period']}", None, {"due_date": "28/01/2027"}, ADMIN),
        ("periode.create_view", "/admin/periode/new/", {"year": "2027", "quarter": "1", "due_date": "21/04/2027", "state": "planned"}, {}, ADMIN),
        ("pengguna.edit_view", f"/admin/pengguna/edit/?id={p['user']}", None, {"name": "Pimpinan baru"}, ADMIN),
        ("pengguna.create_view", "/admin/pengguna/new/", {"email": "baru@example.org", "name": "Baru", "password": "kata-sandi-panjang", "active": "y", "role_1": "leader", "place_1": "national|"}, {}, ADMIN),
        ("wilayah.create_view", "/admin/wilayah/new/", {"code": "32.90", "name": "Baru", "level": "city", "parent_id": "@32", "zone": "WIB", "valid_from": "01/01/2026"}, {}, ADMIN),
        ("wilayah.edit_view", f"/admin/wilayah/edit/?id={p['region']}", None, {"name": "Nama baru"}, ADMIN),
        ("indikator.move_view", "/admin/indikator/geser/", {"geser": f"down:{p['field']}"}, {}, ADMIN),
        ("bagian.move_view", "/admin/bagian/geser/", {"geser": f"down:{p['section']}"}, {}, ADMIN),
        ("pilihan.move_view", "/admin/pilihan/geser/", {"geser": f"down:{p['choice']}"}, {}, ADMIN),
        ("pengguna.link_view", "/admin/pengguna/tautan/", {"id": p["user"]}, {}, ADMIN),
        ("pengguna.hand_over_view", "/admin/pengguna/serah-terima/", {"id": p["user"], "email": "penerus@bpbd.go.id", "name": "Penerus"}, {}, ADMIN),
        ("indikator.create_view", "/admin/indikator/new/", {"section_id": p["section"], "code": "XX-01", "type": "integer", "label_id": "Coba", "required": "y", "year_rule": "last", "when_irrelevant": "zero", "rule": "", "frequency": ""}, {}, ADMIN),
        ("indikator.edit_view", f"/admin/indikator/edit/?id={p['field']}", None, {"label_id": "Judul baru"}, ADMIN),
        ("indikator.delete_view", "/admin/indikator/delete/", {"id": p["field"]}, {}, ADMIN),
        ("bagian.create_view", "/admin/bagian/new/", {"type_key": "pokja", "code": "LAIN", "label_id": "Lain", "weight": "0", "position": "9"}, {}, ADMIN),
        ("bagian.edit_view", f"/admin/bagian/edit/?id={p['section']}", None, {"label_id": "Bagian baru"}, ADMIN),
        ("bagian.delete_view", "/admin/bagian/delete/", {"id": p["section"]}, {}, ADMIN),
        ("pilihan.create_view", "/admin/pilihan/new/", {"field_id": "@choice", "code": "lain", "label_id": "Lain", "position": "9"}, {}, ADMIN),
        ("pilihan.edit_view", f"/admin/pilihan/edit/?id={p['choice']}", None, {"label_id": "Pilihan baru"}, ADMIN),
        ("pilihan.delete_view", "/admin/pilihan/delete/", {"id": p["choice"]}, {}, ADMIN),
        ("terbitkan.publish_view", "/admin/terbitkan/pra-bencana/", "after-edit", {"reason": "Rapat"}, ADMIN),
    ]  # fmt: skip


NEVER = {
    ("jejak.create_view", "GET"),
    ("jejak.edit_view", "GET"),
    ("konten.ajax_lookup", "GET"),
    ("konten.ajax_update", "POST"),
    ("security.logout", "POST"),
}
DEAD = ("ajax_lookup", "ajax_update", "details_view", "action_view", "delete_view")
"""Routes that Flask-Admin adds to plain tables and that must answer 403 or 404 (or change nothing) for everyone."""


def test_every_address_is_readable_by_those_who_may_and_nobody_else(as_, place):
    for endpoint, url, allowed in reads(place):
        for who in ROLES:
            status = as_(who).get(url).status_code
            if who in allowed:
                assert status == 200, (endpoint, who, status)
                if endpoint.endswith(".export") and who == "admin":
                    assert len(as_(who).get(url).get_data(as_text=True).strip().split("\r\n")) > 1, endpoint
            else:
                assert status in ((302,) if not who else (403, 404)), (endpoint, who, status)


@pytest.mark.parametrize("number", range(len(writes(defaultdict(str)))))
def test_every_write_is_refused_without_trace_and_works_for_the_owner(app, as_, place, tables, number):
    endpoint, url, form, extra, allowed = writes(place)[number]
    values = _values(as_, url, form, sorted(allowed)[0], place)
    before = tables()
    for who in ROLES:
        if who not in allowed:
            sent = values if who else {k: v for k, v in values.items() if k != "_owner"}  # a stranger holds nobody's page
            status = as_(who).post(url, sent | extra).status_code
            own_form = endpoint == "kejadian.create_view" and who in ("province", "stranger")  # their form, but not for this unit
            assert status in ((302,) if not who else (200,) if own_form else (403, 404)), (endpoint, who, status)
            assert tables() == before, (endpoint, who)
    owner = "operator" if "operator" in allowed else "admin"
    answer = as_(owner).post(url, values | extra)
    assert answer.status_code in (200, 302), (endpoint, answer.status_code)
    assert tables() != before, endpoint


def _values(as_, url, form, owner, place):
    if isinstance(form, dict):
        return {k: _known(v, place) for k, v in form.items()}
    owner = "operator" if (owner in KEEPERS and "/admin/konten" in url) or "laporan" in url or "kejadian" in url else "admin"
    if form == "after-edit":
        edit = f"/admin/indikator/edit/?id={place['field']}"
        as_("admin").post(edit, form_values(as_("admin").get(edit).text) | {"label_id": "Judul lain"})
    return {k: v for k, v in form_values(as_(owner).get(url).text).items()}


def _known(value, place):
    if not value.startswith("@"):
        return value
    from services.region import region_id

    return region_id(value[1:]) if value[1].isdigit() else _choosing()


def _choosing():
    from domain.definitions.build import stable_id

    return stable_id("field", "pra-bencana", "KLB/", "PB-KLB-03")


def test_no_route_is_left_undeclared(app, place):
    declared = (
        {e for e, *_rest in reads(place)}
        | {e for e, *_rest in writes(place)}
        | OPEN
        | IN_PIECES
        | LOOKED_AT
        | IGNORED
        | {e for e, _m in NEVER}
    )
    unknown = set()
    for rule in app.url_map.iter_rules():
        name = rule.endpoint.rsplit(".", 1)[-1]
        if rule.endpoint in declared or name in DEAD or name == "static" or rule.endpoint.startswith("security."):
            continue
        unknown.add(rule.endpoint)
    assert not unknown


def test_routes_of_the_libraries_that_we_do_not_use_change_nothing(app, as_, place, tables):
    before = tables()
    for rule in app.url_map.iter_rules():
        name = rule.endpoint.rsplit(".", 1)[-1]
        if name not in DEAD or rule.endpoint.startswith("konten."):
            continue
        url = rule.rule.replace("<ctype>", "anggota")
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            for who in ("operator", "admin"):
                status = as_(who).client.open(url, method=method, data={"id": place["unit"], "action": "delete"}).status_code
                assert status in (302, 403, 404), (rule.endpoint, method, status, who)
    assert tables() == before


def test_the_sign_in_library_opens_only_what_we_use(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")]
    open_, client = set(), app.test_client()
    for rule in rules:
        statuses = {client.open(rule.rule, method=method).status_code for method in rule.methods - {"OPTIONS", "HEAD"}}
        open_ |= {rule.rule} if statuses != {404} else set()
    assert open_ == {"/masuk", "/keluar"}


def test_csrf_is_required_everywhere(app, as_, place, tables):
    app.config["WTF_CSRF_ENABLED"] = True
    before = tables()
    for endpoint, url, form, extra, allowed in writes(place):
        values = {k: _known(v, place) for k, v in form.items()} if isinstance(form, dict) else {}
        owner = "operator" if "operator" in allowed else "admin"
        status = as_(owner).post(url, values | extra).status_code
        assert status == 400, (endpoint, status)
    assert tables() == before
