"""Whatever settings are typed: they are refused with a problem, or a form with them can be filled in, checked, shown and
exported, whatever is answered."""

import os
import random

import pytest
from werkzeug.datastructures import MultiDict

from domain.answers import Context, check
from domain.canonical import canonical
from domain.definitions.compile import compile_source
from domain.fields import TYPES, of
from domain.fields.display import Formatter
from domain.scoring.rules import RULES
from exchange.bundle import BundleError, parse_yaml
from forms.fill import read_answer
from tests.storms import shots, values
from tests.unit.make import CATALOG, Q4, TODAY, collection, compiled, form, item, option, section

LOTS = int(os.environ.get("EMONEV_STORM", "1500")) // 500
FORMULAS = ("relevant", "constraint", "calculation", "warning", "valid_until")


def odd_field(rng: random.Random, code: str) -> dict:
    """A question that is sound but for one or two settings."""
    kind = rng.choice(sorted(TYPES))
    made = item(code, kind)
    if TYPES[kind].has_choices:
        made["choices"] = [option("a", score=100), option("b", score=rng.choice((0, 50, "x", None)))]
    if TYPES[kind].has_columns:
        made["columns"] = [item("k", "integer"), item("z", rng.choice(sorted(TYPES)))]
    if TYPES[kind].computes:
        made["calculation"] = "1 + 1"
    if rng.random() < 0.4:
        made |= _typed(rng)
    if rng.random() < 0.15:
        made[rng.choice(FORMULAS)] = values.formula(rng).decode()
    if rng.random() < 0.3:
        made["rule"] = {"key": rng.choice(sorted(RULES)), "target": 5}
    return made


def _typed(rng: random.Random) -> dict:
    try:
        return parse_yaml(values.settings(rng).decode())
    except BundleError:
        return {}


def posted(rng: random.Random, code: str) -> MultiDict:
    """Something in every box a question may have."""
    parts = ("", ".n", ".d", ".row", ".n1.k", ".n1.z", *(f".{suffix}" for suffix in shots.SUFFIXES))
    typed = [(f"f.{code}{part}", values.text(rng).decode("utf-8", "replace")) for part in parts if rng.random() < 0.7]
    return MultiDict([*typed, (f"f.{code}.row", "n1")])


@pytest.mark.parametrize("seed", range(LOTS))
def test_what_is_published_can_be_filled_in(seed):
    rng, published = random.Random(seed), 0
    for _n in range(500):
        fields = odd_field(rng, "A"), odd_field(rng, "B")
        done = compile_source(form(section("S", *fields)) if rng.random() < 0.6 else collection(*fields), CATALOG)
        if done.publishable:
            published += 1
            _fill_in(rng, done.definition)
    assert published > 20


def _fill_in(rng: random.Random, definition) -> None:
    answers = {f.code: read_answer(f, posted(rng, f.code)) for f in definition.fields if of(f).asks}
    checked = check(definition, answers, Context(TODAY, Q4))
    assert canonical(checked.doc)
    for asked in definition.fields:
        kind, value = of(asked), of(asked).value_of(checked.doc.get(asked.code) or {})
        assert isinstance(kind.display(value, asked, Formatter()), str)
        assert isinstance(kind.in_full(value, asked, Formatter()), str)
        assert kind.export(value, asked) is not None


@pytest.mark.parametrize(
    ("name", "option"), [(name, option) for name, kind in sorted(TYPES.items()) for option in sorted(kind.texts)]
)
def test_an_option_that_people_read_is_a_text_in_languages(name, option):
    assert option in TYPES[name].options
    made = compiled(form(section("S", item("A", name, options={option: "satuan"}))))
    assert [p.code for p in made.problems if p.path.endswith(f"options/{option}")] == ["shape"]


@pytest.mark.parametrize(
    ("kind", "fits"), [("integer", True), ("money", True), ("date", False), ("yes_no", False), ("text", False)]
)
def test_only_what_can_be_added_up_has_a_total(kind, fits):
    made = compiled(form(section("S", item("T", "table", columns=[item("k", kind, total=True)]))))
    assert ("total-unfit" not in {p.code for p in made.problems}) is fits
