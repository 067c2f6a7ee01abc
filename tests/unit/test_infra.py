"""Clock, ids, file store."""

import datetime as dt
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import clock
from infra.ids import new_id
from infra.storage import FileStore, TooLarge

NOON = dt.datetime(2026, 9, 20, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(("zone", "hour"), [("WIB", 19), ("WITA", 20), ("WIT", 21)])
def test_the_wall_clock_of_each_zone(zone, hour):
    assert clock.local(zone, NOON).strftime("%H:%M %Z") == f"{hour}:00 {zone}"
    with clock.at(NOON):
        assert clock.local(zone) == NOON
        assert clock.local(zone).hour == hour


def test_the_day_changes_first_in_the_east():
    late = dt.datetime(2026, 12, 31, 15, 30, tzinfo=dt.UTC)
    assert [clock.local(zone, late).date().isoformat() for zone in ("WIB", "WITA", "WIT")] == [
        "2026-12-31",
        "2026-12-31",
        "2027-01-01",
    ]


@pytest.mark.parametrize(("zone", "end"), [("WIB", "16:59:59"), ("WITA", "15:59:59"), ("WIT", "14:59:59")])
def test_a_day_ends_in_its_own_zone(zone, end):
    moment = clock.end_of_day(dt.date(2026, 4, 10), zone)
    assert (moment.tzinfo, moment.date().isoformat(), moment.time().isoformat()) == (dt.UTC, "2026-04-10", end)


def test_an_unknown_zone_fails():
    with pytest.raises(KeyError):
        clock.local("GMT", NOON)


def test_time_can_be_set_inside_a_block_and_nested():
    with clock.at(NOON):
        assert clock.now() == NOON
        with clock.at(dt.datetime(2026, 1, 1, 7, tzinfo=clock.ZONES["WIB"])):
            assert clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
        assert clock.now() == NOON
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


def test_the_clock_runs_again_after_an_error():
    with pytest.raises(RuntimeError), clock.at(NOON):
        raise RuntimeError
    assert clock.now() != NOON


def test_ids_are_unique_and_sort_by_time():
    with clock.at(NOON):
        early = [new_id() for _ in range(50)]
    with clock.at(NOON + dt.timedelta(seconds=1)):
        late = new_id()
    assert len(set(early)) == 50
    assert all(len(i) == 26 for i in early)
    assert max(early) < late


@given(st.binary(max_size=64))
def test_a_file_is_found_under_its_hash(tmp_path_factory, content):
    store = FileStore(tmp_path_factory.getbasetemp() / "store")
    staged = store.stage(io.BytesIO(content), 64)
    assert (staged.sha256, staged.size, staged.head) == (hashlib.sha256(content).hexdigest(), len(content), content)
    store.keep(staged)
    assert store.path(staged.sha256).read_bytes() == content


def test_a_file_that_is_too_large_leaves_nothing_behind(tmp_path):
    store = FileStore(tmp_path)
    with pytest.raises(TooLarge):
        store.stage(io.BytesIO(b"123456"), 5)
    assert list(tmp_path.iterdir()) == []
    assert store.stage(io.BytesIO(b"12345"), 5).size == 5


def test_a_dropped_file_leaves_nothing_behind(tmp_path):
    FileStore(tmp_path).stage(io.BytesIO(b"not wanted"), 64).drop()
    assert list(tmp_path.iterdir()) == []


def test_the_same_content_is_kept_once(tmp_path):
    store = FileStore(tmp_path)
    for _again in range(2):
        store.keep(store.stage(io.BytesIO(b"x"), 9))
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_the_head_is_the_first_four_thousand_bytes(tmp_path):
    staged = FileStore(tmp_path).stage(io.BytesIO(b"a" * 9000), 10_000)
    assert (staged.size, len(staged.head)) == (9000, 4096)
