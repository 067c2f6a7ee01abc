"""The demo recipe: seed/demo.yaml played through the services people use. The same seed gives the same country.

Nothing here names an indicator or a list: values follow from each field's type, rule and target.
"""

import datetime as dt
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_security import hash_password

from cli.demo_values import Maker
from domain.access import Actor, Grant
from domain.access.policy import ScopeKind
from domain.messages import N_, Message, message
from domain.quarters import quarter_days, quarter_of
from domain.reporting import Move, State
from domain.scoring.slot import Verdict
from exchange.bundle import read_yaml
from infra import clock
from infra.storage import FileStore
from models import Entry, Period, Region, Report, Unit, User, db
from services import drafting, event, file, period, record, region, registry, report, score, unit, user
from services.actor import SYSTEM, actor_for
from services.drafting import Draft
from services.file import Upload
from services.report_context import context_of, version_of, working_document
from services.report_rows import get_for
from services.unit_of_work import unit_of_work
from services.user import GrantWish
from settings import ROOT

UTC = dt.UTC
BATCH = 20
"""Units whose work is written together."""
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember")


@dataclass(frozen=True)
class Cast:
    """A unit with the people who act for it and how well it works (0–1)."""

    unit: Unit
    region: Region
    operator: Actor
    quality: float


def run(app: Flask, *, units: int, years: int, number: int) -> Message:
    """Make the demo in a seeded database; says what was made."""
    if app.config["PRODUCTION"]:
        return message(N_("The demo is refused in production."))
    if db.session.scalar(sa.select(sa.func.count()).select_from(Unit)):
        return message(N_("The database already holds units. Nothing was changed."))
    recipe = read_yaml(ROOT / "seed" / "demo.yaml")
    play = _Play(recipe, app.extensions["file_store"], random.Random(number), years)  # noqa: S311 - a story, not a secret
    with clock.at(play.start - dt.timedelta(days=40)):
        casts = play.found_units(units)
        play.make_accounts()
    with score.later():
        play.fill_lists(casts)
        for year, quarter in play.quarters():
            play.play_quarter(casts, year, quarter)
        play.events(casts)
        play.open_work(casts)
    for year in range(play.start.year, clock.now().year + 1):
        score.refresh_stale(year)
    reports = db.session.scalar(sa.select(sa.func.count()).select_from(Report))
    why = N_("Made %(units)s units, %(quarters)s quarters, %(reports)s reports.")
    return message(why, units=len(casts), quarters=len(play.quarters()), reports=reports or 0)


