"""Real servers under many hands at once, and one whose workers die: what was acknowledged is stored, once and whole.
EMONEV_SUBMITS=2000 sends more reports."""

import http.client
import logging
import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from models import AnswerChange, AuditEntry, Entry, EntryRevision, Report, ReportTransition, db
from services import record, registry, score
from tests import crowd
from tests.server import Server

log = logging.getLogger(__name__)
SUBMITS = int(os.environ.get("EMONEV_SUBMITS", "120"))
REQUESTS = 400
HANDS = 48
PRODUCTION = ("--blocking-threads", "8", "--backpressure", "64")
RESPAWN = ("--respawn-failed-workers", "--workers-kill-timeout", "10")


@pytest.fixture
def serve(app, tmp_path):
    """``serve(*options)``: a server of two workers on the test's database."""
    started = []

    def start(*options: str) -> Server:
        started.append(Server(crowd.environment(app, tmp_path), 2, (*PRODUCTION, *options)))
        started[-1].wait()
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.mark.enable_socket
def test_four_hundred_who_write_at_once_are_all_served_and_all_is_stored(app, serve, ids):
    with app.app_context():
        reports = crowd.build(REQUESTS // 4)
    address = serve().address
    people, start = [crowd.Client(address, email) for email in crowd.WHO], threading.Barrier(HANDS)

    def write(number: int) -> int:
        """Every fourth adds a record, the others each answer a question of their own; three people fill one report."""
        if number < HANDS:
            start.wait(60)
        place, part = divmod(number, 4)
        if part == 3:
            return _add_member(people[place % 3], ids.unit["32.16"], number).status
        page = crowd.fill({f"MS-0{part + 1}": str(number)}, "save", f"op-{number}")
        return people[part].post(f"/laporan/{reports[place]}", page).status

    with ThreadPoolExecutor(HANDS) as pool:
        statuses = list(pool.map(write, range(REQUESTS)))
    assert Counter(statuses) == {302: REQUESTS}
    with app.app_context():
        _all_is_stored(reports)


def _add_member(client: crowd.Client, unit_id: str, number: int) -> crowd.Answer:
    values = {"lembaga": f"Lembaga {number}", "jenis": "opd", "unsur": "media", "peran": "anggota", "status": "aktif", "ditinjau_pada": "01/10/2026",
              "narahubung_jabatan": "Kepala", "narahubung_nama": "Orang", "telepon": "021 555 0101"}  # fmt: skip
    boxes = {f"f.{code}": value for code, value in values.items()}
    page = {"_codes": " ".join(values), "_unit": unit_id, "_op": f"rec-{number}", "_action": "save"}
    return client.post("/admin/konten/anggota/new/", page | boxes)


def _all_is_stored(reports: list[str]) -> None:
    """Each answer as it was typed, once in the log; each record once."""
    for place, report_id in enumerate(reports):
        doc = db.session.get_one(Entry, report_id).doc
        assert {code: doc[code]["v"] for code in doc} == {f"MS-0{n}": place * 4 + n - 1 for n in (1, 2, 3)}
        log = db.session.scalars(sa.select(AnswerChange.path).where(AnswerChange.entry_id == report_id))
        assert sorted(log) == ["MS-01", "MS-02", "MS-03"]
    titles = db.session.scalars(sa.select(Entry.title).where(Entry.content_type_id == registry.registry().type("anggota").id))
    assert Counter(titles) == Counter(f"Lembaga {number}" for number in range(3, REQUESTS, 4))
    assert record.rebuild_differences() == []


@pytest.mark.enable_socket
def test_workers_that_die_lose_nothing_that_was_acknowledged(app, serve):
    with app.app_context():
        reports = crowd.build(SUBMITS)
    assert len(reports) == SUBMITS
    server = serve(*RESPAWN)
    client, counted = crowd.Client(server.address, crowd.WHO[0]), threading.Semaphore(0)

    def send(report_id: str) -> bool:
        """Whether it was acknowledged."""
        try:
            page = crowd.fill({"MS-01": "7", "MS-02": "3"}, "send", f"op-{report_id}")
            answer = client.post(f"/laporan/{report_id}", page)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            counted.release()
        assert answer.status in (302, 503), answer
        return answer.status == 302

    killer = threading.Thread(target=_kill_some, args=(server, counted))
    killer.start()
    with ThreadPoolExecutor(16) as pool:
        acknowledged = dict(zip(reports, pool.map(send, reports), strict=True))
    killer.join()
    server.wait()
    with app.app_context():
        sent = _whole(reports)
        assert {r for r in reports if acknowledged[r]} <= sent
        assert Counter(acknowledged.values())[True] > SUBMITS / 2
    log.info("%s submits, %s kills: %s acknowledged, %s stored", SUBMITS, KILLS, sum(acknowledged.values()), len(sent))
    assert all(send(report_id) for report_id in reports if not acknowledged[report_id])  # what was not is sent again
    with app.app_context():
        assert _whole(reports) == set(reports)
        assert score.rebuild_differences() == []
        assert record.rebuild_differences() == []


KILLS = 2 + SUBMITS // 500


def _kill_some(server: Server, counted: threading.Semaphore) -> None:
    """Now and then kill the worker that has lived longest; the supervisor starts another. (It gives up on one that dies
    within seconds of its start.)"""
    for _n in range(KILLS):
        for _submit in range(SUBMITS // (KILLS + 1)):
            counted.acquire()
        victims = crowd.children(server.process.pid)
        assert victims, "no worker is left"
        os.kill(min(victims), signal.SIGKILL)


def _whole(reports) -> set[str]:
    """The reports that were sent: each with exactly one of everything; of the others there is nothing at all."""
    wanted = set(reports)
    found = db.session.execute(sa.select(Report.id, Report.state, Report.unit_id, Report.period_id, Report.first_sent_at)).all()
    sent = {r.id for r in found if r.id in wanted and r.state == "submitted"}
    assert {r.id for r in found if r.id in wanted and r.first_sent_at is not None} == sent
    once = Counter(sent)
    for ids in (
        sa.select(EntryRevision.entry_id).where(EntryRevision.verb == "submit"),
        sa.select(ReportTransition.report_id).where(ReportTransition.target == "submitted"),
        sa.select(AuditEntry.subject_id).where(AuditEntry.verb == "submit"),
    ):
        assert Counter(i for i in db.session.scalars(ids) if i in wanted) == once
    return sent
