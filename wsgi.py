"""What a WSGI server loads: the application with its log and counts, refused while a guard is missing."""

import gc

from infra import log, shared_counts
from settings import load_settings

settings = load_settings()
log.configure(settings.production)
if settings.metrics_token:
    shared_counts.share(settings.metrics_path)

from app import create_app  # noqa: E402 - counts are shared from their first import on
from services.integrity import require_guards  # noqa: E402

app = create_app(settings)
with app.app_context():
    require_guards()

gc.collect()
gc.freeze()  # what is loaded now lives as long as the worker: no collection need walk it again
gc.set_threshold(20_000, 20, 50)  # nearly all objects of a page are freed by count; the bench is served so too
