"""A storm over one application: strikes, follows where it is led, and tells what should never have been answered."""

import contextlib
import json
import logging
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

from flask import Flask
from werkzeug.test import TestResponse

from domain.reporting import Move
from services import report, unit_import
from services.errors import Refused
from tests import world
from tests.conftest import Browser
from tests.html import form_values
from tests.storms import doors as places
from tests.storms import ground, shots, values
from tests.storms.doors import BARE, FORM, QUERY, SHEET, Door

WORDS = (
    "Ke beranda",
    "perlu diperbaiki",
    "diubah orang lain",
    "belum disimpan",
    "sandi salah",
    "tidak berlaku lagi",
    'role="alert"',
)
"""What a refusal says: the error page, a page with faults, a record changed meanwhile, the sign-in page, the page of a link
that opens nothing, whatever is announced as wrong."""
ALIKE = 25
"""Strikes made from one reading of a form."""
EVIDENCE = re.compile(r'<input type="file"[^>]* name="([^"]+)"')
BOX = re.compile(r'<(?:input|select)[^>]* name="(flt[^"]+|search)"')


@dataclass
class Told:
    """The log of the application: what it could not explain."""

    lines: list[str] = field(default_factory=list)


class _Listener(logging.Handler):
    def __init__(self, told: Told) -> None:
        super().__init__(logging.WARNING)
        self.told = told
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.told.lines.append(self.format(record)[-3000:])


