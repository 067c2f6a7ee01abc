"""Migrations there and back again, on both databases: the schema is the models', the guards stand, what a step does not own stays."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from models import Base, db
from models.guards import missing_guards
from services import score
from tests.storms.ground import prepare

FOLDER = "migrations"
REMADE = ("score", "unit_year")
"""Projections: a step may empty them; they are made again from the documents."""
STEPS = [s.revision for s in ScriptDirectory(FOLDER).walk_revisions() if s.down_revision]


def to(revision: str) -> None:
    """Go down or up, as the person at the command line does."""
    db.session.remove()
    if revision == "head":
        upgrade(directory=FOLDER)
    else:
        downgrade(directory=FOLDER, revision=revision)


def test_there_and_back_again_the_schema_is_the_models(ctx):
    for _time in range(2):
        to("base")
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
        to("head")
        with db.engine.connect() as connection:
            options = {"compare_type": True}
            found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
            assert [d for d in found if "alembic_version" not in str(d)] == []
            assert missing_guards(connection) == []
            assert _schema(connection, None) == _fresh(connection)


def _fresh(connection: sa.Connection) -> dict:
    """The schema that the models alone would make; taken back afterwards."""
    if connection.dialect.name == "sqlite":
        other = sa.create_engine("sqlite://")
        with other.connect() as empty:
            Base.metadata.create_all(empty)
            return _schema(empty, None)
    connection.execute(sa.text("CREATE SCHEMA fresh"))
    Base.metadata.create_all(connection.execution_options(schema_translate_map={None: "fresh"}))
    found = _schema(connection, "fresh")
    connection.rollback()
    return found


def _schema(connection: sa.Connection, schema: str | None) -> dict:
    """All that alembic compares and what it does not: check constraints, names, lengths, collations."""
    inspector, found = sa.inspect(connection), {}
    for table in inspector.get_table_names(schema):
        if table == "alembic_version":
            continue
        columns = [(c["name"], repr(c["type"]), c["nullable"]) for c in inspector.get_columns(table, schema)]
        keys = [
            (k["name"], k["constrained_columns"], k["referred_table"], k["referred_columns"])
            for k in inspector.get_foreign_keys(table, schema)
        ]
        indexes = [(i["name"], i["column_names"], bool(i["unique"])) for i in inspector.get_indexes(table, schema)]
        checks = [(c["name"], c["sqltext"]) for c in inspector.get_check_constraints(table, schema)]
        uniques = [(u["name"], u["column_names"]) for u in inspector.get_unique_constraints(table, schema)]
        parts = (columns, keys, indexes, checks, uniques)
        found[table] = [inspector.get_pk_constraint(table, schema), *(sorted(part, key=str) for part in parts)]
    return found


@pytest.mark.parametrize("step", STEPS)
def test_a_step_down_and_up_keeps_what_it_does_not_own(ctx, step):
    prepare()
    script = ScriptDirectory(FOLDER).get_revision(step)
    if step != STEPS[0]:
        to(step)
    with db.engine.connect() as connection:
        before = _rows(connection)
    to(script.down_revision)
    with db.engine.connect() as connection:
        below = {t: {c["name"] for c in sa.inspect(connection).get_columns(t)} for t in _tables(connection)}
        assert [name for name in missing_guards(connection) if name.split("_", 1)[1].rsplit("_", 1)[0] in below] == []
        _same(before, _rows(connection), below)
    to("head")
    with db.engine.connect() as connection:
        assert missing_guards(connection) == []
        _same(before, _rows(connection), below)
    assert sum(map(len, before.values())) > 500
    assert {"entry", "report", "entry_revision", "audit", "version"} <= {name for name, rows in before.items() if rows}
    score.rebuild_differences()
    with db.engine.connect() as connection:
        remade = _rows(connection)
    kept = {"score": set(below.get("score", ())), "unit_year": set(below.get("unit_year", ())) - {"scored_at", "basis"}}
    for name, columns in kept.items():
        assert _of(before[name], columns) == _of(remade[name], columns)


def _tables(connection: sa.Connection) -> list[str]:
    return sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})


def _rows(connection: sa.Connection) -> dict[str, list[dict]]:
    """Every row of every table, as plain mappings."""
    return {t: [dict(r) for r in connection.execute(sa.text(f'SELECT * FROM "{t}"')).mappings()] for t in _tables(connection)}


def _of(rows: list[dict], columns: set[str]) -> list[str]:
    return sorted(repr(sorted((k, v) for k, v in row.items() if k in columns)) for row in rows)


def _same(before: dict, after: dict, below: dict[str, set[str]]) -> None:
    """The tables and columns there are on both sides of the step hold what they held."""
    for name, columns in below.items():
        if name in before and name not in REMADE:
            assert _of(before[name], columns) == _of(after[name], columns), name


def test_a_step_that_fails_halfway_leaves_all_as_it_was(ctx, monkeypatch):
    from alembic import op

    prepare()
    to("0001")
    with db.engine.connect() as connection:
        before, schema = _rows(connection), _schema(connection, None)
    assert before["score"]
    with monkeypatch.context() as broken:
        broken.setattr(op, "create_index", _fail)
        with pytest.raises(SystemExit):
            to("head")
    with db.engine.connect() as connection:
        assert (_rows(connection), _schema(connection, None)) == (before, schema)
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0001"
        if connection.dialect.name == "sqlite":
            assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
    to("head")


def _fail(*_args, **_more):
    raise RuntimeError
