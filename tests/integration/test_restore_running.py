"""A restore under running workers: each of them shows the restored definitions with its next request."""

import os
import subprocess
import sys

import pytest

from tests.integration.test_workers import _add, _publish, workers  # noqa: F401 - a fixture
from tests.server import ROOT

FIELD = {
    "code": "PB-KAP-77",
    "type": "integer",
    "label_id": "Pengemudi bersertifikat",
    "weight": "2",
    "rule": "rasio",
    "target": "12",
    "frequency": "quarterly",
    "required": "y",
}


def flask(env, *args):
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *args], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.enable_socket
def test_running_workers_show_what_was_restored(workers, ids, tmp_path):  # noqa: F811 - the fixture
    env = os.environ | workers[0].env
    flask(env, "backup", str(tmp_path / "a.zip"))
    _add(workers[0], "KAP", FIELD, "Pra-bencana")
    _publish(workers[0], "pra-bencana")
    page = f"/laporan/{ids.report['32.16']}"
    for worker in workers:
        assert "PB-KAP-77" in worker.open("operator", page)
    flask(env, "restore", str(tmp_path / "a.zip"), "--yes")
    for worker in workers:
        assert 'name="password"' in worker.open("operator", page), "a session of before opens nothing"
        worker.people.clear()
        shown = worker.open("operator", page)
        assert "PB-KAP-05" in shown
        assert "PB-KAP-77" not in shown
        assert worker.process.poll() is None
