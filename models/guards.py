"""Guards: triggers that keep immutable tables immutable, through ORM, SQL and REPLACE alike, on both databases."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

GUARDED: tuple[str, ...] = ("version", "candidate", "scheme_version", "audit", "audit_seal", "entry_revision", "report_transition")
"""One list; every other place reads it."""

MESSAGE = "this row is immutable"
RAISE = f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
THERE = {
    "sqlite": sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"),
    "postgresql": sa.text(
        "SELECT tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
        "AND relnamespace = current_schema()::regnamespace AND '$$' || prosrc || '$$' = :raises"
    ).bindparams(raises=RAISE),
}
"""Name and text of every trigger at work; on PostgreSQL of those whose function refuses."""


def ensure_guards(connection: sa.Connection) -> None:
    """Create every missing guard of the tables there are (an older revision has fewer). Called after each migration and by
    tests; harmless to repeat."""
    there = set(sa.inspect(connection).get_table_names())
    for statement in list(_statements(connection, [table for table in GUARDED if table in there])):
        connection.execute(sa.text(statement))


def missing_guards(connection: sa.Connection) -> list[str]:
    """Names of guards that are not there as they must be: gone, switched off, on another table, or doing something else. Checked at
    start-up."""
    dialect = connection.dialect.name
    found = {(name, " ".join(text.split())) for name, text in connection.execute(THERE[dialect])}
    where = "" if dialect == "sqlite" else f"{connection.scalar(sa.text('SELECT quote_ident(current_schema())'))}."
    return [name for name, made in _guards(dialect, GUARDED, where).items() if (name, made) not in found]


def guard_names(dialect: str) -> list[str]:
    """Every trigger there must be. REPLACE deletes first and so meets the delete guard (recursive_triggers = ON)."""
    return list(_guards(dialect, GUARDED))


def _guards(dialect: str, tables: Sequence[str], where: str = "") -> dict[str, str]:
    """Name → text of the triggers of these tables, *where* they lie."""
    verbs = ("UPDATE", "DELETE") if dialect == "sqlite" else ("UPDATE", "DELETE", "TRUNCATE")
    return {f"guard_{t}_{verb.lower()}": _trigger(dialect, t, verb, where) for t in tables for verb in verbs}


def _trigger(dialect: str, table: str, verb: str, where: str) -> str:
    head = f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {where}{table}"
    if dialect == "sqlite":
        return f"{head} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return f"{head} FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION guard_refuse()"


def _statements(connection: sa.Connection, tables: Sequence[str]) -> Iterator[str]:
    dialect = connection.dialect.name
    if dialect != "sqlite":
        yield f"CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS {RAISE}"
    missing = set(missing_guards(connection))
    for name, made in _guards(dialect, tables).items():
        if name in missing:
            on = "" if dialect == "sqlite" else f" ON {name.removeprefix('guard_').rpartition('_')[0]}"
            yield f"DROP TRIGGER IF EXISTS {name}{on}"  # one of that name that does something else
            yield made
