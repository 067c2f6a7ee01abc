"""The catalogue of what can be wrong with a definition. Codes are stable; texts are translated where shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.messages import N_, Message


class Severity(StrEnum):
    """ERROR stops publishing, WARN asks for a look."""

    ERROR = "error"
    WARN = "warn"


CATALOGUE: Mapping[str, tuple[Severity, str]] = {
    "shape": (Severity.ERROR, N_("Write this as %(expected)s.")),
    "unknown-key": (Severity.ERROR, N_("“%(name)s” is not known here. Remove it or check the spelling.")),
    "missing": (Severity.ERROR, N_("Fill this in.")),
    "code-format": (Severity.ERROR, N_("Use letters, digits, - and _ only, starting with a letter.")),
    "code-reserved": (Severity.ERROR, N_("The code “%(code)s” is used by the system. Choose another.")),
    "code-duplicate": (Severity.ERROR, N_("The code “%(code)s” is used twice. Choose another.")),
    "code-reused": (Severity.ERROR, N_("The code “%(code)s” belonged to another field before. Choose a new one.")),
    "type-unknown": (Severity.ERROR, N_("There is no field type “%(name)s”.")),
    "option-unknown": (Severity.ERROR, N_("The type “%(type)s” has no option “%(name)s”.")),
    "option-value": (Severity.ERROR, N_("This option does not fit: %(why)s.")),
    "choices-missing": (Severity.ERROR, N_("Add at least two choices.")),
    "choice-duplicate": (Severity.ERROR, N_("The choice “%(code)s” is listed twice.")),
    "choice-unscored": (Severity.ERROR, N_("Give each choice a score from 0 to 100. “%(code)s” has none.")),
    "choice-unreachable": (Severity.ERROR, N_("No choice has the code “%(code)s”. Check it, or add the choice.")),
    "columns-missing": (Severity.ERROR, N_("Add at least one column.")),
    "column-type": (Severity.ERROR, N_("The type “%(name)s” cannot be a column.")),
    "column-setting": (Severity.ERROR, N_("A column of a table cannot have “%(name)s”. Test its rows instead.")),
    "expression-syntax": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-function": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-arguments": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-regex": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-reference": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-too-long": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-too-deep": (Severity.ERROR, N_("The expression cannot be read at character %(at)s: %(why)s")),
    "expression-kind": (Severity.ERROR, N_("A %(left)s is compared with a %(right)s, so this can never hold.")),
    "reference-unknown": (Severity.ERROR, N_("There is no field “%(code)s” here.")),
    "reference-type": (Severity.ERROR, N_("There is no content type “%(key)s”.")),
    "reference-apart": (
        Severity.ERROR,
        N_("“%(key)s” is not reported about the same period or event, so its answers can never be read here."),
    ),
    "reference-words": (
        Severity.ERROR,
        N_("A choice from another list can be neither the title nor searched by words: it is kept by its key. Use a filter."),
    ),
    "cycle": (Severity.ERROR, N_("These fields wait for each other: %(codes)s.")),
    "rule-unknown": (Severity.ERROR, N_("There is no scoring rule “%(name)s”.")),
    "rule-unfit": (Severity.ERROR, N_("The rule “%(rule)s” does not fit the type “%(type)s”.")),
    "rule-parameter": (Severity.ERROR, N_("The rule “%(rule)s” needs: %(name)s.")),
    "rule-evidence": (Severity.ERROR, N_("The rule “%(rule)s” needs evidence. Describe it.")),
    "rule-missing": (Severity.ERROR, N_("A field with a weight needs a scoring rule.")),
    "section-empty": (Severity.WARN, N_("This section holds no question yet, so it is not shown.")),
    "total-unfit": (Severity.ERROR, N_("The type “%(type)s” has no total: its values cannot be added up.")),
    "weight-zero": (Severity.ERROR, N_("Every weight in this group is 0. Give at least one a weight.")),
    "weight-negative": (Severity.ERROR, N_("A weight is 0 or more.")),
    "due-in": (Severity.ERROR, N_("Due quarters are numbers from 1 to 4.")),
    "translation-missing": (Severity.ERROR, N_("The Indonesian text is missing.")),
    "translation-english": (Severity.WARN, N_("The English text is missing; Indonesian will be shown.")),
    "weight-sum": (Severity.WARN, N_("The weights in this group sum to %(sum)s, not 100. They are used as shares.")),
    "share-rewards": (Severity.WARN, N_("A low answer makes this not applicable, which could raise the score.")),
    "title-field": (Severity.ERROR, N_("The title field “%(code)s” does not exist.")),
    "personal-exposed": (
        Severity.ERROR,
        N_("A personal answer may not be a filter, a sort order, a title, a table, a file or in a report: it would be seen."),
    ),
    "measure-unknown": (Severity.ERROR, N_("The measure does not know “%(name)s”.")),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where (``SECTION/FIELD/relevant``), its stable code, and the parameters of its advice."""

    path: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return CATALOGUE[self.code][0]

    @property
    def advice(self) -> Message:
        """What to do, as a message."""
        return Message(CATALOGUE[self.code][1], self.params)


def errors(problems: "list[Problem] | tuple[Problem, ...]") -> list[Problem]:
    """Only those that stop publishing."""
    return [p for p in problems if p.severity is Severity.ERROR]
