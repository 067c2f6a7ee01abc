"""Two operating-system processes: what one publishes, both serve within a second, on every projection."""

import re
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

import pytest

from tests import crowd, world
from tests.html import form_values
from tests.server import Server, environment_of_a_copy


class Worker(Server):
    """One process, and the people signed in who talk to it."""

    def __init__(self, env: dict[str, str]) -> None:
        super().__init__(env, 1)
        self.people: dict[str, urllib.request.OpenerDirector] = {}

    def open(self, who: str, path: str, data: dict | None = None) -> str:
        if who not in self.people:
            self.people[who] = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            page = self.open(who, "/masuk")
            self.open(who, "/masuk", form_values(page) | {"email": f"{who}@example.org", "password": world.PASSWORD})
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        with self.people[who].open(f"{self.address}{path}", body, timeout=20) as answer:
            return answer.read().decode("utf-8-sig")


@pytest.fixture
def workers(app, template, tmp_path):
    env = environment_of_a_copy(app, template, tmp_path)
    pair = [Worker(env), Worker(env)]
    for worker in pair:
        worker.wait()
    yield pair
    for worker in pair:
        worker.stop()


@pytest.mark.enable_socket
def test_both_workers_serve_a_new_field_within_a_second(workers, ids):
    one, two = workers
    report = f"/laporan/{ids.report['32.16']}"
    for worker in workers:  # both have everything compiled and cached
        assert "PB-KAP-77" not in worker.open("operator", report)
        assert "peralatan_khusus" not in worker.open("operator", "/admin/konten/anggota/export/csv/")
    _add(
        one,
        "KAP",
        {
            "code": "PB-KAP-77",
            "type": "integer",
            "label_id": "Pengemudi bersertifikat",
            "weight": "2",
            "rule": "rasio",
            "target": "12",
            "frequency": "quarterly",
            "required": "y",
        },
        "Pra-bencana",
    )
    _add(
        one,
        "",
        {"code": "peralatan_khusus", "type": "text", "label_id": "Peralatan khusus", "advanced": "list: true\nsearchable: true"},
        "Anggota klaster",
    )
    _publish(one, "pra-bencana")
    _publish(one, "anggota")
    for worker in workers:  # no wait at all: the first request after publishing has it, in both
        page = worker.open("operator", report)
        assert 'name="f.PB-KAP-77"' in page
        assert "Pengemudi bersertifikat" in page
        assert "PB-KAP-77" in worker.open("operator", f"{report}/cetak")
        assert "peralatan_khusus" in worker.open("operator", "/admin/konten/anggota/export/csv/").splitlines()[0]
        assert "Peralatan khusus" in worker.open("operator", "/admin/konten/anggota/")
        assert "f.peralatan_khusus" in worker.open("operator", "/admin/konten/anggota/new/")
    assert two.process.poll() is None


LISTS = ("unit", "pengguna", "wilayah", "jejak", "periode", "kejadian", "indikator", "bagian", "pilihan", "konten/anggota")


@pytest.mark.enable_socket
def test_exports_leave_a_worker_its_connections(workers):
    """Each list more often than a worker has connections."""
    admin = crowd.Client(workers[0].address, "admin@example.org")
    with ThreadPoolExecutor(8) as hands:
        for name in LISTS:
            statuses = list(hands.map(lambda _n, name=name: admin.get(f"/admin/{name}/export/csv/").status, range(20)))
            assert statuses == [200] * 20, name
    assert admin.get("/").status == 200


def _add(worker, section, values, form):
    page = worker.open("admin", "/admin/indikator/new/")
    options = re.findall(r'<option value="([0-9A-Z]{26})"[^>]*>([^<]+)</option>', page)
    wanted = next(i for i, name in options if name.startswith(form) and (not section or "Kapasitas" in name))
    page = worker.open("admin", "/admin/indikator/new/", form_values(page) | {"section_id": wanted} | values)
    assert "perlu diperbaiki" not in page


def _publish(worker, key):
    page = worker.open("admin", f"/admin/terbitkan/{key}/")
    day = re.findall(r'name="effective_from" value="([^"]+)"', page)[0]
    done = worker.open("admin", f"/admin/terbitkan/{key}/", form_values(page) | {"effective_from": day, "reason": "Rapat evaluasi"})
    assert "Versi 2 sudah diterbitkan" in done
