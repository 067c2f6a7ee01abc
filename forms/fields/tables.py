"""The table editor: rows of inputs, a delete box per row, spare rows, totals. Works without JavaScript."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from domain.definitions.schema import Field
from domain.expressions.kinds import Kind
from domain.fields import of
from domain.fields.base import Answer
from domain.fields.display import Formatter
from domain.fields.row_merge import RAW
from domain.fields.table import MAX_ROWS, ROW_ID
from domain.messages import pick
from forms.fields.base import Adapter, Box, FieldState, Options, name_of
from forms.parts import esc, icon, slot
from infra.ids import new_id

CONTROL = re.compile(r"<(input|select|textarea)\b")


class Table(Adapter):
    """A grid on wide screens, a card per row on phones."""

    name = "table"
    twin = "table"
    group = True

    def control(self, field: Field, locale: str) -> str:
        heads = "".join(f'<th scope="col"{_num(c)}>{_head(c, locale)}</th>' for c in field.columns)
        caption = esc(pick(field.label, locale))
        add = esc(pick(field.options.get("add_label"), locale) or _("Add row"))
        name, delete, row_word = name_of(field.code), esc(_("Delete")), esc(_("Row"))
        most = int(field.options.get("max_rows", MAX_ROWS))
        return (
            f'<input type="hidden" name="{name}.locale" value="{locale}"><div class="scroll">'
            f'<table class="tbl editor cards" data-most="{most}" data-words="{esc(_words(most))}">'
            f'<caption class="vh">{caption}</caption><thead><tr><th scope="col" class="rowno">{row_word}</th>{heads}<th scope="col">{delete}</th></tr></thead>'
            f"<tbody>{slot('rows')}</tbody>{slot('foot')}</table></div>"
            f'<p class="row"><button class="btn" name="_action" value="rows:{field.code}">{icon("plus")}{add}</button></p>'
        )

    def focus(self, field: Field) -> str:
        return f"q-{field.code}"

    def slots(self, field: Field, answer: Answer, state: FieldState) -> dict[str, str]:
        rows = list(answer.get("v") or ())
        spare = max(state.spare_rows, 0 if rows else 1)
        blank = [{"id": new_id()} for _place in range(spare)]  # of two pages that add a row each has its own
        labels = {c.code: pick(c.label, state.fmt.locale) for c in field.columns}
        heads = {c.code: esc(_plain_head(c, state.fmt.locale)) for c in field.columns}
        offered = {c.code: _options(c, state) for c in field.columns}
        lines = [_row(field, row, number, labels, heads, offered, state) for number, row in enumerate(rows + blank, 1)]
        if state.spare_rows:  # rows were asked for: typing goes on in the first of them
            lines[len(rows)] = CONTROL.sub(r"<\1 autofocus", lines[len(rows)], count=1)
        return {"rows": "".join(lines), "foot": _totals(field, rows, state)}

    def collect(self, form: MultiDict[str, str], name: str, field: Field) -> Any:
        dropped = set(form.getlist(f"{name}.drop"))
        rows = []
        for row_id in form.getlist(f"{name}.row")[: 2 * MAX_ROWS + 1]:  # one more than is read, so that it is refused
            if row_id in dropped or not ROW_ID.fullmatch(row_id):
                continue
            dropped.add(row_id)  # a row that comes twice is one row
            cells = {c.code: form.get(f"{name}.{row_id}.{c.code}", "") for c in field.columns if of(c).asks}
            if any(value.strip() for value in cells.values()):
                rows.append(cells | {"id": row_id})
        return rows or None

    def grid(self, field: Field, fmt: Formatter, options: Options) -> Sequence[tuple[Field, Box]]:
        from forms.fields.registry import adapter_of

        return [(c, adapter_of(c).boxes(c, fmt, options)[0]) for c in self.typed_columns(field)]

    def typed_columns(self, field: Field) -> Sequence[Field]:
        return [c for c in field.columns if of(c).asks]

    def lines(self, field: Field, answer: Answer, fmt: Formatter) -> list[tuple[str, list[str]]]:
        asked = self.typed_columns(field)
        return [(row["id"], [_typed(c, row, fmt) for c in asked]) for row in answer.get("v") or ()]


def _words(most: int) -> str:
    """What static/js/form/rows.js says while one edits a table."""
    words = {
        "row": _("row"),
        "options": _("Row options"),
        "insert": _("Insert a row below"),
        "copy": _("Copy this row"),
        "up": _("Move up"),
        "down": _("Move down"),
        "delete": _("Delete this row"),
        "deleted": _("Row %(n)s is deleted.", n="%(n)s"),
        "undo": _("Undo"),
        "most": _("At most %(n)s rows fit here.", n=most),
        "pasted": _("Rows pasted: %(n)s.", n="%(n)s"),
        "left": _("Not taken, for the table has no place for it or the list does not have it: %(cells)s.", cells="%(cells)s"),
    }
    return json.dumps(words, ensure_ascii=False)


def _num(column: Field) -> str:
    return ' class="num"' if of(column).kind is Kind.NUMBER else ""


def _head(column: Field, locale: str) -> str:
    word = esc(_("optional"))
    optional = "" if column.required or not of(column).asks else f' <span class="opt">{word}</span>'
    return esc(_with_unit(column, locale)) + optional


def _plain_head(column: Field, locale: str) -> str:
    """The head as it stands beside a cell on phones: there without markup."""
    word = _("optional")
    return _with_unit(column, locale) + ("" if column.required or not of(column).asks else f", {word}")


def _with_unit(column: Field, locale: str) -> str:
    unit = pick(column.options.get("unit"), locale)
    return pick(column.label, locale) + (f" ({unit})" if unit else "")


def _options(column: Field, state: FieldState) -> Sequence[tuple[str, str]]:
    if of(column).refers:
        return state.column_options.get(column.code, ())
    if column.choices:
        return [(c.code, pick(c.label, state.fmt.locale)) for c in column.choices if not c.retired]
    return of(column).offers(column, state.fmt)


def _row(
    field: Field,
    row: Mapping[str, Any],
    number: int,
    labels: Mapping[str, str],
    heads: Mapping[str, str],
    offered: Mapping[str, Sequence[tuple[str, str]]],
    state: FieldState,
) -> str:
    from forms.fields.registry import adapter_of

    row_id = esc(row["id"])
    base, row_word = name_of(field.code), _("row")
    folded = _foldable(field, row, state)
    cells = [_head_cell(number, folded)]
    for column in field.columns:
        label = esc(f"{labels[column.code]}, {row_word} {number}")
        fault = state.faults.get(f"{row['id']}/{column.code}", "")
        if not of(column).asks:
            inner = f"<output>{esc(of(column).display(row.get(column.code), column, state.fmt))}</output>"
        else:
            value = esc(_typed(column, row, state.fmt))
            inner = adapter_of(column).cell(
                column, f"{base}.{row_id}.{column.code}", label, value, bool(fault), offered[column.code]
            )
        need = f'<p class="err">{icon("warn")}<span>{esc(fault)}</span></p>' if fault else ""
        cells.append(f'<td data-l="{heads[column.code]}"{_num(column)}>{inner}{need}</td>')
    whole = state.faults.get(f"{row['id']}/", "")
    drop_word = esc(_("Delete"))
    drop = f'<input type="checkbox" class="cb" name="{base}.drop" value="{row_id}" aria-label="{drop_word}, {row_word} {number}">'
    when = esc(_("when you save"))
    later = f'<span class="drop-word small quiet"> {when}</span>'
    cells.append(
        f'<td data-l="{drop_word}"><input type="hidden" name="{base}.row" value="{row_id}"><span>{drop}{later}</span></td>'
    )
    done = ' class="done"' if folded else ""
    line = f'<tr id="f-{field.code}-{row_id}"{done}>{"".join(cells)}</tr>'
    if not whole:
        return line
    return (
        f'{line}<tr class="rowerr"><td colspan="{len(cells)}"><p class="err">{icon("warn")}<span>{esc(whole)}</span></p></td></tr>'
    )


def _foldable(field: Field, row: Mapping[str, Any], state: FieldState) -> list[str]:
    """What the row says, cell by cell, when it says something and has no fault: on phones it is then folded into a line."""
    if RAW in row or any(part.startswith(f"{row['id']}/") for part in state.faults):
        return []
    first, *rest = field.columns  # what is added up says most, so it stands next
    shown = (of(c).display(row.get(c.code), c, state.fmt) for c in (first, *sorted(rest, key=lambda c: not c.total)))
    return [esc(cell) for cell in shown if cell]


def _head_cell(number: int, folded: Sequence[str]) -> str:
    """The row's number; of a folded row also the line that opens it."""
    word = esc(_("Row"))
    plain = f'<span class="n"><span class="word">{word} </span>{number}</span>'
    if not folded:
        return f'<th scope="row" class="rowno">{plain}</th>'
    rest = f"<small>{' · '.join(folded[1:])}</small>" if folded[1:] else ""
    change, close = esc(_("Change")), esc(_("Close"))
    words = f'<span class="btn btn-small"><span class="shut">{change}</span><span class="open">{close}</span></span>'
    box = f'<input type="checkbox" class="vh" aria-label="{word} {number}: {change}">'
    line = f'<label class="fold">{box}<span class="g"><b>{number}. {folded[0]}</b>{rest}</span>{words}</label>'
    return f'<th scope="row" class="rowno">{plain}{line}</th>'


def _typed(column: Field, row: Mapping[str, Any], fmt: Formatter) -> str:
    from forms.fields.registry import adapter_of

    raw = (row.get(RAW) or {}).get(column.code)
    if raw is not None:
        return str(raw)
    value = row.get(column.code)
    return "" if value is None else adapter_of(column).typed(column, value, fmt)


def _totals(field: Field, rows: Sequence[Mapping[str, Any]], state: FieldState) -> str:
    """The line of totals, hidden while there are no rows; cells without one are left out on phones, where each would stand
    alone."""
    if not any(column.total for column in field.columns):
        return ""
    shown = of(field).totals(rows, field, state.fmt)
    cells = []
    for place, column in enumerate(field.columns):
        label = esc(pick(column.label, state.fmt.locale))
        total = esc(shown[place]) if shown else ""
        cells.append(f'<td{_num(column)} data-l="{label}">{total}</td>' if column.total else '<td class="blank"></td>')
    word, none = esc(_("Total")), "" if shown else " hidden"
    return f'<tfoot{none}><tr><th scope="row">{word}</th>{"".join(cells)}<td class="blank"></td></tr></tfoot>'
