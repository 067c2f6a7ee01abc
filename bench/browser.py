"""The fill page in Chromium: bytes over the wire, the time until it can be used on a slow phone, and what a keystroke costs.

``python -m bench.browser``: a phone is this machine with its processor slowed four times on a line of 1.6 Mbit/s and 150 ms.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.__main__ import ROOT, Site, environment, seeded

SLOWED = 4
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
"""1.6 Mbit/s down, 750 kbit/s up, in bytes per second."""
AFTERWARDS = 6_000
"""Milliseconds in which a page fetches ahead what its person needs without a line."""
KEYS = 60
KEYSTROKES = """async ([name, keys]) => {
    const [box, taken] = [document.querySelector(`[name="${name}"]`), []];
    box.focus();
    for (let nth = 0; nth < keys; nth += 1) {
        box.value = String(nth);
        const begun = performance.now();
        box.dispatchEvent(new InputEvent("input", {bubbles: true}));
        taken.push(performance.now() - begun);
        await new Promise((next) => setTimeout(next, 20));
    }
    return taken;
}"""


class Wire:
    """A line to a server that counts what comes down it: a service worker's share is seen nowhere else."""

    def __init__(self, port: int) -> None:
        self.port, self.bytes = port, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            near, _address = self.listener.accept()
            far = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, down: bool) -> None:
        with suppress(OSError):
            while block := source.recv(1 << 16):
                self.bytes += len(block) if down else 0
                target.sendall(block)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


def slow(page: Page) -> None:
    """From here on as on the phone."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


def main() -> None:
    """Measure both sizes, print."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        found = [of_size(browser, size) for size in (60, 500)]
        browser.close()
    print("Fill page in Chromium                              60 fields   500 fields   target at 60")
    for name, word, target in ROWS:
        print(f"  {name:<46} {found[0][name]:8.1f} {word:<3} {found[1][name]:8.1f} {word:<3}  {target}")


def of_size(browser: Browser, size: int) -> dict[str, float]:
    """A world with one report of so many fields, and its figures."""
    folder = Path(tempfile.mkdtemp(prefix="emonev-bench-"))
    env = environment(f"sqlite:///{folder}/bench.sqlite3", folder)
    seeded(env)
    prepare = [sys.executable, "-m", "bench.prepare", str(size)]
    made = subprocess.run(prepare, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    site = Site("wsgi:app", env)
    site.wait("/healthz")
    wire, address = Wire(site.port), f"/laporan/{made.stdout.split()[-1]}"
    found = sizes(browser, wire, address) | times(browser, f"http://127.0.0.1:{site.port}", address)  # counting takes time itself
    site.stop()
    shutil.rmtree(folder, ignore_errors=True)
    return found


ROWS = (
    ("first visit, all that is fetched", "kB", "<= 120"),
    ("  of it ahead, for being without a line", "kB", ""),
    ("repeat", "kB", "<= 15"),
    ("first visit on the phone, until it can be used", "s", "<= 2"),
    ("repeat on the phone", "s", ""),
    ("rules of a keystroke, processor slowed, median", "ms", "<= 16 at 500"),
    ("  95th percentile", "ms", ""),
)


def sizes(browser: Browser, wire: Wire, address: str) -> dict[str, float]:
    """Bytes of two visits of a fresh phone."""
    context = signed_in(browser, wire.address)
    page = context.new_page()
    before = wire.bytes
    ready(page, address)
    shown = wire.bytes
    page.wait_for_timeout(AFTERWARDS)
    first = wire.bytes
    ready(page, address)
    page.wait_for_timeout(AFTERWARDS)
    again = wire.bytes
    context.close()
    return {
        "first visit, all that is fetched": (first - before) / 1000,
        "  of it ahead, for being without a line": (first - shown) / 1000,
        "repeat": (again - first) / 1000,
    }


def times(browser: Browser, site: str, address: str) -> dict[str, float]:
    """Seconds and milliseconds on a fresh phone."""
    context = signed_in(browser, site)
    page = context.new_page()
    slow(page)
    first = ready(page, address)
    page.wait_for_timeout(2 * AFTERWARDS)
    again = ready(page, address)
    taken = sorted(page.evaluate(KEYSTROKES, ["f.F-0", KEYS]))
    context.close()
    return {
        "first visit on the phone, until it can be used": first,
        "repeat on the phone": again,
        "rules of a keystroke, processor slowed, median": statistics.median(taken),
        "  95th percentile": taken[int(len(taken) * 0.95)],
    }


def signed_in(browser: Browser, site: str) -> BrowserContext:
    """A fresh phone with nothing but the session in it."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", base_url=site)
    page = context.new_page()
    page.route("**/static/**", lambda route: route.abort())  # nothing of the program is on the phone yet
    page.goto("/masuk")
    page.fill("[name=email]", "bench@example.org")
    page.fill("[name=password]", "bench-password-1")
    with page.expect_navigation():
        page.locator("form[action='/masuk'] button.btn-main").click()
    page.close()
    return context


def ready(page: Page, address: str) -> float:
    """Open the page; seconds until its form is live."""
    page.goto(address, wait_until="commit")
    page.wait_for_selector("form[data-ready]", state="attached")
    return float(page.evaluate("performance.now()")) / 1000


if __name__ == "__main__":
    main()
