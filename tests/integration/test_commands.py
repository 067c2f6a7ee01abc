"""Commands, migrations, settings of the application, transactions."""

import re
import shutil
import threading

import pytest
import sqlalchemy as sa
import yaml

from models import User, db
from models.guards import guard_names, missing_guards
from services import registry
from services.unit_of_work import unit_of_work
from tests import world


def test_seed_fills_an_empty_database_only(app, tables):
    before = tables()
    result = app.test_cli_runner().invoke(args=["seed"])
    assert result.exit_code == 0
    assert "definitions apply" not in result.output
    assert tables() == before
    with app.app_context():
        found = db.session.execute(sa.text("SELECT level, count(*) FROM region GROUP BY level")).all()
        assert sum(n for level, n in found if level == "province") == 38
        assert sum(n for level, n in found if level != "province") == 514
        forms = [registry.definition_of(f.versions[-1]) for f in registry.registry().forms()]
        assert sum(f.indicator for form in forms for f in form.fields) == 54


def test_seed_says_what_a_later_release_would_change_and_changes_nothing(app, tables, tmp_path, monkeypatch):
    from cli import seed
    from tests.integration.test_definitions import add_indicator, publish

    shutil.copytree(seed.SEED, tmp_path / "seed")
    monkeypatch.setattr(seed, "SEED", tmp_path / "seed")
    with app.app_context():
        add_indicator()
        publish()
    for name, old, new in (
        ("definitions/pra-bencana.yaml", "weight: 22", "weight: 23"),
        ("definitions/pokja.yaml", "type: yes_no", "type: integer"),
        ("definitions/anggota.yaml", "{id: Anggota klaster,", "{id: Anggota,"),
        ("roles.yaml", "id: Pimpinan", "id: Ketua"),
    ):
        text = (tmp_path / "seed" / name).read_text()
        assert old in text, name
        (tmp_path / "seed" / name).write_text(text.replace(old, new, 1))
    before = tables()
    said = app.test_cli_runner().invoke(args=["seed"])
    assert (said.exit_code, tables() == before) == (0, True)
    types = dict(re.findall(r"^  ([a-z-]+): (.+)$", said.output, re.MULTILINE))
    assert types == {
        "pra-bencana": "0 SAFE, 2 WARN, 0 BLOCK",
        "pokja": "0 SAFE, 0 WARN, 1 BLOCK",
        "anggota": "1 SAFE, 0 WARN, 0 BLOCK",
    }
    assert re.search(r"WARN +PB-KAP-06: ", said.output)  # what was added here would be retired
    lines = said.output.splitlines()
    own = [place for place, line in enumerate(lines) if line.startswith("    ") and not re.match(r" +(SAFE|WARN|BLOCK) ", line)]
    assert [lines[place - 1].split(":")[0].strip() for place in own] == ["pra-bencana"]  # named as changed by an admin
    assert "  roles.yaml" in lines
    assert f"definitions apply {tmp_path / 'seed'}" in said.output


def test_user_create_makes_an_account_that_can_sign_in(app):
    args = [
        "user",
        "create",
        "baru@example.org",
        "--name",
        "Baru",
        "--role",
        "operator",
        "--region",
        "32.16",
        "--password",
        "kata-sandi-panjang",
    ]
    assert app.test_cli_runner().invoke(args=args).exit_code == 0
    client = app.test_client()
    assert client.post("/masuk", data={"email": "baru@example.org", "password": "kata-sandi-panjang"}).status_code == 302
    again = app.test_cli_runner().invoke(args=args)
    assert again.exit_code == 1
    weak = app.test_cli_runner().invoke(args=[*args[:2], "x@example.org", *args[3:-1], "pendek"])
    assert weak.exit_code == 1


def test_bundle_export_twice_gives_the_same_bytes_and_applies_to_nothing_new(app, tmp_path):
    run = app.test_cli_runner()
    assert run.invoke(args=["definitions", "export", str(tmp_path / "a")]).exit_code == 0
    assert run.invoke(args=["definitions", "export", str(tmp_path / "b")]).exit_code == 0
    names = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.yaml"))
    assert len(names) == 9
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    applied = run.invoke(args=["definitions", "apply", str(tmp_path / "a")])
    assert applied.exit_code == 0
    assert "Tidak ada yang perlu diterbitkan" in applied.output


