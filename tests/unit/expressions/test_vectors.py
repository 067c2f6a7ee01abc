"""The vector files that both engines must agree on."""

import pytest

from domain.expressions import evaluate
from domain.expressions.functions import FUNCTIONS
from tests.trees import cases
from tests.unit.make import Given, decoded

CASES = [pytest.param(case, id=str(case["name"])) for case in cases()]


@pytest.mark.parametrize("case", CASES)
def test_vector(case):
    value = evaluate(case["tree"], Given(case["answers"]))
    expected = decoded(case["expected"])
    assert (type(value), value) == (type(expected), expected)


def test_vectors_cover_every_function_and_operator():
    written = " ".join(param.values[0]["expression"] for param in CASES)
    operators = {"+", "-", "*", " div ", " mod ", "=", "!=", "<", "<=", ">", ">=", " and ", " or "}
    assert len(CASES) >= 150
    assert {name for name in FUNCTIONS if f"{name}(" not in written} == set()
    assert {op for op in operators if op not in written} == set()
