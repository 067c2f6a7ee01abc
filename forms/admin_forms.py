"""The fixed forms of the admin: units, periods, events, users, and the rows of definitions."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.widgets import TextInput

from domain.access.passwords import LONGEST, SHORTEST
from domain.fields import Refused
from domain.fields.dates import read_date, read_moment
from domain.visible import visible
from forms.texts import say

DAY, MINUTE = "%d/%m/%Y", "%d/%m/%Y %H.%M"
"""How a box shows a day and a moment; they are read as everywhere else."""
REQUIRED = validators.InputRequired()
OPTIONAL = validators.Optional()


class _Read(Field):
    """A box read by *reader*, which refuses in words."""

    widget = TextInput()
    reader: ClassVar[Callable[[Any], Any]]
    shown: ClassVar[str]

    def _value(self) -> str:
        return " ".join(self.raw_data) if self.raw_data else self.data.strftime(self.shown) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed as a value; what cannot be read stays in the box."""
        self.data = None
        try:
            self.data = type(self).reader(" ".join(valuelist))
        except Refused as refused:
            raise ValueError(say(refused.why)) from refused


class DayField(_Read):
    """A day."""

    reader, shown = staticmethod(read_date), DAY


class MinuteField(_Read):
    """A local date and time."""

    reader, shown = staticmethod(read_moment), MINUTE


def _given(_form: Any, field: Any) -> None:
    """Something was entered: a box with nothing but spaces is empty."""
    if field.data is None and not field.errors:
        raise validators.ValidationError(field.gettext("This field is required."))


DAY_HINT = _l("dd/mm/yyyy")


def day(label: Any, required: bool = True, hint: Any = DAY_HINT) -> DayField:
    """A day typed day first."""
    return DayField(label, [_given if required else OPTIONAL], description=hint)


def minute(label: Any) -> MinuteField:
    """A local date and time."""
    return MinuteField(label, [_given], description=_l("dd/mm/yyyy hh.mm"))


def line(label: Any, most: int, required: bool = True, hint: Any = "") -> StringField:
    """One line of text."""
    filled = validators.DataRequired() if required else OPTIONAL
    return StringField(label, [filled, validators.Length(max=most)], description=hint, filters=[_seen])


def lines(label: Any, most: int = 2000, hint: Any = "") -> TextAreaField:
    """Several lines of text."""
    return TextAreaField(label, [OPTIONAL, validators.Length(max=most)], description=hint, filters=[_strip])


class NumberBox(DecimalField):
    """A decimal with a comma or a point; NaN and Infinity are no numbers."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read ``2,5`` and ``2.5``."""
        super().process_formdata([value.replace(",", ".") for value in valuelist])
        if valuelist and self.data is not None and not _ordinary(Decimal(self.data)):
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))

    def _value(self) -> str:
        """As typed, else without trailing zeros."""
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        text = f"{Decimal(self.data):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


def _ordinary(number: Decimal) -> bool:
    """Finite, and neither so large nor so fine that reckoning with it would never end."""
    return number.is_finite() and -15 <= number.adjusted() <= 15 and len(number.as_tuple().digits) <= 30


