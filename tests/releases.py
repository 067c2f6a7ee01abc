"""Stored dumps of releases: a small country as that release wrote it, and the scores it had. ``python -m tests.releases``
makes the one of this release anew."""

import datetime as dt
import json
import tempfile
from pathlib import Path

import sqlalchemy as sa
import time_machine

FOLDER = Path(__file__).parent / "data" / "releases"
MADE = dt.datetime(2026, 8, 10, 3, tzinfo=dt.UTC)
"""Early enough in a year for a small archive, late enough for reports in every state."""


def totals() -> dict[str, list[int | None]]:
    """[P, V] of every node of every unit's year, computed now."""
    from models import Region, Report, Unit, db
    from services import score

    query = sa.select(Report.unit_id, Report.year, Region.code).join(Unit, Unit.id == Report.unit_id)
    pairs = db.session.execute(query.join(Region, Region.id == Unit.region_id).distinct().order_by(Region.code, Report.year)).all()
    return {
        f"{code} {year} {row.node}": [row.p, row.v]
        for unit_id, year, code in pairs
        for row in score.compute_year(unit_id, year).rows
        if row.subject == "year"
    }


def make() -> None:
    """Write the archive and the scores of the program as it is."""
    from flask_migrate import upgrade

    from tests.conftest import make_app

    with tempfile.TemporaryDirectory() as folder, time_machine.travel(MADE, tick=False):
        app = make_app(f"sqlite:///{folder}/demo.sqlite3", Path(folder))
        with app.app_context():
            upgrade(directory="migrations")
        run = app.test_cli_runner()
        for command in (["seed"], ["demo", "--units", "4", "--years", "1"], ["backup", f"{folder}/release.zip"]):
            done = run.invoke(args=command)
            assert done.exit_code == 0, done.output
        _keep(app, Path(folder) / "release.zip")


def _keep(app, path: Path) -> None:
    from exchange.archive import opening

    with opening(path) as archive, app.app_context():
        origin = archive.manifest.origin
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{origin.app}.zip").write_bytes(path.read_bytes())
        golden = {"made_at": origin.made_at.isoformat(), "totals": totals()}
    (FOLDER / f"{origin.app}.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    make()
