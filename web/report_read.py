"""A report as it is read and printed: every answer in words."""

from dataclasses import dataclass
from typing import Any

from domain.definitions.schema import Field
from domain.fields import of
from domain.fields.display import Formatter
from forms.fields.base import FileLine
from forms.texts import text
from infra import clock
from services.reading.due import subject_name
from services.reading.report_page import ReportPage
from shell.faults import unread
from shell.files import answered_files, file_lines
from web.report_form import title, words_of


def reading(page: ReportPage) -> dict[str, Any]:
    """What the reading and print templates need: every answer in words."""
    fmt = words_of(page)
    sections = []
    for section in page.definition.live_sections:
        lines = [_line(page, asked, fmt) for asked in section.fields if asked.code in page.checked.relevant]
        sections.append((text(section.label), lines, [f for f in section.fields if f.code not in page.checked.relevant]))
    return {
        "page": page,
        "title": title(page),
        "subject": subject_name(page.report.period, page.report.event),
        "sections": sections,
        "due": clock.local(page.report.unit.region.zone, page.report.due_at),
        "now": clock.local(page.report.unit.region.zone),
    }


@dataclass(frozen=True)
class ReadLine:
    """One answer on paper."""

    field: Field
    shown: str
    columns: list[str]
    rows: list[list[str]]
    totals: list[str]
    files: list[FileLine]
    link: str
    verdict: tuple[str, str] | None


def _line(page: ReportPage, asked: Field, fmt: Formatter) -> ReadLine:
    stored = page.doc.get(asked.code) or {}
    value = of(asked).value_of(stored)
    shown = unread(stored) or of(asked).display(value, asked, fmt)
    rows = [[of(c).display(row.get(c.code), c, fmt) for c in asked.columns] for row in (value or ())] if asked.columns else []
    files = answered_files(stored, file_lines(page.report, page.files))
    return ReadLine(
        asked,
        shown,
        [text(c.label) for c in asked.columns],
        rows,
        of(asked).totals(value, asked, fmt),
        files,
        stored.get("link") or "",
        page.verdicts.get(asked.id),
    )
