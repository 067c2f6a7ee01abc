"""Lists too long for the page that asks: where the device finds them."""

from flask import url_for

from domain.definitions.schema import Definition, Field
from forms.fields import adapter_of
from forms.fields.picks import LONG
from forms.unchanging import Unchanging, unchanging
from services.reading.report_page import ReportPage


def address(page: ReportPage, code: str) -> str:
    """Where the options of a question are as a file: another address whenever anything in it is another."""
    return url_for("report_choices.listed", report_id=page.report.id, code=code, v=options_file(page, code).digest)


def options_file(page: ReportPage, code: str) -> Unchanging:
    """The options of a question as [id, title]."""
    return unchanging([list(option) for option in page.options(str(page.definition.by_code[code].options["target"]))])


def asked_by(definition: Definition) -> list[Field]:
    """The questions of a form that are answered from a list kept elsewhere."""
    return [field for field in definition.fields if adapter_of(field).looks_up]


def addresses(page: ReportPage) -> list[str]:
    """Addresses of the lists that are not on the page itself."""
    return [address(page, f.code) for f in asked_by(page.definition) if len(page.options(str(f.options["target"]))) > LONG]
