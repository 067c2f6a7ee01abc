"""Between the fill page and the service: read the posted page, keep its files, show it again with every fault in place."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from domain.answers import AnswerError
from domain.answers.check import MISSING, WARNING
from domain.answers.parts import same
from domain.definitions.schema import PHASE_FORM, Definition, Field
from domain.fields import of
from domain.fields.base import Answer, Surroundings
from domain.fields.display import Formatter
from domain.messages import N_, Message, message
from forms import page as pages
from forms.fields.base import input_id
from forms.fields.picks import PICK
from forms.fill import Posted, faults_by_field, file_kinds, form_class
from forms.rules import rules_file, surroundings
from forms.texts import FORMATTERS, formatter, locale, say, text
from forms.unchanging import Unchanging
from infra import clock, metrics
from infra.ids import new_id
from services import registry
from services.actor import actor_for
from services.drafting import Conflict, Draft, Saved, save_draft
from services.errors import NotFound
from services.reading.due import subject_name
from services.reading.forecast import forecast
from services.reading.report_page import ReportPage, as_typed, report_page
from services.registry import TypeRef, VersionRef
from services.report import submit
from shell import kept_post
from shell.faults import in_words, labelled
from shell.files import answered_files, file_lines, named_files, store_uploads
from shell.navigation import scope_words
from shell.request import actor
from shell.stale import PageBefore, before, page_before, unseen
from web import long_lists, report_changes

BACK = "back:"
AWAY = {"files:": "report_files.choose", PICK: "report_choices.choose"}
"""What is pressed to choose, for a question, among the files a unit has or in a long list; and to come back to it."""


SINCE = "sejak"
"""In a page's address: the version its reader last saw; what differs since is marked."""


@dataclass
class Outcome:
    """What a posted page led to. *checking*: everything missing is shown too; *since*: the number of the older version its page
    was made with, 0 where it is the one in force; *attached*: codes to which files came that the server had before."""

    saved: Saved
    action: str
    checking: bool
    sent: bool = False
    since: int = 0
    file_faults: dict[str, str] = field(default_factory=dict)
    attached: frozenset[str] = frozenset()

    @property
    def partly(self) -> bool:
        """Whether something that was sent is not kept: an answer that clashed, a file that was refused."""
        return bool(self.saved.conflicts or self.file_faults)


def take(page: ReportPage) -> Outcome:
    """Read, keep files, save or send."""
    older = page_before(_form(page), page.version)
    posted = _posted(page, older)
    stored, faults = store_uploads(page.report.unit, posted.fields, posted.uploads)
    named = named_files(page.report.unit, posted.fields, posted.had)
    answers = posted.with_files(page.doc, {code: {**named.get(code, {}), **stored.get(code, {})} for code in {*named, *stored}})
    draft = Draft(answers, posted.base_seq, posted.op_key or new_id(), older.number, posted.nth, posted.heir_of)
    sending = posted.action == "send" and not faults
    saved = (submit if sending else save_draft)(actor(), page.report.id, draft)
    metrics.report_done(saved.sent)
    older = page_before(_form(page), saved.version)  # it may have been published anew in between
    since = older.number if older.stale else 0
    return Outcome(saved, posted.action, posted.action in ("send", "check"), saved.sent, since, faults, frozenset(named))


def _posted(page: ReportPage, older: PageBefore) -> Posted:
    return Posted(form_class(page.version.sha256, page.definition)(), request.form, request.files, older.asked)


def filled_elsewhere(page: ReportPage, number: int, codes: Sequence[str], entries: MultiDict[str, str]) -> Posted:
    """What was filled in apart from a page, as a page of version *number* that asks *codes* would post it."""
    older = before(_form(page), page.version, number)
    data = MultiDict([*entries.items(multi=True), ("_codes", " ".join(codes))])
    return Posted(form_class(page.version.sha256, page.definition)(formdata=data), data, MultiDict(), older.asked)


def version_numbered(page: ReportPage, number: int) -> Definition | None:
    """A published version of the report's form."""
    return next((registry.definition_of(v) for v in _form(page).versions if v.number == number), None)


