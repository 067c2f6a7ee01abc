"""The form in which a person chooses a password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, validators

from domain.access.passwords import LONGEST, SHORTEST


class PasswordForm(FlaskForm):
    """A password, typed twice so that a slip locks nobody out."""

    password = PasswordField(
        _l("New password"),
        [validators.InputRequired(), validators.Length(max=LONGEST)],
        description=_l("at least %(n)s characters; a short sentence is easy to remember", n=SHORTEST),
    )
    again = PasswordField(
        _l("New password, once more"),
        [
            validators.InputRequired(),
            validators.EqualTo("password", message=_l("The two passwords are not the same. Type both again.")),
        ],
    )
