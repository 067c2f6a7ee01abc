"""The environment read once: loud on a bad value."""

import re
import stat

import pytest

from settings import ROOT, VARIABLES, SettingsError, load_settings

KEY = "k" * 32


def test_development_needs_nothing(tmp_path):
    found = load_settings({}, tmp_path / "instance")
    assert not found.production
    assert found.database_url == f"sqlite:///{tmp_path}/instance/emonev.sqlite3"
    assert found.storage_path == tmp_path / "instance" / "files"
    assert (found.port, found.workers) == (8000, 2)
    assert (found.proxy_hops, found.metrics_token, found.metrics_path) == (0, "", tmp_path / "instance" / "metrics")
    assert len(found.secret_key) >= 32


def test_the_development_key_is_made_once_and_private(tmp_path):
    first = load_settings({}, tmp_path).secret_key
    assert load_settings({}, tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert load_settings({}, tmp_path / "other").secret_key != first


def test_everything_can_be_set(tmp_path):
    env = {
        "EMONEV_ENV": "production",
        "DATABASE_URL": "postgresql://u:p@h/db",
        "SECRET_KEY": KEY,
        "STORAGE_URL": "file:///srv/files",
        "PORT": "80",
        "WEB_CONCURRENCY": "4",
        "PROXY_HOPS": "2",
        "METRICS_TOKEN": "t" * 16,
        "METRICS_DIR": "/run/emonev/metrics",
    }
    found = load_settings(env, tmp_path)
    assert found.production
    assert found.database_url == "postgresql+psycopg://u:p@h/db"
    assert (found.secret_key, str(found.storage_path), found.port, found.workers) == (KEY, "/srv/files", 80, 4)
    assert (found.proxy_hops, found.metrics_token, str(found.metrics_path)) == (2, "t" * 16, "/run/emonev/metrics")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgres://h/db", "postgresql://h/db", "postgresql+psycopg://h/db"])
def test_postgresql_is_reached_through_psycopg(url, tmp_path):
    found = load_settings({"DATABASE_URL": url, "MIGRATION_URL": url}, tmp_path)
    assert found.database_url == found.migration_url == "postgresql+psycopg://h/db"
    assert load_settings({"DATABASE_URL": url}, tmp_path).migration_url == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMONEV_ENV", "prod"), ("EMONEV_ENV", ""), ("DATABASE_URL", "mysql://h/db"), ("DATABASE_URL", "emonev.sqlite3"), ("MIGRATION_URL", "sqlite:///x.sqlite3"), ("MIGRATION_URL", "owner@h/db"), ("STORAGE_URL", "s3://bucket"), ("STORAGE_URL", "/srv/files"),
        ("PORT", "0"), ("PORT", "65536"), ("PORT", "-1"), ("PORT", "http"), ("PORT", ""), ("PORT", "8.5"), ("PORT", "²"), ("WEB_CONCURRENCY", "0"), ("WEB_CONCURRENCY", "65"), ("WEB_CONCURRENCY", "two"),
        ("PROXY_HOPS", "-1"), ("PROXY_HOPS", "6"), ("PROXY_HOPS", "yes"), ("METRICS_TOKEN", "short"), ("METRICS_TOKEN", "sixteen with a space"), ("METRICS_TOKEN", "ünïcödé-tokens-of-16"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_variable(name, value, tmp_path):
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value}, tmp_path)


@pytest.mark.parametrize("key", ["", "short", "k" * 31])
def test_production_refuses_a_short_secret_key(key, tmp_path):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        load_settings({"EMONEV_ENV": "production", "SECRET_KEY": key}, tmp_path)
    assert load_settings({"SECRET_KEY": "short"}, tmp_path).secret_key == "short"


def test_every_variable_says_what_it_is_for():
    known = ["EMONEV_ENV", "DATABASE_URL", "MIGRATION_URL", "SECRET_KEY", "STORAGE_URL", "PORT", "WEB_CONCURRENCY"]
    assert [v.name for v in VARIABLES] == [*known, "PROXY_HOPS", "METRICS_TOKEN", "METRICS_DIR"]
    assert all(v.default and v.purpose for v in VARIABLES)


@pytest.mark.parametrize("name", ["SECRET_KEY", "METRICS_TOKEN"])
def test_a_secret_of_the_example_file_is_refused(tmp_path, name):
    example = (ROOT / "docs" / "contoh" / "emonev.env").read_text()
    value = re.search(rf"^{name}=(.+)$", example, re.MULTILINE)[1]
    with pytest.raises(SettingsError, match=name):
        load_settings({"EMONEV_ENV": "production", "SECRET_KEY": "x" * 32} | {name: value}, tmp_path)
