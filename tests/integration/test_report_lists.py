"""The ranking and the list of reports, as different readers see them."""

from services import unit, user
from services.actor import SYSTEM, actor_for
from services.reading import due
from services.user import GrantWish
from tests import world
from tests.html import visible_text
from tests.integration.test_reports import send


def test_the_ranking_marks_the_readers_own_cluster_and_nobodys_for_who_fills_for_all(app, as_, ids):
    with app.app_context():
        send(report_id=ids.report["32.16"])
        made = user.create(
            SYSTEM,
            email="semua@example.org",
            name="Semua",
            grants=[GrantWish("operator", "national"), GrantWish("admin", "national")],
        )
    own = as_("operator").get("/peringkat?liga=kabkota").text
    assert own.count('<span class="tag">Klaster Anda</span>') == 1
    assert "Klaster Anda: peringkat 1" in visible_text(own)
    with app.app_context():
        assert unit.own_levels(actor_for(made)) == {}


def test_reports_are_listed_page_by_page(app, as_, ids, monkeypatch):
    monkeypatch.setattr(due, "PAGE", 1)
    with app.app_context():
        reader = world.person("admin")
        pages = [due.listed(reader, page=number) for number in (1, 2, 3)]
        whole = pages[0][1]
        assert whole >= 3
        assert len({rows[0].id for rows, _count in pages}) == 3
        assert due.listed(reader, page=whole + 1)[0] == []
