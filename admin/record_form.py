"""One record in a generated form: shown by the compiled page, read by the generated WTForms class, saved by the service."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from domain.answers import AnswerError, Checked, Context
from domain.answers.check import WARNING
from domain.definitions.schema import Field
from domain.fields import of
from domain.messages import message
from forms import page as pages
from forms.fields import adapter_of
from forms.fields.base import FileLine, input_id
from forms.fill import Posted, faults_by_field, file_kinds, form_class
from forms.texts import formatter, locale, say, text
from infra import clock
from infra.ids import new_id
from models import Entry, Unit, db
from services import file, lookups, record, registry
from services.errors import Change, Clash, NotFound, Refused
from services.reading import records
from services.record import Faulty
from services.scope import place_of
from shell import kept_post
from shell.faults import in_words, labelled
from shell.files import answered_files, file_lines, store_uploads
from shell.request import actor
from shell.stale import PageBefore, page_before

UNKNOWN = -1
"""A page that does not say what it showed: everything it says otherwise is asked about."""


def unit_of(entry: Entry) -> Unit:
    """The unit a record belongs to."""
    return db.session.get_one(Unit, entry.unit_id)


def chosen_unit(units: Sequence[Unit]) -> Unit | None:
    """The unit a new record is for: the posted or asked one, else the only one; nothing while the person has to choose."""
    wanted = request.form.get("_unit") or request.args.get("unit", "")
    if not wanted:
        return units[0] if len(units) == 1 else None
    found = next((u for u in units if u.id == wanted), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Shown:
    """What stands in the form: for which unit and record, the document, its faults, and the page it came from.
    *units*: where a new record may go. *adding*: the table that gets spare rows. *clash*: the
    faults tell what others changed meanwhile."""

    unit: Unit
    entry: Entry | None
    doc: Mapping[str, Any]
    units: Sequence[Unit] = ()
    before: PageBefore | None = None
    faults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    adding: str = ""
    general: str = ""
    clash: bool = False
    seen: int = 0


def show(view: Any, unit: Unit, entry: Entry | None, units: Sequence[Unit]) -> str:
    """The form, empty or with a record's answers."""
    return _page(view, Shown(unit, entry, dict(entry.doc) if entry else {}, units))


def save(view: Any, unit: Unit, entry: Entry | None) -> Any:
    """Save what was posted; gives nothing when all went well, else the page with every fault in place."""
    before = page_before(registry.registry().type(view.key), view.version)
    posted = Posted(form_class(view.version.sha256, view.definition)(), request.form, request.files, before.asked)
    stored, refused = store_uploads(unit, posted.fields, posted.uploads)
    saved = dict(entry.doc) if entry else {}
    answers = posted.with_files(_with_page_files(saved, posted.fields, unit), stored)
    shown = Shown(unit, entry, answers, (unit,), before)
    if posted.action.startswith("rows:") or kept_post.resumed():
        return _page(view, _not_to_save(view, shown, posted.action))
    if refused:
        errors = [*record.checked(view.definition, answers, unit.region.zone).errors, *_file_errors(refused)]
        return _page(view, replace(shown, faults=faults_by_field(errors))), 422
    try:
        op_key = request.form.get("_op", "")[:40]
        record.save(actor(), view.key, unit.id, answers, entry.id if entry else None, seen=_seen() or UNKNOWN, op_key=op_key)
    except Faulty as faulty:
        whole, at = faulty.merged or (answers, 0)
        return _page(view, replace(shown, doc=whole, seen=at, faults=faults_by_field(faulty.errors))), 422
    except Clash as clash:
        return _page(view, _beside_saved(view, shown, clash)), 422
    except Refused as refusal:
        return _page(view, replace(shown, general=say(refusal.why))), 422
    before.tell()
    for fault in record.checked(view.definition, answers, unit.region.zone).faults:
        if fault.severity == WARNING:
            flash(say(fault.why), "warn")
    return None


def _not_to_save(view: Any, shown: Shown, action: str) -> Shown:
    """The typed page as it is: with spare rows for the table that was asked for, else with what is wrong in it."""
    if action.startswith("rows:"):
        return replace(shown, adding=action.removeprefix("rows:"))
    checked = record.checked(view.definition, shown.doc, shown.unit.region.zone)
    return replace(shown, faults=faults_by_field(checked.errors))


def _beside_saved(view: Any, shown: Shown, clash: Clash) -> Shown:
    """The typed page with what is saved now beside each answer both changed; saving it again takes what is typed. What can
    not stand in the page any longer is told above it."""
    entry = shown.entry
    assert entry is not None
    zone = shown.unit.region.zone
    asked_now = record.checked(view.definition, clash.answers, zone).relevant
    told = _teller(view, entry, shown.before)
    faults, gone = {}, []
    for code, change in clash.changes.items():
        theirs, mine = told(code, clash.saved), told(code, clash.answers)
        if code in asked_now:
            faults[code] = {"": _changed_meanwhile(change, theirs, zone)}
        else:
            name = text(view.definition.by_code[code].label) if code in view.definition.by_code else code
            words = _("“%(question)s” is no longer asked. You typed: %(mine)s. Saved now: %(theirs)s.")
            gone.append(words % {"question": name, "mine": mine, "theirs": theirs})
    return replace(shown, doc=dict(clash.answers), faults=faults, general=" ".join(gone), clash=True, seen=clash.seen)