def test_apply_asks_before_it_retires(app, tmp_path):
    run = app.test_cli_runner()
    run.invoke(args=["definitions", "export", str(tmp_path)])
    path = tmp_path / "definitions" / "pokja.yaml"
    text = path.read_text()
    start = text.index("  - id: ", text.index("code: tugas") - 60)
    end = text.index("  - id: ", start + 10)
    path.write_text(text[:start] + text[end:])
    refused = run.invoke(args=["definitions", "apply", str(tmp_path)], input="n\n")
    assert refused.exit_code == 1
    assert "tugas" in refused.output
    assert "pokja: versi 2" in run.invoke(args=["definitions", "apply", str(tmp_path)], input="y\n").output


def test_apply_reports_every_error_and_applies_nothing(app, tmp_path, tables):
    run = app.test_cli_runner()
    run.invoke(args=["definitions", "export", str(tmp_path)])
    path = tmp_path / "definitions" / "pokja.yaml"
    path.write_text(path.read_text().replace("type: yes_no", "type: ya_tidak").replace("title_field: nama", "title_field: judul"))
    before = tables()
    result = run.invoke(args=["definitions", "apply", str(tmp_path)])
    assert result.exit_code == 1
    assert "type-unknown" in result.output
    assert "title-field" in result.output
    assert tables() == before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("scheme.yaml", "late_per_week", "late_per_month", "late_per_week"),
        ("roles.yaml", "report:fill", "report:isi", "report:isi"),
        ("roles.yaml", "- key: leader", "- key: pemimpin", "leader"),
    ],
)
def test_a_bundle_with_a_fault_in_any_file_is_applied_not_at_all(app, tmp_path, tables, name, old, new, said):
    run = app.test_cli_runner()
    run.invoke(args=["definitions", "export", str(tmp_path)])
    changed, faulty = tmp_path / "definitions" / "pokja.yaml", tmp_path / name
    changed.write_text(changed.read_text().replace("Kelompok kerja", "Satuan kerja"))
    faulty.write_text(faulty.read_text().replace(old, new))
    before = tables()
    result = run.invoke(args=["definitions", "apply", str(tmp_path)])
    assert result.exit_code == 1
    assert said in result.output
    assert tables() == before


def test_a_role_that_left_the_bundle_and_is_held_by_nobody_goes(app, tmp_path):
    run = app.test_cli_runner()
    run.invoke(args=["definitions", "export", str(tmp_path)])
    path = tmp_path / "roles.yaml"
    text = path.read_text()
    guest = {"key": "tamu", "label": {"id": "Tamu", "en": "Guest"}, "permissions": ["ranking:read"]}
    path.write_text(yaml.safe_dump({"format": 1, "roles": [*yaml.safe_load(text)["roles"], guest]}))
    assert "roles: diubah" in run.invoke(args=["definitions", "apply", str(tmp_path)]).output
    path.write_text(text)
    assert "roles: diubah" in run.invoke(args=["definitions", "apply", str(tmp_path)]).output
    assert "Tidak ada yang perlu diterbitkan" in run.invoke(args=["definitions", "apply", str(tmp_path)]).output


def test_every_guard_stands_after_the_migrations(ctx):
    with db.engine.connect() as connection:
        assert missing_guards(connection) == []
        assert len(guard_names(connection.dialect.name)) >= 12


def test_no_foreign_key_cascades(ctx):
    inspector = sa.inspect(db.engine)
    for table in inspector.get_table_names():
        for key in inspector.get_foreign_keys(table):
            assert not key["options"].get("ondelete"), (table, key)


def test_a_unit_of_work_rolls_back_whole(ctx):
    with pytest.raises(RuntimeError), unit_of_work() as session:
        session.execute(sa.update(User).values(name="x"))
        raise RuntimeError
    assert "x" not in set(db.session.scalars(sa.select(User.name)))


def test_concurrent_writers_queue_and_none_fails(app, ids):
    from services.drafting import Draft, save_draft

    errors = []

    def work(number):
        try:
            with app.app_context():
                for step in range(5):
                    save_draft(
                        world.person("operator"), ids.report["32.16"], Draft({"PB-SDL-03": {"v": number * 10 + step}}, 10**6)
                    )
        except Exception as error:  # noqa: BLE001 - the test reports whatever went wrong
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with app.app_context():
        seqs = db.session.scalars(sa.text("SELECT seq FROM answer_change ORDER BY seq")).all()
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) >= 30


def test_production_refuses_the_demo(app):
    app.config["PRODUCTION"] = True
    try:
        assert "ditolak" in app.test_cli_runner().invoke(args=["demo"]).output
    finally:
        app.config["PRODUCTION"] = False