def _form(page: ReportPage) -> TypeRef:
    return registry.registry().by_id(page.report.content_type_id)


def answer(report_id: str, outcome: Outcome) -> str | Response | tuple[str, int]:
    """After a save: the page again with its faults, or on to the next section."""
    page = report_page(actor(), report_id)
    refusal = page.refusal or outcome.saved.refusal
    lost = [c for c in outcome.saved.conflicts if refusal is not None or c.code not in page.definition.by_code]
    for conflict in lost:  # these have no question on the page to stand at
        flash(f"{conflict.code}: {say(_conflict(page, conflict).why)}", "bad")
    if refusal is not None:
        flash(" ".join([say(refusal)] + ([] if lost else [_("What you typed is saved.")])), "bad")
        for code, words in outcome.file_faults.items():
            flash(f"{code}: {words}", "bad")
        return redirect(url_for("report.fill", report_id=report_id))
    saved = outcome.saved
    if outcome.action.startswith((*AWAY, BACK)) and not outcome.partly:  # the page itself tells what is wrong on it
        return redirect(_away(report_id, outcome.action))
    troubled = saved.checked.invalid or saved.conflicts or saved.faults or outcome.file_faults
    if not troubled and not outcome.action.startswith("rows:"):  # the page is fetched anew, so Back never sends it twice
        asked = ({"periksa": 1} if outcome.checking else {}) | ({SINCE: outcome.since} if outcome.since else {})
        anchor = "" if asked else _newly_asked(page, outcome.action) or _next_anchor(page, outcome.action)
        return redirect(url_for("report.fill", report_id=report_id, **asked) + anchor)
    return show(page, outcome), 422 if troubled and not outcome.action.startswith("rows:") else 200


def _newly_asked(page: ReportPage, action: str) -> str:
    """The way to the first question of the section left behind that its answers have just opened, and a word about it."""
    left = next((s for s in page.definition.live_sections if s.code == action.removeprefix("save:")), None)
    shown = set(request.form.get("_codes", "").split())
    fresh = [f.code for f in left.fields if f.code in page.checked.required - shown] if left else []
    if not fresh:
        return ""
    flash(
        ngettext(
            "%(num)d more question of this section is asked now.",
            "%(num)d more questions of this section are asked now.",
            len(fresh),
        ),
        "info",
    )
    return f"#q-{fresh[0]}"


def _away(report_id: str, action: str) -> str:
    """To where one chooses, or back to the question."""
    verb, colon, code = action.partition(":")
    endpoint = AWAY.get(verb + colon)
    if endpoint is None:
        return url_for("report.fill", report_id=report_id, _anchor=f"q-{code}")
    return url_for(endpoint, report_id=report_id, code=code)


def _next_anchor(page: ReportPage, action: str) -> str:
    codes = [s.code for s in page.definition.live_sections]
    wanted = action.removeprefix("save:")
    if wanted not in codes:
        return ""
    place = codes.index(wanted) + 1
    return f"#b-{codes[place]}" if place < len(codes) else "#kirim"


@dataclass(frozen=True)
class Source:
    """What a page says of itself when it is posted: the change and version it was made from, its own key, and what an older
    page held of questions that have no box here. *action*: what was pressed last."""

    seq: int
    version: int
    op: str = field(default_factory=new_id)
    action: str = ""
    codes: frozenset[str] = frozenset()
    carried: Sequence[tuple[str, str]] = ()


def resume(page: ReportPage) -> str:
    """The page with what was posted to it, checked and not saved."""
    older = page_before(_form(page), page.version)
    posted = _posted(page, older)
    typed = as_typed(actor(), page, posted.with_files(page.doc, {}))
    source = Source(posted.base_seq, older.number, posted.op_key or new_id(), posted.action)
    source = replace(source, codes=frozenset(f.code for f in posted.fields), carried=unseen(posted.fields, page.definition.by_code))
    return show(typed, checking=posted.action in ("send", "check"), unsaved=source)


