"""A generated page: compiled once per version and language into literal parts and slots, joined per request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import force_locale, gettext, ngettext

from domain.answers.context import Context, is_due
from domain.answers.parts import says_something
from domain.definitions.schema import PHASE_FORM, Definition, Evidence, Field, Section
from domain.fields import of
from domain.fields.base import Answer, FieldType
from domain.fields.display import NBSP, Formatter
from domain.messages import N_, pick
from domain.scoring.rules import rule_of
from forms import hints
from forms.fields import Adapter, FieldState, adapter_of
from forms.fields.base import FileLine, input_id, name_of
from forms.kept import Kept
from forms.offered import SAME, YES, mark_of
from forms.parts import Parts, esc, icon, slot

ACCEPT = {
    "pdf": "application/pdf",
    "image": "image/jpeg,image/png,image/webp",
    "sheet": ".xlsx",
    "doc": ".docx",
}


@dataclass(frozen=True)
class CompiledField:
    """One question: its markup and how it is filled."""

    field: Field
    kind: FieldType
    adapter: Adapter
    parts: Parts
    has_help: bool
    takes_evidence: bool
    """Whether files or a link may stand with the answer."""
    waiting: Parts
    """The line that stands for the question while it does not apply."""


@dataclass(frozen=True)
class CompiledSection:
    """A section: head, fields, end."""

    section: Section
    head: Parts
    foot: Parts
    plain_foot: Parts
    """The end without a button of its own."""
    fields: tuple[CompiledField, ...]


@dataclass(frozen=True)
class CompiledPage:
    """All sections of a version in one language."""

    definition: Definition
    locale: str
    sections: tuple[CompiledSection, ...]
    words: Mapping[str, str]


@dataclass
class PageState:
    """What one person's page holds: the document, what applies, what is wrong, files, look-ups, last time."""

    doc: Mapping[str, Answer]
    relevant: frozenset[str]
    required: frozenset[str]
    context: Context
    faults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    warnings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, FileLine] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    options: Callable[[str], Sequence[tuple[str, str]]] = lambda _target: ()
    source: Callable[[str], str] = lambda _code: ""
    """The address of a question's options as a file, where there is one."""
    names: Mapping[str, str] = field(default_factory=dict)
    spare_rows: Mapping[str, int] = field(default_factory=dict)
    offered: Mapping[str, Answer] = field(default_factory=dict)
    """Answers of last time that stand in the boxes until they are confirmed or changed."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """What has changed of questions since their reader last saw them, in words."""
    clashing: frozenset[str] = frozenset()
    """Answers that someone else changed meanwhile: nothing is wrong with them."""

    @cached_property
    def is_record(self) -> bool:
        """Whether the page edits a record: there, states beside each question would only be noise."""
        return self.context.period is None and self.context.event is None


_kept: Kept[tuple[str, str], CompiledPage] = Kept(128)


def compiled_page(sha256: str, locale: str, definition: Definition) -> CompiledPage:
    """The compiled page of a version (by its hash) in *locale*, made once and kept."""
    return _kept.get((sha256, locale), lambda: compile_page(definition, locale))


def compile_page(definition: Definition, locale: str) -> CompiledPage:
    """Compile without a cache. Needs an application context for the fixed words."""
    with force_locale(locale):
        sections = tuple(_section(s, place, definition, locale) for place, s in enumerate(definition.live_sections, 1))
        return CompiledPage(definition, locale, sections, _words())


PILLS = {
    "empty": ("mute", "draft", N_("Empty")),
    "same": ("warn", "same", N_("Not changed yet")),
    "filled": ("ok", "check", N_("Filled in")),
    "part": ("warn", "half", N_("Not complete yet")),
    "bad": ("bad", "bad", N_("Needs repair")),
    "clash": ("warn", "warn", N_("Changed meanwhile")),
    "returned": ("warn", "back", N_("Returned")),
    "accepted": ("ok", "ok", N_("Accepted")),
    "not_applicable": ("mute", "na", N_("Not applicable")),
}
"""What a question's pill says of its answer: (tone, icon, words)."""


