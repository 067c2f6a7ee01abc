"""Work on bytes from outside in a process of its own, with bounds on memory and time: a parser that breaks or swells takes
nobody's request with it."""

import json
import resource
import subprocess
import sys
from importlib import import_module
from typing import Any

from settings import ROOT

MEMORY = 768 * 1024 * 1024
"""Bytes of address space: enough for the largest sheet we take, far from what a server has."""
SECONDS = 20
"""Of processor time; twice as long on the clock, where others are at work too."""


class Exceeded(Exception):  # noqa: N818 - a refusal, not a failure of ours
    """The work broke, or went beyond its bounds."""


def call(task: str, body: bytes, *args: int) -> Any:
    """What ``module:function`` makes of *body* and *args*, as far as JSON can say it; raises :class:`Exceeded`. The function keeps
    its answer small: it is read here whole."""
    command = [sys.executable, "-m", "infra.bounded", task, *map(str, args)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=2 * SECONDS, check=True, cwd=ROOT, env={})  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Exceeded(task) from error
    return json.loads(done.stdout)


def _work(task: str, *args: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, _colon, name = task.partition(":")
    made = getattr(import_module(module), name)(sys.stdin.buffer.read(), *map(int, args))
    sys.stdout.buffer.write(json.dumps(made).encode())


if __name__ == "__main__":
    _work(*sys.argv[1:])
