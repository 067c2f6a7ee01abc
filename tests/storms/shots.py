"""One request of a storm: the fields of a form as it stands, changed for the worse, as the bytes of a body."""

import random
import re
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.storms import values

Pairs = list[tuple[str, bytes]]
TABLE = re.compile(r"(f\.[\w-]+)\.row")
FORMULA_BOXES = frozenset({"relevant", "constraint", "evidence_required"})
META = ("_codes", "_seq", "_op", "_version", "_action", "_seen", "_kept", "_unit", "seen", "id", "csrf_token")
SUFFIXES = ("v", "lat", "lon", "row", "drop", "link", "files", "dropfile", "locale", "start", "end", "unknown", "numerator", "x")
BOUNDARY = "badai-badai-badai"


@dataclass(frozen=True)
class Body:
    """What is sent: the kind of body and its bytes."""

    kind: str
    data: bytes


def hurt(rng: random.Random, fields: Pairs, others: Sequence[str], pool: Sequence[str]) -> Pairs:
    """The fields with one to several changes. *others*: names of boxes seen on any page; *pool*: ids that exist."""
    wounds = rng.choices((0, 1, 2, 4, len(fields)), (6, 50, 25, 14, 5))[0]
    for _n in range(min(wounds, 60)):
        fields = rng.choices(CHANGES, (12, 2, 2, 2, 2, 2, 1))[0](rng, fields, others, pool)
    return fields


def _one(rng: random.Random, fields: Pairs, _others: Sequence[str], pool: Sequence[str]) -> Pairs:
    if not fields:
        return fields
    place = rng.randrange(len(fields))
    name = fields[place][0]
    return [*fields[:place], (name, value_for(rng, name, pool)), *fields[place + 1 :]]


def value_for(rng: random.Random, name: str, pool: Sequence[str]) -> bytes:
    """A hostile value for a box of this name."""
    if name == "advanced" and rng.random() < 0.9:
        return values.settings(rng)
    if name in FORMULA_BOXES and rng.random() < 0.8:
        return values.formula(rng)
    if name == "_action" and rng.random() < 0.7:
        return rng.choice(values.ACTIONS).encode()
    return rng.choice(pool).encode() if pool and rng.random() < 0.08 else values.text(rng)


def _lost(rng: random.Random, fields: Pairs, _others: Sequence[str], _pool: Sequence[str]) -> Pairs:
    gone = rng.choice(fields)[0] if fields else ""
    return [pair for pair in fields if pair[0] != gone]


def _twice(rng: random.Random, fields: Pairs, _others: Sequence[str], pool: Sequence[str]) -> Pairs:
    if not fields:
        return fields
    name = rng.choice(fields)[0]
    return fields + [(name, value_for(rng, name, pool)) for _n in range(rng.choice((1, 2, 300)))]


def _foreign(rng: random.Random, fields: Pairs, others: Sequence[str], pool: Sequence[str]) -> Pairs:
    names = rng.choices([*others, *META], k=rng.choice((1, 5)))
    return fields + [(name, value_for(rng, name, pool)) for name in names]


def _part(rng: random.Random, fields: Pairs, _others: Sequence[str], pool: Sequence[str]) -> Pairs:
    """A part no such question has, or has once."""
    names = [name for name, _value in fields if name.startswith("f.")] or ["f.PB-KLB-01"]
    name = f"{rng.choice(names)}.{rng.choice(SUFFIXES)}"
    return [*fields, (name, value_for(rng, name, pool))]


def _rows(rng: random.Random, fields: Pairs, _others: Sequence[str], pool: Sequence[str]) -> Pairs:
    """Table rows by the hundred."""
    tables = [found[1] for name, _value in fields if (found := TABLE.fullmatch(name))]
    if not tables:
        return fields
    table = rng.choice(tables)
    columns = {name.rpartition(".")[2] for name, _v in fields if name.startswith(f"{table}.") and name.count(".") > 2} or {"x"}
    ids = [rng.choice(("n1", "n2", "r1", f"n{n}", f"z{n}", "a.b", "ä", "x" * 99)) for n in range(rng.choice((1, 3, 250)))]
    cells = [(f"{table}.{row}.{column}", value_for(rng, column, pool)[:300]) for row in ids for column in sorted(columns)]
    return fields + [(f"{table}.row", row.encode()) for row in ids] + cells


def _shuffled(rng: random.Random, fields: Pairs, _others: Sequence[str], _pool: Sequence[str]) -> Pairs:
    return rng.sample(fields, len(fields))


CHANGES: tuple[Callable[[random.Random, Pairs, Sequence[str], Sequence[str]], Pairs], ...] = (
    _one, _lost, _twice, _foreign, _part, _rows, _shuffled,
)  # fmt: skip


def query(rng: random.Random, names: Sequence[str], pool: Sequence[str]) -> str:
    """A query string out of some of *names*."""
    picked = [(name, value_for(rng, name, pool)[:3000]) for name in rng.choices(names, k=rng.randint(0, 3))]
    return "&".join(f"{urllib.parse.quote(name)}={urllib.parse.quote_from_bytes(value)}" for name, value in picked)


def body(rng: random.Random, fields: Pairs, evidence: Sequence[str]) -> Body:
    """The fields as a body; sometimes with files for the boxes in *evidence*, sometimes not quite well-formed."""
    if (evidence and rng.random() < 0.4) or rng.random() < 0.1:
        files = [(rng.choice([*evidence, "f.x.files"]), *values.upload(rng)) for _n in range(rng.choice((0, 1, 1, 2, 12)))]
        return Body(f"multipart/form-data; boundary={BOUNDARY}", _cut(rng, _multipart(fields, files)))
    raw = rng.random() < 0.1
    data = b"&".join(_quoted(name.encode(), raw) + b"=" + _quoted(value, raw) for name, value in fields)
    return Body("application/x-www-form-urlencoded", _cut(rng, data))


def _quoted(value: bytes, raw: bool) -> bytes:
    """Percent-encoded; *raw*: as it is, but for what would end the pair."""
    return value.replace(b"&", b"%26").replace(b"=", b"%3D") if raw else urllib.parse.quote_from_bytes(value).encode()


def _multipart(fields: Pairs, files: Sequence[tuple[str, str, bytes]]) -> bytes:
    parts = [_part_head(f'name="{name}"') + value for name, value in fields]
    parts += [_part_head(f'name="{name}"; filename="{_header(filename)}"') + data for name, filename, data in files]
    return b"\r\n".join(parts) + f"\r\n--{BOUNDARY}--\r\n".encode()


def _part_head(disposition: str) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()


def _header(filename: str) -> str:
    return filename.replace("\n", "%0A").replace('"', "%22")


def _cut(rng: random.Random, data: bytes) -> bytes:
    """Whole; now and then the line breaks off."""
    return data[: rng.randrange(len(data))] if data and rng.random() < 0.02 else data