def _strip(value: Any) -> Any:
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def _seen(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value


class AdminForm(FlaskForm):
    """Common to all: ``seen`` carries the row's lock_version as the page was made. *groups*: the boxes of a long form under
    headings; every box stands in one."""

    groups: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = ()

    seen = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version the person looked at; 0 when unknown."""
        text = str(self.seen.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class UnitForm(AdminForm):
    """A reporting unit."""

    region_id = SelectField(_l("Region"), [REQUIRED])
    name = line(_l("Name of the cluster"), 160)
    decree = line(_l("Decree"), 160, required=False)
    start_date = day(_l("Reports from"))
    end_date = day(_l("Reports until"), required=False, hint=_l("dd/mm/yyyy; leave empty while the cluster exists"))


class RegionForm(AdminForm):
    """A region."""

    name = line(_l("Name"), 120)
    official_name = line(_l("Official name"), 160, required=False, hint=_l("as the ministry writes it; empty: the same"))
    level = SelectField(_l("Level"), [REQUIRED])
    code = line(_l("Code"), 10, hint=_l("Kemendagri code, for example 32.16"))
    parent_id = SelectField(_l("Province"), [OPTIONAL], description=_l("for a regency or city"))
    zone = SelectField(_l("Time zone"), [REQUIRED], choices=[(zone, zone) for zone in ("WIB", "WITA", "WIT")])
    own_bpbd = BooleanField(_l("Has a BPBD of its own"), default=True)
    valid_from = day(_l("Exists from"))
    valid_to = day(_l("Exists until"), required=False, hint=_l("dd/mm/yyyy; leave empty while the region exists"))
    successor_id = SelectField(_l("Followed by"), [OPTIONAL], description=_l("the region that takes over when this one ends"))


class PeriodForm(AdminForm):
    """A reporting period."""

    year = IntegerField(_l("Year"), [REQUIRED, validators.NumberRange(2020, 2100)])
    quarter = SelectField(_l("Quarter"), coerce=int, choices=[(1, "I"), (2, "II"), (3, "III"), (4, "IV")])
    due_date = day(_l("Due date"), hint=_l("dd/mm/yyyy, until 23.59 in each region's own time"))
    state = SelectField(
        _l("State"),
        choices=[("planned", _l("Planned")), ("open", _l("Open")), ("closing", _l("Closing")), ("closed", _l("Closed"))],
    )


class EventForm(AdminForm):
    """A disaster event."""

    unit_id = SelectField(_l("Reporting unit"), [REQUIRED])
    name = line(_l("Name of the event"), 160, hint=_l("for example: Banjir 4 kecamatan"))
    hazard = SelectField(_l("Kind of disaster"), [REQUIRED])
    occurred_at = minute(_l("Event struck"))
    declared_at = minute(_l("Emergency declared"))
    status_end = day(_l("Emergency status ended"), required=False, hint=_l("dd/mm/yyyy; leave empty while it lasts"))
    response_due = day(_l("Response report due"))
    post_due = day(_l("Post-disaster report due"), required=False, hint=_l("dd/mm/yyyy; needed once the status has ended"))


def address(label: Any) -> StringField:
    """A work e-mail address."""
    shape = validators.Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Enter an e-mail address, for example nama@bpbd.go.id."))
    return StringField(label, [REQUIRED, validators.Length(max=254), shape], filters=[_strip])


class SuccessorForm(AdminForm):
    """Who follows a person."""

    email = address(_l("Work e-mail of the successor"))
    name = line(_l("Name or office"), 120, required=False, hint=_l("needed when the successor has no account yet"))


class UserForm(AdminForm):
    """A user and up to three roles."""

    email = address(_l("Work e-mail"))
    name = line(_l("Name or office"), 120)
    password = PasswordField(
        _l("Password"),
        [OPTIONAL, validators.Length(max=LONGEST)],
        description=_l("at least %(n)s characters; empty keeps the old one", n=SHORTEST),
    )
    active = BooleanField(_l("May sign in"), default=True)
    role_1 = SelectField(_l("Role"), [OPTIONAL])
    place_1 = SelectField(_l("Role holds in"), [OPTIONAL])
    role_2 = SelectField(_l("Second role"), [OPTIONAL])
    place_2 = SelectField(_l("Second role holds in"), [OPTIONAL])
    role_3 = SelectField(_l("Third role"), [OPTIONAL])
    place_3 = SelectField(_l("Third role holds in"), [OPTIONAL])

    def validate(self, extra_validators: Any = None) -> bool:
        """A role needs a place, and a place a role."""
        passed = super().validate(extra_validators)
        for number in (1, 2, 3):
            role, place = self[f"role_{number}"], self[f"place_{number}"]
            for field, other in ((role, place), (place, role)):
                if other.data and not field.data:
                    field.errors = [*field.errors, _l("Choose both the role and where it holds.")]
                    passed = False
        return bool(passed)

    def offer(self, roles: list[tuple[str, str]], places: list[tuple[str, str]]) -> None:
        """Fill the selects."""
        for number in (1, 2, 3):
            self[f"role_{number}"].choices = [("", "–"), *roles]
            self[f"place_{number}"].choices = [("", "–"), *places]

    def hold(self, grants: list[tuple[str, str]]) -> None:
        """Show the grants there are: (role, place)."""
        for number, (role, place) in enumerate(grants[:3], 1):
            self[f"role_{number}"].data, self[f"place_{number}"].data = role, place

    beyond: Sequence[tuple[str, str]] = ()
    """Grants past the third: the form does not show them and does not take them away."""

    def wished(self) -> list[tuple[str, str]]:
        """(role, place) of each filled pair."""
        pairs = [(self[f"role_{n}"].data, self[f"place_{n}"].data) for n in (1, 2, 3)]
        return [(role, place) for role, place in pairs if role and place] + list(self.beyond)


class SectionForm(AdminForm):
    """A section of a form."""

    type_key = SelectField(_l("Form or list"), [REQUIRED])
    code = line(_l("Code"), 40, hint=_l("short, for example KLB; cannot change later"))
    label_id = line(_l("Name (Indonesian)"), 200)
    label_en = line(_l("Name (English)"), 200, required=False)
    weight = NumberBox(_l("Weight"), [OPTIONAL, validators.NumberRange(0, 10_000)], default=Decimal(0))
    position = IntegerField(_l("Order"), [OPTIONAL, validators.NumberRange(0, 10_000)], description=_l("empty: at the end"))
    retired = BooleanField(_l("Retired"))


class ChoiceForm(AdminForm):
    """A choice of a field."""

    field_id = SelectField(_l("Field"), [REQUIRED])
    code = line(_l("Code"), 40, hint=_l("cannot change later"))
    label_id = line(_l("Name (Indonesian)"), 200)
    label_en = line(_l("Name (English)"), 200, required=False)
    score = NumberBox(
        _l("Score"), [OPTIONAL, validators.NumberRange(0, 100)], description=_l("0–100, for the rule “Score per choice”")
    )
    position = IntegerField(_l("Order"), [OPTIONAL, validators.NumberRange(0, 10_000)], description=_l("empty: at the end"))
    retired = BooleanField(_l("Retired"))


class FieldForm(AdminForm):
    """An indicator or a field of a list."""

    groups = (
        (
            _l("Question"),
            ("section_id", "code", "type", "required", "label_id", "label_en", "help_id", "help_en", "unit_id", "unit_en"),
        ),
        (_l("Score"), ("weight", "rule", "target", "limit", "frequency", "year_rule")),
        (_l("Evidence"), ("evidence_id", "evidence_en", "evidence_required")),
        (_l("Reason and explanation"), ("why_id", "why_en")),
        (
            _l("Conditions and further settings"),
            ("relevant", "when_irrelevant", "constraint", "constraint_id", "constraint_en", "advanced", "retired"),
        ),
    )

    section_id = SelectField(_l("Form and section"), [REQUIRED])
    code = line(_l("Code"), 40, hint=_l("for example PB-KAP-06; cannot change later"))
    type = SelectField(_l("Kind of answer"), [REQUIRED])
    required = BooleanField(_l("Must be answered"), default=True)
    label_id = line(_l("Question (Indonesian)"), 200)
    label_en = line(_l("Question (English)"), 200, required=False)
    help_id = line(_l("Help (Indonesian)"), 300, required=False, hint=_l("one sentence under the question"))
    help_en = line(_l("Help (English)"), 300, required=False)
    why_id = lines(_l("Why it is asked (Indonesian)"), 600)
    why_en = lines(_l("Why it is asked (English)"), 600)
    unit_id = line(_l("Unit (Indonesian)"), 40, required=False, hint=_l("for example orang, unit, kegiatan"))
    unit_en = line(_l("Unit (English)"), 40, required=False)
    relevant = line(_l("Shown when"), 2000, required=False, hint=_l("a formula, for example ${PB-KAP-06} > 0"))
    constraint = line(_l("Rule for the answer"), 2000, required=False, hint=_l("a formula about the answer, for example . <= 100"))
    constraint_id = line(_l("Text when the rule is not met (Indonesian)"), 300, required=False)
    constraint_en = line(_l("Text when the rule is not met (English)"), 300, required=False)
    weight = NumberBox(
        _l("Weight"),
        [OPTIONAL, validators.NumberRange(0, 10_000)],
        default=Decimal(0),
        description=_l("a share among the questions of the section"),
    )
    rule = SelectField(_l("Scoring rule"))
    target = NumberBox(_l("Target"), [OPTIONAL])
    limit = NumberBox(_l("Limit"), [OPTIONAL], description=_l("no marks from here on; only for “Less is better”"))
    frequency = SelectField(
        _l("Frequency"),
        choices=[
            ("", "–"),
            ("once", _l("Once")),
            ("yearly", _l("Yearly")),
            ("half_yearly", _l("Half-yearly")),
            ("quarterly", _l("Quarterly")),
            ("event", _l("Per event")),
        ],
    )
    year_rule = SelectField(
        _l("How quarters make a year"), choices=[("last", _l("Last")), ("mean", _l("Mean")), ("sum", _l("Sum"))]
    )
    when_irrelevant = SelectField(
        _l("When not asked"),
        choices=[
            ("zero", _l("counts 0 (something owed is missing)")),
            ("share", _l("weight is shared (the situation did not arise)")),
        ],
    )
    evidence_required = line(
        _l("Evidence needed when"), 2000, required=False, hint=_l("a formula about the answer; . means: when the answer is Yes")
    )
    evidence_id = line(_l("Evidence (Indonesian)"), 200, required=False, hint=_l("empty: no evidence"))
    evidence_en = line(_l("Evidence (English)"), 200, required=False)
    advanced = TextAreaField(
        _l("Further settings (YAML)"),
        [OPTIONAL, validators.Length(max=20_000)],
        description=_l("options, columns, other parameters"),
    )
    retired = BooleanField(_l("Retired"), description=_l("leaves new versions; old reports keep it"))


class PublishForm(AdminForm):
    """Publishing: from when, why, and the second consent."""

    effective_from = SelectField(_l("Starts"), [REQUIRED])
    reason = TextAreaField(
        _l("Reason for the change"),
        [REQUIRED, validators.Length(max=1000)],
        description=_l("Required. Regions read this; it stays in the history."),
        filters=[_strip],
    )
    consent = BooleanField(_l("Yes, use it in the running period although reports are already sent"))
