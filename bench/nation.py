"""A country of 552 units in the database of the environment, made row by row because only its size matters here, and what
its pages and writes cost. Prints one line of JSON; ``python -m bench`` runs it on both databases."""

import datetime as dt
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from bench.synthetic import collection, document, source
from domain.answers import check
from domain.quarters import quarter_days
from exchange import xlsx
from exchange.csv_rows import stream_csv
from infra import clock
from infra.ids import new_id
from models import Entry, EntryIndex, Period, Region, Report, Score, Unit, UnitYear, User, db
from services import bundle, drafting, record, registry, report, score, unit, user
from services.actor import SYSTEM, actor_for
from services.drafting import Draft
from services.reading import records
from services.report_context import context_of, version_of
from services.report_rows import get_for
from services.unit_of_work import unit_of_work
from services.user import GrantWish

UNITS, YEARS, FIELDS, MONTHLY = 552, 5, 60, 61
"""MONTHLY: fields of the forms that fill the database. A period is a quarter, so three of them a quarter stand for one form
reported monthly: 552 units × 60 reports × 61 answers are 2.0 million."""
RECORDS = 18
CHUNK = 500
KIND, LIST, MONTHS = "bench-60", "bench-list", ("bench-month-1", "bench-month-2", "bench-month-3")


def main() -> None:
    """Build, measure, print."""
    app = served()
    chance = random.Random(1)
    with app.app_context():
        made, took = timed_once(lambda: build(chance))
        add_scores(made, [made["year"]], chance)
    figures: dict[str, Any] = {"database": db_name(app), "build_s": took, "ranking_1": page(app, "/peringkat?liga=kabkota")}
    with app.app_context():
        add_scores(made, [made["year"] - back for back in range(1, YEARS)], chance)
        fill_history(made, chance)
        figures["answers"] = UNITS * 12 * YEARS * MONTHLY
    figures["ranking_5"] = page(app, "/peringkat?liga=kabkota")
    figures["start"] = page(app, "/")
    figures["reports"] = page(app, "/laporan")
    figures["list"] = page(app, f"/admin/konten/{LIST}/")
    figures["list_search"] = page(app, f"/admin/konten/{LIST}/?search=nama%20400")
    with app.app_context():
        figures |= saves(made) | submits(made) | exports()
    print(json.dumps(figures))


def served() -> Any:
    """The application as a worker holds it."""
    from wsgi import app

    return app


def db_name(app: Any) -> str:
    with app.app_context():
        return str(db.engine.dialect.name)


# ---- the country --------------------------------------------------------------------------------------------------------


def build(chance: random.Random) -> dict[str, Any]:
    """Forms, units, the running quarter with an open report of 60 fields each, people, a list of ten thousand records."""
    bundle.apply(SYSTEM, {KIND: source(FIELDS), LIST: collection()} | {key: source(MONTHLY) | {"key": key} for key in MONTHS})
    codes = sa.select(Region).order_by(Region.own_bpbd.desc(), Region.code).limit(UNITS)
    for home in db.session.scalars(codes).all():
        unit.create(SYSTEM, region_id=home.id, name=f"Klaster {home.name}", start_date=dt.date(2020, 1, 1))
    year = clock.local("WIB").year
    units = [tuple(row) for row in db.session.execute(sa.select(Unit.id, Unit.region_id, Unit.province_id).order_by(Unit.id))]
    made = {"year": year, "units": units, "quarter": add_quarter(year + 1, 1, "open")}
    add_reports(made["quarter"], year + 1, KIND, units, dict, "draft")
    user.create(
        SYSTEM, email="bench@example.org", name="Bench", grants=[GrantWish("admin", "national"), GrantWish("operator", "national")]
    )
    add_records(units)
    db.session.remove()
    return made


def add_quarter(year: int, quarter: int, state: str) -> str:
    start, end = quarter_days(year, quarter)
    row = {"id": new_id(), "year": year, "quarter": quarter, "start_date": start, "end_date": end, "due_date": end, "state": state}
    insert(Period, [row | {"lock_version": 1, "opened_at": clock.now()}])
    return str(row["id"])


def add_reports(period: str, year: int, key: str, units: list[Any], doc: Callable[[], dict[str, Any]], state: str) -> None:
    now, form = clock.now(), registry.registry().types[key]
    entries, reports = [], []
    for unit_id, region_id, province_id in units:
        place = {"id": new_id(), "content_type_id": form.id, "unit_id": unit_id, "region_id": region_id, "province_id": province_id}
        kept = {
            "version_id": form.versions[-1].id,
            "subject_id": period,
            "doc": doc(),
            "seq": 0,
            "lock_version": 1,
            "search": "",
            "title": "",
        }
        entries.append(place | kept | {"created_at": now, "updated_at": now})
        sent = None if state == "draft" else now
        reports.append(
            place
            | {
                "period_id": period,
                "year": year,
                "state": state,
                "due_at": now + dt.timedelta(days=30),
                "first_sent_at": sent,
                "sent_at": sent,
            }
        )
    insert(Entry, entries)
    insert(Report, reports)


def add_records(units: list[Any]) -> None:
    """One record through the service; its rows again and again under other names."""
    first = record.save(SYSTEM, LIST, units[0][0], {"nama": {"v": "nama 0"}, "jumlah": {"v": 3}, "jenis": {"v": "t1"}})
    pattern = {c.key: getattr(db.session.get_one(Entry, first), c.key) for c in sa.inspect(Entry).columns}
    index = [dict(row._mapping) for row in db.session.execute(sa.select(EntryIndex.__table__).where(EntryIndex.entry_id == first))]
    entries, rows = [], []
    for number in range(1, len(units) * RECORDS):
        unit_id, region_id, province_id = units[number % len(units)]
        name, key = f"nama {number}", new_id()
        place = {"id": key, "unit_id": unit_id, "region_id": region_id, "province_id": province_id}
        entries.append(pattern | place | {"title": name, "search": name, "doc": pattern["doc"] | {"nama": {"v": name}}})
        rows += [row | {"entry_id": key} for row in index]
    insert(Entry, entries)
    insert(EntryIndex, rows)