def _words() -> dict[str, str]:
    not_due = gettext("Not required this period")
    return {f"pill:{key}": _pill_markup(key, *pill) for key, pill in PILLS.items()} | {
        "not_due": f'<span class="tag">{esc(not_due)}</span>',
        "note": esc(gettext("Note of the verifier")),
        "drop": esc(gettext("Detach")),
        "look": esc(gettext("Look at")),
        "appear": esc(gettext("They appear when the answers they build on are filled in.")),
        "last": esc(gettext("Last time")),
        "same": _same_words(),
        "save": esc(gettext("Save")),
        "go on": esc(gettext("Save and continue")),
    }


def _same_words() -> str:
    said = esc(gettext("This is last time's answer. Confirm it or change it: until then it does not count."))
    tick = esc(gettext("Still the same"))
    box = f'<label class="pick"><input type="checkbox" name="%s" value="{YES}">{tick}</label>'
    return f'{icon("info")}<span class="g">{said}</span>{box}'


def _pill_markup(key: str, tone: str, name: str, msgid: str) -> str:
    word = esc(gettext(msgid))
    return f'<span class="pill is-{tone}" data-pill="{key}">{icon(name, True)}{word}</span>'


def _section(section: Section, place: int, definition: Definition, locale: str) -> CompiledSection:
    label = esc(pick(section.label, locale))
    number = f"{place}. " if len(definition.live_sections) > 1 else ""
    count = f'<span class="count"{slot("uncounted")}>{slot("count")}</span>'
    head = f'<section class="part" id="b-{esc(section.code)}" aria-labelledby="bt-{esc(section.code)}"><div class="part-head"><h2 id="bt-{esc(section.code)}">{number}{label}</h2>{count}</div>'
    fields = tuple(_compile_field(f, definition, locale) for f in section.fields)
    button = f'<p class="row part-save"><button class="btn btn-big" name="_action" value="save:{esc(section.code)}">{icon("save")}{slot("save")}</button></p>'
    return CompiledSection(
        section, Parts.of(head), Parts.of(f"{slot('hidden')}{button}</section>"), Parts.of(f"{slot('hidden')}</section>"), fields
    )


def _compile_field(asked: Field, definition: Definition, locale: str) -> CompiledField:
    adapter = adapter_of(asked)
    code, label = esc(asked.code), esc(pick(asked.label, locale))
    optional = "" if asked.required or not of(asked).asks else optional_mark(asked.scored)
    tag = f'<span class="code">{code}</span>' if definition.kind == PHASE_FORM else ""
    top = f'<div class="q-top">{tag}{slot("due")}{slot("pill")}</div>'
    help_text = pick(asked.help, locale)
    hint = f'<p class="q-help" id="h-{code}">{esc(help_text)}</p>' if help_text else ""
    body = f'{hint}{_why(asked, locale)}{slot("note")}<div class="q-body">{adapter.control(asked, locale)}</div>{slot("same")}{slot("errors")}'
    evidence = _evidence(asked, definition, locale)
    tail = f"{evidence}{_foot(asked, definition.kind, locale)}"
    if adapter.group:
        name = f'<legend class="q-name" id="l-{code}">{label}{slot("opt")}</legend>'
        inner = f"<fieldset{slot('group')}>{name}{body}</fieldset>{tail}"
    elif of(asked).asks:
        inner = f'<label class="q-name" id="l-{code}" for="{input_id(asked.code)}">{label}{slot("opt")}</label>{body}{tail}'
    else:
        inner = f'<p class="q-name" id="l-{code}">{label}</p>{body}{tail}'
    described = f' aria-describedby="h-{code}"' if help_text else ""
    markup = f'<div class="q{slot("css")}" data-q="{code}"{slot("place")}>{top}{inner}</div>'
    parts = Parts.of(markup, desc=described, opt=optional, place=f' id="q-{code}"')
    waiting = hints.waiting(asked, definition, locale)
    return CompiledField(asked, of(asked), adapter, parts, bool(help_text), bool(evidence), waiting)


def optional_mark(counts: bool = False) -> str:
    """Optional is marked; required is not, because nearly all are. What *counts* in the score earns nothing while empty."""
    word = gettext("optional, empty counts 0") if counts else gettext("optional")
    return f' <span class="opt">{esc(word)}</span>'


def _why(asked: Field, locale: str) -> str:
    why = pick(asked.why, locale)
    if not why:
        return ""
    summary = esc(gettext("Why this is asked and how it is scored") if asked.indicator else gettext("Why this is asked"))
    return f'<details class="q-why"><summary>{icon("info", True)}{summary}</summary><p>{esc(why)}</p></details>'


