"""The application in processes of its own, on a free port."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
        command += ["--workers", str(workers), *options, "wsgi:app"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

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
