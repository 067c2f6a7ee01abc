"""The browser's modules in Node, asked line by line."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.unit.make import ROOT


def answers(script: str, asked: Sequence[Any]) -> list[Any]:
    """What a script of tests/js answers to each line of JSON."""
    lines = "\n".join(json.dumps(line) for line in asked)
    done = subprocess.run(["node", ROOT / "tests" / "js" / script], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.split("\n") if line]
