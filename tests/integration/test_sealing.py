"""The seal over the audit trail: what was written late is sealed later, what was tampered with is named."""

import datetime as dt

import pytest
import sqlalchemy as sa

from infra import clock
from models import AuditEntry, AuditSeal, db
from models.guards import GUARDED, ensure_guards, guard_names, missing_guards
from services import audit, sealing
from services.actor import SYSTEM
from services.integrity import require_guards
from services.sealing import Head
from services.unit_of_work import unit_of_work
from tests.meanwhile import meanwhile


def write(verb, at=None):
    with clock.at(at or clock.now()), unit_of_work():
        audit.record(SYSTEM, verb, "test", verb)


def disarm(*statements):
    """What somebody does who owns the database: drop the triggers, then change what one likes."""
    db.session.remove()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            for name in guard_names("sqlite"):
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            for table in GUARDED:
                connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement, values in statements:
            connection.execute(sa.text(statement), values)
        connection.commit()


def lines():
    """Ids of sealed lines in the order of the chain."""
    return db.session.scalars(sa.select(AuditSeal.audit_id).order_by(AuditSeal.seq)).all()


def test_every_committed_line_is_sealed_once_in_order(ctx, monkeypatch):
    monkeypatch.setattr(sealing, "CHUNK", 7)
    monkeypatch.setattr(sealing, "ROUND", 20)
    wanted = db.session.scalars(sa.select(AuditEntry.id).order_by(AuditEntry.at, AuditEntry.id)).all()
    assert len(wanted) > 10
    head = sealing.seal()
    assert lines() == wanted
    assert head.seq == len(wanted)
    assert sealing.seal() == head
    found = sealing.verify(head)
    assert (found.head, found.broken, found.unsealed, found.oldest, found.late) == (head, None, 0, None, 0)


def test_a_line_that_commits_late_is_counted_and_sealed_later(ctx):
    first = sealing.seal()
    write("late", at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    write("new", at=dt.datetime(2027, 6, 1, tzinfo=dt.UTC))
    found = sealing.verify(first)
    assert (found.broken, found.unsealed, found.oldest, found.late) == (None, 2, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 1)
    second = sealing.seal()
    assert second.seq == first.seq + 2
    assert sealing.verify(first).broken is None
    assert sealing.verify(second).unsealed == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET verb = 'read' WHERE id = :id",
        "UPDATE audit SET actor_id = NULL, origin = 'x' WHERE id = :id",
        "UPDATE audit SET detail = detail || ' ' WHERE id = :id",
        "UPDATE audit SET at = '2026-01-02 03:04:05.000000' WHERE id = :id",
        "UPDATE audit SET unit_id = NULL, subject_id = subject_id || 'x' WHERE id = :id",
        "DELETE FROM audit WHERE id = :id",
        "UPDATE audit_seal SET digest = replace(replace(digest, '0', 'f'), '1', 'e') WHERE audit_id = :id",
    ],
)
def test_the_first_line_that_was_tampered_with_is_named(app, change):
    with app.app_context():
        head = sealing.seal()
        third, fifth = lines()[2], lines()[4]
        disarm((change, {"id": fifth}), (change, {"id": third}))
        found = sealing.verify(head)
        assert (found.broken.seq, found.broken.line, found.head.seq) == (3, third, 2)
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert third in result.output
    assert fifth not in result.output


def test_a_line_taken_out_with_its_seal_leaves_a_gap(ctx):
    sealing.seal()
    third, fourth = lines()[2:4]
    disarm(("DELETE FROM audit_seal WHERE audit_id = :id", {"id": third}), ("DELETE FROM audit WHERE id = :id", {"id": third}))
    found = sealing.verify()
    assert (found.broken.seq, found.broken.line) == (4, fourth)


def test_a_line_put_into_the_chain_is_named(ctx):
    head = sealing.seal()
    disarm(
        (
            "INSERT INTO audit (id, at, verb, subject, subject_id, origin, detail) SELECT 'FORGED', at, 'x', 'x', 'x', '', '{}' FROM audit WHERE id = :id",
            {"id": lines()[1]},
        ),
        ("UPDATE audit_seal SET seq = -seq WHERE seq > 1", {}),
        ("UPDATE audit_seal SET seq = -seq + 1 WHERE seq < 0", {}),
        ("INSERT INTO audit_seal VALUES (2, 'FORGED', :digest)", {"digest": "a" * 64}),
    )
    found = sealing.verify(head)
    assert (found.broken.seq, found.broken.line) == (2, "FORGED")


def test_a_chain_made_anew_or_cut_is_found_by_the_noted_head(app):
    with app.app_context():
        noted = sealing.seal()
        victim = lines()[2]
        write("after")
        grown = sealing.seal()
        assert sealing.verify(noted).broken is None
        disarm(("UPDATE audit SET verb = 'read' WHERE id = :id", {"id": victim}), ("DELETE FROM audit_seal", {}))
        forged = sealing.seal()
        assert sealing.verify().broken is None  # by itself the new chain is whole
        assert sealing.verify(noted).broken.seq == noted.seq
        disarm_cut = ("DELETE FROM audit_seal WHERE seq > :seq", {"seq": forged.seq - 1})
        with db.engine.begin() as connection:
            connection.execute(sa.text(disarm_cut[0]), disarm_cut[1])
        assert forged.seq == grown.seq
        assert sealing.verify(grown).broken.seq == grown.seq - 1
    run = app.test_cli_runner()
    assert run.invoke(args=["audit", "verify"]).exit_code == 0
    assert run.invoke(args=["audit", "verify", "--head", str(grown)]).exit_code == 1


