"""Make the bench's own world in the database of the environment: one unit, a form of each size it is given, one half-written
report of each, whose ids it prints."""

import datetime as dt
import sys

import sqlalchemy as sa
from flask_security import hash_password

from app import create_app
from bench.synthetic import document, source
from domain.quarters import quarter_of
from infra import clock
from models import Report, db
from services import bundle, drafting, period, region, registry, unit, user
from services.actor import SYSTEM, actor_for
from services.drafting import Draft
from services.user import GrantWish


def main() -> None:
    """Everything through the services."""
    app = create_app()
    sizes = [int(size) for size in sys.argv[1:]]
    with app.app_context():
        bundle.apply(SYSTEM, {f"bench-{size}": source(size) for size in sizes})
        home = region.region_id("32.16")
        unit.create(SYSTEM, region_id=home, name="Klaster uji", start_date=dt.date(2025, 1, 1))
        today = clock.local("WIB").date()
        _, quarter = quarter_of(today)
        period.save(SYSTEM, year=today.year, quarter=quarter, due_date=today + dt.timedelta(days=30), state="open")
        wish = [GrantWish("operator", "region", home)]
        made = user.create(
            SYSTEM, email="bench@example.org", name="Bench", password="bench-password-1", hasher=hash_password, grants=wish
        )
        for size in sizes:
            form = registry.registry().types[f"bench-{size}"]
            found = db.session.scalars(sa.select(Report.id).where(Report.content_type_id == form.id)).one()
            drafting.save_draft(actor_for(made), found, Draft(document(size), 0))
            print(found)


if __name__ == "__main__":
    main()