def _teller(view: Any, entry: Entry, before: PageBefore | None) -> Callable[[str, Mapping[str, Any]], str]:
    """What a document answers to a question, with its files; questions of an older page are known too."""
    fmt = records.Names([entry], view.definition).formatter(formatter())
    asked = {f.code: f for f in (before.asked if before else ())} | dict(view.definition.by_code)

    def told(code: str, doc: Mapping[str, Any]) -> str:
        answer = doc.get(code) or {}
        return (in_words(asked[code], answer, fmt, (answer.get("names") or {}).values()) if code in asked else "") or "–"

    return told


def _changed_meanwhile(change: Change | None, value: str, zone: str) -> str:
    if change is None:
        return _("Saved now: %(value)s. Yours stands in the box.", value=value)
    at = f"{formatter().datetime(clock.local(zone, change.at))} {zone}"
    return _("%(who)s changed this, %(at)s. Saved now: %(value)s. Yours stands in the box.", who=change.who, at=at, value=value)


def _file_errors(refused: Mapping[str, str]) -> list[AnswerError]:
    return [AnswerError(code, "files", message("%(text)s", text=words)) for code, words in refused.items()]


def _with_page_files(saved: Mapping[str, Any], fields: Iterable[Field], unit: Unit) -> dict[str, Any]:
    """The saved answers with the files the page held (``code:sha256:name``, some from an earlier, faulty post), honoured
    only when the unit has them and the field takes such files."""
    parts = [value.split(":", 2) for value in request.form.getlist("_kept")[:200]]
    held = [(code, sha, name[:200]) for code, sha, name in (part for part in parts if len(part) == 3)]
    known, asked = file.facts(unit.id, [sha[:64] for _code, sha, _name in held]), {f.code: f for f in fields}
    found = {
        code: {k: v for k, v in answer.items() if k not in ("files", "names")} for code, answer in saved.items() if code in asked
    }
    for code, sha, name in held:
        if code in asked and sha in known and known[sha].kind in file_kinds(asked[code]):
            answer = found.setdefault(code, {})
            answer["files"] = [*answer.get("files", ()), sha]
            answer["names"] = {**answer.get("names", {}), sha: name or known[sha].filename}
    return found


def _seen() -> int:
    value = request.form.get("_seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0


def _page(view: Any, shown: Shown) -> str:
    checked = record.checked(view.definition, shown.doc, shown.unit.region.zone)
    faults = shown.faults or (faults_by_field(checked.invalid) if shown.adding else {})
    state = _state(shown, checked, faults)
    compiled = pages.compiled_page(view.version.sha256, locale(), view.definition)
    gone = [f.code for f in shown.before.asked] if shown.before else []
    return render_template(
        "admin/record_form.html",
        admin_view=view,
        body=Markup(pages.render(compiled, state, saves=False)),  # noqa: S704 - compiled and escaped by forms.page
        entry=shown.entry,
        unit=shown.unit,
        units=shown.units,
        codes=" ".join(sorted(checked.relevant | set(gone))),
        version=shown.before.number if shown.before else view.version.number,
        carried=shown.before.carried(view.definition) if shown.before else [],
        faults=_summary(view, faults),
        general=shown.general,
        clash=shown.clash,
        op=new_id(),
        seen=shown.seen or _seen() or (shown.entry.lock_version if shown.entry else 0),
        kept=[
            f"{code}:{sha}:{(answer.get('names') or {}).get(sha, '')}"
            for code, answer in shown.doc.items()
            for sha in (answer.get("files") or ())
        ],
    )


def _state(shown: Shown, checked: Checked, faults: Mapping[str, Mapping[str, str]]) -> pages.PageState:
    hashes = [sha for answer in shown.doc.values() for sha in (answer.get("files") or ())]
    unit = shown.unit
    return pages.PageState(
        doc=checked.doc,
        relevant=checked.relevant,
        required=checked.required,
        context=Context(clock.local(unit.region.zone).date()),
        faults=faults,
        files=file_lines(unit, file.facts(unit.id, hashes)),
        options=cache(lambda target: lookups.options(actor(), unit.id, target)),
        names=lookups.titles((look.key for look in checked.lookups), [unit.id]),
        spare_rows={shown.adding: 3} if shown.adding else {},
        clashing=frozenset(faults) if shown.clash else frozenset(),
    )


def _summary(view: Any, faults: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """(anchor, words) of every fault in the order of the form."""
    return [
        (_anchor(asked, part), labelled(text(asked.label), words))
        for asked in view.definition.fields
        for part, words in (faults.get(asked.code) or {}).items()
    ]


def _anchor(asked: Field, part: str) -> str:
    place = part.strip("/").replace("/", "-")
    return input_id(asked.code, place) if place else adapter_of(asked).focus(asked)


def details(view: Any, entry: Entry) -> str:
    """A record, read: every answer in words, files, tables."""
    fmt = records.Names([entry], view.definition).formatter(formatter())
    lines = []
    for asked in view.definition.fields:
        answer = entry.doc.get(asked.code) or {}
        value = of(asked).value_of(answer)
        rows = [[of(c).display(row.get(c.code), c, fmt) for c in asked.columns] for row in (value or ())] if asked.columns else []
        lines.append((asked, records.shown(actor(), entry, asked, fmt), rows, _files(entry, answer)))
    may_edit = actor().may(view.write, place_of(entry))
    return render_template(
        "admin/details.html",
        admin_view=view,
        entry=entry,
        lines=lines,
        unit=unit_of(entry),
        may_edit=may_edit,
        title=entry.title or _("Record"),
    )


def _files(entry: Entry, answer: Mapping[str, Any]) -> list[FileLine]:
    return answered_files(answer, file_lines(entry, file.facts(entry.unit_id, answer.get("files") or ())))
