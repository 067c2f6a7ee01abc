"""Filed reports and trees for the scoring tests."""

from domain.answers import Context
from domain.definitions.schema import Definition
from domain.scoring.rules import RULES, Scored, Situation
from domain.scoring.slot import Filed, Paper, Verdict
from domain.scoring.tree import Indicator, Sheet, Tree, grow
from tests.unit.make import at, define, scored

POINT = 1_000_000


def filed(definition: Definition, doc: dict, context: Context | None = None, version: int = 1, **verdicts: Verdict) -> Filed:
    """A sent report; verdicts by code."""
    by_id = {definition.by_code[code].id: verdict for code, verdict in verdicts.items()}
    return Filed(definition, version, doc, context or at(4), by_id)


def accepted(definition: Definition, doc: dict, context: Context | None = None, version: int = 1, **other: Verdict) -> Filed:
    """A sent report with everything accepted but *other*."""
    return filed(definition, doc, context, version, **(dict.fromkeys(definition.by_code, Verdict.ACCEPTED) | other))


def sheet(report: Filed | None, quarter: int | None = 4, late: bool = False) -> Sheet:
    """An expected report."""
    return Sheet(quarter, report, late)


def indicator(tree: Tree, code: str) -> Indicator:
    """One indicator of a tree."""
    return next(i for b in tree.branches for i in b.indicators if i.field.code == code)


def rated(kind: str, rule: dict, value, context: Context | None = None, files=(), doc=None, others=(), **more) -> Scored:
    """What a rule makes of one value."""
    subject = more.pop("subject", "period")
    definition = define(scored("A", kind, rule, **more), *others, subject=subject)
    answers = {"A": {"v": value, "files": list(files)}} | (doc or {})
    paper = Paper(filed(definition, answers, context))
    field = definition.by_code["A"]
    return RULES[rule["key"]].score(Situation(field, answers["A"], paper.resolver))


def quarters(definition: Definition, values: dict[int, object], late: bool = True, code: str = "A") -> Tree:
    """A year with one value per quarter, all accepted; quarters left out were never sent."""
    sheets = [
        sheet(accepted(definition, {code: {"v": values[q]}}, at(q)) if q in values else None, q, late and q not in values)
        for q in (1, 2, 3, 4)
    ]
    return grow(definition, sheets)