def _evidence(asked: Field, definition: Definition, locale: str) -> str:
    """The evidence block: its label, the files there are, the input. A file answer uses the same block."""
    evidence = asked.evidence
    if evidence is None and adapter_of(asked).files_only:
        evidence = Evidence(asked.label, None, tuple(asked.options.get("kinds", ("pdf", "image"))))
    if evidence is None:
        return ""
    label, word = esc(pick(evidence.label, locale)), esc(gettext("Evidence"))
    if evidence.kinds == ("link",):
        field_id, name = input_id(asked.code, "link"), name_of(asked.code, "link")
        box = f'<input class="in" id="{field_id}" name="{name}" inputmode="url" autocomplete="off" value="{slot("link")}"{slot("inv:link")}>'
        when = hints.needed(asked, definition, locale)
        small = f' <span class="opt">{esc(when)}</span>' if when else ""
        return f'<div class="proof"><label class="label" for="{field_id}">{word}: {label}{small}</label>{box}{slot("err:files")}{slot("err:link")}</div>'
    kinds = gettext("%(kinds)s, at most %(mb)s MB each") % {"kinds": kinds_text(evidence.kinds), "mb": 10}
    kinds = "; ".join(filter(None, (hints.needed(asked, definition, locale), kinds)))
    pick_word, later = esc(gettext("Upload a file")), esc(gettext("sent when you save"))
    accept = ",".join(ACCEPT[k] for k in evidence.kinds if k in ACCEPT)
    field_id = input_id(asked.code, "files")
    box = f'<input type="file" class="file-in" id="{field_id}" name="{name_of(asked.code, "files")}" accept="{accept}" multiple data-pick="{pick_word}" data-later="{later}"{slot("inv:files")}>'
    head = f'<label class="label" for="{field_id}">{word}: {label} <span class="opt">{esc(kinds)}</span></label>'
    return f'<div class="proof">{head}{slot("files")}{box}{_earlier(asked, definition)}{slot("err:files")}</div>'


def _earlier(asked: Field, definition: Definition) -> str:
    """The way to the files there are: what is typed is saved first."""
    if definition.kind != PHASE_FORM:
        return ""
    word = esc(gettext("Use an earlier file"))
    return f' <button class="btn btn-quiet" name="_action" value="files:{esc(asked.code)}">{word}</button>'


def kinds_text(kinds: Sequence[str]) -> str:
    """Kinds of file in words."""
    names = {"pdf": "PDF", "image": gettext("photo"), "sheet": "Excel", "doc": "Word"}
    listed = [names[k] for k in kinds if k in names]
    return (gettext(" or ")).join(listed) if len(listed) < 3 else ", ".join(listed[:-1]) + gettext(" or ") + listed[-1]


def _foot(asked: Field, kind: str, locale: str) -> str:
    if kind != PHASE_FORM:
        return ""
    facts = [slot("last")]
    if asked.scored:
        word = gettext("Weight")
        facts.append(f"<span>{esc(word)} {esc(Formatter(locale).number(asked.weight / 1000))}</span>")
    facts.append(target_text(asked, locale))
    return f'<p class="q-foot">{"".join(facts)}</p>'


def target_text(asked: Field, locale: str) -> str:
    """The target beside a question, where the rule has one number."""
    target = asked.rule.params.get("target") if asked.rule else None
    if target is None:
        return ""
    word = gettext("Target at most") if rule_of(asked).less_is_better else gettext("Target")
    unit = pick(of(asked).measured_in(asked), locale)
    return f"<span>{esc(word)} {esc(Formatter(locale).number(target))}{NBSP + esc(unit) if unit else ''}</span>"


def render(page: CompiledPage, state: PageState, saves: bool = True) -> str:
    """The markup of all sections for one person."""
    return "".join(_render_sections(page, state, saves))


def _render_sections(page: CompiledPage, state: PageState, saves: bool) -> Iterator[str]:
    fmt = Formatter(page.locale, state.names)
    moments = state.context.moments()
    last = page.sections[-1].section.code if page.sections else ""
    for section in page.sections:
        filled, total = progress(section.section, state)
        counted = {"count": f"{filled}/{total}"} | ({} if total and saves else {"uncounted": " hidden"})
        yield section.head.join(counted)
        for compiled in section.fields:
            yield render_field(page, compiled, state, fmt, moments)
        save = page.words["save" if section.section.code == last else "go on"]
        yield (section.foot if saves else section.plain_foot).join({"hidden": _hidden(page, section, state), "save": save})


