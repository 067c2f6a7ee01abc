"""Make the bench's own world in the database of the environment: one unit, a 60-field form, one half-written report, whose id
it prints."""

import datetime as dt

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
    with app.app_context():
        bundle.apply(SYSTEM, {"bench-60": source(60)})
        home = region.region_id("32.16")
        unit.create(SYSTEM, region_id=home, name="Klaster uji", start_date=dt.date(2025, 1, 1))
        today = clock.local("WIB").date()
        _, quarter = quarter_of(today)
        period.save(SYSTEM, year=today.year, quarter=quarter, due_date=today + dt.timedelta(days=30), state="open")
        wish = [GrantWish("operator", "region", home)]
        made = user.create(
            SYSTEM, email="bench@example.org", name="Bench", password="bench-password-1", hasher=hash_password, grants=wish
        )
        form = registry.registry().types["bench-60"]
        found = db.session.scalars(sa.select(Report.id).where(Report.content_type_id == form.id)).one()
        drafting.save_draft(actor_for(made), found, Draft(document(60), 0))
        print(found)


if __name__ == "__main__":
    main()
