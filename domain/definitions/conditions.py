"""Conditions in words: what has to be answered before a question is asked or its evidence is needed.

Whoever fills a form reads these instead of formulas. Only plain shapes are put into words; of any other nothing is said.
"""

from collections.abc import Mapping
from decimal import Decimal

from domain.definitions.schema import Definition, Field
from domain.expressions import Node
from domain.expressions.kinds import Kind
from domain.fields import of
from domain.fields.numeric import tidy_number
from domain.messages import N_, Message, message

COMPARED: Mapping[str, str] = {
    "=": N_("%(what)s is “%(value)s”"),
    "!=": N_("%(what)s is filled in with anything but “%(value)s”"),
    ">": N_("%(what)s is more than %(value)s"),
    ">=": N_("%(what)s is at least %(value)s"),
    "<": N_("%(what)s is less than %(value)s"),
    "<=": N_("%(what)s is at most %(value)s"),
}
JOINED: Mapping[str, str] = {"and": N_("%(one)s and %(other)s"), "or": N_("%(one)s or %(other)s")}
HELD: Mapping[str, str] = {
    "count": N_("%(what)s holds at least one row"),
    "count-selected": N_("%(what)s holds at least one choice"),
}
"""What ``> 0`` means of what is counted."""
COUNTED: Mapping[str, str] = {
    "sum": N_("the total of %(what)s"),
    "count": N_("the number of rows in %(what)s"),
    "count-selected": N_("the number of choices in %(what)s"),
}


def constant(node: Node) -> bool | None:
    """Whether a condition always holds, or never; nothing when it depends."""
    return {"true": True, "false": False}.get(node[1]) if node[0] == "call" else None


def told(node: Node, definition: Definition, own: Field) -> Message | None:
    """When *node* holds, as a clause; nothing for shapes without plain words. *own*: the field that ``.`` stands for."""
    head = node[0]
    if head in JOINED:
        if any(part[0] in JOINED and part[0] != head for part in node[1:]):
            return None  # without brackets the sentence would read both ways
        one, other = told(node[1], definition, own), told(node[2], definition, own)
        return message(JOINED[head], one=one, other=other) if one and other else None
    if head in ("filled", "empty"):
        what = _what(node[1], definition, own)
        return what and message(N_("%(what)s is filled in") if head == "filled" else N_("%(what)s is empty"), what=what)
    if head == "bin" and node[1] in COMPARED:
        return _compared(node, definition, own)
    field = _field(node, definition, own)
    if field is not None and of(field).kind is Kind.BOOLEAN:
        return message(N_("the answer is Yes")) if field is own else message(N_("“%(what)s” is answered Yes"), what=field.label)
    return None


def _compared(node: Node, definition: Definition, own: Field) -> Message | None:
    """``a > 5``: a thing that has a name, and a value that stands there as such."""
    _bin, sign, left, right = node
    if _countable(left, definition, own) and left[1] in HELD and [sign, right] == [">", ["num", 0.0]]:
        inner = _what(left[2][0], definition, own)
        return inner and message(HELD[left[1]], what=inner)
    what, field = _what(left, definition, own), _field(left, definition, own)
    if what is None or right[0] not in ("num", "str"):
        return None
    choice = field.choices_by_code.get(right[1]) if field is not None else None
    plain = tidy_number(Decimal(repr(right[1]))) if right[0] == "num" else right[1]
    return message(COMPARED[sign], what=what, value=choice.label if choice else plain)


def _what(node: Node, definition: Definition, own: Field) -> Message | None:
    """What a condition speaks of, by its name."""
    if node[0] == "call":
        if not _countable(node, definition, own):
            return None
        inner = _what(node[2][0], definition, own)
        return inner and message(COUNTED[node[1]], what=inner)
    field = _field(node, definition, own)
    if field is None:
        return None
    if node[0] == "col":
        column = field.columns_by_code.get(node[2])
        return message(N_("“%(column)s” in “%(question)s”"), column=column.label, question=field.label) if column else None
    return message(N_("the answer")) if field is own else message(N_("“%(question)s”"), question=field.label)


def _countable(node: Node, definition: Definition, own: Field) -> bool:
    """Whether the node counts what people count: rows of a table, numbers of a column, choices."""
    if node[0] != "call" or node[1] not in COUNTED or len(node[2]) != 1:
        return False
    inner = node[2][0]
    field = _field(inner, definition, own)
    fits = {"sum": inner[0] == "col", "count": inner[0] != "col" and bool(field and field.columns)}
    return field is not None and fits.get(node[1], of(field).has_choices)


def _field(node: Node, definition: Definition, own: Field) -> Field | None:
    """The field a reference names; nothing for anything else."""
    if node[0] == "self":
        return own
    return definition.by_code.get(node[1]) if node[0] in ("ref", "col") else None