def too_late(page: ReportPage, why: Message) -> Response | tuple[str, int]:
    """A post to a report that takes answers no longer: what was typed and differs from what stands, to be looked over and copied."""
    kept_post.still_needed()
    posted, typed, asked = _differing(page)
    lines = [
        (text(f.label), shown(page, f.code, page.doc.get(f.code) or {}), shown(typed, f.code, typed.doc.get(f.code) or {}))
        for f in asked
    ]
    files = [upload.filename for uploads in posted.uploads.values() for upload in uploads]
    if not lines and not files:
        flash(say(why), "bad")
        return redirect(url_for("report.fill", report_id=page.report.id))
    subject = subject_name(page.report.period, page.report.event)
    return render_template(
        "web/report/late.html", page=page, title=title(page), subject=subject, why=why, lines=lines, files=files
    ), 409


def says_more(page: ReportPage) -> bool:
    """Whether a post holds anything the report does not."""
    posted, _typed, asked = _differing(page)
    files = {sha for answer in page.doc.values() for sha in answer.get("files") or ()}
    return bool(asked or any(posted.uploads.values()) or any(had.keys() - files for had in posted.had.values()))


def _differing(page: ReportPage) -> tuple[Posted, ReportPage, list[Field]]:
    """What was posted, the page as if it were saved, and the questions it answers otherwise than what stands."""
    posted = _posted(page, page_before(_form(page), page.version))
    typed = as_typed(actor(), page, posted.with_files(page.doc, {}))
    asked = [f for f in posted.fields if not same(page.doc.get(f.code) or {}, typed.doc.get(f.code) or {})]
    return posted, typed, asked


def show(page: ReportPage, outcome: Outcome | None = None, checking: bool = False, unsaved: Source | None = None) -> str:
    """The fill page; *checking*: what is missing is shown too."""
    compiled = compiled_page(page)
    checking = checking or (outcome is not None and outcome.checking)
    errors = _errors(page, outcome, checking)
    source = unsaved or Source(page.report.entry.seq, page.version.number, action=outcome.action if outcome else "")
    since = outcome.since if outcome else request.args.get(SINCE, 0, int)
    changes = report_changes.since(page, since) or page.changes
    state = replace(page_state(page, errors, outcome, source.action), changed=report_changes.said(page, changes))
    complete = checking and not errors and unsaved is None
    body = Markup(pages.render(compiled, state))  # noqa: S704 - compiled and escaped by forms.page
    return render_template(
        "web/report/fill.html",
        page=page,
        body=body,
        live=live(page),
        steps=_steps(page, state),
        summary=_summary(page, errors),
        title=title(page),
        subject=subject_name(page.report.period, page.report.event),
        codes=" ".join(sorted(page.checked.relevant | source.codes)),
        source=source,
        unsaved=unsaved is not None,
        outcome=outcome,
        complete=complete,
        checking=checking,
        missing=len({e.code for e in page.checked.faults if e.severity == MISSING}),
        foreseen=forecast(page) if complete and page.may_send else None,
        saved_at="" if unsaved or (outcome is not None and outcome.partly) else _saved_at(page),
        gone=_gone(page),
        days=_days(page),
        changes=changes,
        since=since,
        warnings=_summary(page, [e for e in page.checked.faults if e.severity == WARNING]),
    )


def compiled_page(page: ReportPage) -> pages.CompiledPage:
    """The page of the report's version, compiled once per language."""
    return pages.compiled_page(page.version.sha256, locale(), page.definition)


def rules(key: str, number: int, language: str) -> Unchanging:
    """The rules of a published version of a form in one of the two languages; raises :class:`NotFound`."""
    if language not in FORMATTERS:
        raise NotFound
    ref = published(key, number)
    return rules_file(ref.sha256, language, registry.definition_of(ref))


def published(key: str, number: int) -> VersionRef:
    """A version of a form; raises :class:`NotFound`."""
    ref = next((v for v in registry.registry().type(key, PHASE_FORM).versions if v.number == number), None)
    if ref is None:
        raise NotFound
    return ref


def live(page: ReportPage) -> dict[str, Any]:
    """What the page's scripts begin with: where its rules are, and what surrounds this report."""
    return {"rules": rules_address(page.definition.key, page.version.number), "around": surroundings(page.context)}


