"""The restore drill: back up while people work, restore elsewhere, look at everything; refuse what is damaged."""

import datetime as dt
import hashlib
import json
import stat
import threading
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from exchange.archive import opening
from infra import clock
from models import AuditEntry, Base, KeptPost, RegistryState, Role, StoredFile, db
from models.guards import missing_guards
from services import access_link, audit, backup, kept_post, registry, restore, sealing, sign_in
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from services.report_rows import get_for
from services.unit_of_work import unit_of_work
from tests import world
from tests.conftest import make_app
from tests.integration.test_reports import send

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
MOVING = {"audit", "audit_seal", "registry_state"}
"""Tables in which backup and restore leave their own traces."""


@pytest.fixture
def empty(postgres, tmp_path):
    """``empty(kind)``: an application with an empty database of that kind and an empty store."""
    from tests.postgres import copy_database, drop_database

    made = []

    def make(kind):
        folder = tmp_path / f"{kind}{len(made)}"
        folder.mkdir()
        name = f"empty_{folder.parent.name}_{len(made)}".lower()
        url = f"sqlite:///{folder}/new.sqlite3" if kind == "sqlite" else copy_database(postgres, "template0", name)
        app = make_app(url.replace("postgresql://", "postgresql+psycopg://"), folder)
        made.append((app, kind, name))
        return app

    yield make
    for app, kind, name in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if kind == "postgresql":
            drop_database(postgres, name)


@pytest.fixture
def archive(app, ids, tmp_path):
    """A backup of the world with one report sent."""
    with app.app_context():
        send(report_id=ids.report["32.16"])
    assert run(app, "backup", tmp_path / "a.zip").exit_code == 0
    return tmp_path / "a.zip"


def run(app, *args, **kwargs):
    return app.test_cli_runner().invoke(args=[str(arg) for arg in args], **kwargs)


def manifest(path):
    with zipfile.ZipFile(path) as file:
        return json.loads(file.read("manifest.json"))


def contents(path):
    """Digest of each table that backup and restore leave alone; of accounts everything but the name of their sessions."""
    kept = {t["name"]: t["sha256"] for t in manifest(path)["tables"] if t["name"] not in MOVING}
    with opening(path) as found:
        users = next(t for t in found.manifest.tables if t.name == "user")
        names = [name for name, _kind in users.columns]
        kept["user"] = [[v for name, v in zip(names, row, strict=True) if name != "fs_uniquifier"] for row in found.rows(users)]
    return kept


class Office(threading.Thread):
    """People who go on saving and sending."""

    def __init__(self, app, ids):
        super().__init__()
        self.app, self.ids = app, ids
        self.busy, self.home, self.errors, self.saved = threading.Event(), threading.Event(), [], 0

    def run(self):
        try:
            with self.app.app_context():
                send("stranger", self.ids.report["35.07"])
                while not self.home.is_set() or self.saved < 20:
                    self._save()
                    if self.saved == 5:
                        self.busy.set()
                    if self.saved == 10:
                        send("province", self.ids.report["32"])
        except Exception as error:  # noqa: BLE001 - the test reports whatever went wrong
            self.errors.append(error)
        finally:
            self.busy.set()

    def _save(self):
        officer, report = world.person("operator"), self.ids.report["32.16"]
        save_draft(officer, report, Draft({"PB-SDL-03": {"v": self.saved}}, get_for(officer, report).entry.seq))
        self.saved += 1


def drill(app, path):
    """Everything that must hold after a restore."""
    done = run(app, "restore", path)
    assert done.exit_code == 0, done.output
    known = manifest(path)
    verified = run(app, "audit", "verify", "--head", known["audit_head"])
    assert verified.exit_code == 0, verified.output
    assert run(app, "guards").output.strip() == "0 guards missing"
    rebuilt = run(app, "rebuild")
    assert "0 differences" in rebuilt.output, rebuilt.output
    with app.app_context():
        store = app.extensions["file_store"]
        hashes = db.session.scalars(sa.select(StoredFile.sha256)).all()
        assert [file["sha256"] for file in known["files"]] == sorted(hashes)
        assert all(store.intact(sha256) for sha256 in hashes)
        _one_moment()
        for change in ("UPDATE audit SET verb = 'x'", "DELETE FROM version", "UPDATE entry_revision SET verb = 'x'"):
            with pytest.raises(sa.exc.DBAPIError, match="immutable"), unit_of_work() as session:
                session.execute(sa.text(change))
        report = world.report_of("32.16", "pra-bencana")
    client = app.test_client()
    assert client.post("/masuk", data={"email": "operator@example.org", "password": world.PASSWORD}).status_code == 302
    page = client.get(f"/laporan/{report}")
    assert (page.status_code, "PB-SDL-03" in page.text) == (200, True)


