"""Print the tables: the form's markup in process, and pages over HTTP, each beside the hand-written yardstick."""

import datetime as dt
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 15
REQUESTS = 200
THREADS = 16


def main() -> None:
    """Run everything and print it."""
    print(f"e-Monev bench, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    in_process()
    over_http()
    national()


def timed(work: Callable[[], object], repeat: int) -> float:
    """Median milliseconds of one call over ROUNDS rounds."""
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        for _one in range(repeat):
            work()
        times.append((time.perf_counter() - start) / repeat * 1000)
    return statistics.median(times)


def in_process() -> None:
    """The markup of 60 fields with saved values against WTForms' rendering of the same kinds."""
    from app import create_app
    from bench import handwritten
    from bench.synthetic import document, source
    from domain.answers import Context, Span
    from domain.definitions.build import build
    from forms import page as pages

    app = create_app()
    with app.app_context(), app.test_request_context():
        rows = []
        for count in (60, 500):
            definition, problems = build(source(count))
            assert not problems, problems
            compiled = pages.compile_page(definition, "id")
            codes = frozenset(definition.by_code)
            state = pages.PageState(
                document(count),
                codes,
                frozenset(),
                Context(dt.date(2026, 11, 1), Span(2026, 4, dt.date(2026, 10, 1), dt.date(2026, 12, 31))),
            )
            html = pages.render(compiled, state)
            assert html.count('class="q"') == count
            rows.append((count, timed(lambda c=compiled, s=state: pages.render(c, s), 40 if count == 60 else 8), len(html)))
    with handwritten.app.test_request_context():
        form = handwritten.Form()
        template = handwritten.app.jinja_env.from_string(handwritten.PAGE)
        yard = timed(lambda: template.render(form=form), 10)
    print("Markup in process, 60 fields with values      ms    ratio   target")
    print(f"  hand-written WTForms page             {yard:8.3f}     1.0")
    print(f"  generated form                        {rows[0][1]:8.3f}  {yard / rows[0][1]:6.1f}   >= 15")
    print(f"  generated form, 500 fields            {rows[1][1]:8.3f}  {rows[1][1] / rows[0][1]:6.1f} x the time of 60\n")


class Site:
    """A granian server with two workers, and a person who talks to it."""

    def __init__(self, target: str, env: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2",
                   "--blocking-threads", "8", "--backpressure", "64", target]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def wait(self, path: str) -> None:
        """Until it answers."""
        for _attempt in range(300):
            try:
                self.get(path)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def get(self, path: str, data: dict[str, str] | None = None) -> str:
        """One page."""
        body = urllib.parse.urlencode(data).encode() if data else None
        with self.opener.open(f"http://127.0.0.1:{self.port}{path}", body, timeout=30) as answer:
            return answer.read().decode()

    def rate(self, path: str) -> float:
        """Requests per second of one round over kept-alive connections."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.cookies)
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n\r\n".encode()
        budget = iter(range(REQUESTS))  # shared: the server spreads connections unevenly over its workers, none may wait for work
        start = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as people:
            for talked in [people.submit(talk, self.port, request, budget) for _ in range(THREADS)]:
                talked.result()  # an error of one is an error of all: no rate without every answer
        return REQUESTS / (time.perf_counter() - start)

    def worker_memory(self) -> list[float]:
        """Resident megabytes of each worker process."""
        status = []
        for process in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):  # some of the machine's processes end while they are listed
                status.append(process.read_text())
        mine = [text for text in status if f"PPid:\t{self.process.pid}\n" in text and "VmRSS" in text]
        return [int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024 for text in mine]  # type: ignore[index]

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(timeout=20)


def talk(port: int, request: bytes, budget: Iterator[int]) -> None:
    """Send one request over and over on one connection until the budget is spent. A bare socket and one buffer: client and server share the cores."""
    page = memoryview(bytearray(1 << 20))
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        for _one in budget:
            wire.sendall(request)
            got = _more(wire, page)
            while b"\r\n\r\n" not in (start := bytes(page[: min(got, 4096)])):
                got += _more(wire, page[got:])
            head, _sep, _body = start.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), start[:300]
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
            whole = len(head) + 4 + length
            assert whole <= len(page), "the page is larger than the buffer"
            while got < whole:
                got += _more(wire, page[got:])


def _more(wire: socket.socket, room: memoryview) -> int:
    count = wire.recv_into(room)
    if count == 0:
        raise ConnectionError("the server closed the connection")
    return count


PAGES = ("fill page, 60 fields", "fill page, 500 fields", "empty page, signed in", "ranking", "start page")
EMPTY = "/tanpa-jaringan"
"""All a page carries besides its own content."""


def over_http() -> None:
    """Signed in, 60 fields with saved values, against the yardstick served the same way; on both databases."""
    with databases() as (folder, urls):
        found = [rates(url, folder) for url in urls]
    print("Over HTTP, 2 workers, signed in           sqlite   ratio   postgresql   ratio   target   (medians of rounds in turn)")
    print(f"  hand-written WTForms page             {found[0].yard:8.0f}     1.0     {found[1].yard:8.0f}     1.0")
    for place, name in enumerate(PAGES):
        each = "     ".join(f"{f.pages[place]:8.0f}  {f.ratios[place]:6.1f}" for f in found)
        print(f"  {name:<36}  {each}   {'>= 4 on SQLite' if '60' in name else ''}")
    print(f"  memory of a worker after all that     {found[0].memory:8.0f} MB          {found[1].memory:8.0f} MB\n")


@dataclass(frozen=True)
class Rates:
    """Requests per second of the yardstick and of each page, each page against the yardstick of its round, megabytes."""

    yard: float
    pages: list[float]
    ratios: list[float]
    memory: float


def rates(url: str, folder: Path) -> Rates:
    """Both sites in turn, round after round."""
    env = environment(url, folder)
    seeded(env)
    made = subprocess.run(
        [sys.executable, "-m", "bench.prepare", "60", "500"], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    yard, site = Site("bench.handwritten:app", env), Site("wsgi:app", env)
    yard.wait("/hello")
    site.wait("/healthz")
    fill, large = (f"/laporan/{report}" for report in made.stdout.split()[-2:])
    sign_in(site, fill)
    everyone: list[tuple[Site, str]] = [(yard, "/"), (site, fill), (site, large), (site, EMPTY), (site, "/peringkat"), (site, "/")]
    rounds = [[where.rate(path) for where, path in everyone] for _round in range(ROUNDS + 1)][1:]  # the first one warms up
    memory = max(site.worker_memory())
    yard.stop()
    site.stop()
    places = range(1, len(everyone))
    return Rates(
        statistics.median(r[0] for r in rounds),
        [statistics.median(r[place] for r in rounds) for place in places],
        [statistics.median(r[place] / r[0] for r in rounds) for place in places],
        memory,
    )


def sign_in(site: Site, fill: str) -> None:
    """As the officer whose report is measured."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', site.get("/masuk"))
    assert token is not None
    site.get("/masuk", {"email": "bench@example.org", "password": "bench-password-1", "csrf_token": token[1]})
    assert 'name="f.F-0"' in site.get(fill)


@contextmanager
def databases() -> Iterator[tuple[Path, list[str]]]:
    """A folder, and an empty database of each kind."""
    from tests.postgres import copy_database, server

    folder = Path(tempfile.mkdtemp(prefix="emonev-bench-"))
    with server() as admin:
        yield folder, [f"sqlite:///{folder}/bench.sqlite3", copy_database(admin, "template1", "bench")]
    shutil.rmtree(folder, ignore_errors=True)


def environment(url: str, folder: Path) -> dict[str, str]:
    """Settings of a process that works on a bench database."""
    return os.environ | {
        "DATABASE_URL": url,
        "STORAGE_URL": f"file://{folder}/files",
        "SECRET_KEY": "bench-secret-key-0123456789abcdefghijk",
    }


def seeded(env: dict[str, str]) -> None:
    """An empty database made ready by the commands an administrator uses."""
    for command in (["db", "upgrade"], ["seed"]):
        words = [sys.executable, "-m", "flask", "--app", "app", *command]
        subprocess.run(words, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


NATIONAL = (
    ("ranking, 552 units, 1 year", "ranking_1", "ms", ""),
    ("ranking, 552 units, 5 years", "ranking_5", "ms", "<= 30"),
    ("start page", "start", "ms", ""),
    ("list of reports", "reports", "ms", ""),
    ("list of 9,936 records", "list", "ms", ""),
    ("  searched", "list_search", "ms", ""),
    ("its export as CSV", "export_csv_s", "s", ""),
    ("its export as XLSX", "export_xlsx_s", "s", ""),
    ("checking a form of 60 answers", "validation", "ms", ""),
    ("saving it, one answer changed", "save", "ms", ""),
    ("  SQL statements of a save", "save_statements", "", "<= 14"),
    ("sending it", "submit", "ms", ""),
    ("  95th percentile", "submit_p95", "ms", "<= 50"),
)
MARGIN = {"sqlite": 1.0, "postgresql": 2.5}
"""Milliseconds a save may take beyond checking."""


def national() -> None:
    """552 units, five years, two million answers, on both databases; each in a process of its own."""
    with databases() as (folder, urls):
        found = [measured(url, folder) for url in urls]
    print(f"National size, {found[0]['answers']:,} answers          {found[0]['database']:>10} {found[1]['database']:>12}   target")
    for name, key, word, target in NATIONAL:
        print(f"  {name:<38} {found[0][key]:8} {word:<2} {found[1][key]:8} {word:<2}   {target}")
    grown = [f["ranking_5"] / f["ranking_1"] for f in found]
    print(f"  {'ranking, 5 years to 1':<38} {grown[0]:8.2f} x  {grown[1]:8.2f} x    <= 1.2 on SQLite")
    beyond = [f["save"] - f["validation"] for f in found]
    limits = ", ".join(f"{MARGIN[f['database']]}" for f in found)
    print(f"  {'saving beyond checking':<38} {beyond[0]:8.2f} ms {beyond[1]:8.2f} ms   <= {limits}")


def measured(url: str, folder: Path) -> dict[str, Any]:
    """The figures of one database."""
    env = environment(url, folder)
    seeded(env)
    done = subprocess.run([sys.executable, "-m", "bench.nation"], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
