"""What a question waits for and when its evidence is needed, in words: made once per version and language."""

from collections.abc import Sequence

from flask_babel import gettext

from domain.definitions.conditions import constant, told
from domain.definitions.schema import PHASE_FORM, Definition, Expression, Field
from domain.expressions import references
from domain.messages import pick
from forms.parts import Parts, esc, slot
from forms.texts import say_in


def needed(asked: Field, definition: Definition, locale: str) -> str:
    """When the evidence is needed; nothing where it is the answer itself or the condition has no plain words."""
    if asked.evidence is None:
        return ""
    required = asked.evidence.required
    always = False if required is None else constant(required.node)
    if required is None or always is not None:
        return gettext("required") if always else gettext("if there is any")
    clause = told(required.node, definition, asked)
    return gettext("needed when %(clause)s") % {"clause": say_in(clause, locale)} if clause else ""


def waiting(asked: Field, definition: Definition, locale: str) -> Parts:
    """The line that stands for a question that does not apply: what opens it, where that is answered, what it costs meanwhile;
    and that an answer it holds is kept."""
    if asked.relevant is None:
        return Parts.of("")
    awaited = _awaited(asked.relevant, definition)
    why = " ".join(filter(None, (_opens(asked, asked.relevant, awaited, definition, locale), _meanwhile(asked))))
    coded = definition.kind == PHASE_FORM
    names = [(f.code, f.code if coded else pick(f.label, locale)) for f in awaited]
    links = ", ".join(f'<a href="#q-{esc(code)}">{esc(name)}</a>' for code, name in names)
    word = esc(gettext("Go to"))
    go = f" {word} {links}." if links else ""
    tag = f'<span class="code">{esc(asked.code)}</span> ' if coded else ""
    kept = esc(gettext("Your answer is kept."))
    line = f'<li data-waits="{esc(asked.code)}"{slot("place")}>{tag}{esc(pick(asked.label, locale))}<small>{esc(why)}{go} <b{slot("kept")}>{kept}</b></small></li>'
    return Parts.of(line, kept=" hidden", place=f' id="q-{esc(asked.code)}"')


def _awaited(relevant: Expression, definition: Definition) -> list[Field]:
    """The questions of the same form that a condition reads."""
    codes = {node[1] for node in references(relevant.node) if node[0] in ("ref", "col")}
    return [definition.by_code[code] for code in sorted(codes) if code in definition.by_code]


def _opens(asked: Field, relevant: Expression, awaited: Sequence[Field], definition: Definition, locale: str) -> str:
    clause = told(relevant.node, definition, asked)
    if clause is not None:
        return gettext("Appears when %(clause)s.") % {"clause": say_in(clause, locale)}
    named = ", ".join(f"“{pick(f.label, locale)}”" for f in awaited)
    return gettext("Depends on %(questions)s.") % {"questions": named} if named else gettext("Depends on another report.")


def _meanwhile(asked: Field) -> str:
    if not asked.scored:
        return ""
    return gettext("Counts 0 until then.") if asked.when_irrelevant == "zero" else gettext("Not counted until then.")
