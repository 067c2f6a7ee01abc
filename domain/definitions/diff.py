"""What a new version changes, in words and in classes: SAFE, WARN, BLOCK. Compared field by field through ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.definitions.references import feeding
from domain.definitions.schema import Definition, Field, Section
from domain.definitions.source import field_source, share
from domain.fields import type_named
from domain.messages import N_, Message, Text


class ChangeClass(StrEnum):
    """SAFE changes nothing anyone reported; WARN changes scores or what is accepted; BLOCK would break data."""

    SAFE = "safe"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. *scored*: it can move a score, so it needs the second consent for a running period."""

    code: str
    label: Text
    what: str
    old: Any
    new: Any
    level: ChangeClass
    scored: bool = False

    @property
    def title(self) -> Message:
        """What changed, in words."""
        return Message(TITLES.get(self.what, N_("Other settings")))


ADDED, RETIRED, RESTORED, MOVED = "added", "retired", "restored", "moved"
TITLES: Mapping[str, str] = {
    ADDED: N_("New"),
    RETIRED: N_("Retired"),
    RESTORED: N_("Used again"),
    MOVED: N_("Moved"),
    "label": N_("Question"),
    "help": N_("Help"),
    "why": N_("Why it is asked"),
    "type": N_("Type"),
    "required": N_("Required"),
    "relevant": N_("Shown when"),
    "constraint": N_("Rule for the answer"),
    "constraint_message": N_("Text of the rule"),
    "warning": N_("Warning"),
    "warning_message": N_("Text of the warning"),
    "calculation": N_("Calculation"),
    "options": N_("Settings of the type"),
    "choices": N_("Choices"),
    "columns": N_("Columns"),
    "weight": N_("Weight"),
    "rule": N_("Scoring rule and target"),
    "evidence": N_("Evidence"),
    "frequency": N_("Frequency"),
    "due_in": N_("Due quarters"),
    "year_rule": N_("How a year is made of quarters"),
    "when_irrelevant": N_("When it is not asked"),
    "order": N_("Order"),
    "kind": N_("Form or list"),
    "subject": N_("Reported by period or event"),
}
ORDER = {name: place for place, name in enumerate(TITLES)}
SCORED = frozenset(
    {
        *("type", "weight", "rule", "due_in", "year_rule", "when_irrelevant", "relevant", "frequency", "required"),
        *("calculation", "options", "choices", "columns", "evidence"),
    }
)
"""What can move the score of an indicator: how it counts, whether it is owed, and what its value is made of."""
ASKED_ANEW = frozenset(
    {ADDED, RESTORED, "label", "type", "required", "relevant", "constraint", "options", "choices", "columns", "rule", "evidence"}
)
"""What may make another answer right for whoever fills the form in."""
TIGHTER = SCORED - {"required", "choices"} | {"constraint", "unique", "valid_until"}


def compare(old: Definition | None, new: Definition) -> list[Change]:
    """Every change from *old* (nothing for a first version) to *new*, in the order of the new form."""
    changes = list(_heads(old, new))
    before = _placed(old) if old else {}
    after = _placed(new)
    counting = feeding(new) | (feeding(old) if old else frozenset())
    for field_id, (section, field) in after.items():
        if field_id not in before:
            if not field.retired:
                changes.append(Change(field.code, field.label, ADDED, None, section.label, ChangeClass.SAFE, field.scored))
            continue
        was_in, was = before[field_id]
        changes.extend(_field_changes(was, field, field_id in counting))
        if was_in.id != section.id:
            changes.append(Change(field.code, field.label, MOVED, was_in.label, section.label, ChangeClass.WARN, field.scored))
    for field_id, (_section, was) in before.items():
        if field_id not in after and not was.retired:
            changes.append(Change(was.code, was.label, RETIRED, was.label, None, ChangeClass.WARN, field_id in counting))
    return changes


def _placed(definition: Definition) -> dict[str, tuple[Section, Field]]:
    return {f.id: (s, f) for s in definition.sections for f in s.fields}


def _heads(old: Definition | None, new: Definition) -> Iterator[Change]:
    """Changes of the type itself and of its sections."""
    if old is None:
        return
    for name in ("kind", "subject"):
        if getattr(old, name) != getattr(new, name):
            yield Change(new.key, new.label, name, getattr(old, name), getattr(new, name), ChangeClass.BLOCK)
    for name in ("label", "description", "item_label", "title_field"):
        if getattr(old, name) != getattr(new, name):
            yield Change(new.key, new.label, name, getattr(old, name), getattr(new, name), ChangeClass.SAFE)
    known = {s.id: s for s in old.sections}
    if _reordered(old.sections, new.sections):
        yield Change(new.key, new.label, "order", None, None, ChangeClass.SAFE)
    for section in new.sections:
        was = known.get(section.id)
        if was is None:
            yield Change(section.code, section.label, ADDED, None, section.label, ChangeClass.SAFE)
        else:
            yield from _section_changes(was, section)


def _section_changes(was: Section, now: Section) -> Iterator[Change]:
    if was.label != now.label:
        yield Change(now.code, now.label, "label", was.label, now.label, ChangeClass.SAFE)
    if was.weight != now.weight:
        yield Change(now.code, now.label, "weight", share(was.weight), share(now.weight), ChangeClass.WARN, scored=True)
    if was.retired != now.retired:
        yield Change(now.code, now.label, RETIRED if now.retired else RESTORED, None, None, ChangeClass.WARN, scored=True)
    if _reordered(was.fields, now.fields):
        yield Change(now.code, now.label, "order", None, None, ChangeClass.SAFE)


def _reordered(was: Sequence[Section] | Sequence[Field], now: Sequence[Section] | Sequence[Field]) -> bool:
    """Whether those who are in both stand in another order."""
    kept = [x.id for x in now if x.id in {y.id for y in was}]
    return kept != [x.id for x in was if x.id in set(kept)]


def _field_changes(was: Field, now: Field, counts: bool) -> Iterator[Change]:
    """Changes of one field; *counts*: a score can rest on it."""
    if was.retired != now.retired:
        yield Change(now.code, now.label, RETIRED if now.retired else RESTORED, None, None, ChangeClass.WARN, counts)
        return
    old, new = field_source(was, ""), field_source(now, "")
    for name in sorted(old.keys() | new.keys(), key=lambda name: (ORDER.get(name, len(ORDER)), name)):
        before, after = old.get(name), new.get(name)
        if before != after:
            yield Change(now.code, now.label, name, before, after, _level(name, was, now), counts and name in SCORED)


def _level(name: str, was: Field, now: Field) -> ChangeClass:
    if name == "type":
        before, after = type_named(was.type), type_named(now.type)
        held = before is not None and after is not None and after.holds_words and before.as_words
        return ChangeClass.SAFE if held else ChangeClass.BLOCK
    if name == "code":
        return ChangeClass.BLOCK
    if name == "choices":
        gone = {c.code for c in was.choices if not c.retired} - {c.code for c in now.choices if not c.retired}
        return ChangeClass.WARN if gone or _choice_scores(was) != _choice_scores(now) else ChangeClass.SAFE
    if name == "required":
        return ChangeClass.WARN if now.required else ChangeClass.SAFE
    return ChangeClass.WARN if name in TIGHTER else ChangeClass.SAFE


def _choice_scores(field: Field) -> dict[str, str | None]:
    return {c.code: c.score for c in field.choices if c.score is not None}
