"""Where a problem lies: named for people."""

import pytest

from domain.definitions.places import Spot, locate
from tests.unit.make import define, item, option

FORM = define(item("A", "single_choice", choices=[option("x"), option("y")]), item("B"))
SECTION, FIELD = FORM.sections[0], FORM.by_code["A"]


def told(path):
    spot = locate(FORM, path)
    return spot.section, spot.field, spot.setting and spot.setting.msgid, spot.part


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("S/A/rule/target", (SECTION, FIELD, "Scoring rule and target", "")),
        ("S/A/relevant", (SECTION, FIELD, "Shown when", "")),
        ("S/A/choices/x/label", (SECTION, FIELD, "Choices", "x")),
        ("S/A", (SECTION, FIELD, None, "")),
        ("S/weight", (SECTION, None, "Weight", "")),
        ("S", (SECTION, None, None, "")),
        ("S/GONE/relevant", (SECTION, None, None, "")),
        ("title_field", (None, None, None, "")),
        ("label", (None, None, "Question", "")),
    ],
)
def test_a_path_is_named(path, expected):
    assert told(path) == expected


def test_an_empty_path_names_nothing():
    assert locate(FORM, "") == Spot()
