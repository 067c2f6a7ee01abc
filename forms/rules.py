"""What the browser checks by: a version's rules in one language, as plain JSON, made once; and what surrounds one report.

The browser's twin of ``domain/answers/check`` reads both (``static/js/form/check.js``); nothing here decides anything.
"""

from typing import Any

from domain.answers.check import INVALID, WARNING
from domain.answers.context import Context, packed
from domain.definitions.schema import Definition, Field
from domain.fields import of
from domain.fields.dates import MONTH_NUMBERS
from domain.fields.display import MONTHS, WORDS
from domain.messages import N_, NN_, pick
from forms.fields import adapter_of
from forms.kept import Kept
from forms.page import PILLS
from forms.texts import catalogue
from forms.unchanging import Unchanging, unchanging

SENTENCES = (
    "%(a)s (%(x)s) is far above %(b)s (%(y)s). Check both numbers.",
    "%(a)s (%(x)s) may not exceed %(b)s (%(y)s).",
    "%(field)s: %(why)s",
    "%(label)s does not have the expected form.",
    "Attach at most %(n)s files.",
    "Attach the evidence: %(evidence)s.",
    "Check %(field)s: the answer does not meet its rule.",
    "Choose Yes or No.",
    "Choose from the listed options.",
    "Choose one of the listed options.",
    "Enter 0 or more.",
    "Enter a date and time, for example 03/09/2026 20.30.",
    "Enter a date between 1945 and 2100.",
    "Enter a date, for example 20/09/2026.",
    "Enter a number, for example %(example)s.",
    "Enter a telephone number, for example 021 555 0100.",
    "Enter a web address that starts with https://, for example https://bpbd.example.go.id.",
    "Enter a whole number, for example %(example)s.",
    "Enter an e-mail address, for example nama@example.go.id.",
    "Enter at least %(n)s.",
    "Enter at most %(n)s.",
    "Enter latitude and longitude, for example -6,3650 107,1730.",
    "Enter the end date.",
    "Enter the link: %(evidence)s.",
    "Enter the start date.",
    "Enter when it began.",
    "Enter when it ended.",
    "Fill in %(field)s in row %(n)s.",
    "Fill in %(field)s.",
    "Fill in at least %(n)s rows.",
    "Fill in at most %(n)s rows.",
    "Latitude lies between −90 and 90, longitude between −180 and 180.",
    "Row %(row)s, %(field)s: %(why)s",
    "Row %(row)s: %(why)s",
    "Save this answer again.",
    "Shorten this to %(n)s characters. It has %(have)s.",
    "The date may not lie after today.",
    "The end date may not come before the start date.",
    "There is no such day. Enter a date and time, for example 03/09/2026 20.30.",
    "There is no such day. Enter a date, for example 20/09/2026.",
    "This number is too long. Write at most %(n)s digits.",
    "This time must come after %(start)s.",
    "Write at most %(n)s decimals.",
    "“%(choice)s” is no longer offered. Choose another.",
)
"""What the browser may have to say: the msgids of the same faults in ``domain``. A test keeps them equal to those it names."""

PAGE = {
    "saving": N_("Saving …"),
    "file waits": N_("Kept on this device; sent by itself"),
    "file kept": N_("Kept on this device"),
    "file goes": N_("Sending, %(share)s"),
    "file cancel": N_("Remove"),
    "photo place": N_("Photographs tell when and where they were taken"),
    "away": N_("Kept on this device, %(time)s. It is sent by itself."),
    "away alone": N_("Not saved: the server cannot be reached and this device keeps nothing. Leave this page open."),
    "signed out": N_("Kept on this device, %(time)s, not on the server."),
    "signed out alone": N_("Not saved: you are signed out and this device keeps nothing. Press Save and sign in again."),
    "sign in": N_("Sign in"),
    "another": N_("Kept on this device for you alone: someone else is signed in here now."),
    "another alone": N_("Not saved: someone else is signed in here now. Copy what you typed before you leave this page."),
    "renewed": N_("BNPB changed this form meanwhile. What you typed is saved."),
    "what is new": N_("Look at what is new"),
    "find": N_("Type a few letters"),
    "no list": N_("The list cannot be loaded now. Try again once there is a network."),
    "to choose": N_("Two different answers: choose which is right."),
    "clash": N_("%(who)s entered something else at %(at)s."),
    "theirs": N_("Saved now: %(theirs)s"),
    "mine": N_("Yours: %(mine)s"),
    "take mine": N_("Use mine"),
    "take theirs": N_("Keep what is saved"),
    "changed by others": N_("%(field)s was changed by someone else."),
    "answers": N_("%(done)s of %(all)s required answers"),
    "repair": N_("%(n)s to repair"),
    "place": N_("Section %(n)s · %(code)s"),
}
"""What the page itself says while one types, by the names ``static/js/form/live.js`` knows."""
COUNTED = {
    "brought back": NN_("%(num)d unsent answer is back in its place.", "%(num)d unsent answers are back in their places."),
    "found": NN_("%(num)d choice", "%(num)d choices"),
    "files": NN_("%(num)d file is on its way.", "%(num)d files are on their way."),
    "hidden": NN_("%(num)d question does not apply now", "%(num)d questions do not apply now"),
    "missing": NN_("%(num)d answer or piece of evidence is missing", "%(num)d answers or pieces of evidence are missing"),
    "repairs": NN_("%(num)d point needs repair", "%(num)d points need repair"),
}
"""The same, where it counts: for one, for more."""


