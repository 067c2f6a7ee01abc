"""Resolvers: how an expression finds values in a document, in one row of a table, or in a collection's record."""

from collections.abc import Mapping
from typing import Any

from domain.answers.context import Context
from domain.definitions.schema import Definition, Field
from domain.expressions import Moment, Node, Value, holds
from domain.fields import of


class DocumentResolver:
    """Values of one document; *hidden* codes (not relevant) read as empty."""

    def __init__(self, definition: Definition, doc: Mapping[str, Any], context: Context) -> None:
        self.definition = definition
        self.doc = doc
        self.context = context
        self.hidden: set[str] = set()
        self.current: Field | None = None
        self._named = context.named

    @classmethod
    def opened(cls, definition: Definition, doc: Mapping[str, Any], context: Context) -> "DocumentResolver":
        """A resolver that already knows which codes are hidden."""
        resolver = cls(definition, doc, context)
        for asked in definition.computing_order:
            if asked.relevant is not None and not holds(asked.relevant.node, resolver):
                resolver.hidden.add(asked.code)
        return resolver

    def today(self) -> Moment:
        return Moment.of(self.context.today)

    def value(self, node: Node) -> Value:
        kind = node[0]
        if kind == "self":
            return self.operand(self.current.code) if self.current else None
        if kind == "ext":
            return self.context.related.get((node[1], node[2]))
        if node[1] in self._named:
            return self._named[node[1]]
        return self.operand(node[1], node[2] if kind == "col" else None)

    def operand(self, code: str, part: str | None = None) -> Value:
        """The operand of a field, or of a part of it."""
        field = self.definition.by_code.get(code)
        if field is None or code in self.hidden:
            return () if part else None
        kind = of(field)
        value = kind.value_of(self.doc.get(code) or {})
        return kind.operand(value, field) if part is None else kind.part_operand(value, part, field)


class RowResolver:
    """Values of one table row: its own columns first, then the document around it."""

    def __init__(self, table: Field, row: Mapping[str, Any], around: DocumentResolver) -> None:
        self.table = table
        self.row = row
        self.around = around
        self.current: Field | None = None

    def today(self) -> Moment:
        return self.around.today()

    def value(self, node: Node) -> Value:
        column = self.current if node[0] == "self" else self.table.columns_by_code.get(node[1]) if node[0] == "ref" else None
        if column is None:
            return self.around.value(node)
        return of(column).operand(self.row.get(column.code), column)