class Storm:
    """Strikes at the doors of *app*; the same for the same *seed*. ``faults`` says what was wrong, ``answers`` counts."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app, self.rng = app, random.Random(seed)
        self.people = {who: Browser(app, who) for who in ("", *world.PEOPLE)}
        self.made = 0
        self.faults: list[str] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        self.told = Told()
        self.read: dict[tuple[str, str], tuple[int, shots.Pairs, list[str]]] = {}
        self.names: set[str] = set()
        with app.app_context():
            ground.prepare()
            self.doors = places.doors()
            self.ids = places.ids()

    def rage(self, count: int) -> None:
        """Strike *count* times."""
        listener = _Listener(self.told)
        logging.getLogger("web.errors").addHandler(listener)
        try:
            for number in range(count):
                if number % 50 == 49:
                    self._meanwhile()
                self._strike(number)
        finally:
            logging.getLogger("web.errors").removeHandler(listener)

    def _meanwhile(self) -> None:
        """What others do: reports that were sent come back, and what was made is struck too."""
        with self.app.app_context():
            self.ids = places.ids()
            for report_id in self.ids["report"]:
                with contextlib.suppress(Refused):  # most are in no state to come back
                    report.move(world.person("verifier"), report_id, Move.RETURN, "badai")

    def _strike(self, number: int) -> None:
        open_doors = [door for door in self.doors if door.open(self.ids)]
        door = self.rng.choices(open_doors, [d.weight for d in open_doors])[0]
        who = self.rng.choice(door.people)
        odd = values.text(self.rng)[:200].decode("utf-8", "surrogateescape")
        address, source = door.at(self.rng, {**self.ids, "odd": [shots.urllib.parse.quote(odd, errors="surrogateescape") or "x"]})
        self.told.lines.clear()
        answer = self._form(who, address, source) if door.kind == FORM else self._other[door.kind](self, who, address, door)
        self._look(number, who, address, door, answer)
        if answer.status_code in (301, 302, 303, 307) and answer.headers["Location"].startswith("/"):
            self._look(number, who, answer.headers["Location"], door, self.people[who].get(answer.headers["Location"]))
        if door.path == "/bahasa":
            self.people[who].post("/bahasa", {"bahasa": "id"})

    def _pool(self) -> list[str]:
        return [found for listed in self.ids.values() for found in listed[:20]]

    def _form(self, who: str, address: str, source: str) -> TestResponse:
        used, fields, evidence = self.read.get((who, source), (ALIKE, [], []))
        if used >= ALIKE:
            page = self.people[who].get(source)
            if page.status_code != 200:
                return page
            used, evidence = 0, EVIDENCE.findall(page.text)
            fields = [
                (name, value.encode("utf-8", "surrogatepass"))
                for name, listed in form_values(page.text).items()
                for value in listed
            ]
            self.names |= {name for name, _value in fields}
        self.read[who, source] = (used + 1, fields, evidence)
        whole = self._renamed(fields) if source != address else self._reasoned(fields)
        named = [*whole, ("_action", self.rng.choice(values.ACTIONS).encode())]
        hurt = shots.hurt(self.rng, named, sorted(self.names), self._pool())
        return self._post(who, address, shots.body(self.rng, hurt, evidence))

    def _renamed(self, fields: shots.Pairs) -> shots.Pairs:
        """A copy that may stand beside the first: what must differ differs, mostly."""
        self.made += 1
        fresh = {
            "code": f"BD-{self.made}",
            "email": f"badai{self.made}@example.org",
            "password": world.PASSWORD,
            "_op": f"badai-{self.made}",
            "f.lembaga": f"Badai {self.made}",
        }
        return [(name, fresh[name].encode() if name in fresh and self.rng.random() < 0.9 else value) for name, value in fields]

    def _reasoned(self, fields: shots.Pairs) -> shots.Pairs:
        """What publishing waits for is there, so that odd definitions come into force."""
        if not any(name == "reason" for name, _value in fields):
            return fields
        return [(name, b"badai" if name == "reason" else value) for name, value in fields] + [("consent", b"y")]

    def _bare(self, who: str, address: str, door: Door) -> TestResponse:
        fields = [(name, shots.value_for(self.rng, name, self._pool())) for name in door.names if self.rng.random() < 0.8]
        fields = [
            (name, self.rng.choice(self._pool()).encode() if name in ("id", "rowid") and self.rng.random() < 0.3 else value)
            for name, value in fields
        ]
        fields = [(name, b"delete" if name == "action" and self.rng.random() < 0.5 else value) for name, value in fields]
        return self._post(who, address, shots.body(self.rng, fields, ()))

    def _post(self, who: str, address: str, body: shots.Body) -> TestResponse:
        return self.people[who].client.post(address, data=body.data, content_type=body.kind)

    def _sheet(self, who: str, address: str, _door: Door) -> TestResponse:
        """Rows as the page that showed them sends them back: a head that fits, cells of anything."""
        codes = ("32.16", "32", "35.78", "35.1", "99.99")
        cells = [
            [self.rng.choice(codes), *(self._cell() for _n in range(self.rng.choice((0, 6, 7, 12))))]
            for _row in range(self.rng.choice((0, 1, 3)))
        ]
        rows = json.dumps([[names[0] for names in unit_import.COLUMNS.values()], *cells]).encode()
        return self._post(
            who, address, shots.body(self.rng, [("rows", rows), ("_action", self.rng.choice((b"apply", b"look")))], ())
        )

    def _cell(self) -> str:
        known = ("", "", "01/01/2026", "31/12/2026", f"sheet{self.rng.randrange(5)}@example.org", "Petugas")
        return self.rng.choice(known) if self.rng.random() < 0.8 else values.text(self.rng)[:300].decode("utf-8", "surrogateescape")

    def _query(self, who: str, address: str, door: Door) -> TestResponse:
        names = [*door.names, *sorted(self.names & {n for n in self.names if n.startswith("flt")})]
        asked = shots.query(self.rng, names, self._pool())
        answer = self.people[who].get(f"{address}{'&' if '?' in address else '?'}{asked}")
        if answer.mimetype == "text/html" and answer.status_code == 200:
            self.names |= set(BOX.findall(answer.text))
        return answer

    _other: ClassVar = {BARE: _bare, QUERY: _query, SHEET: _sheet}

    def _look(self, number: int, who: str, address: str, door: Door, answer: TestResponse) -> None:
        self.answers[door.path, answer.status_code] += 1
        text = answer.get_data().decode("utf-8", "replace")
        what = fault_of(answer, text)
        if what:
            told = self.told.lines[-1] if self.told.lines else text[-400:]
            self.faults.append(f"{what}: strike {number} by {who or 'nobody'} at {address[:120]} ({door.kind}): {told}")


def fault_of(answer: TestResponse, text: str) -> str:
    """What is wrong with an answer; nothing when it may be."""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    html = answer.mimetype == "text/html"
    if answer.status_code >= 400 and not (html and '<html lang="id"' in text and any(word in text for word in WORDS)):
        return f"{answer.status_code} without Indonesian words"
    return "markup let through" if html and values.MARK in text else ""
