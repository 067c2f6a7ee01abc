"""What a new version changes and how grave each change is."""

import copy

import pytest

from domain.definitions.diff import ChangeClass, compare
from tests.unit.make import collection, compiled, define, form, item, option, said, scored, section, text

RATIO = {"key": "rasio", "target": 3}
BASE = form(
    section(
        "S",
        scored("N", "integer", RATIO, 3, options={"min": 0}),
        scored("C", "single_choice", {"key": "opsi"}, 2, choices=[option("a", score=0), option("b", score=50)]),
        item("X", "text", required=False),
        weight=60,
    ),
    section("R", scored("Y", "yes_no", {"key": "biner"}, 1), weight=40),
)


def changed(edit):
    """Changes after *edit* worked on a copy of the base: (code, what, class, scored)."""
    source = copy.deepcopy(BASE)
    edit(source)
    return [(c.code, c.what, c.level, c.scored) for c in compare(compiled(BASE).definition, compiled(source).definition)]


def fields(source, section=0):
    return source["sections"][section]["fields"]


def setting(name, value, index=0):
    return lambda source: fields(source)[index].update({name: value})


SAFE, WARN, BLOCK = ChangeClass.SAFE, ChangeClass.WARN, ChangeClass.BLOCK


def test_nothing_changed():
    assert changed(lambda source: None) == []
    assert changed(lambda source: fields(source).append(item("Z", retired=True))) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (setting("label", text("New words")), ("N", "label", SAFE, False)),
        (setting("help", text("h")), ("N", "help", SAFE, False)),
        (setting("why", text("w")), ("N", "why", SAFE, False)),
        (setting("warning", ". < 5"), ("N", "warning", SAFE, False)),
        (setting("required", True, 2), ("X", "required", WARN, False)),
        (setting("required", False), ("N", "required", SAFE, True)),
        (setting("constraint", ". < 9"), ("N", "constraint", WARN, False)),
        (setting("relevant", "${Y}"), ("N", "relevant", WARN, True)),
        (setting("weight", 4), ("N", "weight", WARN, True)),
        (setting("rule", RATIO | {"target": 4}), ("N", "rule", WARN, True)),
        (setting("evidence", {"label": text("e"), "kinds": ["pdf"]}), ("N", "evidence", WARN, True)),
        (setting("due_in", [4]), ("N", "due_in", WARN, True)),
        (setting("year_rule", "mean"), ("N", "year_rule", WARN, True)),
        (setting("when_irrelevant", "share"), ("N", "when_irrelevant", WARN, True)),
        (setting("options", {"min": 1}), ("N", "options", WARN, True)),
        (setting("options", {"max_length": 9}, 2), ("X", "options", WARN, False)),
        (setting("list", True), ("N", "list", SAFE, False)),
        (setting("choices", [option("a", score=0), option("b", score=60)], 1), ("C", "choices", WARN, True)),
        (setting("choices", [option("a", score=0), option("b", score=50), option("c", score=9)], 1), ("C", "choices", WARN, True)),
        (setting("choices", [option("a", score=0), option("b", score=50, retired=True), option("c", score=1)], 1), ("C", "choices", WARN, True)),
        (setting("type", "decimal"), ("N", "type", BLOCK, True)),
        (setting("type", "long_text", 2), ("X", "type", SAFE, False)),
        (setting("type", "yes_no", 2), ("X", "type", BLOCK, False)),
        (setting("retired", True), ("N", "retired", WARN, True)),
        (lambda s: fields(s).append(item("Z")), ("Z", "added", SAFE, False)),
        (lambda s: fields(s).append(scored("Z", "yes_no", {"key": "biner"})), ("Z", "added", SAFE, True)),
        (lambda s: fields(s, 1).append(item("Z")), ("Z", "added", SAFE, False)),
        (lambda s: fields(s).pop(0), ("N", "retired", WARN, True)),
        (lambda s: fields(s).reverse(), ("S", "order", SAFE, False)),
        (lambda s: s["sections"].reverse(), (BASE["key"], "order", SAFE, False)),
        (lambda s: s["sections"][0].update(label=text("Other")), ("S", "label", SAFE, False)),
        (lambda s: s.update(label=text("Other")), ("form", "label", SAFE, False)),
        (lambda s: s["sections"][1].update(retired=True), ("R", "retired", WARN, True)),
        (lambda s: s["sections"].append(section("T", weight=0)), ("T", "added", SAFE, False)),
    ],
)  # fmt: skip
def test_one_change(edit, expected):
    assert changed(edit) == [expected]