def render_one(page: CompiledPage, code: str, state: PageState) -> str:
    """The markup of one question for one person; nothing when there is none of that code."""
    compiled = next((f for section in page.sections for f in section.fields if f.field.code == code), None)
    fmt, moments = Formatter(page.locale, state.names), state.context.moments()
    return render_field(page, compiled, state, fmt, moments) if compiled else ""


def progress(section: Section, state: PageState) -> tuple[int, int]:
    """(complete, to answer) among the required fields of a section."""
    wanted = [f.code for f in section.fields if f.code in state.required]
    return sum(code in state.done for code in wanted), len(wanted)


def render_field(page: CompiledPage, compiled: CompiledField, state: PageState, fmt: Formatter, moments: Mapping[str, Any]) -> str:
    """The markup of one question."""
    asked, code = compiled.field, compiled.field.code
    answer = state.doc.get(code) or {}
    faults = state.faults.get(code)
    offered = state.offered.get(code)
    shown = {**answer, **offered} if offered else answer
    slots = compiled.adapter.slots(asked, shown, _field_state(compiled, state, faults, fmt, moments))
    if offered:
        slots["same"] = _same(page, asked, offered, fmt)
    pill = _pill(compiled, state, faults, answer)
    if pill:
        slots["pill"] = page.words[pill]
    if asked.due_in and not is_due(asked, state.context):
        slots["due"], slots["opt"] = page.words["not_due"], ""
    if code not in state.relevant:
        slots["place"] = " hidden"
    if faults:
        _fault_slots(slots, code, faults, compiled.has_help)
    if compiled.takes_evidence:
        _evidence_slots(page, slots, asked, answer, state)
    if code in state.warnings:
        said = "".join(f"<p>{esc(why)}</p>" for why in state.warnings[code])
        slots["errors"] = slots.get("errors", "") + f'<div class="note is-warn">{icon("warn")}{said}</div>'
    if asked.id in state.verdicts or code in state.changed:
        _note_slots(page, slots, state, asked)
    if code in state.previous:
        slots["last"] = f"<span>{page.words['last']}: {esc(state.previous[code])}</span>"
    return compiled.parts.join(slots)


def _same(page: CompiledPage, asked: Field, offered: Answer, fmt: Formatter) -> str:
    """What stands below an answer of last time: it counts once it is confirmed, or changed."""
    name = name_of(asked.code, SAME)
    return f'<div class="same"><input type="hidden" name="{name}" value="{mark_of(asked, offered, fmt)}">{page.words["same"] % name}</div>'


def _field_state(
    compiled: CompiledField, state: PageState, faults: Mapping[str, str] | None, fmt: Formatter, moments: Mapping[str, Any]
) -> FieldState:
    asked = compiled.field
    own = FieldState(faults or {}, state.spare_rows.get(asked.code, 0), fmt, moments)
    if compiled.adapter.looks_up:
        own.options = state.options(str(asked.options.get("target")))
        own.source = lambda: state.source(asked.code)
    if asked.columns:
        own.column_options = {c.code: state.options(str(c.options["target"])) for c in asked.columns if adapter_of(c).looks_up}
    return own


def _pill(compiled: CompiledField, state: PageState, faults: object, answer: Answer) -> str:
    if faults:
        return "pill:clash" if compiled.field.code in state.clashing else "pill:bad"
    if compiled.field.id in state.verdicts:
        return f"pill:{state.verdicts[compiled.field.id][0]}"
    if not compiled.kind.asks or state.is_record:
        return ""
    if "raw" not in answer and compiled.kind.is_empty(compiled.kind.value_of(answer)):
        return "pill:same" if compiled.field.code in state.offered else "pill:empty"
    code = compiled.field.code
    return "pill:part" if code in state.required and code not in state.done else "pill:filled"