def rules_address(key: str, number: int) -> str:
    """Where the rules of a version are, in the reader's language; another address whenever anything in them is another."""
    language = locale()
    return url_for("report.rules", key=key, number=number, language=language, v=rules(key, number, language).digest)


def title(page: ReportPage) -> str:
    """The form's name."""
    return say(message(N_("%(form)s report"), form=page.definition.label))


def _errors(page: ReportPage, outcome: Outcome | None, checking: bool) -> list[AnswerError]:
    """Wrong answers always; missing ones only when the person asked to check or send."""
    found = [e for e in page.checked.faults if e.severity not in (WARNING, MISSING) or (e.severity == MISSING and checking)]
    if outcome is None:
        return found + list(page.unknown() if checking else ())
    found = [e for e in found if not (e.part == "files" and e.code in outcome.file_faults)]  # told as refused, not as missing
    found += [_conflict(page, c) for c in outcome.saved.conflicts if c.code in page.definition.by_code]
    found += outcome.saved.faults
    extra = [AnswerError(code, "files", message("%(text)s", text=words)) for code, words in outcome.file_faults.items()]
    order = [f.code for f in page.definition.fields]
    return sorted(extra + found, key=lambda e: order.index(e.code) if e.code in order else 0)


def question(page: ReportPage, code: str) -> str:
    """The markup of one question as it stands now."""
    return pages.render_one(compiled_page(page), code, page_state(page, _errors(page, None, False), None))


def clash(page: ReportPage, conflict: Conflict) -> dict[str, str]:
    """What two people say to one question, in words: who, when, theirs, mine."""
    return {
        "who": _("You, in another window") if conflict.own else _with_role(conflict),
        "at": clock.local(page.report.unit.region.zone, conflict.at).strftime("%H.%M"),
        "theirs": shown(page, conflict.code, conflict.theirs),
        "mine": shown(page, conflict.code, conflict.mine),
    }


def _with_role(conflict: Conflict) -> str:
    _where, role = scope_words(actor_for(conflict.by), locale())
    return f"{conflict.who} ({role})" if role else conflict.who


def _conflict(page: ReportPage, conflict: Conflict) -> AnswerError:
    at = clock.local(page.report.unit.region.zone, conflict.at).strftime("%H.%M")
    why = message(
        N_("%(who)s changed this at %(at)s. Kept: %(theirs)s. Yours was: %(mine)s. Enter it again if yours is right."),
        who=_("You, in another window,") if conflict.own else conflict.who,
        at=at,
        theirs=shown(page, conflict.code, conflict.theirs),
        mine=shown(page, conflict.code, conflict.mine),
    )
    return AnswerError(conflict.code, "", why)


def shown(page: ReportPage, code: str, stored: Mapping[str, Any]) -> str:
    """An answer in words."""
    asked = page.definition.by_code.get(code) or _asked_ever(page)[code]
    return _in_words(page, asked, stored, words_of(page)) or "–"


def page_state(page: ReportPage, errors: list[AnswerError], outcome: Outcome | None, action: str = "") -> pages.PageState:
    """What the compiled page needs to know."""
    faults = faults_by_field(errors)
    warnings: dict[str, list[str]] = defaultdict(list)
    for fault in page.checked.faults:
        if fault.severity == WARNING:
            warnings[fault.code].append(say(fault.why))
    adding = action.removeprefix("rows:") if action.startswith("rows:") else ""
    return pages.PageState(
        doc=page.doc,
        relevant=page.checked.relevant,
        required=page.checked.required,
        done=page.checked.done,
        context=page.context,
        faults=faults,
        warnings=warnings,
        files=file_lines(page.report, page.files),
        previous=_previous(page),
        offered=offered(page),
        verdicts=page.verdicts,
        options=page.options,
        source=lambda code: long_lists.address(page, code),
        names=page.names,
        spare_rows={adding: 3} if adding else {},
        clashing=frozenset(c.code for c in outcome.saved.conflicts) if outcome else frozenset(),
    )


def words_of(page: ReportPage) -> Formatter:
    """How the answers of a page are said, with the names of what they refer to."""
    return replace(formatter(), names=page.names) if page.names else formatter()