def fill_history(made: dict[str, Any], chance: random.Random) -> None:
    """Five years in the monthly forms: two million answers."""
    filled = document(MONTHLY)
    for back in range(YEARS):
        for quarter in (1, 2, 3, 4):
            year = made["year"] - back
            key = add_quarter(year, quarter, "closed")
            for form in MONTHS:
                add_reports(key, year, form, made["units"], lambda: filled, "validated")


def add_scores(made: dict[str, Any], years: list[int], chance: random.Random) -> None:
    """Stored scores as a year of quarters leaves them: twenty nodes of the year and of each quarter."""
    nodes = ["total", "compliance", *(f"phase:{n}" for n in range(3)), *(f"section:{n}" for n in range(15))]
    for year in years:
        subjects, basis, now = ["year", *(f"{year}-{n}" for n in range(4))], score.basis(year), clock.now()
        for start in range(0, UNITS, 50):
            some = made["units"][start : start + 50]
            insert(Score, [a_score(u[0], year, s, n, chance) for u in some for s in subjects for n in nodes])
            insert(
                UnitYear,
                [
                    {
                        "unit_id": u[0],
                        "year": year,
                        "basis": basis,
                        "scored_at": now,
                        "valid_until": None,
                        "first_sent_at": now,
                        "timeliness": chance.randrange(100_000_000),
                        "versions": {"a": [1]},
                    }
                    for u in some
                ],
            )


def a_score(unit_id: str, year: int, subject: str, node: str, chance: random.Random) -> dict[str, Any]:
    p = chance.randrange(40_000_000, 100_000_000)
    counts = {"weight": 1000, "due": 20, "answered": 18, "accepted": 15, "detail": {"items": []}}
    return {"unit_id": unit_id, "year": year, "subject": subject, "node": node, "p": p, "v": p * 9 // 10} | counts


def insert(model: Any, rows: list[dict[str, Any]]) -> None:
    with unit_of_work() as session:
        for start in range(0, len(rows), CHUNK):
            session.execute(sa.insert(model.__table__), rows[start : start + CHUNK])


# ---- what it costs ------------------------------------------------------------------------------------------------------


def timed_once(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - start, 1)


def quietest(times: list[float], block: int) -> float:
    """Milliseconds: the least median of *block* measurements in a row. The speed of a shared machine halves for seconds at a
    time; what is compared must have been measured while it was left alone."""
    return min(statistics.median(times[start : start + block]) for start in range(0, len(times), block)) * 1000


def page(app: Any, address: str, rounds: int = 120) -> float:
    """Milliseconds the server needs for a page."""
    client = app.test_client()
    with app.app_context():
        key = db.session.scalars(sa.select(User.fs_uniquifier).where(User.email == "bench@example.org")).one()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        answer = client.get(address)
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200, (address, answer.status_code)
    return round(quietest(times, 6), 1)


def officer() -> Any:
    return actor_for(db.session.scalar(sa.select(User.id).where(User.email == "bench@example.org")))


def open_reports(made: dict[str, Any]) -> list[str]:
    form = registry.registry().types[KIND]
    return list(db.session.scalars(sa.select(Report.id).where(Report.content_type_id == form.id).order_by(Report.id)))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent inside."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        seen.append(text)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def saves(made: dict[str, Any]) -> dict[str, Any]:
    """A draft of 60 answers, one of them changed, saved again and again; beside it what checking alone takes."""
    key, who, doc = open_reports(made)[0], officer(), document(FIELDS)
    drafting.save_draft(who, key, Draft(doc, 0))
    row = get_for(who, key)
    definition = version_of(row)[1]
    context = context_of(row, definition)
    checks, times = [], []
    for number in range(1500):
        start = time.perf_counter()
        check(definition, doc, context)
        checks.append(time.perf_counter() - start)
        wish = Draft(doc | {"F-0": {"v": number}}, 10_000)
        start = time.perf_counter()
        drafting.save_draft(who, key, wish)
        times.append(time.perf_counter() - start)
    with statements() as seen:
        drafting.save_draft(who, key, Draft(doc, 10_000))
    whole, validation = quietest(times, 25), quietest(checks, 25)
    return {"save": round(whole, 2), "validation": round(validation, 2), "save_statements": len(seen)}


def submits(made: dict[str, Any]) -> dict[str, Any]:
    """The same form filled and sent by a hundred units, one after another."""
    who, times = officer(), []
    for key in open_reports(made)[1:101]:
        start = time.perf_counter()
        assert report.submit(who, key, Draft(document(FIELDS), 0)).sent
        times.append((time.perf_counter() - start) * 1000)
    return {"submit": round(statistics.median(times), 1), "submit_p95": round(sorted(times)[94], 1)}


def exports() -> dict[str, Any]:
    """Seconds for the whole list of ten thousand records."""
    found = {}
    for name, write in (("csv", stream_csv), ("xlsx", xlsx.write_rows)):
        definition = record.definition_for(LIST)[1]
        rows = records.export_rows(officer(), records.Query(registry.registry().types[LIST].id), definition)
        found[f"export_{name}_s"] = timed_once(
            lambda w=write, r=rows, d=definition: sum(len(p) for p in w(records.export_header(d), r))
        )[1]
    return found


if __name__ == "__main__":
    os.environ.setdefault("SECRET_KEY", "bench-secret-key-0123456789abcdefghijk")
    main()
