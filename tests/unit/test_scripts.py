"""Scripts that need no browser, tested where they are written: in JavaScript."""

import shutil
import subprocess

from tests.unit.make import ROOT


def test_what_a_spreadsheet_puts_on_the_clipboard():
    node = shutil.which("node")
    assert node, "Node 18 or newer is needed: install the package nodejs."
    command = [node, "--test", str(ROOT / "tests" / "js" / "sheet.test.mjs")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