_kept: Kept[tuple[str, str], Unchanging] = Kept(128)


def rules_file(sha256: str, locale: str, definition: Definition) -> Unchanging:
    """The rules of a version (by its hash) in *locale*, made once and kept."""
    return _kept.get((sha256, locale), lambda: unchanging(rules_of(definition, locale)))


def rules_of(definition: Definition, locale: str) -> dict[str, Any]:
    """The rules of a definition in *locale*: its live fields in order, the order of computing, the sections, the words."""
    return {
        "fields": [_field(asked, locale) for asked in definition.fields],
        "order": [asked.code for asked in definition.computing_order],
        "sections": [[s.code, [f.code for f in s.fields]] for s in definition.live_sections],
        "words": words_of(locale),
    }


def words_of(locale: str) -> dict[str, Any]:
    """What the browser says in *locale*, and the names months are read by."""
    known = catalogue(locale)
    sentences = {msgid: str(known.ugettext(msgid)) for msgid in SENTENCES}
    return {
        "locale": locale,
        "sentences": sentences | WORDS[locale],
        "months": MONTHS[locale == "id"],
        "numbers": MONTH_NUMBERS,
        "page": {name: str(known.ugettext(msgid)) for name, msgid in PAGE.items()},
        "counted": {name: [str(known.ungettext(*words, n)) for n in (1, 2)] for name, words in COUNTED.items()},
        "pills": {name: [tone, icon, str(known.ugettext(word))] for name, (tone, icon, word) in PILLS.items()},
    }


def surroundings(context: Context) -> dict[str, Any]:
    """What surrounds one report, as JSON: the day, the quarter, the event, other reports, what was counted."""
    return {
        "today": context.today.isoformat(),
        "quarter": context.period.quarter if context.period else None,
        "named": {name: packed(value) for name, value in context.named.items()},
        "moments": {name: at.isoformat(timespec="minutes") if at else None for name, at in context.moments().items()},
        "related": {f"{form}:{code}": packed(value) for (form, code), value in context.related.items()},
        "measures": {code: counted["v"] for code, counted in context.measures.items()},
    }


def _field(asked: Field, locale: str) -> dict[str, Any]:
    kind = of(asked)
    said = {
        "code": asked.code,
        "label": pick(asked.label, locale),
        "twin": adapter_of(asked).twin,
        "required": asked.required,
        "due": asked.due_in,
        "total": asked.total,
        "counted": asked.measure is not None,
        "options": {name: pick(value, locale) if name in kind.texts else value for name, value in asked.options.items()},
        "tests": _tests(asked, locale),
    }
    return said | _expressions(asked) | _parts(asked, locale)


def _tests(asked: Field, locale: str) -> list[dict[str, Any]]:
    """The question's own constraint and warning, in the order they are tried."""
    rules = ((asked.constraint, asked.constraint_message, INVALID), (asked.warning, asked.warning_message, WARNING))
    return [{"test": rule.node, "words": pick(words, locale), "severity": severity} for rule, words, severity in rules if rule]


def _expressions(asked: Field) -> dict[str, Any]:
    computed = asked.calculation if of(asked).computes else None
    nodes = {"relevant": asked.relevant, "calculation": computed}
    return {name: rule.node for name, rule in nodes.items() if rule is not None}


def _parts(asked: Field, locale: str) -> dict[str, Any]:
    """What only some questions have: choices, columns, evidence."""
    parts: dict[str, Any] = {}
    if asked.choices:
        parts["choices"] = [{"code": c.code, "label": pick(c.label, locale), "retired": c.retired} for c in asked.choices]
    if asked.columns:
        parts["columns"] = [_field(column, locale) for column in asked.columns]
        parts["rowRules"] = [{"test": rule.test.node, "words": pick(rule.message, locale)} for rule in asked.row_rules]
    if asked.evidence:
        needed = {"required": asked.evidence.required.node} if asked.evidence.required else {}
        parts["evidence"] = needed | {"label": pick(asked.evidence.label, locale), "link": asked.evidence.kinds == ("link",)}
    return parts
