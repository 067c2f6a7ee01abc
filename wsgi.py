"""What a WSGI server loads: the application, refused while a guard is missing."""

from app import create_app
from services.integrity import require_guards

app = create_app()
with app.app_context():
    require_guards()
