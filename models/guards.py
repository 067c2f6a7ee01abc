"""Guards: triggers that keep immutable tables immutable, through ORM, SQL and REPLACE alike, on both databases."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

GUARDED: tuple[str, ...] = ("version", "candidate", "scheme_version", "audit", "audit_seal", "entry_revision", "report_transition")
"""One list; every other place reads it."""

MESSAGE = "this row is immutable"


def ensure_guards(connection: sa.Connection) -> None:
    """Create every missing guard of the tables there are (an older revision has fewer). Called after each migration and by
    tests; harmless to repeat."""
    there = set(sa.inspect(connection).get_table_names())
    for statement in _statements(connection.dialect.name, [table for table in GUARDED if table in there]):
        connection.execute(sa.text(statement))


def missing_guards(connection: sa.Connection) -> list[str]:
    """Names of guards that are not there; checked at start-up."""
    if connection.dialect.name == "sqlite":
        found = set(connection.scalars(sa.text("select name from sqlite_master where type = 'trigger'")))
    else:
        found = set(connection.scalars(sa.text("select tgname from pg_trigger where not tgisinternal")))
    return [name for name in guard_names(connection.dialect.name) if name not in found]


def guard_names(dialect: str) -> list[str]:
    """Every trigger there must be. REPLACE deletes first and so meets the delete guard (recursive_triggers = ON)."""
    verbs = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    return [f"guard_{table}_{verb}" for table in GUARDED for verb in verbs]


def _statements(dialect: str, tables: Sequence[str]) -> Iterator[str]:
    if dialect != "sqlite":
        yield (
            "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            yield _trigger(dialect, table, verb)
        if dialect != "sqlite":
            name = f"guard_{table}_truncate"
            yield f"CREATE OR REPLACE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"


def _trigger(dialect: str, table: str, verb: str) -> str:
    name = f"guard_{table}_{verb.lower()}"
    if dialect == "sqlite":
        return f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
