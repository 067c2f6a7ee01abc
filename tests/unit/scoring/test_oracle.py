"""The worked example of the design: section KLB of the seed, to the last digit."""

from domain.definitions.compile import compile_source
from domain.scoring.slot import Verdict
from domain.scoring.tree import grow
from tests.unit.make import ID, at, seed, seed_catalog
from tests.unit.scoring.sheets import accepted, filed, sheet

SIX = ["pengarah", "penanggung-jawab", "koordinator", "wakil", "sekretariat", "bidang"]
DOC = {
    "PB-KLB-01": {"v": True, "files": ["decree"]},
    "PB-KLB-03": {"v": SIX[:5], "files": ["annex"]},
    "PB-KLB-04": {"v": 2},
    "PB-KLB-05": {"v": 4},
    "PB-KLB-06": {"v": 200},
}


def form():
    return compile_source(seed()["pra-bencana"], seed_catalog()).definition


def klb(report):
    return next(b for b in grow(report.definition, [sheet(report)]).branches if b.code == "KLB")


def test_section_klb():
    section = klb(accepted(form(), DOC, **{"PB-KLB-01": Verdict.RETURNED}))
    assert section.v == 59_058_149
    pending = {code: Verdict.ACCEPTED for code in DOC if code != "PB-KLB-01"}
    section = klb(filed(form(), DOC, **pending))
    assert (section.p, section.v) == (86_330_876, 59_058_149)
    assert (ID.score(section.p), ID.score(section.v)) == ("86,33", "59,06")


def test_each_indicator_of_klb():
    section = klb(filed(form(), DOC))
    points = {i.field.code: (i.p, i.v) for i in section.indicators}
    assert points == {
        "PB-KLB-01": (100_000_000, 0),
        "PB-KLB-02": (0, 0),  # not scored, weight 0: it does not enter the sum
        "PB-KLB-03": (83_333_333, 0),
        "PB-KLB-04": (66_666_667, 0),
        "PB-KLB-05": (80_000_000, 80_000_000),  # automatic: accepted with the report
        "PB-KLB-06": (89_189_189, 89_189_189),
    }


def test_a_returned_decree_counts_nothing_in_either_score():
    section = klb(accepted(form(), DOC, **{"PB-KLB-01": Verdict.RETURNED}))
    assert (section.p, section.v) == (59_058_149, 59_058_149)


def test_without_a_decree_what_builds_on_it_counts_zero():
    section = klb(accepted(form(), DOC | {"PB-KLB-01": {"v": False}}, at(4)))
    assert {i.field.code: i.p for i in section.indicators if i.field.code in ("PB-KLB-01", "PB-KLB-03", "PB-KLB-04")} == {
        "PB-KLB-01": 0,
        "PB-KLB-03": 0,
        "PB-KLB-04": 0,
    }
