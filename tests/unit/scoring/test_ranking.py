"""Places and bands."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.ranking import Standing, rank
from domain.scoring.scheme import TIE_BREAKS, scheme_from, shown_cents
from exchange.bundle import read_yaml
from tests.unit.make import ROOT

RAW = read_yaml(ROOT / "seed" / "scheme.yaml")
SCHEME = scheme_from(RAW)
EARLY, LATE = dt.datetime(2026, 4, 1, tzinfo=dt.UTC), dt.datetime(2026, 4, 9, tzinfo=dt.UTC)


def unit(name, score, answered=10, accepted=5, timeliness=50, sent=EARLY):
    return Standing(name, name, score, answered, accepted, timeliness, sent)


def order(*standings, ties=TIE_BREAKS):
    return [(place.rank, place.standing.name) for place in rank(standings, ties)]


def test_best_first_and_those_not_assessed_last_by_name():
    assert order(unit("c", 10_000_000), unit("z", None), unit("a", 90_000_000), unit("b", None)) == [
        (1, "a"),
        (2, "c"),
        (None, "b"),
        (None, "z"),
    ]
    assert rank([], TIE_BREAKS) == []


def test_what_is_not_seen_does_not_decide():
    assert order(unit("a", 86_334_999, accepted=1), unit("b", 86_325_000, accepted=9)) == [(1, "b"), (2, "a")]
    assert order(unit("a", 86_335_000, accepted=1), unit("b", 86_334_999, accepted=9)) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (unit("z", 50_000_000, 10, 9), unit("a", 50_000_000, 10, 8)),
        (unit("z", 50_000_000, 3, 2), unit("a", 50_000_000, 300, 199)),
        (unit("z", 50_000_000, timeliness=51), unit("a", 50_000_000, timeliness=50)),
        (unit("z", 50_000_000, timeliness=1), unit("a", 50_000_000, timeliness=None)),
        (unit("z", 50_000_000, sent=EARLY), unit("a", 50_000_000, sent=LATE)),
        (unit("z", 50_000_000, sent=LATE), unit("a", 50_000_000, sent=None)),
        (unit("a", 50_000_000), unit("b", 50_000_000)),
        (unit("z", 50_000_000, 1, 1), unit("a", 50_000_000, 0, 0)),
    ],
)
def test_tie_breaks(better, worse):
    assert [name for _rank, name in order(worse, better)] == [better.name, worse.name]


def test_equals_share_a_place_and_the_next_is_skipped():
    same = [unit("a", 50_000_000), unit("b", 50_000_000), unit("c", 40_000_000)]
    assert order(*same, ties=("timeliness",)) == [(1, "a"), (1, "b"), (3, "c")]
    assert [place for place, _name in order(*same)] == [1, 2, 3]


@given(st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 100_000_000)), st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_places_never_rise_with_a_lower_score(drawn):
    standings = [unit(f"u{n:02}", score, answered + accepted, accepted) for n, (score, answered, accepted) in enumerate(drawn)]
    places = rank(standings, TIE_BREAKS)
    assert sorted(p.standing.unit for p in places) == sorted(s.unit for s in standings)
    assessed = [p for p in places if p.rank is not None]
    assert [p.rank for p in assessed] == list(range(1, len(assessed) + 1))
    shown = [shown_cents(p.standing.score) for p in assessed]
    assert shown == sorted(shown, reverse=True)
    assert places[len(assessed) :] == [p for p in places if p.standing.score is None]


@pytest.mark.parametrize(
    ("micro", "code"),
    [
        (100_000_000, "sangat-aktif"),
        (85_000_000, "sangat-aktif"),
        (84_995_000, "sangat-aktif"),
        (84_994_999, "aktif"),
        (70_000_000, "aktif"),
        (69_994_999, "cukup-aktif"),
        (40_000_000, "kurang-aktif"),
        (39_990_000, "belum-aktif"),
        (0, "belum-aktif"),
    ],
)
def test_bands_are_judged_on_what_is_shown(micro, code):
    assert SCHEME.band(micro).code == code


def test_not_assessed_has_no_band():
    assert SCHEME.band(None) is None


@pytest.mark.parametrize(
    "fault",
    [
        {"bands": []},
        {"bands": RAW["bands"][::-1]},
        {"bands": RAW["bands"][:-1]},
        {"tie_breaks": ["luck"]},
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused(fault):
    with pytest.raises(ValueError, match=next(iter(fault))):
        scheme_from(RAW | fault)
