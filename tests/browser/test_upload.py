"""Evidence on its way to a real server: from a client of others, and through a server that is killed in between."""

import hashlib
import json
import subprocess

from tests.browser import alone
from tests.server import ROOT

country, site = alone.country, alone.site


def test_a_client_of_others_breaks_off_and_goes_on(phone, site, address, tmp_path):
    context = phone()
    token = context.request.get("/sesi", headers={"Accept": "application/json"}).json()["csrf"]
    cookie = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    content = b"%PDF-1.4\n" + bytes(range(256)) * 1000
    (tmp_path / "bukti.pdf").write_bytes(content)
    command = ["node", ROOT / "tests" / "js" / "tus.mjs", f"{site}{address}/berkas", cookie, token, tmp_path / "bukti.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert (told["broken"], told["resumed"]) == (100_000, 100_000)
    assert told["kept"] == f"{hashlib.sha256(content).hexdigest()} Foto gudang.pdf"
