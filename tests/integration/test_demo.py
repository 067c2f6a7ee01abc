"""The demo: the same story each time, and nothing in it that a rebuild would tell otherwise."""

import sqlalchemy as sa

from models import User, db
from tests.conftest import make_app, point


def test_demo_is_deterministic_and_consistent(tmp_path):
    """A small country, twice: the same ranking; rebuild finds nothing. One database is enough: no statement is the demo's own."""
    app = make_app(f"sqlite:///{tmp_path / 'one.sqlite3'}", tmp_path)
    first = _small_country(app)
    point(app, f"sqlite:///{tmp_path / 'two.sqlite3'}")
    assert _small_country(app) == first


def _small_country(app):
    from flask_migrate import upgrade

    with app.app_context():
        upgrade(directory="migrations")
    run = app.test_cli_runner()
    assert run.invoke(args=["seed"]).exit_code == 0
    made = run.invoke(args=["demo", "--units", "4", "--years", "1"])
    assert "Dibuat 4 unit" in made.output, made.output
    assert "0 differences" in run.invoke(args=["rebuild"]).output
    with app.app_context():
        accounts = set(db.session.scalars(sa.select(User.email)))
        assert {f"{n}@example.org" for n in ("admin", "verifikator", "provinsi", "operator", "koordinator", "pimpinan")} <= accounts
        open_now = db.session.execute(sa.text(
            "SELECT t.key FROM report r JOIN content_type t ON t.id = r.content_type_id JOIN unit u ON u.id = r.unit_id JOIN region g ON g.id = u.region_id "
            "JOIN entry e ON e.id = r.id WHERE g.code = '32.16' AND r.state = 'draft' AND e.seq > 0 ORDER BY 1")).all()  # fmt: skip
        assert [row.key for row in open_now] == ["pra-bencana", "tanggap-darurat"]
        query = "SELECT g.code, s.node, s.p, s.v FROM score s JOIN unit u ON u.id = s.unit_id JOIN region g ON g.id = u.region_id WHERE s.subject = 'year'"
        return sorted(map(tuple, db.session.execute(sa.text(query)).all()), key=str)
