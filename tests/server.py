"""The application in processes of its own, on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from models import db

ROOT = Path(__file__).resolve().parent.parent


def environment_of_a_copy(app, template, folder: Path) -> dict[str, str]:
    """The settings of a server that works on a copy of the test's database: PostgreSQL's is the test's own already."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        if template[0] == "sqlite":
            copy = folder / "shared.sqlite3"
            db.session.remove()
            shutil.copy(db.engine.url.database, copy)
            url = f"sqlite:///{copy}"
    return os.environ | {
        "DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
        "STORAGE_URL": f"file://{folder}/files",
        "SECRET_KEY": "processes-of-a-test-share-one-key-0123456789",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A granian server of *workers* processes with the settings of *env* and more *options*; ``address`` answers after
    ``wait()``."""

    def __init__(self, env: dict[str, str], workers: int, options: tuple[str, ...] = ()) -> None:
        self.env, port = env, free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        self.command = [*command, "--workers", str(workers), *options, "wsgi:app"]
        self.start()

    def start(self) -> None:
        """Begin, or begin again at the same address."""
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.env, stdout=quiet, stderr=quiet, start_new_session=True)

    def kill(self) -> None:
        """All its processes at once, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def wait(self) -> None:
        end = time.monotonic() + 40
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2)
                return
            except OSError:
                assert self.process.poll() is None, "the server died"
                time.sleep(0.1)  # a poll, not a guess: the loop ends at the first answer
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
