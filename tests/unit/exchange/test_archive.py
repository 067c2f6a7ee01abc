"""The archive by itself: every kind of value comes back as it was, nothing is taken that could not be given back."""

import datetime as dt
import hashlib
import json
import zipfile

import pytest
import sqlalchemy as sa

from exchange.archive import KINDS, ArchiveError, Origin, opening, writing
from models import Base
from models.base import JsonText, UtcDateTime
from services.rows import TYPES, word_of

NOW = dt.datetime(2026, 11, 10, 3, 4, 5, 678901, tzinfo=dt.UTC)
ORIGIN = Origin(NOW, "0.1.0", "0004", "sqlite", "0:" + "0" * 64)
VALUES = {
    "text": ["", "Banjir “besar”\n\u2028 \\ ;", "é"],
    "json": ['{"v":0.1}', "null"],
    "int": [0, -1, 2**62],
    "number": [0.1, 5.0, -1e300, 1 / 3],
    "bool": [True, False],
    "moment": [NOW, NOW.replace(microsecond=0)],
    "wall": [dt.datetime(2026, 10, 9, 2), dt.datetime(2026, 10, 9, 2, 0, 0, 1)],
    "date": [dt.date(2026, 2, 28)],
}


def test_every_word_has_a_value_to_try_and_a_type():
    assert set(VALUES) == set(KINDS) == set(TYPES)


@pytest.mark.parametrize("kind", VALUES)
def test_values_come_back_as_they_were(tmp_path, kind):
    values = [*VALUES[kind], None]
    with writing(tmp_path / "a.zip", NOW) as archive:
        archive.table("t", [("x", kind)], [[value] for value in values])
        made = archive.finish(ORIGIN)
    with opening(tmp_path / "a.zip") as found:
        assert found.manifest == made
        found.verify()
        read = [row[0] for row in found.rows(found.manifest.tables[0])]
    assert read == values
    assert [type(value) for value in read] == [type(value) for value in values]


@pytest.mark.parametrize(("kind", "value"), [("text", 5), ("int", "5"), ("int", 5.0), ("json", {"v": 1}), ("int", True)])
def test_a_value_of_another_kind_is_not_written(tmp_path, kind, value):
    with pytest.raises(ValueError, match="is not"), writing(tmp_path / "a.zip", NOW) as archive:
        archive.table("t", [("x", kind)], [[value]])
    assert list(tmp_path.iterdir()) == []


def test_a_moment_without_a_zone_is_damage(tmp_path):
    with writing(tmp_path / "a.zip", NOW) as archive:
        archive.table("t", [("x", "moment")], [[NOW.replace(tzinfo=None)]])
        archive.finish(ORIGIN)
    with opening(tmp_path / "a.zip") as found, pytest.raises(ArchiveError):
        found.verify()


def forged(path, line: str, kind: str, **changes):
    """An archive of one row as somebody wrote it, its digest made to fit."""
    body = line.encode("utf-8", "surrogatepass") + b"\n"
    table = {"name": "t", "columns": [["x", kind]], "rows": 1, "sha256": hashlib.sha256(body).hexdigest()} | changes
    head = {"format": 1, "made_at": NOW.isoformat(), "app": "", "revision": "", "database": "", "audit_head": ""}
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("tables/t.jsonl", body)
        packed.writestr("manifest.json", json.dumps(head | {"tables": [table], "files": changes.pop("files", []), "missing": []}))
    return path


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("int", f"[{10**30}]"),
        ("int", f"[{2**63}]"),
        ("number", "[1e400]"),
        ("number", "[NaN]"),
        ("number", f"[{10**400}]"),
        ("text", '["\\ud800"]'),
        ("json", '["{"]'),
        ("json", '["' + "[" * 100_000 + '"]'),
        ("moment", '["besok"]'),
        ("text", "[" * 100_000),
        ("text", '["x", "y"]'),
        ("text", "{}"),
    ],
)
def test_values_no_backup_of_ours_holds_are_damage(tmp_path, kind, line):
    with opening(forged(tmp_path / "a.zip", line, kind)) as found, pytest.raises(ArchiveError):
        found.verify()


def test_a_row_that_fits_is_read_and_a_count_that_does_not_is_damage(tmp_path):
    with opening(forged(tmp_path / "a.zip", '["x"]', "text")) as found:
        found.verify()
    with opening(forged(tmp_path / "b.zip", '["x"]', "text", rows=2)) as found, pytest.raises(ArchiveError):
        found.verify()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "", "a" * 64 + "/x"])
def test_a_file_is_named_by_its_digest_alone(tmp_path, name):
    with pytest.raises(ArchiveError):
        opening(forged(tmp_path / "a.zip", '["x"]', "text", files=[{"sha256": name, "size": 1}])).__enter__()


@pytest.mark.parametrize("column", [c for t in Base.metadata.sorted_tables for c in t.columns], ids=str)
def test_every_column_has_the_word_for_its_values(column):
    python = {"number": float, "int": int, "bool": bool, "date": dt.date, "wall": dt.datetime, "text": str}
    words = {UtcDateTime: "moment", JsonText: "json"}
    word = word_of(column.type)
    assert word == words.get(type(column.type), word)
    assert word in words.values() or column.type.python_type is python[word]


def test_a_type_without_a_word_stops_the_backup():
    with pytest.raises(TypeError, match="no word"):
        word_of(sa.LargeBinary())
