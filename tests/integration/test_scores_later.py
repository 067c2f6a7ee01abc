"""Work that touches a year many times scores it once, at the end, and to the same result."""

import pytest
import sqlalchemy as sa

from models import Score, db
from services import report, score
from services.drafting import Draft
from tests import world
from tests.answers import complete


def stored() -> list[tuple]:
    rows = db.session.execute(
        sa.select(Score.unit_id, Score.year, Score.subject, Score.node, Score.p, Score.v).order_by(*Score.__table__.primary_key)
    )
    return [tuple(row) for row in rows]


def send(ids) -> None:
    actor, key = world.person("operator"), ids.report["32.16"]
    assert report.submit(actor, key, Draft(complete(actor, key, 0.9), 0)).sent


def test_scores_wait_for_the_end_and_are_those_of_every_step(ctx, ids, monkeypatch):
    before, computed = stored(), []
    original = score.compute_year
    monkeypatch.setattr(score, "compute_year", lambda *what: computed.append(what) or original(*what))
    with score.later():
        send(ids)
        assert stored() == before
        assert computed == []
    assert len(computed) == 1
    assert stored() != before
    assert score.rebuild_differences() == []


def test_what_was_written_before_a_failure_is_scored_by_whoever_looks_next(ctx, ids):
    score.refresh_stale(2026)
    before = stored()
    with pytest.raises(ZeroDivisionError), score.later():
        send(ids)
        raise ZeroDivisionError
    assert stored() == before
    assert score.refresh_stale(2026) == 1
    assert stored() != before
    assert score.rebuild_differences() == []