def test_the_commands_seal_verify_and_refuse_what_is_no_head(app):
    run = app.test_cli_runner()
    sealed = run.invoke(args=["audit", "seal"])
    assert sealed.exit_code == 0
    noted = sealing.read_head(sealed.output)
    assert isinstance(noted, Head)
    assert str(noted) == sealed.output.strip()
    whole = run.invoke(args=["audit", "verify", "--head", sealed.output.strip()])
    assert (whole.exit_code, str(noted) in whole.output) == (0, True)
    assert run.invoke(args=["audit", "verify", "--head", "kemarin"]).exit_code == 1


def test_seals_are_guarded(ctx):
    sealing.seal()
    for change in ("UPDATE audit_seal SET digest = 'x'", "DELETE FROM audit_seal"):
        with pytest.raises(sa.exc.DBAPIError, match="immutable"), unit_of_work() as session:
            session.execute(sa.text(change))


def test_two_who_seal_at_once_make_one_chain(app):
    with app.app_context():
        waiting = sealing._unsealed()
    other = meanwhile(app, lambda: sealing._seal_chunk(waiting[:5]), sealing.seal)
    assert other.result().seq == len(waiting)
    with app.app_context():
        assert lines() == list(waiting)
        assert sealing.verify(other.result()).broken is None


def test_a_line_is_late_when_no_transaction_of_ours_could_have_taken_so_long(ctx):
    newest = clock.now() - dt.timedelta(seconds=1)
    write("newest", at=newest)
    sealing.seal()
    write("slow", at=newest - sealing.SLOWEST)
    assert sealing.verify().late == 0
    write("late", at=newest - sealing.SLOWEST - dt.timedelta(milliseconds=1))
    assert sealing.verify().late == 1


def test_a_line_from_a_clock_that_ran_ahead_casts_no_doubt_until_its_time(ctx):
    write("ahead", at=clock.now() + dt.timedelta(days=30))
    sealing.seal()
    write("today")
    assert sealing.verify().late == 0
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert sealing.verify().late == 1


def test_lines_that_look_put_in_are_sealed_by_who_knows_them_and_lower_no_bar(app):
    with app.app_context():
        write("now")
        sealing.seal()
        write("old", at=clock.now() - dt.timedelta(days=400))
    run = app.test_cli_runner()
    refused = run.invoke(args=["audit", "seal"])
    assert (refused.exit_code, "--late" in refused.output) == (1, True)
    with app.app_context():
        assert sealing.verify().late == 1
    assert run.invoke(args=["audit", "seal", "--late"]).exit_code == 0
    with app.app_context():
        write("older still", at=clock.now() - dt.timedelta(days=300))
        assert sealing.verify().late == 1


def test_nothing_is_sealed_on_a_broken_chain(app, tmp_path):
    with app.app_context():
        head = sealing.seal()
        disarm(("UPDATE audit SET verb = 'x' WHERE id = :id", {"id": lines()[3]}))
        ensure()
        write("new")
    run = app.test_cli_runner()
    assert run.invoke(args=["audit", "seal", "--late"]).exit_code == 1
    made = run.invoke(args=["backup", f"{tmp_path}/a.zip"])
    assert (made.exit_code, "tidak disegel" in made.output, "putus" in made.output) == (1, True, True)
    assert (tmp_path / "a.zip").exists()
    with app.app_context():
        assert sealing.head() == head


def ensure():
    with db.engine.begin() as connection:
        ensure_guards(connection)


GUARD = "guard_audit_seal_delete"
HARM = {
    "gone": {"sqlite": [f"DROP TRIGGER {GUARD}"], "postgresql": [f"DROP TRIGGER {GUARD} ON audit_seal"]},
    "idle": {
        "sqlite": [f"DROP TRIGGER {GUARD}", f"CREATE TRIGGER {GUARD} BEFORE DELETE ON audit_seal BEGIN SELECT 1; END"],
        "postgresql": [f"ALTER TABLE audit_seal DISABLE TRIGGER {GUARD}"],
    },
    "another verb": {
        "sqlite": [
            f"DROP TRIGGER {GUARD}",
            f"CREATE TRIGGER {GUARD} BEFORE INSERT ON audit_seal BEGIN SELECT RAISE(ABORT, 'this row is immutable'); END",
        ],
        "postgresql": [
            f"DROP TRIGGER {GUARD} ON audit_seal",
            f"CREATE TRIGGER {GUARD} BEFORE DELETE ON audit_seal FOR EACH ROW WHEN (false) EXECUTE FUNCTION guard_refuse()",
        ],
    },
    "elsewhere": {
        "sqlite": [f"DROP TRIGGER {GUARD}", f"CREATE TRIGGER {GUARD} BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'no'); END"],
        "postgresql": [
            f"DROP TRIGGER {GUARD} ON audit_seal",
            f"CREATE TRIGGER {GUARD} BEFORE DELETE ON entry FOR EACH ROW EXECUTE FUNCTION guard_refuse()",
        ],
    },
}


@pytest.mark.parametrize("harm", HARM)
def test_a_guard_that_does_not_work_is_named_keeps_the_server_from_starting_and_is_put_back(app, harm):
    with app.app_context(), db.engine.begin() as connection:
        for statement in HARM[harm][connection.dialect.name]:
            connection.execute(sa.text(statement))
    with app.app_context():
        with db.engine.connect() as connection:
            assert missing_guards(connection) == [GUARD]
        with pytest.raises(RuntimeError, match=GUARD):
            require_guards()
    assert app.test_cli_runner().invoke(args=["guards"]).output.split("\n")[:2] == [GUARD, "0 guards missing"]
    with app.app_context():
        require_guards()
        sealing.seal()
        with pytest.raises(sa.exc.DBAPIError, match="immutable"), unit_of_work() as session:
            session.execute(sa.text("DELETE FROM audit_seal"))