def _fault_slots(slots: dict[str, str], code: str, faults: Mapping[str, str], has_help: bool) -> None:
    helped = f" h-{code}" if has_help else ""
    slots["css"] = " is-bad"
    slots["desc"] = f' aria-invalid="true" aria-describedby="e-{code}{helped}"'
    slots["group"] = f' aria-describedby="e-{code}{helped}"'
    whole = [text for part, text in faults.items() if part == ""]  # faults of cells stand in their cells
    slots["errors"] = f'<div id="e-{code}">' + "".join(_error(text) for text in whole) + "</div>"
    for part, text in faults.items():
        if part and "/" not in part:
            slots[f"err:{part}"] = f'<div id="e-{code}-{part}">{_error(text)}</div>'
            slots[f"inv:{part}"] = f' aria-invalid="true" aria-describedby="e-{code}-{part}"'


def _error(text: str) -> str:
    return f'<p class="err">{icon("warn")}<span>{esc(text)}</span></p>'


def _evidence_slots(page: CompiledPage, slots: dict[str, str], asked: Field, answer: Answer, state: PageState) -> None:
    files = answer.get("files")
    if files:
        names = answer.get("names") or {}  # one file may serve several answers, each under its own name
        lines = [(state.files[sha], names.get(sha, state.files[sha].filename)) for sha in files if sha in state.files]
        slots["files"] = "".join(_file(page, asked.code, line, name) for line, name in lines)
    if answer.get("link") or answer.get("link_raw"):
        slots["link"] = esc(answer.get("link_raw") or answer["link"])


def _file(page: CompiledPage, code: str, line: FileLine, filename: str) -> str:
    shown = esc(filename)
    drop = f'<label class="drop"><input type="checkbox" class="cb" name="{name_of(code, "dropfile")}" value="{line.sha256}"> {page.words["drop"]}<span class="vh"> {shown}</span></label>'
    name = f'<a class="nm" href="{esc(line.url)}">{shown}</a>' if line.url else f'<span class="nm">{shown}</span>'
    return f'<div class="file">{_thumb(page, line, shown)}{name}<span class="st">{esc(line.size)}</span>{drop}</div>'


def _thumb(page: CompiledPage, line: FileLine, shown: str) -> str:
    """What a file looks like, over the sign of its kind; looking at it leaves the form where it is."""
    if not line.look:
        return f'<span class="thumb" aria-hidden="true">{esc(line.mark)}</span>'
    sign = f'<span aria-hidden="true">{esc(line.mark)}</span><img src="{esc(line.url)}/kecil" alt="" loading="lazy">'
    return f'<a class="thumb" href="{esc(line.look)}" target="_blank" rel="noopener">{sign}<span class="vh">{page.words["look"]} {shown}</span></a>'


def _note_slots(page: CompiledPage, slots: dict[str, str], state: PageState, asked: Field) -> None:
    """What BNPB changed of a question, and what a verifier says of its answer."""
    if asked.code in state.changed:
        slots["note"] = f'<div class="note is-info">{icon("info")}<p>{esc(state.changed[asked.code])}</p></div>'
    verdict, note = state.verdicts.get(asked.id, ("", ""))
    if verdict == "returned":
        slots["css"] = slots.get("css") or " is-warn"
        slots["note"] = (
            slots.get("note", "")
            + f'<div class="note is-warn">{icon("back")}<p><b>{page.words["note"]}</b></p><p>{esc(note)}</p></div>'
        )


def _hidden(page: CompiledPage, section: CompiledSection, state: PageState) -> str:
    """The questions of a section that do not apply now, and a place for those that may come not to."""
    conditional = [f for f in section.fields if f.field.relevant is not None]
    if not conditional:
        return ""
    hidden = [f for f in conditional if f.field.code not in state.relevant]
    with force_locale(page.locale):
        words = ngettext("%(num)d question does not apply now", "%(num)d questions do not apply now", len(hidden))
    rows = "".join(_waiting(f, state) for f in conditional)
    none = "" if hidden else " hidden"
    return f'<details class="more hidden-list"{none}><summary>{icon("na")}<span>{esc(words)}</span></summary><p class="small quiet">{page.words["appear"]}</p><ul>{rows}</ul></details>'


def _waiting(compiled: CompiledField, state: PageState) -> str:
    """The line of a question that may wait; while the question itself stands on the page, out of sight."""
    code = compiled.field.code
    said = {"kept": ""} if says_something(state.doc.get(code) or {}) else {}
    return compiled.waiting.join(said | ({"place": " hidden"} if code in state.relevant else {}))
