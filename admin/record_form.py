"""One record in a generated form: shown by the compiled page, read by the generated WTForms class, saved by the service."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from domain.answers import AnswerError, Context
from domain.fields import of
from domain.messages import message
from forms import page as pages
from forms.fields.base import FileLine
from forms.fill import Posted, faults_by_field, file_kinds, form_class
from forms.texts import formatter, locale, say, text
from infra import clock
from models import Entry, Unit, db
from services import file, lookups, record, registry
from services.errors import NotFound, Refused
from services.reading import records
from services.scope import place_of
from shell.files import file_lines, store_uploads
from shell.request import actor
from shell.stale import asked_before


def unit_of(entry: Entry) -> Unit:
    """The unit a record belongs to."""
    return db.session.get_one(Unit, entry.unit_id)


def chosen_unit(units: Sequence[Unit]) -> Unit:
    """The unit a new record is for: the posted or asked one, else the first the person may write for."""
    wanted = request.form.get("_unit") or request.args.get("unit", "")
    if not wanted:
        return units[0]
    found = next((u for u in units if u.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def show(view: Any, unit: Unit, entry: Entry | None, units: Sequence[Unit]) -> str:
    """The form, empty or with a record's answers."""
    doc = dict(entry.doc) if entry else {}
    return _page(view, unit, entry, units, doc, {}, "")


def save(view: Any, unit: Unit, entry: Entry | None) -> Any:
    """Save what was posted; gives nothing when all went well, else the page with every fault in place."""
    form = form_class(view.version.sha256, view.definition)()
    gone = asked_before(registry.registry().type(view.key), view.version, view.definition)
    posted = Posted(form, request.form, request.files, gone)
    stored, faults = store_uploads(unit, posted.fields, posted.uploads)
    current = dict(entry.doc) if entry else {}
    pending = _pending_files(view, request.form.getlist("_kept"), unit)
    answers = posted.with_files(current | pending, stored)
    if posted.action.startswith("rows:"):
        return _page(view, unit, entry, [unit], answers, {}, posted.action.removeprefix("rows:"))
    problem: Refused | None = None
    try:
        if not faults:
            record.save(actor(), view.key, unit.id, answers, entry.id if entry else None, _seen())
            return None
    except Refused as refused:
        problem = refused
    errors = (
        list(record.checked(view.definition, answers, unit.region.zone).errors) if faults else list(getattr(problem, "errors", ()))
    )
    errors += [AnswerError(code, "files", message("%(text)s", text=words)) for code, words in faults.items()]
    general = say(problem.why) if problem is not None and not errors else ""
    return _page(view, unit, entry, [unit], answers, faults_by_field(errors), "", general), 422


def _pending_files(view: Any, kept: Sequence[str], unit: Unit) -> dict[str, Any]:
    """Files that came with an earlier, faulty post of this form: ``code:sha256``, honoured only when the unit has them
    and the field takes such files."""
    pairs = [value.partition(":")[::2] for value in kept[:200]]
    known = file.facts(unit.id, [sha[:64] for _code, sha in pairs])
    found: dict[str, Any] = {}
    for code, sha in pairs:
        asked = view.definition.by_code.get(code)
        if asked is not None and sha in known and known[sha].kind in file_kinds(asked):
            found.setdefault(code, {"files": []})["files"].append(sha)
    return found


def _seen() -> int:
    value = request.form.get("_seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0


def _page(
    view: Any,
    unit: Unit,
    entry: Entry | None,
    units: Sequence[Unit],
    doc: Mapping[str, Any],
    faults: Mapping[str, Any],
    adding: str,
    general: str = "",
) -> str:
    checked = record.checked(view.definition, doc, unit.region.zone)
    hashes = [sha for answer in doc.values() for sha in (answer.get("files") or ())]
    options: dict[str, Sequence[tuple[str, str]]] = {}

    def offered(target: str) -> Sequence[tuple[str, str]]:
        if target not in options:
            options[target] = lookups.options(actor(), unit.id, target)
        return options[target]

    shown = faults or (faults_by_field(checked.invalid) if adding else {})
    state = pages.PageState(
        doc=checked.doc,
        relevant=checked.relevant,
        required=checked.required,
        context=Context(clock.local(unit.region.zone).date()),
        faults=shown,
        files=file_lines(unit.id, file.facts(unit.id, hashes)),
        options=offered,
        spare_rows={adding: 3} if adding else {},
    )
    compiled = pages.compiled_page(view.version.sha256, locale(), view.definition)
    body = Markup(pages.render(compiled, state, saves=False))  # noqa: S704 - compiled and escaped by forms.page
    kept = [f"{code}:{sha}" for code, answer in doc.items() for sha in (answer.get("files") or ())]
    return render_template(
        "admin/record_form.html",
        admin_view=view,
        body=body,
        entry=entry,
        unit=unit,
        units=units,
        codes=" ".join(sorted(checked.relevant)),
        faults=_summary(view, shown),
        general=general,
        seen=_seen() or (entry.lock_version if entry else 0),
        kept=kept,
    )


def _summary(view: Any, faults: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """(anchor, label, words) of every fault in the order of the form."""
    return [(f"q-{f.code}", text(f.label), words) for f in view.definition.fields for words in (faults.get(f.code) or {}).values()]


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
    hashes = answer.get("files") or ()
    return list(file_lines(entry.unit_id, file.facts(entry.unit_id, hashes)).values())
