"""Filters of lists: by what is offered, by a day."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import has_request_context
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import gettext as _

from domain.fields.dates import read_date
from forms.admin_forms import DAY_HINT

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


class DayFilter(BaseSQLAFilter):
    """Rows that pass *test* for a day that is typed."""

    hint = DAY_HINT

    def __init__(self, column: Any, name: Any, test: Callable[[dt.date], Any]) -> None:
        super().__init__(column, name)
        self.test = test

    def clean(self, value: Any) -> dt.date | None:
        """The day; raises what :func:`read_date` raises."""
        return read_date(value)

    def apply(self, query: Any, value: dt.date | None, alias: Any = None) -> Any:
        """Add the condition, if a day was typed."""
        return query.filter(self.test(value)) if value else query

    def operation(self) -> Any:
        """Nothing: the name says it all."""
        return ""


def words(known: Mapping[str, str], **params: object) -> Callable[[], Options]:
    """Options from known words (msgids), in the reader's language."""
    return lambda: [(key, _(word, **params)) for key, word in known.items()]
