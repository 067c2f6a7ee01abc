"""What a storm strikes: reports that were sent, records of every collection, one account it may change."""

import random
from types import SimpleNamespace

from models import Unit, db
from services import record, report, user
from services.actor import SYSTEM
from services.drafting import Draft
from tests import world
from tests.answers import complete, maker

VICTIM = "korban@example.org"
"""The one account a storm may change: the others must stay able to strike."""


def prepare() -> None:
    """Fill the world; inside an application context."""
    for code, who in (("32", "province"), ("32.16", "operator")):
        report_id, sender = world.report_of(code, "pra-bencana"), world.person(who)
        assert report.submit(sender, report_id, Draft(complete(sender, report_id), 0)).sent
    user.create(SYSTEM, email=VICTIM, name="Korban", password=world.PASSWORD, hasher=world.fast_hash, grants=[])
    chance, made = random.Random(3), maker()
    cast = SimpleNamespace(unit=db.session.get_one(Unit, world.unit_of("32.16")), quality=0.9)
    for key, listed in made.recipe["records"].items():
        _version, definition = record.definition_for(key)
        for place, template in enumerate(listed[:3], 1):
            words = {"daerah": "Bekasi", "n": str(place), "nn": f"{place:02d}", "tahun": "2026"}
            whole = dict(made.recipe["common"].get(key, {})) | template
            record.save(SYSTEM, key, cast.unit.id, made.record(chance, definition, whole, words, cast, 2026))
