"""Guards: triggers that keep immutable tables immutable, through ORM, SQL and REPLACE alike, on both databases."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

GUARDED: tuple[str, ...] = ("version", "candidate", "scheme_version", "audit", "audit_seal", "entry_revision", "report_transition")
"""One list; every other place reads it."""

MESSAGE = "this row is immutable"
REFUSES = f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
AT_WORK = {
    "sqlite": sa.text(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '% ON ' || tbl_name || :refuses"
    ).bindparams(refuses=REFUSES),
    "postgresql": sa.text(
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace "
        "AND tgname LIKE 'guard_' || relname || '_%'"
    ),
}
"""The triggers that refuse: none of the same name on another table, that does something else, or that is switched off."""


def ensure_guards(connection: sa.Connection) -> None:
    """Create every missing guard of the tables there are (an older revision has fewer). Called after each migration and by
    tests; harmless to repeat."""
    there = set(sa.inspect(connection).get_table_names())
    for name in missing_guards(connection) if connection.dialect.name == "sqlite" else ():
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}"))  # one of that name that does something else
    for statement in _statements(connection.dialect.name, [table for table in GUARDED if table in there]):
        connection.execute(sa.text(statement))


def missing_guards(connection: sa.Connection) -> list[str]:
    """Names of guards that are not there, or not at work; checked at start-up."""
    found = set(connection.scalars(AT_WORK[connection.dialect.name]))
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
        return f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table}{REFUSES}"
    return f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION guard_refuse()"
