"""Scores as stored and as explained: pending and late, rebuild, ranking, the page that explains itself."""

import datetime as dt
import json
import re
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
import time_machine

from models import Entry, EntryLink, EntryUnique, FieldRow, SchemeVersion, Score, UnitYear, Version, db
from services import bundle, publishing, score
from services.actor import SYSTEM
from services.errors import Forbidden
from services.reading import board
from services.unit_of_work import unit_of_work
from tests import world
from tests.integration.test_reports import send, verify

PB = "32.16"


def rows(ids, subject="year"):
    found = db.session.scalars(sa.select(Score).where(Score.unit_id == ids.unit[PB], Score.subject == subject))
    return {row.node: row for row in found}


def test_before_the_deadline_nothing_counts_and_after_it_silence_counts_zero(ctx, ids):
    year = rows(ids)
    assert year["total"].p is None  # nothing sent, nothing late: not assessed
    assert year["phase:pra-bencana"].p is None
    with time_machine.travel(dt.datetime(2027, 1, 22, 1, tzinfo=dt.UTC)):
        assert score.refresh_stale(2026) >= 1
        late = rows(ids)
        assert late["phase:pra-bencana"].p == 0
        assert late["total"].p == 0
        assert late["compliance"].p == 0
        assert late["phase:pra-bencana"].due > 15
        assert late["phase:pra-bencana"].answered == 0
        assert score.refresh_stale(2026) == 0


def test_sending_moves_score_and_rank(ctx, ids):
    before = [(line.code, line.rank) for line in board.board(world.person("leader"), year=2026, league="kabkota").lines]
    assert dict(before)[PB] is None
    send(report_id=ids.report[PB])
    after = board.board(world.person("leader"), year=2026, league="kabkota")
    mine = next(line for line in after.lines if line.code == PB)
    assert mine.rank == 1
    assert mine.p > 50_000_000
    assert not after.official


def test_late_reports_lose_ten_for_each_started_week(ctx, ids):
    with time_machine.travel(dt.datetime(2027, 1, 30, 1, tzinfo=dt.UTC)):  # 9 days late: two started weeks
        send(report_id=ids.report[PB])
        assert rows(ids)["compliance"].detail["reports"] == [80_000_000, 0, 0]


def test_phases_without_an_event_give_their_weight_away(ctx, ids):
    send("stranger", ids.report["35.07"])
    found = {
        r.node: r for r in db.session.scalars(sa.select(Score).where(Score.unit_id == ids.unit["35.07"], Score.subject == "year"))
    }
    assert "phase:tanggap-darurat" not in found
    assert found["achievement"].p == found["phase:pra-bencana"].p


def test_ranking_is_by_league_phase_and_period(ctx, ids):
    send(report_id=ids.report[PB], quality=0.95)
    send("stranger", ids.report["35.07"], quality=0.4)
    send("province", ids.report["32"], quality=0.8)
    reader = world.person("leader")
    assert [line.code for line in board.board(reader, year=2026, league="kabkota").lines] == [PB, "35.07"]
    assert [line.code for line in board.board(reader, year=2026, league="provinsi").lines] == ["32"]
    phase = board.board(reader, year=2026, league="kabkota", form="pra-bencana")
    assert phase.lines[0].p == rows(ids)["phase:pra-bencana"].p
    quarter = board.board(reader, year=2026, league="kabkota", form="pra-bencana", period=ids.period)
    assert quarter.lines[0].p == rows(ids, ids.period)["phase:pra-bencana"].p
    with pytest.raises(Forbidden):
        from domain.access import ANONYMOUS

        board.board(ANONYMOUS, year=2026, league="kabkota")


def test_rebuild_finds_nothing_then_names_what_was_falsified(app, ids):
    runner = app.test_cli_runner()
    with app.app_context():
        send(report_id=ids.report[PB])
    clean = runner.invoke(args=["rebuild"])
    assert clean.exit_code == 0
    assert "0 differences" in clean.output
    with app.app_context():
        db.session.execute(
            sa.text("UPDATE score SET p = 99000000 WHERE node = 'total' AND subject = 'year' AND unit_id = :u"), {"u": ids.unit[PB]}
        )
        db.session.execute(sa.text("DELETE FROM score WHERE node = 'compliance' AND unit_id = :u"), {"u": ids.unit[PB]})
        db.session.commit()
    found = runner.invoke(args=["rebuild"])
    assert found.exit_code == 1
    assert f"score {PB} 2026 year total" in found.output
    assert f"score {PB} 2026 year compliance" in found.output
    assert "2 differences" in found.output
    assert runner.invoke(args=["rebuild"]).exit_code == 0


