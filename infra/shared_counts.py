"""Counts of several worker processes in one folder per run of the server; prometheus_client adds its files up."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client reads it once, when it is imported first."""
KEPT = "0"
"""Stands where files have the number of their process: what processes that have ended counted."""


def share(root: Path) -> None:
    """Count together with the other workers of this server from now on; before prometheus_client is imported.

    A run of the server is known by the process that started this one. What ended runs left is removed; what ended workers
    of this run counted is kept.
    """
    folder = root / str(os.getppid())
    folder.mkdir(parents=True, exist_ok=True)
    for other in root.iterdir():
        if other.name.isdigit() and not _alive(int(other.name)):
            shutil.rmtree(other, ignore_errors=True)  # another worker may be at it too
    os.environ[VARIABLE] = str(folder)
    with held(folder, fcntl.LOCK_EX):
        _fold(folder)


@contextmanager
def held(folder: Path, how: int = fcntl.LOCK_SH) -> Iterator[None]:
    """No file of *folder* is folded into another meanwhile."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield


def _fold(folder: Path) -> None:
    """Add what ended processes counted to one file, so that the files are as many as there are workers."""
    for path in folder.glob("*_*.db"):
        kind, _, process = path.stem.rpartition("_")
        if process != KEPT and not _alive(int(process)):
            _add(path, folder / f"{kind}_{KEPT}.db")
            path.unlink()


def _add(path: Path, kept: Path) -> None:
    from prometheus_client import mmap_dict  # late: the variable must be set before

    counts: Any = mmap_dict.MmapedDict  # the library does not type it
    into = counts(str(kept))
    for key, value, moment, _position in counts.read_all_values_from_file(str(path)):
        into.write_value(key, into.read_value(key)[0] + value, moment)
    into.close()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
