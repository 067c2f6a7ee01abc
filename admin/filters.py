"""Filters of lists: by what is offered, by what is typed."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import has_request_context
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import gettext as _

from domain.fields import Refused
from domain.fields.dates import read_date
from forms.admin_forms import DAY_HINT
from forms.texts import say

Options = Sequence[tuple[str, str]]


class OptionFilter(BaseSQLAFilter):
    """Rows that pass *test* for one of *options*, which are asked for per request: in the reader's language, as of now."""

    def __init__(self, column: Any, name: Any, options: Callable[[], Options], test: Callable[[str], Any]) -> None:
        super().__init__(column, name)
        self.choices, self.test = options, test

    def apply(self, query: Any, value: Any, alias: Any = None) -> Any:
        """Add the condition."""
        return query.filter(self.test(value))

    def operation(self) -> Any:
        """Nothing: the name says it all."""
        return ""

    def validate(self, value: Any) -> bool:
        """Only what is offered."""
        return not value or value in dict(self.get_options(None))

    def get_options(self, view: Any) -> Any:
        """The choices; none while the application is made, when the library asks for the first time."""
        return list(self.choices()) if has_request_context() else []


class TypedFilter(BaseSQLAFilter):
    """Rows that pass *test* for what is typed, read by *reader*; none while it cannot be read, and :meth:`fault` says why."""

    def __init__(self, column: Any, name: Any, reader: Callable[[str], Any], test: Callable[[Any], Any], hint: Any = "") -> None:
        super().__init__(column, name)
        self.reader, self.test, self.hint = reader, test, hint

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Add the condition; blanks add none."""
        try:
            read = self.reader(value)
        except Refused:
            return query.filter(sa.false())
        return query.filter(self.test(read)) if read else query

    def fault(self, value: str) -> str:
        """What is wrong with what was typed, in words."""
        try:
            self.reader(value)
        except Refused as refused:
            return say(refused.why)
        return ""

    def operation(self) -> Any:
        """Nothing: the name says it all."""
        return ""


def day_filter(column: Any, name: Any, test: Callable[[dt.date], Any]) -> TypedFilter:
    """Rows that pass *test* for a day."""
    return TypedFilter(column, name, read_date, test, DAY_HINT)


def words(known: Mapping[str, str], **params: object) -> Callable[[], Options]:
    """Options from known words (msgids), in the reader's language."""
    return lambda: [(key, _(word, **params)) for key, word in known.items()]