def _one_moment():
    """No document without the changes it is made of, none of its changes without it."""
    query = "SELECT e.seq, max(c.seq), count(c.seq) FROM entry e JOIN answer_change c ON c.entry_id = e.id GROUP BY e.id, e.seq"
    rows = db.session.execute(sa.text(query)).all()
    assert rows
    assert all(row[0] == row[1] == row[2] for row in rows)


@pytest.mark.parametrize("change", ["same", "other"])
def test_a_backup_made_while_people_work_restores_into_an_empty_place(app, template, ids, empty, tmp_path, change):
    office = Office(app, ids)
    office.start()
    try:
        assert office.busy.wait(60)
        made = run(app, "backup", tmp_path / "busy.zip")
    finally:
        office.home.set()
        office.join(60)
    assert office.errors == []
    assert made.exit_code == 0, made.output
    kind = template[0] if change == "same" else OTHER[template[0]]
    copy = empty(kind)
    drill(copy, tmp_path / "busy.zip")
    assert not list(tmp_path.glob("*sebelum-pemulihan*"))
    with copy.app_context():
        assert db.engine.dialect.name == kind


def test_there_and_back_again_nothing_has_changed(app, template, archive, empty, tmp_path):
    there, back = empty(OTHER[template[0]]), empty(template[0])
    assert run(there, "restore", archive).exit_code == 0
    assert run(there, "backup", tmp_path / "b.zip").exit_code == 0
    assert run(back, "restore", tmp_path / "b.zip").exit_code == 0
    assert run(back, "backup", tmp_path / "c.zip").exit_code == 0
    assert contents(archive) == contents(tmp_path / "b.zip") == contents(tmp_path / "c.zip")
    assert manifest(archive)["files"] == manifest(tmp_path / "c.zip")["files"] != []
    with back.app_context():
        sealed = manifest(archive)["audit_head"]
        assert sealing.verify(sealing.read_head(sealed)).broken is None
        with db.engine.connect() as connection:
            assert missing_guards(connection) == []


def test_an_archive_says_what_it_holds_and_is_private(app, archive):
    known = manifest(archive)
    assert (known["format"], known["app"], known["missing"]) == (1, "0.1.0", [])
    assert {t["name"] for t in known["tables"]} == set(Base.metadata.tables)
    with app.app_context():
        assert known["database"] == db.engine.dialect.name
        for table in known["tables"]:
            if table["name"] not in MOVING:
                assert table["rows"] == db.session.scalar(sa.select(sa.func.count()).select_from(sa.table(table["name"])))
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not archive.with_name("a.zip.part").exists()


def test_a_backup_overwrites_nothing(app, archive, tmp_path):
    before = archive.read_bytes()
    assert run(app, "backup", archive).exit_code == 1
    assert archive.read_bytes() == before
    (tmp_path / "b.zip.part").write_bytes(b"half")
    assert "b.zip.part" in run(app, "backup", tmp_path / "b.zip").output
    assert not (tmp_path / "b.zip").exists()
    assert run(app, "backup", tmp_path / "nowhere" / "b.zip").exit_code == 1
    assert not list(tmp_path.glob("a.zip.part"))


@pytest.mark.parametrize("harm", ["missing", "altered"])
def test_evidence_that_is_not_whole_is_named_and_the_rest_is_kept(app, archive, empty, template, tmp_path, harm):
    sha256 = manifest(archive)["files"][0]["sha256"]
    path = app.extensions["file_store"].path(sha256)
    whole = path.read_bytes()
    try:
        path.unlink() if harm == "missing" else path.write_bytes(whole + b"x")
        made = run(app, "backup", tmp_path / "b.zip")
    finally:
        path.write_bytes(whole)
    assert made.exit_code == 1
    assert sha256 in made.output
    known = manifest(tmp_path / "b.zip")
    assert known["missing"] == [sha256]
    assert len(known["files"]) == len(manifest(archive)["files"]) - 1
    done = run(empty(template[0]), "restore", tmp_path / "b.zip")
    assert done.exit_code == 0
    assert sha256 in done.output


