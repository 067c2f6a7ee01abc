"""Both expression engines on the same drawn cases: evaluated in Python and in Node, compared value by value.

``python -m tests.engines --cases 1000000 --seed 7`` prints how many gave a value, and every difference; exit 1 when there is one.
"""

import argparse
import json
import math
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from domain.expressions import Moment, Node, Value, evaluate
from tests.drawing import REFS, Draw
from tests.unit.make import ROOT

TODAY = Moment(20_781.0)
SPELLING = {"ref": "{1}", "col": "{1}/{2}", "ext": "{1}:{2}", "self": "."}
"""How the answers of a case are keyed, by the kind of node that reads them."""
CHUNK = 2_000
Case = tuple[Node, dict[str, Value]]


class Given:
    """A resolver over drawn answers."""

    def __init__(self, answers: dict[str, Value]) -> None:
        self.answers = answers

    def today(self) -> Moment:
        return TODAY

    def value(self, node: Node) -> Value:
        return self.answers[key(node)]


@dataclass
class Compared:
    """How many cases there were, how many gave a value, and (tree, answers, Python's, JavaScript's) of those that differ."""

    cases: int = 0
    filled: int = 0
    differ: list[tuple[Node, dict[str, Value], Any, Any]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Per cent of cases that gave a value: a comparison of empties shows nothing."""
        return 100 * self.filled / self.cases


def key(node: Node) -> str:
    """How the answer a node reads is keyed."""
    return SPELLING[node[0]].format(*node)


def cases(seed: int) -> Iterator[Case]:
    """Cases without end."""
    draw = Draw(random.Random(seed))
    while True:
        yield draw.tree(draw.kind(), draw.chance.randint(1, 5)), {key(ref): draw.value(ref) for ref in REFS}


def written(value: Value) -> Any:
    """A value as both engines write it."""
    if isinstance(value, Moment):
        return {"days": written(value.days)}
    if isinstance(value, tuple):
        return [written(part) for part in value]
    odd = isinstance(value, float) and (not math.isfinite(value) or (value == 0 and math.copysign(1, value) < 0))
    return {"odd": str(value)} if odd else value


def alike(ours: Any, theirs: Any) -> bool:
    """Whether two written values are of one kind and the same; numbers as doubles."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(alike, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() == {"days"} and alike(ours["days"], theirs["days"])
    if isinstance(ours, float):
        return type(theirs) in (int, float) and ours == float(theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)


def compare(seed: int, count: int) -> Compared:
    """Run *count* cases through both engines."""
    found, drawn = Compared(), islice(cases(seed), count)
    command = ["node", str(ROOT / "tests" / "js" / "engine.mjs")]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as node,
        ThreadPoolExecutor(1) as feeder,
    ):
        assert node.stdin
        assert node.stdout
        while chunk := list(islice(drawn, CHUNK)):
            fed = feeder.submit(_feed, node.stdin, chunk)
            for tree, answers in chunk:
                _judge(found, tree, answers, json.loads(node.stdout.readline()))
            fed.result()
        node.stdin.close()
    return found


def _feed(pipe: Any, chunk: list[Case]) -> None:
    for tree, answers in chunk:
        given = {name: written(value) for name, value in answers.items()}
        pipe.write(json.dumps({"tree": tree, "answers": given, "today": written(TODAY)}) + "\n")
    pipe.flush()


def _judge(found: Compared, tree: Node, answers: dict[str, Value], theirs: Any) -> None:
    try:
        ours = written(evaluate(tree, Given(answers)))
    except Exception as error:  # noqa: BLE001 - whatever an engine raises is a difference
        ours = {"odd": repr(error)}
    found.cases += 1
    found.filled += ours not in (None, [])
    if not alike(ours, theirs):
        found.differ.append((tree, answers, ours, theirs))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = compare(asked.seed, asked.cases)
    print(f"{found.cases} cases, seed {asked.seed}: {found.share:.1f} % gave a value, {len(found.differ)} differ")
    for tree, answers, ours, theirs in found.differ[:10]:
        print(json.dumps(tree, ensure_ascii=False), answers, "Python:", ours, "JavaScript:", theirs)
    return 1 if found.differ else 0


if __name__ == "__main__":
    sys.exit(main())