def test_rebuild_names_a_falsified_list_index(app, ids):
    from services import record
    from tests.integration.test_reports import member

    with app.app_context():
        record.save(world.person("operator"), "anggota", ids.unit[PB], member("PMI", "masyarakat"))
        db.session.execute(sa.text("UPDATE entry_index SET text = 'nonaktif' WHERE text = 'aktif'"))
        db.session.commit()
    found = app.test_cli_runner().invoke(args=["rebuild"])
    assert found.exit_code == 1
    assert "record anggota" in found.output
    assert app.test_cli_runner().invoke(args=["rebuild"]).exit_code == 0


class _Sums(HTMLParser):
    """The printed sums of the page: (values and weights, result), only from what a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        if tag == "p" and "sum-line" in (dict(attrs).get("class") or ""):
            self.inside = True
            self.lines.append("")

    def handle_endtag(self, tag):
        if tag == "p":
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.lines[-1] += data


def micro(text: str) -> int:
    return round(float(text.replace(".", "").replace(",", ".")) * 1_000_000)


def recompute(line: str) -> tuple[int, int]:
    """(what the printed numbers give, the printed result)."""
    body, result = line.split(":", 1)[1].split("=")
    parts = re.findall(r"([\d.,]+) × ([\d.,]+)", body)
    weights = [round(float(w.replace(",", ".")) * 1000) for _x, w in parts]
    top = sum(micro(x) * w for (x, _w), w in zip(parts, weights, strict=True))
    total = sum(weights)
    return (2 * top + total) // (2 * total), micro(result)


def test_every_number_recomputes_from_the_numbers_printed_beside_it(app, as_, ids):
    with app.app_context():
        send(report_id=ids.report["response"], quality=0.7)
        send(report_id=ids.report["post"], quality=0.6)
        send(report_id=ids.report[PB], quality=0.8)
        verify(ids)
        stored = {node: row.p for node, row in rows(ids).items()}
    html = as_("leader").get("/daerah/32.16").text
    page = _Sums()
    page.feed(html)
    lines = [" ".join(line.split()) for line in page.lines]
    assert len(lines) >= 15
    for line in lines:
        given, printed = recompute(line)
        assert given == printed, line
    assert recompute(lines[0])[1] == stored["total"]
    assert recompute(lines[1])[1] == stored["achievement"]
    assert micro(re.search(r'class="score"><b>([\d,]+)', html).group(1)) == (stored["total"] + 5000) // 10000 * 10000


def test_the_sheet_says_why_in_words(app, as_, ids):
    with app.app_context():
        send(report_id=ids.report[PB], **{"PB-SDL-03": {"v": 4}})
    from tests.html import visible_text

    shown = visible_text(as_("leader").get("/daerah/32.16").text)
    assert "4 unit dari target 10 unit → 40 · belum diverifikasi" in shown
    assert "Terpenuhi: jumlah “Pagu” pada “Anggaran kegiatan klaster tersedia” lebih dari 0" in shown
    assert "belum diverifikasi" in shown
    assert "Sementara" in shown


def test_scores_say_until_when_they_hold(ctx, ids):
    kept = db.session.get(UnitYear, (ids.unit[PB], 2026))
    assert kept.valid_until == dt.datetime(2026, 11, 20, 16, 59, 59, tzinfo=dt.UTC)


def test_publishing_or_a_new_scheme_brings_the_stored_scores_up_to_date(ctx, ids):
    send(report_id=ids.report[PB])
    before, admin = rows(ids)["total"].p, world.person("admin")
    with unit_of_work() as session:
        session.execute(sa.update(FieldRow).where(FieldRow.code == "PB-KLB-01").values(weight=90_000))
    proposal = publishing.propose(admin, "pra-bencana")
    wish = {"effective_from": proposal.starts[0].day, "reason": "Rapat", "seen": proposal.compiled.sha256, "consent": True}
    publishing.publish(admin, "pra-bencana", **wish)
    db.session.expire_all()
    assert rows(ids)["total"].p != before
    assert score.rebuild_differences() == []
    body = json.loads(db.session.scalars(sa.select(SchemeVersion.snapshot)).one())
    body["total"] = {"achievement": 50, "compliance": 50}
    assert bundle.apply_folder(SYSTEM, {}, body, None) == {"scheme": "new version"}
    assert score.rebuild_differences() == []


def test_rebuild_names_what_the_ranking_rests_on_and_documents_nobody_sent(app, ids):
    runner = app.test_cli_runner()
    with app.app_context():
        send(report_id=ids.report[PB])
        db.session.execute(sa.update(UnitYear).where(UnitYear.unit_id == ids.unit[PB]).values(timeliness=1))
        db.session.commit()
    found = runner.invoke(args=["rebuild"])
    assert found.exit_code == 1
    assert "year 32.16 2026" in found.output
    assert runner.invoke(args=["rebuild"]).exit_code == 0
    with app.app_context():
        entry = db.session.get(Entry, ids.report[PB])
        entry.doc = entry.doc | {"PB-SDL-03": {"v": 99}}
        db.session.commit()
        before = db.session.execute(sa.select(Score.p).order_by(Score.unit_id, Score.subject, Score.node)).all()
    for _again in range(2):
        found = runner.invoke(args=["rebuild"])
        assert found.exit_code == 1
        assert f"document {ids.report[PB]}" in found.output
    with app.app_context():
        assert db.session.execute(sa.select(Score.p).order_by(Score.unit_id, Score.subject, Score.node)).all() == before


def test_a_unit_that_was_never_scored_is_found(ctx, ids):

    db.session.execute(sa.delete(Score).where(Score.unit_id == ids.unit[PB]))
    db.session.execute(sa.delete(UnitYear).where(UnitYear.unit_id == ids.unit[PB]))
    db.session.commit()
    assert score.refresh_stale(2026) == 1
    assert db.session.get(UnitYear, (ids.unit[PB], 2026)) is not None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE unit_year SET valid_until = NULL", "year 32.16 2026"),
        ("UPDATE unit_year SET basis = 'x'", "year 32.16 2026"),
        ("UPDATE unit_year SET scored_at = '2027-03-01 00:00:00'", "score 32.16 2026"),
        ("DELETE FROM unit_year", "year 32.16 2026"),
        ("UPDATE score SET p = p + 1", "score 32.16 2026"),
    ],
)
def test_rebuild_names_every_way_to_hold_a_score_still(app, ids, change, named):
    runner = app.test_cli_runner()
    with app.app_context():
        send(report_id=ids.report[PB])
        db.session.execute(sa.text(change))
        db.session.commit()
    found = runner.invoke(args=["rebuild"])
    assert (found.exit_code, named in found.output) == (1, True), found.output
    assert runner.invoke(args=["rebuild"]).exit_code == 0


def test_rebuild_is_content_with_a_deadline_that_passed_meanwhile(ctx, ids):
    import time_machine

    with time_machine.travel(dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)):
        assert score.rebuild_differences() == []
        assert db.session.get(UnitYear, (ids.unit[PB], 2026)).scored_at.date() == dt.date(2026, 12, 1)


def test_a_sent_document_under_another_version_is_named(ctx, ids):
    from tests.integration.test_definitions import add_indicator, publish

    send(report_id=ids.report[PB])
    add_indicator()
    publish(consent=True)
    newest = db.session.scalars(sa.select(Version.id).order_by(Version.published_at.desc())).first()
    db.session.get(Entry, ids.report[PB]).version_id = newest
    db.session.commit()
    for _again in range(2):
        assert [d.what for d in score.rebuild_differences()] == [f"document {ids.report[PB]}"]


def test_rebuild_untangles_keys_that_changed_hands_and_rows_of_no_record(app, ids):
    from services import record
    from tests.integration.test_reports import member

    runner = app.test_cli_runner()
    with app.app_context():
        actor = world.person("operator")
        one, two = (record.save(actor, "anggota", ids.unit[PB], member(name, "masyarakat")) for name in ("PMI", "Tagana"))
        held = {r.entry_id: r for r in db.session.scalars(sa.select(EntryUnique).where(EntryUnique.entry_id.in_([one, two])))}
        held[one].entry_id = two
        db.session.add(EntryLink(entry_id=ids.report[PB], field_id="F" * 26, target_id=one))
        db.session.commit()
    found = runner.invoke(args=["rebuild"])
    assert found.exit_code == 1
    for named in (f"record anggota {one} unique", f"record anggota {two} unique", f"entry_link {ids.report[PB]} of no record"):
        assert named in found.output
    assert runner.invoke(args=["rebuild"]).exit_code == 0
