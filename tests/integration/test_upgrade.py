"""What an earlier release wrote comes up to this one, with the scores it had."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
import time_machine

from models import Report, StoredFile, db
from tests.conftest import DATABASES
from tests.integration.test_backup import empty, run  # noqa: F401 - a fixture
from tests.releases import FOLDER, totals

RELEASES = sorted(FOLDER.glob("*.zip"))


def test_this_release_is_stored():
    from cli.backup import _version

    assert _version() in {path.stem for path in RELEASES}
    assert all(path.stat().st_size < 300_000 for path in RELEASES)


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("path", RELEASES, ids=lambda p: p.stem)
def test_a_stored_release_upgrades_and_keeps_its_scores(empty, kind, path):  # noqa: F811 - the fixture
    golden = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    app = empty(kind)
    with time_machine.travel(dt.datetime.fromisoformat(golden["made_at"]), tick=False):
        done = run(app, "restore", path)
        assert done.exit_code == 0, done.output
        with app.app_context():
            assert len(golden["totals"]) > 30
            assert totals() == golden["totals"]
            states = set(db.session.scalars(sa.select(Report.state)))
            assert states >= {"draft", "returned", "validated"}
            hashes = db.session.scalars(sa.select(StoredFile.sha256)).all()
            assert len(hashes) > 50
            assert all(app.extensions["file_store"].intact(sha256) for sha256 in hashes)
        rebuilt = run(app, "rebuild")
        assert rebuilt.exit_code == 0, rebuilt.output
        client = app.test_client()
        assert client.post("/masuk", data={"email": "operator@example.org", "password": "demo-Siaga-2026"}).status_code == 302
        assert client.get("/peringkat").status_code == 200
