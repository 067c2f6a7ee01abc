"""The two engines: one file of vectors, thousands of drawn cases, no difference."""

import os
import shutil
import subprocess
import sys

import pytest

from domain.expressions import Moment
from domain.expressions.functions import FUNCTIONS
from tests.conftest import COUNTS
from tests.engines import alike, compare, written
from tests.unit.make import ROOT

SEED, CASES = 20261129, 10_000


@pytest.fixture(scope="module", autouse=True)
def node():
    assert shutil.which("node"), "Node 18 or newer is needed for the second engine: install the package nodejs."


def test_the_vectors_in_javascript():
    command = ["node", "--test", str(ROOT / "tests" / "js" / "expressions.test.mjs")]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHON": sys.executable}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_both_engines_agree_on_what_is_drawn():
    found = compare(SEED, CASES)
    COUNTS["engine cases"], COUNTS["with a value"] = found.cases, found.filled
    assert (found.cases, found.differ) == (CASES, [])
    assert found.share >= 50


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [(1.0, 1, True), (1.0, True, False), (True, 1, False), (None, None, True), ("1", 1, False), ([1.0], [1, 2], False),
     ({"days": 1.5}, {"days": 1.5}, True), ({"days": 1.0}, 1, False), (0.0, {"odd": "-0"}, False), (None, {"odd": "NaN"}, False),
     (written(-0.0), 0, False), (written(-0.0), {"odd": "-0"}, False), (written(Moment(-0.0)), {"days": 0}, False)],
)  # fmt: skip
def test_a_difference_would_be_seen(ours, theirs, same):
    assert alike(ours, theirs) is same


def test_both_engines_know_the_same_functions():
    names = subprocess.run(
        ["node", "--input-type=module", "-e", "import { FUNCTIONS } from './static/js/expressions/functions.js'; console.log(Object.keys(FUNCTIONS).join(' '))"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert set(names) | {"if", "today"} == set(FUNCTIONS)
