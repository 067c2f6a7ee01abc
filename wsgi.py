"""What a WSGI server loads: the application, refused while a guard is missing."""

import gc

from app import create_app
from services.integrity import require_guards

app = create_app()
with app.app_context():
    require_guards()

gc.collect()
gc.freeze()  # what is loaded now lives as long as the worker: no collection need walk it again
gc.set_threshold(20_000, 20, 50)  # nearly all objects of a page are freed by count; the bench is served so too