@pytest.mark.parametrize(
    ("before", "level"),
    [
        (item("A", "integer"), SAFE),
        (item("A", "date"), SAFE),
        (item("A", "link"), SAFE),
        (item("A", "percent", options={"numerator": text("n"), "denominator": text("d")}), BLOCK),
        (item("A", "table", columns=[item("c")]), BLOCK),
        (item("A", "multiple_choice", choices=[option("a"), option("b")]), BLOCK),
        (item("A", "yes_no"), BLOCK),
    ],
)
def test_only_what_reads_the_same_as_words_may_become_text(before, level):
    assert [c.level for c in compare(define(before), define(item("A", "text"))) if c.what == "type"] == [level]


def test_what_scores_rest_on_is_scored_whether_or_not_it_is_an_indicator():
    total = scored("I", "calculated", {"key": "rasio", "target": 3}, calculation="${H} * 1")
    one, other = (define(item("X", "integer"), item("H", "calculated", calculation=f"${{X}} * {n}"), total) for n in (1, 0))
    assert [(c.code, c.what, c.scored) for c in compare(one, other)] == [("H", "calculation", True)]
    plain = define(
        item("X", "integer"), item("H", "calculated", calculation="${X} * 1"), item("I", "calculated", calculation="${H} * 1")
    )
    assert all(c.scored for c in compare(one, plain) if c.what in ("rule", "weight"))
    assert {c.what for c in compare(one, plain)} >= {"rule", "weight"}


def test_a_relabelled_or_reordered_choice_is_safe():
    for choices in (
        [option("b"), option("a")],
        [option("a", label=text("Alfa")), option("b")],
        [option("a"), option("b"), option("c")],
    ):
        before, after = (collection(item("A", "single_choice", choices=c)) for c in ([option("a"), option("b")], choices))
        assert [c.level for c in compare(compiled(before).definition, compiled(after).definition)] == [SAFE]


def test_the_code_of_a_field_never_changes():
    before, after = define(item("A", id="x")), define(item("B", id="x"))
    assert [(c.what, c.level) for c in compare(before, after) if c.what == "code"] == [("code", BLOCK)]


def test_section_weights_and_restored_fields():
    def edit(source):
        source["sections"][0]["weight"], source["sections"][1]["weight"] = 50, 50

    assert changed(edit) == [("S", "weight", WARN, True), ("R", "weight", WARN, True)]
    gone = copy.deepcopy(BASE)
    fields(gone)[0]["retired"] = True
    (back,) = compare(compiled(gone).definition, compiled(BASE).definition)
    assert (back.code, back.what, back.level, back.scored) == ("N", "restored", WARN, True)


def test_a_field_that_moved_to_another_section():
    source = copy.deepcopy(BASE)
    moved = fields(source).pop(2)
    moved["id"] = compiled(BASE).definition.by_code["X"].id
    fields(source, 1).append(moved)
    (change,) = compare(compiled(BASE).definition, compiled(source).definition)
    assert (change.code, change.what, change.level) == ("X", "moved", WARN)


def test_a_first_version_adds_everything():
    changes = compare(None, compiled(BASE).definition)
    assert [(c.code, c.what) for c in changes] == [(code, "added") for code in ("N", "C", "X", "Y")]


def test_every_change_has_a_title():
    assert said(compare(None, define(item("A")))[0].title) == "New"
    (change,) = compare(define(item("A")), define(item("A", list=True)))
    assert said(change.title) == "Other settings"


def test_changes_of_one_field_stand_in_the_order_of_their_titles_and_weights_are_shares():
    source = copy.deepcopy(BASE)
    fields(source)[0].update(weight=0.5, label=text("New"), list=True, required=False)
    source["sections"][1]["weight"] = 0.5
    changes = compare(compiled(BASE).definition, compiled(source).definition)
    assert [c.what for c in changes if c.code == "N"] == ["label", "required", "weight", "list"]
    assert {(c.code, c.old, c.new) for c in changes if c.what == "weight"} == {("N", 3, 0.5), ("R", 40, 0.5)}


def test_what_a_form_is_about_never_changes():
    before, after = define(item("A")), define(item("A"), subject="event_post")
    assert ("subject", BLOCK) in [(c.what, c.level) for c in compare(before, after)]
    listed = compiled(collection(item("A"))).definition
    assert ("kind", BLOCK) in [(c.what, c.level) for c in compare(before, listed)]
