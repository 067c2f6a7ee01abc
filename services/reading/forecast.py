"""What sending a report would do to the score: its sender sees it before, since nothing sent can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.scoring.slot import Filed, Verdict
from domain.scoring.year import find
from infra import clock
from services import score
from services.reading.report_page import ReportPage
from services.report_context import answered_anew, as_sent, frozen_context, sent_document


@dataclass(frozen=True, slots=True)
class Forecast:
    """The unit's total as claimed, in 10⁻⁶ points: as it stands, and once the report is sent; ``None`` where none applies."""

    now: int | None
    then: int | None
    first: bool
    """Whether it was never sent, so that nothing of it counts yet."""

    @property
    def begins_low(self) -> bool:
        """Whether sending lowers the score because answers that earn little begin to count."""
        return self.first and self.now is not None and self.then is not None and self.then < self.now


def forecast(page: ReportPage) -> Forecast:
    """The score without and with this report, computed as sending would. Nothing is written."""
    report = page.report
    supposed = {report.id: _as_sent(page)}
    totals = (find(score.compute_year(report.unit_id, report.year, sent).rows, "total") for sent in ({}, supposed))
    now, then = (total.p if total else None for total in totals)
    return Forecast(now, then, report.first_sent_at is None)


def _as_sent(page: ReportPage) -> Filed:
    doc = as_sent(page.report, page.definition, page.checked)
    return Filed(page.definition, page.version.number, doc, frozen_context(page.report, doc), _verdicts(page, doc), clock.now())


def _verdicts(page: ReportPage, doc: Mapping[str, object]) -> dict[str, Verdict]:
    changed = answered_anew(page.definition, sent_document(page.report) or {}, doc)
    return {field_id: Verdict(verdict) for field_id, (verdict, _note) in page.verdicts.items() if field_id not in changed}
