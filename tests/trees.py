"""Print the vector files with the tree of each expression, for the engine that has no parser: ``python -m tests.trees``."""

import json
import sys

from domain.expressions import parse
from tests.unit.make import ROOT, TODAY

FILES = sorted((ROOT / "tests" / "data" / "expressions").glob("*.json"))


def cases() -> list[dict[str, object]]:
    """Every vector, named by its file and expression."""
    found = []
    for path in FILES:
        for case in json.loads(path.read_text(encoding="utf-8")):
            name = f"{path.stem}: {case['expression']} {json.dumps(case['answers'], ensure_ascii=False)}"
            found.append(case | {"name": name, "tree": parse(case["expression"]), "today": {"date": TODAY.isoformat()}})
    return found


if __name__ == "__main__":
    json.dump(cases(), sys.stdout)