def offered(page: ReportPage) -> dict[str, Answer]:
    """Answers of last time that stand in the boxes of a draft until they are confirmed or changed: those that may be given now,
    to questions that have none."""
    if not page.previous or page.report.first_sent_at is not None:
        return {}
    around = Surroundings(page.context.today, page.context.moments())
    found = {}
    for asked in page.definition.fields:
        kind, now = of(asked), page.doc.get(asked.code, {"files": None})
        value = kind.value_of(page.previous.get(asked.code) or {})
        answered = "raw" in now or not kind.is_empty(kind.value_of(now)) or "files" not in now  # or emptied
        fits = kind.asks and not kind.is_empty(value) and not pages.adapter_of(asked).files_only
        if fits and not answered and not any(kind.validate(value, asked, around)):
            found[asked.code] = {"v": value}
    return found


def _previous(page: ReportPage) -> dict[str, str]:
    if not page.previous:
        return {}
    fmt = words_of(page)
    found = {}
    for code, asked in page.definition.by_code.items():
        kind = of(asked)
        shown = kind.display(kind.value_of(page.previous.get(code) or {}), asked, fmt) if kind.asks else ""
        if shown:
            found[code] = shown if len(shown) < 80 else f"{shown[:77]}…"
    return found


@dataclass(frozen=True)
class StepLine:
    """One section in the list of steps."""

    code: str
    number: int
    label: str
    filled: int
    total: int
    faults: int


def _steps(page: ReportPage, state: pages.PageState) -> list[StepLine]:
    lines = []
    for number, section in enumerate(page.definition.live_sections, 1):
        filled, total = pages.progress(section, state)
        faults = sum(f.code in state.faults for f in section.fields)
        lines.append(StepLine(section.code, number, text(section.label), filled, total, faults))
    return lines


@dataclass(frozen=True)
class SummaryLine:
    """One fault in the summary: the words at the field, and where the link leads."""

    code: str
    anchor: str
    words: str
    place: str


def _summary(page: ReportPage, errors: list[AnswerError]) -> list[SummaryLine]:
    if not errors:
        return []
    sections = {f.code: (place, f) for place, s in enumerate(page.definition.live_sections, 1) for f in s.fields}
    return [_summary_line(error, *sections[error.code]) for error in errors if error.code in sections]


def _summary_line(error: AnswerError, place: int, asked: Field) -> SummaryLine:
    part = error.part.strip("/").replace("/", "-")
    if part == "files" and not file_kinds(asked):
        part = "link"
    anchor = input_id(error.code, part) if part else pages.adapter_of(asked).focus(asked)
    return SummaryLine(
        error.code, anchor, labelled(text(asked.label), say(error.why)), _("Section %(n)s · %(code)s", n=place, code=error.code)
    )


def _saved_at(page: ReportPage) -> str:
    entry, zone = page.report.entry, page.report.unit.region.zone
    if entry.seq == 0:
        return ""
    at = clock.local(zone, entry.updated_at)
    same_day = at.date() == clock.local(zone).date()
    return at.strftime("%H.%M ") + zone if same_day else f"{formatter().date(at.date(), short=True)} {at.strftime('%H.%M')} {zone}"


def _days(page: ReportPage) -> int:
    zone = page.report.unit.region.zone
    return (clock.local(zone, page.report.due_at).date() - clock.local(zone).date()).days


def _gone(page: ReportPage) -> list[tuple[str, str]]:
    """Answers to questions that are no longer asked: kept, shown, not sent."""
    if not page.gone:
        return []
    known, fmt = _asked_ever(page), words_of(page)
    return [
        (text(known[code].label), _in_words(page, known[code], answer, fmt)) for code, answer in page.gone.items() if code in known
    ]


def _asked_ever(page: ReportPage) -> dict[str, Field]:
    """The questions of every version of the form, each as it was asked last."""
    versions = _form(page).versions
    return {f.code: f for v in versions for f in registry.definition_of(v).by_code.values()}


def _in_words(page: ReportPage, asked: Field, answer: Mapping[str, Any], fmt: Formatter) -> str:
    files = answered_files(answer, file_lines(page.report, page.files))
    return in_words(asked, answer, fmt, [line.filename for line in files])
