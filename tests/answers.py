"""Answers for whole forms, made from the definition so that they are complete and valid."""

import datetime as dt
import random

from cli.demo_recipe import pdf
from cli.demo_values import Maker
from exchange.bundle import read_yaml
from infra import clock
from settings import ROOT


class _Cast:
    def __init__(self, quality: float) -> None:
        self.quality = quality


def maker() -> Maker:
    return Maker(read_yaml(ROOT / "seed" / "demo.yaml"))


def complete(actor, report_id: str, quality: float = 0.9, store=None) -> dict:
    """A full, valid set of answers for a report, evidence included."""
    import io

    from flask import current_app

    from services import file
    from services.file import Upload
    from services.report_context import context_of, version_of, working_document
    from services.report_rows import get_for

    report = get_for(actor, report_id)
    _version, definition = version_of(report)
    context = context_of(report, definition)
    doc, _previous = working_document(report, definition, context)
    store = store or current_app.extensions["file_store"]

    def paper(label: str, _kind: str) -> str:
        return next(iter(file.store(actor, store, report.unit, [Upload(f"{label}.pdf", io.BytesIO(pdf(label)))], ("pdf",))))

    base = context.period.end if context.period else clock.local("WIB").date()
    base = min(base, clock.local("WIB").date())
    assert isinstance(base, dt.date)
    return maker().document(random.Random(5), definition, context, doc, _Cast(quality), base, paper, True)


__all__ = ["complete", "maker"]
