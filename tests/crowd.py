"""Many reports of tiny forms, accounts that may fill them all, and a client that many threads may use."""

import datetime as dt
import http.client
import os
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from infra import clock
from models import Period, Report, db
from services import bundle, period, region, registry, unit, user
from services.actor import SYSTEM
from services.user import GrantWish
from tests import world
from tests.html import form_values
from tests.unit.make import form, scored, section

FORMS = tuple(f"massa-{number}" for number in range(1, 6))
QUARTERS = (1, 2, 3, 4)
WHO = tuple(f"massa{number}@example.org" for number in range(1, 4))


def tiny(key: str) -> dict:
    """A form of three questions, reported every quarter."""
    asked = [scored(f"MS-0{n}", "integer", {"key": "rasio", "target": 10}, required=n == 1) for n in (1, 2, 3)]
    return form(section("A", *asked), key=key)


def build(count: int) -> list[str]:
    """At least *count* unsent reports; gives their ids. Inside an application context on a filled world."""
    with clock.at(world.TODAY - dt.timedelta(days=300)):
        bundle.apply(SYSTEM, {key: tiny(key) for key in FORMS})
        free = [r for r in region.all_regions() if r.level != "province" and r.code not in ("32.16", "35.07")]
        for home in free[: -(-count // (len(FORMS) * len(QUARTERS)))]:
            unit.create(SYSTEM, region_id=home.id, name=f"Klaster {home.name}", start_date=dt.date(2025, 12, 1))
        grants = [GrantWish("operator", "national")]
        for email in WHO:
            user.create(SYSTEM, email=email, name="Massa", password=world.PASSWORD, hasher=world.fast_hash, grants=grants)
    with clock.at(world.TODAY - dt.timedelta(days=20)):
        for quarter in QUARTERS[:-1]:
            period.save(SYSTEM, year=2026, quarter=quarter, due_date=dt.date(2027, 1, 21), state="open")
        running = db.session.scalars(sa.select(Period.id).where(Period.year == 2026, Period.quarter == QUARTERS[-1])).one()
        period.open_period(SYSTEM, running)
    types = [registry.registry().types[key].id for key in FORMS]
    return list(db.session.scalars(sa.select(Report.id).where(Report.content_type_id.in_(types)).order_by(Report.id)))[:count]


def environment(app, folder: Path) -> dict[str, str]:
    """What a server needs to work on the test's own database."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    secret = "many-people-share-one-secret-key-0123456789"
    return os.environ | {"DATABASE_URL": url, "STORAGE_URL": f"file://{folder}/files", "SECRET_KEY": secret}


@dataclass(frozen=True)
class Answer:
    """What came back: the status, where it leads, the page."""

    status: int
    location: str
    text: str


class Client:
    """One signed-in account. Every request has a connection of its own and the session stays as it was at sign-in, so that
    threads may share it."""

    def __init__(self, address: str, email: str) -> None:
        self.host, self.cookie, self.signed_in = address.removeprefix("http://"), "", False
        self.token = _token(self.get("/masuk"))
        assert self.post("/masuk", {"email": email, "password": world.PASSWORD}).status == 302
        self.token = _token(self.get("/"))
        self.signed_in = True

    def get(self, path: str) -> Answer:
        """One page."""
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, str]) -> Answer:
        """One form, as a browser sends it. Raises OSError or HTTPException when no answer comes."""
        return self._ask("POST", path, urllib.parse.urlencode({"csrf_token": self.token} | data))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"})
            found = connection.getresponse()
            answer = Answer(found.status, found.getheader("Location") or "", found.read().decode("utf-8", "replace"))
            fresh = found.getheader("Set-Cookie")
        finally:
            connection.close()
        if fresh and not self.signed_in:
            self.cookie = fresh.split(";")[0]
        return answer


def _token(page: Answer) -> str:
    return form_values(page.text)["csrf_token"][0]


def fill(answers: dict[str, str], action: str, op: str) -> dict[str, str]:
    """A posted fill page of a tiny form."""
    boxes = {f"f.{code}": value for code, value in answers.items()}
    return {"_codes": " ".join(answers), "_seq": "0", "_op": op, "_action": action} | boxes


def children(pid: int) -> list[int]:
    """The worker processes of a server."""
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [int(child) for child in listed if not _tracker(int(child))]


def _tracker(pid: int) -> bool:
    line = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return "resource_tracker" in line