def _flip(path, name):
    """One byte inside a part, in place."""
    with zipfile.ZipFile(path) as file:
        info = file.getinfo(name)
    body = bytearray(path.read_bytes())
    body[info.header_offset + 30 + len(name) + info.compress_size // 2] ^= 0x10
    path.write_bytes(body)


def _without(path, gone, **changed):
    """The archive without a part, or with other bytes in it."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist() if name != gone}
    with zipfile.ZipFile(path, "w") as file:
        for name, body in (parts | changed).items():
            file.writestr(name, body)


def _evidence(path):
    return "files/" + manifest(path)["files"][0]["sha256"]


def _manifest_with(path, **changes):
    _without(path, "", **{"manifest.json": json.dumps(manifest(path) | changes)})


DAMAGE = {
    "a byte of a table": lambda path: _flip(path, "tables/entry.jsonl"),
    "a byte of a file": lambda path: _flip(path, _evidence(path)),
    "a byte of the manifest": lambda path: _flip(path, "manifest.json"),
    "a table gone": lambda path: _without(path, "tables/report.jsonl"),
    "a file gone": lambda path: _without(path, _evidence(path)),
    "no manifest": lambda path: _without(path, "manifest.json"),
    "other evidence": lambda path: _without(path, "", **{_evidence(path): b"%PDF-1.4 forged"}),
    "other rows": lambda path: _without(path, "", **{"tables/score.jsonl": b"[1]\n"}),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-3000]),
    "no archive": lambda path: path.write_bytes(b"PK nothing"),
    "nothing": lambda path: path.write_bytes(b""),
    "not there": lambda path: path.unlink(),
    "a newer format": lambda path: _manifest_with(path, format=2),
    "a newer revision": lambda path: _manifest_with(path, revision="9999"),
}


def test_a_damaged_archive_is_refused_and_the_target_untouched(app, archive, tables, tmp_path):
    whole, before = archive.read_bytes(), tables()
    for name, harm in DAMAGE.items():
        archive.write_bytes(whole)
        harm(archive)
        done = run(app, "restore", archive, "--yes")
        assert done.exit_code == 1, name
        assert isinstance(done.exception, SystemExit), name
        assert done.output.startswith("Error: "), name
    assert tables() == before
    assert not list(tmp_path.glob("*sebelum-pemulihan*"))


@pytest.mark.parametrize("name", ["alembic_version", "sqlite_master", "pg_class", "lain"])
def test_a_table_that_is_no_part_of_a_backup_is_named_and_nothing_replaced(app, archive, tables, name):
    known = manifest(archive)
    body = b'["0001"]\n'
    strange = {"name": name, "columns": [["version_num", "text"]], "rows": 1, "sha256": hashlib.sha256(body).hexdigest()}
    known["tables"].append(strange)
    _without(archive, "", **{f"tables/{name}.jsonl": body, "manifest.json": json.dumps(known)})
    before = tables()
    done = run(app, "restore", archive, "--yes")
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True)
    assert name in done.output.splitlines()[-1]
    after = tables()
    assert {n for n in after if after[n] != before[n]} <= {"audit", "audit_seal"}  # the safety backup left its line


def test_a_restore_that_would_leave_a_guard_out_replaces_nothing(app, archive, tables, monkeypatch):
    monkeypatch.setattr(restore, "missing_guards", lambda _connection: ["guard_audit_delete"])
    before = tables()["report"]
    done = run(app, "restore", archive, "--yes")
    assert (done.exit_code, "guard_audit_delete" in str(done.exception)) == (1, True)
    assert tables()["report"] == before


def test_what_is_being_restored_and_what_was_are_for_nobody_elses_eyes(archive, empty, monkeypatch):
    """SQLite: on PostgreSQL the rows go straight into the database."""
    app, modes, fill = empty("sqlite"), [], restore._fill

    def look(connection, *rest):
        modes.append(stat.S_IMODE(Path(connection.engine.url.database).stat().st_mode))
        return fill(connection, *rest)

    monkeypatch.setattr(restore, "_fill", look)
    assert run(app, "restore", archive).exit_code == 0
    with app.app_context():
        modes.append(stat.S_IMODE(Path(db.engine.url.database).stat().st_mode))
    assert modes == [0o600, 0o600]


def test_a_permission_this_program_does_not_know_opens_nothing_and_breaks_nothing(app, as_):
    with app.app_context():
        rights = db.session.get(Role, "leader").permissions
        db.session.execute(sa.update(Role).where(Role.key == "leader").values(permissions=[*rights, "moon:land"]))
        registry.bump()
        db.session.commit()
    assert as_("leader").get("/").status_code == 200
    assert as_("leader").get("/admin/pengguna/").status_code == 403


def test_rows_that_do_not_fit_together_are_refused_and_the_target_untouched(app, archive, tables):
    known = manifest(archive)
    place = next(i for i, t in enumerate(known["tables"]) if t["name"] == "unit")
    with zipfile.ZipFile(archive) as file:
        lines = file.read("tables/unit.jsonl").splitlines(keepends=True)[1:]
    body = b"".join(lines)
    known["tables"][place] |= {"rows": len(lines), "sha256": hashlib.sha256(body).hexdigest()}
    _without(archive, "", **{"tables/unit.jsonl": body, "manifest.json": json.dumps(known)})
    before = tables()
    done = run(app, "restore", archive, "--yes")
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True)
    after = tables()
    assert {n for n in after if after[n] != before[n]} <= {"audit", "audit_seal"}  # the safety backup left its line


def test_a_target_with_data_asks_and_keeps_what_was_there(app, archive, ids, empty, template, tmp_path):
    with app.app_context():
        send("stranger", ids.report["35.07"])
        epoch = db.session.scalar(sa.select(RegistryState.epoch))
        db.session.remove()
    refused = run(app, "restore", archive, input="n\n")
    assert refused.exit_code == 1
    assert not list(tmp_path.glob("*sebelum-pemulihan*"))
    with app.app_context():
        assert get_for(world.person("stranger"), ids.report["35.07"]).state == "submitted"
        db.session.remove()
    done = run(app, "restore", archive, input="y\n")
    assert done.exit_code == 0, done.output
    [safety] = tmp_path.glob("a-sebelum-pemulihan-*.zip")
    assert str(safety) in done.output
    with app.app_context():  # the same process, its caches and its pool
        assert get_for(world.person("stranger"), ids.report["35.07"]).state == "draft"
        assert get_for(world.person("operator"), ids.report["32.16"]).state == "submitted"
        assert db.session.scalar(sa.select(RegistryState.epoch)) > epoch
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.verb == "restore")) == 1
        db.session.remove()
    assert run(app, "restore", safety, "--yes").exit_code == 0
    with app.app_context():
        assert get_for(world.person("stranger"), ids.report["35.07"]).state == "submitted"


def test_a_database_that_waits_for_its_upgrade_can_be_backed_up(app, empty, template, tmp_path):
    from flask_migrate import downgrade

    with app.app_context():
        db.session.remove()
        downgrade(directory="migrations", revision="0002")
    assert run(app, "backup", tmp_path / "old.zip").exit_code == 0
    known = manifest(tmp_path / "old.zip")
    assert (known["revision"], known["audit_head"]) == ("0002", "")
    copy = empty(template[0])
    assert run(copy, "restore", tmp_path / "old.zip").exit_code == 0
    with copy.app_context():
        assert sealing.verify(sealing.seal()).broken is None
    assert run(copy, "rebuild").exit_code == 0


class Watching:
    """Takes a backup and looks whether anything is held open while a file is copied."""

    def __init__(self):
        self.copied, self.open = 0, 0

    def table(self, name, columns, rows):
        list(rows)

    def content(self, sha256, path):
        self.copied += 1
        self.open += db.engine.pool.checkedout()

    def missing(self, sha256):
        raise AssertionError(sha256)


def test_no_transaction_waits_while_files_are_copied(app, ids, archive):
    with app.app_context():
        sink = Watching()
        backup.write(sink, app.extensions["file_store"], "a.zip")
    assert (sink.copied > 0, sink.open) == (True, 0)


def test_nothing_that_opened_an_account_when_the_backup_was_made_opens_it_after_a_restore(app, ids, tmp_path):
    with app.app_context():
        link = access_link.make(world.person("admin"), sign_in.account("operator@example.org").id)
    client = app.test_client()
    assert client.get(f"/kata-sandi/{link.secret}").status_code == 200
    client.post("/masuk", data={"email": "operator@example.org", "password": world.PASSWORD})
    assert client.get("/laporan").status_code == 200
    assert run(app, "backup", tmp_path / "a.zip").exit_code == 0
    assert run(app, "restore", tmp_path / "a.zip", "--yes").exit_code == 0
    assert client.get(f"/kata-sandi/{link.secret}").status_code == 404
    assert client.get("/laporan").status_code == 302


def test_what_is_not_this_programs_is_named_and_left_out(app, empty, template, tmp_path):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE spatial_ref_sys (id integer primary key, srtext bytea)"))
        connection.execute(sa.text("ALTER TABLE stored_file ADD COLUMN thumb bytea"))
        connection.execute(sa.text("INSERT INTO spatial_ref_sys (id) VALUES (1)"))
    made = run(app, "backup", tmp_path / "a.zip")
    assert made.exit_code == 0, made.output
    assert "spatial_ref_sys, stored_file.thumb" in made.output
    assert run(empty(template[0]), "restore", tmp_path / "a.zip").exit_code == 0
    assert run(app, "restore", tmp_path / "a.zip", "--yes").exit_code == 0  # over the strangers themselves


def test_lines_that_look_put_in_are_told_and_left_unsealed(app, tmp_path):
    with app.app_context():
        with unit_of_work():
            audit.record(SYSTEM, "edit", "unit", "y")
        sealing.seal()
        with clock.at(clock.now() - dt.timedelta(minutes=11)), unit_of_work():
            audit.record(SYSTEM, "edit", "unit", "x")
    made = run(app, "backup", tmp_path / "a.zip")
    assert (made.exit_code, "1 di antaranya" in made.output) == (1, True)
    assert (tmp_path / "a.zip").exists()
    assert run(app, "audit", "verify").exit_code == 1
    assert run(app, "audit", "seal").exit_code == 1
    assert run(app, "audit", "seal", "--late").exit_code == 0
    assert run(app, "audit", "verify").exit_code == 0
    assert run(app, "backup", tmp_path / "b.zip").exit_code == 0


def test_posts_nobody_came_back_for_are_in_no_backup(app, ids, tmp_path):
    with app.app_context():
        who = sign_in.account("operator@example.org").id
        with clock.at(clock.now() - dt.timedelta(hours=49)):
            assert kept_post.keep(who, "/laporan/lama", kept_post.Held([("f.A", "0812")]))
        assert kept_post.keep(who, "/laporan/baru", kept_post.Held([("f.A", "1")]))
        with unit_of_work() as session:  # as if nobody else had been signed out since
            session.execute(
                sa.update(KeptPost).where(KeptPost.path == "/laporan/baru").values(made_at=clock.now() - dt.timedelta(days=3))
            )
    assert run(app, "backup", tmp_path / "a.zip").exit_code == 0
    kept = next(t for t in manifest(tmp_path / "a.zip")["tables"] if t["name"] == "kept_post")
    assert kept["rows"] == 0


def test_an_empty_database_has_nothing_to_back_up(empty, template, tmp_path):
    assert run(empty(template[0]), "backup", tmp_path / "a.zip").exit_code == 1
    assert list(tmp_path.glob("a.zip*")) == []


def test_values_come_back_as_they_were(app, archive):
    """Moments in UTC, wall times without a zone, texts of JSON to the letter."""
    with opening(archive) as found, app.app_context():
        events = next(t for t in found.manifest.tables if t.name == "event")
        row = dict(zip([name for name, _kind in events.columns], next(found.rows(events)), strict=True))
        assert dict(events.columns)["occurred_at"] == "wall"
        assert row["occurred_at"].tzinfo is None
        entries = next(t for t in found.manifest.tables if t.name == "entry")
        for line in found.rows(entries):
            row = dict(zip([name for name, _kind in entries.columns], line, strict=True))
            raw = db.session.scalar(sa.text("SELECT doc FROM entry WHERE id = :id"), {"id": row["id"]})
            assert row["doc"] == raw
            assert row["created_at"].utcoffset().total_seconds() == 0
