"""The check in the browser: the same findings, in the same words, over drawn forms and what is typed into them."""

import json
import re
import shutil
import subprocess

import pytest

from domain.fields import TYPES
from forms.fields import adapter_of
from forms.rules import SENTENCES, rules_of
from tests.checks import compare, judged, speaking
from tests.conftest import COUNTS
from tests.unit.make import ROOT, at, define, field, item

SEED, CASES = 20261129, 3_000
NEVER_TYPED = {"Save this answer again."}
"""Said only of what was stored unread under an older version and can be read today."""
SCRIPTS = sorted((ROOT / "static" / "js" / "form").glob("*.js"))
SENTENCE = re.compile(r'"([A-Z“%][^"\n]* [^"\n]*)"')


@pytest.fixture(scope="module", autouse=True)
def node():
    assert shutil.which("node"), "Node 18 or newer is needed for the second check: install the package nodejs."


def test_both_checks_find_the_same_in_what_is_drawn():
    found = compare(CASES, SEED)
    COUNTS["documents checked twice"], COUNTS["faults in them"] = found.cases, found.faults
    assert (found.cases, found.differ) == (CASES, [])
    assert found.faults > 3 * CASES
    assert found.hidden > CASES / 2
    assert set(SENTENCES) - found.said == NEVER_TYPED


def test_what_the_browser_says_is_what_the_rules_bring():
    assert len(SCRIPTS) >= 5
    said = {words for script in SCRIPTS for words in SENTENCE.findall(script.read_text())}
    assert said == set(SENTENCES)


def test_every_type_has_a_twin_in_the_browser():
    names = json.loads(
        subprocess.run(
            ["node", "--input-type=module", "-e", "import { KINDS } from './static/js/form/kinds.js'; import './static/js/form/table.js'; console.log(JSON.stringify(Object.keys(KINDS)))"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    assert {adapter_of(field(name)).twin for name in TYPES} == set(names) - {"any"}


def test_rules_are_plain_json_in_one_language():
    definition = define(
        item("A", "integer", label={"id": "Jumlah", "en": "Count"}, options={"unit": {"id": "orang", "en": "people"}})
    )
    with speaking():
        indonesian, english = (json.loads(json.dumps(rules_of(definition, locale))) for locale in ("id", "en"))
        seen = judged(definition, at(), {"A": {"typed": "dua"}}, "id")
    assert [r["fields"][0]["label"] for r in (indonesian, english)] == ["Jumlah", "Count"]
    assert [r["fields"][0]["options"] for r in (indonesian, english)] == [{"unit": "orang"}, {"unit": "people"}]
    assert indonesian["words"]["sentences"]["Choose Yes or No."] == "Pilih Ya atau Tidak."
    assert seen["faults"] == [["A", "", "invalid", "Isi dengan angka, misalnya 12."]]
