"""A plain form that was changed by another while it was open: what is saved now beside what was typed."""

from typing import Any

from flask import flash
from flask_babel import gettext as _
from wtforms import BooleanField, Field, HiddenField, PasswordField, SelectField


def put_saved_beside(form: Any, saved: Any) -> None:
    """Tell at each box what is saved now where it says otherwise; the boxes keep what was typed, and saving again takes it."""
    flash(
        _(
            "This was changed since you opened the page; yours is not saved yet. Where the two differ, what is saved now stands "
            "below the box. Compare, then save: what stands in the boxes is taken."
        ),
        "bad",
    )
    for field in form:
        now = saved[field.name]
        if isinstance(field, (HiddenField, PasswordField)) or _same(field, now):
            continue
        field.errors = [*field.errors, _("Saved now: %(value)s. Yours stands in the box.", value=_words(now) or "–")]
    form.seen.data = saved.seen.data


def _same(typed: Field, now: Field) -> bool:
    return (typed.data or "") == (now.data or "") or _words(typed) == _words(now)


def _words(field: Field) -> str:
    """What a box says, as its reader sees it."""
    if isinstance(field, BooleanField):
        return str(_("Yes") if field.data else _("No"))
    if isinstance(field, SelectField):
        return str(next((choice.label for choice in field.iter_choices() if choice.selected), field.data or ""))
    return str(field._value())
