"""The environment, read once into one frozen Settings; loud on a bad value. docs/pengaturan.md lists every variable."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
PSYCOPG = "postgresql+psycopg://"
EXAMPLE = "GANTI"
"""What stands in docs/contoh where a value of one's own belongs."""


class SettingsError(SystemExit):
    """A setting that would be unsafe or cannot be read: whatever was to start ends with this sentence."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, its default in words, what it is for."""

    name: str
    default: str
    purpose: str


VARIABLES: tuple[Variable, ...] = (
    Variable("EMONEV_ENV", "development", "development or production; production refuses unsafe settings"),
    Variable("DATABASE_URL", "sqlite:///instance/emonev.sqlite3", "sqlite:///… or postgresql://…"),
    Variable("MIGRATION_URL", "DATABASE_URL", "the owner's address on PostgreSQL, for commands that change the schema"),
    Variable("SECRET_KEY", "made once in instance/secret_key", "signs sessions; at least 32 characters in production"),
    Variable("STORAGE_URL", "file://instance/files", "where evidence is kept: file:///path"),
    Variable("PORT", "8000", "port that make run serves on"),
    Variable("WEB_CONCURRENCY", "2", "worker processes"),
    Variable("PROXY_HOPS", "0", "proxies in front whose X-Forwarded-* headers are believed; 0 believes nobody"),
    Variable("METRICS_TOKEN", "none: /metrics answers 404", "what a reader of /metrics must bear; at least 16 characters"),
    Variable("METRICS_DIR", "instance/metrics", "folder where the workers of one server add up their counts"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between machines."""

    production: bool
    database_url: str
    secret_key: str
    storage_path: Path
    port: int
    workers: int
    migration_url: str = ""
    """Of the owner of the schema; empty where the application itself owns it."""
    proxy_hops: int = 0
    metrics_token: str = ""
    metrics_path: Path = INSTANCE / "metrics"


def load_settings(env: Mapping[str, str] = os.environ, instance: Path = INSTANCE) -> Settings:
    """Settings from *env*; raises :class:`SettingsError` naming the variable."""
    mode = env.get("EMONEV_ENV", "development")
    if mode not in ("development", "production"):
        raise SettingsError(f"EMONEV_ENV must be development or production, not {mode!r}")
    production = mode == "production"
    return Settings(
        production=production,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance),
        secret_key=_secret_key(env.get("SECRET_KEY", ""), production, instance),
        storage_path=_storage(env.get("STORAGE_URL", ""), instance),
        port=_number(env, "PORT", 8000, 1, 65535),
        workers=_number(env, "WEB_CONCURRENCY", 2, 1, 64),
        migration_url=_migration_url(env.get("MIGRATION_URL", "")),
        proxy_hops=_number(env, "PROXY_HOPS", 0, 0, 5),
        metrics_token=_metrics_token(env.get("METRICS_TOKEN", "")),
        metrics_path=Path(env.get("METRICS_DIR", "") or instance / "metrics"),
    )


def _database_url(url: str, instance: Path) -> str:
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'emonev.sqlite3'}"
    url = _through_psycopg(url)
    if not url.startswith(("sqlite:///", PSYCOPG)):
        raise SettingsError("DATABASE_URL must start with sqlite:/// or postgresql://")
    return url


def _migration_url(url: str) -> str:
    url = _through_psycopg(url)
    if url and not url.startswith(PSYCOPG):
        raise SettingsError("MIGRATION_URL must start with postgresql://")
    return url


def _through_psycopg(url: str) -> str:
    return PSYCOPG + url.split("://", 1)[1] if url.startswith(("postgresql://", "postgres://")) else url


def _secret_key(key: str, production: bool, instance: Path) -> str:
    if production and len(key) < 32:
        raise SettingsError("SECRET_KEY must hold at least 32 characters in production")
    _refuse_example("SECRET_KEY", key)
    if key:
        return key
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        fresh = instance / f"secret_key.{os.getpid()}"
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.chmod(0o600)
        fresh.rename(path)
    return path.read_text()


def _storage(url: str, instance: Path) -> Path:
    if not url:
        return instance / "files"
    if not url.startswith("file://"):
        raise SettingsError("STORAGE_URL must start with file://")
    return Path(url.removeprefix("file://"))


def _metrics_token(token: str) -> str:
    if token and (len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token):
        raise SettingsError("METRICS_TOKEN must hold at least 16 plain characters without spaces")
    _refuse_example("METRICS_TOKEN", token)
    return token


def _refuse_example(name: str, value: str) -> None:
    """A secret that stands in our own examples is none."""
    if EXAMPLE in value:
        raise SettingsError(f"{name} still holds the text of the example: replace it")


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise SettingsError(f"{name} must be a number from {least} to {most}, not {text!r}")
    return int(text)
