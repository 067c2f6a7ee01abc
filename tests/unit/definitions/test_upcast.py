"""Snapshots of every format ever sealed still give the definition they gave."""

import dataclasses
import json
from pathlib import Path

import pytest

from domain.canonical import canonical
from domain.definitions.compile import load
from domain.definitions.source import to_source
from domain.definitions.upcast import FORMAT, STEPS, UnknownFormat, upcast

FORMATS = Path(__file__).resolve().parents[2] / "data" / "formats"
GOLDEN = sorted(FORMATS.glob("*.snapshot.json"))


def plain(definition):
    """Everything a definition says, as JSON."""
    return json.loads(json.dumps(dataclasses.asdict(definition), default=str))


def test_there_is_a_stored_snapshot_of_every_format():
    assert {json.loads(path.read_text(encoding="utf-8"))["format"] for path in GOLDEN} == set(range(1, FORMAT + 1))
    assert set(STEPS) == set(range(1, FORMAT))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.name)
def test_a_stored_snapshot_gives_the_definition_it_gave(path):
    definition = load(json.loads(path.read_text(encoding="utf-8")))
    assert len(definition.fields) > 10
    golden = path.with_name(path.name.replace(".snapshot.", ".definition."))
    assert plain(definition) == json.loads(golden.read_text(encoding="utf-8"))


def test_the_newest_format_is_read_as_it_stands():
    newest = next(path for path in GOLDEN if path.name.startswith(f"{FORMAT}-"))
    snapshot = json.loads(newest.read_text(encoding="utf-8"))
    assert upcast(snapshot) is snapshot
    assert canonical({"format": FORMAT} | to_source(load(snapshot), with_trees=True)) == canonical(snapshot)


@pytest.mark.parametrize("held", [2, 99, 0, -1, None, "1"])
def test_a_format_nobody_knows_is_refused_by_name(held):
    with pytest.raises(UnknownFormat, match="'anggota'.*" + repr(held)):
        load({"format": held, "key": "anggota", "sections": []})


def test_steps_are_taken_one_after_the_other_and_change_no_argument():
    old = {"format": 1, "key": "anggota", "name": "Anggota"}
    steps = {
        1: lambda s: {k: v for k, v in s.items() if k != "name"} | {"label": s["name"]},
        2: lambda s: dict(s) | {"label": {"id": s["label"]}},
    }
    assert upcast(old, steps, 3) == {"format": 3, "key": "anggota", "label": {"id": "Anggota"}}
    assert upcast({"format": 2, "key": "anggota", "label": "Anggota"}, steps, 3)["label"] == {"id": "Anggota"}
    assert old == {"format": 1, "key": "anggota", "name": "Anggota"}
    with pytest.raises(UnknownFormat):
        upcast(old, {2: steps[2]}, 3)
    with pytest.raises(UnknownFormat):
        upcast(old | {"format": 4}, steps, 3)