class _Play:
    """The story, chapter by chapter."""

    def __init__(self, recipe: Mapping[str, Any], store: FileStore, chance: random.Random, years: int) -> None:
        self.recipe = recipe
        self.store = store
        self.chance = chance
        today = clock.local("WIB").date()
        self.current = quarter_of(today)
        self.start = dt.datetime(today.year - years + 1, 1, 1, 2, tzinfo=UTC)
        self.maker = Maker(recipe)
        self.papers: dict[str, str] = {}

    def quarters(self) -> list[tuple[int, int]]:
        """From the first year's first quarter to the running one."""
        year, quarter = self.current
        return [(y, q) for y in range(self.start.year, year + 1) for q in (1, 2, 3, 4) if (y, q) <= (year, quarter)]

    # ---- people -----------------------------------------------------------------------------------------------------

    def found_units(self, wanted: int) -> list[Cast]:
        """Clusters in the listed regions, then in the rest of the country."""
        listed = list(self.recipe["units"])
        known = sorted(region.all_regions(), key=lambda r: not r.own_bpbd)  # who has an office of its own comes first
        codes = (listed + [r.code for r in known if r.code not in set(listed)])[:wanted]
        founded = [self._found(place, code) for place, code in enumerate(codes)]
        units = {row.id: row for row in db.session.scalars(sa.select(Unit))}
        db.session.expunge_all()  # from here on the units are plain facts: no transaction forgets what was read of them
        return [self._cast(units[unit_id]) for unit_id in founded]

    def _found(self, place: int, code: str) -> str:
        home = region.by_code(code)
        assert home is not None
        late = dt.timedelta(days=365 if place % 9 == 8 and code != self.recipe["home"] else 0)
        began = (self.start - dt.timedelta(days=30) + late).date()
        return unit.create(
            SYSTEM,
            region_id=home.id,
            name=f"Klaster Logistik {home.name}",
            start_date=began,
            decree=f"SK 360/Kep.{place + 11}/2024",
        )

    def _cast(self, founded: Unit) -> Cast:
        quality = 0.68 if founded.region.code == self.recipe["home"] else self.chance.uniform(0.38, 0.98)
        return Cast(founded, founded.region, self._actor("operator", ScopeKind.REGION, founded.region_id), quality)

    def _actor(self, role: str, kind: ScopeKind, scope: str = "") -> Actor:
        return Actor("", role, (Grant(role, registry.registry().roles[role].permissions, kind, scope),))

    def make_accounts(self) -> None:
        """The demo accounts."""
        for account in self.recipe["accounts"]:
            wishes = [self._wish(grant) for grant in account["grants"]]
            user.create(
                SYSTEM,
                email=account["email"],
                name=account["name"],
                password=self.recipe["password"],
                hasher=hash_password,
                grants=wishes,
            )

    def _wish(self, grant: Mapping[str, str]) -> GrantWish:
        for kind in ("region", "province"):
            if kind in grant:
                return GrantWish(grant["role"], kind, region.region_id(grant[kind]))
        return GrantWish(grant["role"], "national")

    # ---- lists ------------------------------------------------------------------------------------------------------

    def fill_lists(self, casts: Sequence[Cast]) -> None:
        """Working groups, members, plans and activities of every unit."""
        _each(casts, self._fill_lists)

    def _fill_lists(self, cast: Cast) -> None:
        moment = max(self.start, dt.datetime.combine(cast.unit.start_date, dt.time(4), UTC)) + dt.timedelta(days=6)
        with clock.at(moment):
            for key in self.recipe["records"]:
                self._records(cast, key, moment.year)
        for year in range(moment.year + 1, self.current[0] + 1):
            with clock.at(dt.datetime(year, 1, 18, 4, tzinfo=UTC)):
                self._plan(cast, year)

    def _records(self, cast: Cast, key: str, year: int) -> None:
        listed = self.recipe["records"][key]
        count = max(1, round(len(listed) * (0.45 + 0.6 * cast.quality)))
        _version, definition = record.definition_for(key)
        for place, template in enumerate(listed[:count], 1):
            typed = self.maker.record(
                self.chance,
                definition,
                dict(self.recipe["common"].get(key, {})) | template,
                {"daerah": cast.region.name, "n": str(place), "nn": f"{place:02d}", "tahun": str(year)},
                cast,
                year,
            )
            record.save(cast.operator, key, cast.unit.id, typed)

    def _plan(self, cast: Cast, year: int) -> None:
        """A new year's plan."""
        for key in self.recipe["records"]:
            if any("{tahun}" in str(v) for v in self.recipe["common"].get(key, {}).values()):
                self._records(cast, key, year)

    def review(self, casts: Sequence[Cast], moment: dt.datetime) -> None:
        """Twice a year, long ago once, careful clusters confirm their lists: dates that were chosen by chance become recent."""
        with clock.at(moment):
            _each([cast for cast in casts if cast.unit.start_date <= moment.date()], self._confirm)

    def _confirm(self, cast: Cast) -> None:
        if self.chance.random() >= 0.35 + 0.6 * cast.quality:
            return
        for key, common in self.recipe["common"].items():
            dated = {code: spec for code, spec in common.items() if isinstance(spec, dict) and "review" in spec}
            if dated:
                type_id = registry.registry().type(key).id
                rows = db.session.scalars(
                    sa.select(Entry).where(Entry.unit_id == cast.unit.id, Entry.content_type_id == type_id).order_by(Entry.id)
                )
                for entry in list(rows)[:6]:
                    today = clock.local(cast.region.zone).date() - dt.timedelta(days=self.chance.randint(0, 12))
                    record.save(
                        cast.operator, key, cast.unit.id, entry.doc | {code: {"v": today.isoformat()} for code in dated}, entry.id
                    )

    # ---- quarters ---------------------------------------------------------------------------------------------------

    def play_quarter(self, casts: Sequence[Cast], year: int, quarter: int) -> None:
        """Open, report, verify, close."""
        first, last = quarter_days(year, quarter)
        due = last + dt.timedelta(days=21)
        if quarter == 4 or (quarter == 2 and self.current[0] - year < 2):
            self.review(casts, min(_noon(last - dt.timedelta(days=20)), clock.now() - dt.timedelta(days=1)))
        with clock.at(_noon(first + dt.timedelta(days=1))):
            opened = period.save(SYSTEM, year=year, quarter=quarter, due_date=due, state="open")
        rows = db.session.scalars(sa.select(Report).where(Report.period_id == opened).order_by(Report.id)).all()
        by_unit = {row.unit_id: row.id for row in rows}
        owing = [cast for cast in casts if cast.unit.id in by_unit]
        _each(owing, lambda cast: self._report(cast, by_unit[cast.unit.id], year, due, last))
        self._verify(owing, by_unit, year, quarter, due)
        self._close(opened, year, quarter, due)

    def _report(self, cast: Cast, report_id: str, year: int, due: dt.date, last: dt.date) -> None:
        moment = _noon(due - dt.timedelta(days=self.chance.randint(1, 16)) + self._lateness(cast, year))
        if moment < clock.now() and self._sends(cast, year):
            self._send(cast, report_id, moment, last)

    def _lateness(self, cast: Cast, year: int) -> dt.timedelta:
        late = self.chance.random() > 0.55 + 0.45 * cast.quality
        return dt.timedelta(days=self.chance.randint(3, 30) if late else 0)

    def _sends(self, cast: Cast, year: int) -> bool:
        return year < self.current[0] or self.chance.random() < 0.7 + 0.35 * cast.quality

    def _send(self, cast: Cast, report_id: str, moment: dt.datetime, base: dt.date) -> None:
        with clock.at(moment):
            answers = self._answers(cast, report_id, base, complete=True)
            saved = report.submit(cast.operator, report_id, Draft(answers, db.session.get_one(Report, report_id).entry.seq))
            if not saved.sent:
                unfit = {e.code for e in (*saved.checked.errors, *saved.faults)}
                raise RuntimeError(
                    f"the recipe made unfit answers: {sorted(unfit)} {[e.why.msgid for e in saved.checked.errors][:3]}"
                )

    def _answers(self, cast: Cast, report_id: str, base: dt.date, complete: bool) -> dict[str, dict[str, Any]]:
        row = get_for(cast.operator, report_id)
        _version, definition = version_of(row)
        context = context_of(row, definition)
        doc, _previous = working_document(row, definition, context)
        return self.maker.document(
            self.chance, definition, context, doc, cast, base, lambda label, kind: self._paper(cast, label, kind), complete
        )

    def _paper(self, cast: Cast, label: str, _kind: str) -> str:
        """A small PDF as evidence, one per unit and name."""
        name = f"{cast.unit.id}/{label}"
        if name not in self.papers:
            body = io.BytesIO(pdf(f"{label} - {cast.region.name}"))
            self.papers[name] = next(
                iter(file.store(cast.operator, self.store, cast.unit, [Upload(f"{label}.pdf", body)], ("pdf",)))
            )
        return self.papers[name]

    def _verify(self, casts: Sequence[Cast], by_unit: Mapping[str, str], year: int, quarter: int, due: dt.date) -> None:
        """Older quarters are validated, the last closed one is half-way, the running one untouched."""
        age = (self.current[0] - year) * 4 + self.current[1] - quarter
        if age < 1:
            return
        places = {cast.unit.id: place for place, cast in enumerate(casts)}
        with clock.at(min(_noon(due + dt.timedelta(days=12)), clock.now())):
            _each(casts, lambda cast: self._verify_one(cast, by_unit[cast.unit.id], age, places[cast.unit.id]))

    def _verify_one(self, cast: Cast, report_id: str, age: int, place: int) -> None:
        sent = db.session.get_one(Report, report_id).state == State.SUBMITTED
        if sent and (age > 1 or place % 3):
            self._judge(cast, report_id, age, place)

    def _judge(self, cast: Cast, report_id: str, age: int, place: int) -> None:
        province = self._actor("provincial-verifier", ScopeKind.PROVINCE, cast.region.province_id)
        nation = self._actor("national-verifier", ScopeKind.NATIONAL)
        judge = nation if cast.region.parent_id is None else province
        row = db.session.get_one(Report, report_id)
        _version, definition = version_of(row)
        asked = [f for f in definition.fields if f.indicator and (row.entry.doc.get(f.code) or {}).get("v") is not None]
        proven = [f for f in asked if (row.entry.doc.get(f.code) or {}).get("files")]
        unsure = proven[place % len(proven)].id if proven and age == 1 and place % 5 == 1 else ""
        words = "Bukti belum terbaca. Unggah pindaian yang lebih jelas."
        report.give_verdicts(
            judge, report_id, {f.id: (Verdict.RETURNED, words) if f.id == unsure else (Verdict.ACCEPTED, "") for f in asked}
        )
        if unsure:
            report.move(judge, report_id, Move.RETURN, "Satu bukti perlu diperbaiki.")
            return
        report.move(judge, report_id, Move.VERIFY)
        if age > 1:
            report.move(nation, report_id, Move.VALIDATE)
        if age > 4:
            report.move(nation, report_id, Move.LOCK)

    def _close(self, period_id: str, year: int, quarter: int, due: dt.date) -> None:
        if (year, quarter) == self.current:
            return
        row = db.session.get_one(Period, period_id)
        state = "closing" if (self.current[0] - year) * 4 + self.current[1] - quarter == 1 else "closed"
        period.save(SYSTEM, year=year, quarter=quarter, due_date=row.due_date, state=state, period_id=period_id)

    # ---- events -----------------------------------------------------------------------------------------------------

    def events(self, casts: Sequence[Cast]) -> None:
        """Past events with both reports sent, and one emergency that still lasts at home."""
        now = clock.now()
        for place, cast in enumerate(casts[:18]):
            if place % 3 and cast.region.code != self.recipe["home"]:
                continue
            for back in (420, 130) if cast.region.code == self.recipe["home"] else (200 + 11 * place,):
                struck = now - dt.timedelta(days=back)
                if struck.date() > cast.unit.start_date:
                    self._past_event(cast, struck, place)

    def _past_event(self, cast: Cast, struck: dt.datetime, place: int) -> None:
        ended = (struck + dt.timedelta(days=14)).date()
        with clock.at(struck + dt.timedelta(days=1)):
            made = self._event(cast, struck, place, None)
        with clock.at(_noon(ended)):
            self._event(cast, struck, place, ended, made)
        rows = {row.content_type_id: row.id for row in db.session.scalars(sa.select(Report).where(Report.event_id == made))}
        for form in registry.registry().forms():
            if form.id in rows:
                self._send(cast, rows[form.id], _noon(ended + dt.timedelta(days=18)), ended)
                if place % 2 == 0:
                    with clock.at(_noon(ended + dt.timedelta(days=30))):
                        self._judge(cast, rows[form.id], 2, place)

    def _event(self, cast: Cast, struck: dt.datetime, place: int, ended: dt.date | None, made: str | None = None) -> str:
        kind = self.recipe["hazards"][place % len(self.recipe["hazards"])]
        local = clock.local(cast.region.zone, struck).replace(tzinfo=None, second=0, microsecond=0)
        declared = local + dt.timedelta(hours=6)
        return event.save(
            cast.operator,
            unit_id=cast.unit.id,
            name=f"{kind['name'].format(n=2 + (place + struck.month) % 5)}, {MONTHS[local.month - 1]} {local.year}",
            hazard=kind["hazard"],
            occurred_at=local,
            declared_at=declared,
            status_end=ended,
            response_due=declared.date() + dt.timedelta(days=40),
            post_due=ended + dt.timedelta(days=60) if ended else None,
            event_id=made,
        )

    # ---- what is open now -------------------------------------------------------------------------------------------

    def open_work(self, casts: Sequence[Cast]) -> None:
        """At home: this quarter's report half filled, and the response report of an emergency that lasts."""
        home = next(c for c in casts if c.region.code == self.recipe["home"])
        officer = self._user("operator@")
        current = db.session.scalars(
            sa.select(Report.id)
            .join(Period, Period.id == Report.period_id)
            .where(Report.unit_id == home.unit.id, Period.year == self.current[0], Period.quarter == self.current[1])
        ).all()
        with clock.at(clock.now() - dt.timedelta(days=9)):
            struck = self._event(home, clock.now() - dt.timedelta(days=1), 0, None)
        responses = db.session.scalars(sa.select(Report.id).where(Report.event_id == struck)).all()
        for report_id in [*current, *responses]:
            half = self._answers(replace(home, quality=1.2), report_id, clock.now().date(), complete=False)
            seq = db.session.get_one(Report, report_id).entry.seq
            drafting.save_draft(officer, report_id, Draft(half, seq))

    def _user(self, start: str) -> Actor:
        return actor_for(db.session.scalar(sa.select(User.id).where(User.email.startswith(start))))


def _each(casts: Sequence[Cast], work: Callable[[Cast], None]) -> None:
    """Let *work* be done for everyone, many in one transaction: a country of five years would wait for the disk otherwise."""
    for start in range(0, len(casts), BATCH):
        with unit_of_work() as session:
            for cast in casts[start : start + BATCH]:
                work(cast)
            session.flush()
        session.expunge_all()


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(5), UTC)


def pdf(words: str) -> bytes:
    """A one-page PDF that says *words*."""
    text = words.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"[").replace(b")", b"]")
    stream = b"BT /F1 16 Tf 60 760 Td (" + text + b") Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(body),
    )
