"""Whatever is posted anywhere, nobody meets an error of ours, and what is stored stays whole. EMONEV_STORM=50000 rages
longer, EMONEV_STORM_ROUND=2000 looks at everything more seldom."""

import os

import pytest
import sqlalchemy as sa

from models import Base, db
from models.guards import missing_guards
from services import record, score
from tests.storms.doors import ids as present
from tests.storms.storm import Storm

ROUND = int(os.environ.get("EMONEV_STORM_ROUND", "400"))
POSTS = int(os.environ.get("EMONEV_STORM", str(ROUND)))
FIRST = int(os.environ.get("EMONEV_STORM_SEED", "1"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + -(-POSTS // ROUND)))
def test_a_storm_breaks_nothing(app, seed):
    storm = Storm(app, seed)
    storm.rage(min(POSTS, ROUND))
    walk(storm)
    assert storm.faults == [], storm.faults
    with app.app_context():
        assert score.rebuild_differences() == []
        assert record.rebuild_differences() == []
        assert lost_keys() == []
        with db.engine.connect() as connection:
            assert missing_guards(connection) == []


def walk(storm: Storm) -> None:
    """Look at everything that is stored now: what was taken must be shown."""
    from services.registry import registry

    with storm.app.app_context():
        found, keys = present(), [ref.key for ref in registry().collections()]
        types = list(registry().types)
    pages = [
        "/",
        "/laporan",
        "/peringkat",
        "/daerah/32.16",
        "/daerah/32",
        "/admin/terbitkan/",
        *(f"/admin/terbitkan/{key}/" for key in types),
    ]
    pages += [f"/laporan/{r}{tail}" for r in found["report"] for tail in ("", "?periksa=1", "/cetak")]
    pages += [f"/admin/{name}/" for name in ("indikator", "bagian", "pilihan", "unit", "periode", "kejadian", "pengguna")]
    pages += [f"/admin/konten/{key}/{tail}" for key in keys for tail in ("", "export/csv/")]
    pages += [f"/admin/konten/{key}/{verb}/?id={e}" for key in keys for e in found[key][:40] for verb in ("edit", "details")]
    pages += [
        f"/admin/{name}/edit/?id={i}" for name, table in (("indikator", "field"), ("kejadian", "event")) for i in found[table][-40:]
    ]
    for page in pages:
        for who in ("admin", "operator"):
            answer = storm.people[who].get(page)
            answer.get_data()  # a stream is an answer when all of it was read
            if answer.status_code >= 500:
                storm.faults.append(f"{answer.status_code} at {page} for {who}: {storm.told.lines[-1:]}")


def lost_keys() -> list[str]:
    """Foreign keys that lead nowhere, on any database."""
    lost = []
    for table in Base.metadata.sorted_tables:
        for key in (k for c in table.foreign_key_constraints for k in c.elements):
            other, column = key.column.table.alias(), key.parent
            there = sa.exists().where(other.c[key.column.name] == column)
            if db.session.scalar(sa.select(sa.func.count()).select_from(table).where(column.is_not(None), ~there)):
                lost.append(f"{table.name}.{column.name}")
    return lost
