"""Two pages of one table: rows of both stay, a cell both changed is asked about, the log holds only rows that changed."""

import pytest
import sqlalchemy as sa

from models import AnswerChange, Report, db
from services import bundle, period
from services.actor import SYSTEM
from services.drafting import Draft, save_draft
from tests import world
from tests.integration.test_conflicts import other
from tests.unit.make import form, item, section

COLUMNS = [item("a"), item("n", "integer", required=False), item("c", "calculated", calculation="${n} * 2")]
FIRST = [{"id": "r1", "a": "beras", "n": 1}, {"id": "r2", "a": "air", "n": 2}]


@pytest.fixture
def report(app, ids):
    with app.app_context():
        bundle.apply(SYSTEM, {"daftar": form(section("S", item("T", "table", columns=COLUMNS)), key="daftar")})
        period.open_period(SYSTEM, ids.period)
        made = world.report_of("32.16", "daftar")
        save_draft(world.person("operator"), made, Draft({"T": {"v": FIRST}}, 0, "first"))
        return made


class Two:
    """Two people at one table, each at a page of their own."""

    def __init__(self, report):
        self.report = report
        self.people = {"mine": world.person("operator"), "theirs": other()}

    def save(self, page, base, *rows, nth=0):
        draft = Draft({"T": {"v": list(rows) or None}}, base, page, nth=nth)
        return save_draft(self.people[page], self.report, draft)

    @property
    def rows(self):
        return [{k: v for k, v in row.items() if k != "c"} for row in self.doc]

    @property
    def doc(self):
        db.session.expire_all()
        return db.session.get_one(Report, self.report).entry.doc["T"]["v"]


@pytest.fixture
def two(app, report):
    with app.app_context():
        yield Two(report)


R1, R2 = FIRST
NEW, OTHER = {"id": "x1", "a": "tenda"}, {"id": "y1", "a": "selimut"}


def test_rows_both_added_stand_beside_each_other(two):
    two.save("theirs", 1, R1, R2, OTHER)
    saved = two.save("mine", 1, R1, R2, NEW)
    assert (saved.conflicts, saved.others) == ((), {"T"})
    assert {row["id"] for row in two.rows} == {"r1", "r2", "x1", "y1"}


def test_each_changes_a_cell_of_one_row_and_what_is_calculated_fits_both(two):
    two.save("theirs", 1, R1 | {"n": 5}, R2)
    assert two.save("mine", 1, R1 | {"a": "beras merah"}, R2).conflicts == ()
    assert two.doc == [{"id": "r1", "a": "beras merah", "n": 5, "c": 10}, R2 | {"c": 4}]


def test_a_cell_both_changed_is_asked_about_and_theirs_stands(two):
    two.save("theirs", 1, R1 | {"n": 5}, R2)
    (conflict,) = two.save("mine", 1, R1 | {"n": 6}, R2, NEW).conflicts
    assert conflict.mine["v"][0]["n"] == 6
    assert two.rows == [R1 | {"n": 5}, R2]


def test_a_row_one_deletes_goes_unless_the_other_changed_it(two):
    two.save("theirs", 1, R1)
    assert two.save("mine", 1, R1 | {"n": 9}, R2).conflicts == ()
    assert two.rows == [R1 | {"n": 9}]
    two.save("theirs", 3, OTHER)
    assert two.save("mine", 3, R1 | {"n": 10}).conflicts == ()
    assert {row["id"] for row in two.rows} == {"r1", "y1"}


def test_a_page_that_has_not_seen_theirs_goes_on_from_its_own(two):
    two.save("mine", 1, R1, R2, NEW, nth=1)
    two.save("theirs", 1, R1 | {"n": 5}, R2, OTHER)
    for nth, name in enumerate(("tenda besar", "tenda keluarga"), 2):
        assert two.save("mine", 1, R1, R2, NEW | {"a": name}, nth=nth).conflicts == ()
    assert two.save("mine", 1, R2, NEW | {"a": "tenda keluarga"}, nth=4).conflicts == ()
    kept = {row["id"]: row for row in two.rows}
    assert kept == {"r1": R1 | {"n": 5}, "r2": R2, "x1": NEW | {"a": "tenda keluarga"}, "y1": OTHER}


def test_the_log_of_a_long_table_holds_the_rows_that_changed(two):
    rows = [{"id": f"r{n}", "a": f"barang {n}"} for n in range(300)]
    two.save("mine", 1, *rows, nth=1)
    two.save("mine", 1, *rows[:-1], rows[-1] | {"a": "lain"}, nth=2)
    newest = db.session.scalars(
        sa.select(AnswerChange).where(AnswerChange.entry_id == two.report).order_by(AnswerChange.seq.desc())
    ).first()
    assert (newest.prev, newest.value) == ({"v": [rows[-1]]}, {"v": [rows[-1] | {"a": "lain"}]})
    two.save("theirs", 2, *rows[:-1], rows[-1], OTHER)  # a page from before the last change
    assert two.rows[-2:] == [rows[-1] | {"a": "lain"}, OTHER]
