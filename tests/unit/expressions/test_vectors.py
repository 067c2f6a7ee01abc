"""The vector files that both engines must agree on."""

import json

import pytest

from domain.expressions import evaluate, parse
from domain.expressions.functions import FUNCTIONS
from tests.unit.make import ROOT, Given, decoded

FILES = sorted((ROOT / "tests" / "data" / "expressions").glob("*.json"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['expression']} {json.dumps(case['answers'], ensure_ascii=False)}")
    for path in FILES
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_vector(case):
    value = evaluate(parse(case["expression"]), Given(case["answers"]))
    expected = decoded(case["expected"])
    assert (type(value), value) == (type(expected), expected)


def test_vectors_cover_every_function_and_operator():
    written = " ".join(param.values[0]["expression"] for param in CASES)
    operators = {"+", "-", "*", " div ", " mod ", "=", "!=", "<", "<=", ">", ">=", " and ", " or "}
    assert len(CASES) >= 150
    assert {name for name in FUNCTIONS if f"{name}(" not in written} == set()
    assert {op for op in operators if op not in written} == set()
