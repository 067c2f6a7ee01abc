"""Two real roles on PostgreSQL: the application works in its own, and whoever has taken it over cannot undo the guards."""

import os

import psycopg
import pytest
import sqlalchemy as sa
import time_machine

from models import AuditEntry, Report, Version, db
from models.guards import missing_guards
from models.owner import TooMuch, owner_connection, require_no_more
from services import restore, sealing
from services.unit_of_work import unit_of_work
from tests import world
from tests.conftest import fill, make_app
from tests.postgres import drop_database

OWNER, WORKER = f"owner_{os.getpid()}", f"worker_{os.getpid()}"


@pytest.fixture
def roles(postgres, tmp_path):
    """An application whose schema belongs to another role than its own."""
    admin = sa.engine.make_url(postgres)
    name = f"roles_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        for role in (OWNER, WORKER):
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'sandi-uji'")
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
    urls = [
        admin.set(drivername="postgresql+psycopg", username=role, password="sandi-uji", database=name).render_as_string(False)
        for role in (WORKER, OWNER)
    ]
    app = make_app(urls[0], tmp_path, migration_url=urls[1])
    fill(app)
    with time_machine.travel(world.TODAY), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    drop_database(postgres, name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        for role in (OWNER, WORKER):
            connection.execute(f"DROP ROLE {role}")


def test_the_application_works_in_its_own_role(roles):
    from tests.integration.test_definitions import add_indicator, publish
    from tests.integration.test_reports import send

    assert db.session.scalar(sa.text("SELECT current_user")) == WORKER
    known = world.ids()
    assert send(report_id=known.report["32.16"]).sent
    assert db.session.get(Report, known.report["32.16"]).state == "submitted"
    add_indicator()
    assert publish(consent=True) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Version).where(Version.number == 2)) == 1
    assert sealing.verify(sealing.seal()).broken is None
    again = roles.test_cli_runner()
    assert again.invoke(args=["guards"]).output.strip() == "0 guards missing"
    assert again.invoke(args=["rebuild"]).exit_code == 0
    assert roles.test_client().post("/masuk", data={"email": "operator@example.org", "password": world.PASSWORD}).status_code == 302


ATTACKS = (
    "UPDATE audit SET verb = 'read'",
    "DELETE FROM audit",
    "UPDATE version SET snapshot = '{}'",
    "DELETE FROM audit_seal",
    "TRUNCATE audit",
    "TRUNCATE entry CASCADE",
    "ALTER TABLE audit DISABLE TRIGGER USER",
    "DROP TRIGGER guard_audit_update ON audit",
    "DROP TABLE audit_seal",
    "DROP TABLE entry_index",
    "ALTER TABLE entry ADD COLUMN x int",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE audit (LIKE audit)",
    f"CREATE SCHEMA {WORKER}",
    "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "UPDATE alembic_version SET version_num = '0001'",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
)


def test_its_role_can_undo_no_guard(roles):
    _attack()


def test_rights_that_were_given_by_the_way_are_taken_back(roles):
    """By hand, by a tool, or by how the database was made."""
    database, schema = (db.session.scalar(sa.text(f"SELECT current_{what}()")) for what in ("database", "schema"))
    db.session.remove()
    with owner_connection() as connection, connection.begin():
        for everybody in ("PUBLIC", WORKER):
            connection.execute(sa.text(f"GRANT ALL ON audit, audit_seal, version, alembic_version, entry TO {everybody}"))
            connection.execute(sa.text(f"GRANT CREATE, USAGE ON SCHEMA {schema} TO {everybody}"))
            connection.execute(sa.text(f"GRANT ALL ON DATABASE {database} TO {everybody}"))
    assert roles.test_cli_runner().invoke(args=["guards"]).output.strip() == "0 guards missing"
    _attack()


def test_a_right_the_owner_cannot_take_back_is_told(roles, postgres):
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"GRANT {OWNER} TO {WORKER}")
    with owner_connection() as connection, connection.begin():
        connection.execute(sa.text("DROP TRIGGER guard_audit_update ON audit"))
    told = roles.test_cli_runner().invoke(args=["guards"])
    assert (told.exit_code, isinstance(told.exception, SystemExit)) == (1, True)
    assert "the owner's role" in told.output
    with owner_connection() as connection:  # the guards are back nevertheless
        assert missing_guards(connection) == []
        with pytest.raises(TooMuch):
            require_no_more(connection)


def test_a_restore_by_the_application_itself_is_refused_in_words(roles, tmp_path):
    run = roles.test_cli_runner()
    assert run.invoke(args=["backup", f"{tmp_path}/a.zip"]).exit_code == 0
    roles.config["MIGRATION_URL"] = ""
    assert "must be owner" in refused(roles, tmp_path / "a.zip")


def refused(roles, path) -> str:
    """Try to restore; gives what was said. Nothing was replaced."""
    done = roles.test_cli_runner().invoke(args=["restore", str(path), "--yes"])
    assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) > 0
    db.session.remove()
    return done.output


def test_a_restore_that_waits_too_long_gives_up(roles, tmp_path, monkeypatch):
    monkeypatch.setattr(restore, "PATIENCE", "300ms")
    assert roles.test_cli_runner().invoke(args=["backup", f"{tmp_path}/a.zip"]).exit_code == 0
    with db.engine.connect() as holder:
        holder.execute(sa.text("SELECT count(*) FROM report"))
        assert "sedang dipakai" in refused(roles, tmp_path / "a.zip")


def test_what_stands_on_our_tables_stops_a_restore_with_its_name(roles, tmp_path):
    """A view of the office's own, or a table of a newer program."""
    assert roles.test_cli_runner().invoke(args=["backup", f"{tmp_path}/a.zip"]).exit_code == 0
    with owner_connection() as connection, connection.begin():
        connection.execute(sa.text("CREATE VIEW laporan_kantor AS SELECT id FROM report"))
    assert "laporan_kantor" in refused(roles, tmp_path / "a.zip")


def test_a_restore_by_the_owner_leaves_the_application_its_rights_and_no_more(roles, tmp_path):
    db.session.remove()
    run = roles.test_cli_runner()
    for command in (["backup", f"{tmp_path}/a.zip"], ["restore", f"{tmp_path}/a.zip", "--yes"]):
        done = run.invoke(args=command)
        assert done.exit_code == 0, done.output
    from tests.integration.test_reports import send

    assert send(report_id=world.ids().report["32.16"]).sent
    _attack()


def _attack():
    count = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    for attack in ATTACKS:
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"), unit_of_work() as session:
            session.execute(sa.text(attack))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == count > 0
