"""A throw-away PostgreSQL for one test run: TEST_DATABASE_URL, else Debian's or PATH's binaries; fails with advice."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ADVICE = "PostgreSQL is needed for the tests: install the package postgresql, or set TEST_DATABASE_URL."


@contextmanager
def server() -> Iterator[str]:
    """The address of a server on which databases may be made, ``postgresql://…/postgres``."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="emonev-pg-"))
    user = _user(folder)
    port = _free_port()
    run = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **user}
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "emonev", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        **run,
    )
    options = f"-F -c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c synchronous_commit=off -c max_connections=60 -c full_page_writes=off -c autovacuum=off"
    subprocess.run(
        [binaries / "pg_ctl", "-D", folder / "data", "-w", "-o", options, "-l", folder / "log", "start"], check=True, **run
    )
    try:
        yield f"postgresql://emonev@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], check=True, **run)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    found = (
        sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if Path("/usr/lib/postgresql").exists()
        else []
    )
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError(ADVICE)
    return Path(on_path).parent


def _user(folder: Path) -> dict[str, object]:
    """As root the server must run as somebody else."""
    if os.getuid() != 0:
        return {}
    name = next(n for n in ("postgres", "nobody") if _exists(n))
    account = pwd.getpwnam(name)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "cwd": "/tmp"}


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_database(admin_url: str, template: str, name: str) -> str:
    """A fresh database made from *template*; gives its address."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for _attempt in range(20):
            try:
                connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
                break
            except psycopg.errors.ObjectInUse:
                time.sleep(0.05)
    return admin_url.rsplit("/", 1)[0] + f"/{name}"


def drop_database(admin_url: str, name: str) -> None:
    """Remove a test's database."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
