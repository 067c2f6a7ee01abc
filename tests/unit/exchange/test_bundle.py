"""Bundles: the same bytes for the same content, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.definitions.compile import compile_source
from domain.definitions.source import to_source
from exchange.bundle import ORDER, BundleError, read_bundle, read_yaml, to_yaml, write_bundle
from tests.unit.make import ROOT, seed, seed_catalog

OTHERS = {name: read_yaml(ROOT / "seed" / f"{name}.yaml") for name in ("scheme", "roles")}


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.yaml"))}


def sources():
    return {key: to_source(compile_source(source, seed_catalog()).definition) for key, source in seed().items()}


def test_written_twice_gives_identical_bytes(tmp_path):
    write_bundle(tmp_path / "one", sources(), OTHERS)
    write_bundle(tmp_path / "two", dict(reversed(sources().items())), OTHERS)
    written = files(tmp_path / "one")
    assert written == files(tmp_path / "two")
    assert set(written) == {"roles.yaml", "scheme.yaml", *(f"definitions/{key}.yaml" for key in seed())}


def test_read_back_equal_and_written_again_identical(tmp_path):
    write_bundle(tmp_path, sources(), OTHERS)
    back = read_bundle(tmp_path)
    assert back == {key: {"format": 1} | source for key, source in sources().items()}
    assert read_yaml(tmp_path / "scheme.yaml") == OTHERS["scheme"]
    before = files(tmp_path)
    write_bundle(tmp_path, back, OTHERS)
    assert files(tmp_path) == before
    for key, source in back.items():
        again = compile_source(source, seed_catalog())
        assert again.sha256 == compile_source(seed()[key], seed_catalog()).sha256


def test_people_find_what_they_look_for_first():
    lines = to_yaml({"zebra": 1, "fields": [], "label": {"en": "E", "id": "I"}, "code": "A", "anything": 2}).splitlines()
    assert [line.split(":")[0] for line in lines if not line.startswith(" ")] == ["code", "label", "fields", "anything", "zebra"]
    assert len(ORDER) == len(set(ORDER))


def test_a_folder_of_definitions_reads_like_a_bundle(tmp_path):
    write_bundle(tmp_path, sources(), OTHERS)
    assert read_bundle(tmp_path / "definitions") == read_bundle(tmp_path)
    assert set(read_bundle(ROOT / "seed")) == set(seed())
    assert read_bundle(tmp_path / "nowhere") == {}
    (tmp_path / "definitions" / "notes.yaml").write_text("about: this folder\n")
    assert set(read_bundle(tmp_path)) == set(seed())


@pytest.mark.parametrize("content", [b"a: [1", b"- 1\n- 2\n", b"\xff\xfe\x00", b"", b"just words", b"!!python/object:os.system {}"])
def test_what_is_no_mapping_is_refused_by_name(tmp_path, content):
    (tmp_path / "bad.yaml").write_bytes(content)
    with pytest.raises(BundleError, match=r"bad\.yaml"):
        read_yaml(tmp_path / "bad.yaml")


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(BundleError, match=r"none\.yaml"):
        read_yaml(tmp_path / "none.yaml")


def test_days_without_quotes_stay_text(tmp_path):
    (tmp_path / "x.yaml").write_text('a: 2026-01-31\nb: "2026-01-31"\nc: 2026-01-31T10:00:00\nn: 5\n')
    assert read_yaml(tmp_path / "x.yaml") == {"a": "2026-01-31", "b": "2026-01-31", "c": "2026-01-31T10:00:00", "n": 5}


WORDS = st.one_of(
    st.sampled_from(
        [
            "ya",
            "no",
            "yes",
            "null",
            "~",
            "1",
            "01-31",
            "2026-01-31",
            "1.0",
            "1e3",
            "0x1",
            "on",
            "a: b",
            "- x",
            "#c",
            "'",
            '"',
            "é😀",
            " lead",
            "x\ny\n",
            "12:30",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
)
DATA = st.dictionaries(
    WORDS,
    st.recursive(
        st.one_of(WORDS, st.integers(), st.booleans(), st.none()),
        lambda x: st.one_of(st.lists(x, max_size=3), st.dictionaries(WORDS, x, max_size=3)),
        max_leaves=8,
    ),
    max_size=5,
)


@given(DATA)
def test_any_mapping_reads_back_equal(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "drawn.yaml"
    path.write_text(to_yaml(data), encoding="utf-8")
    assert read_yaml(path) == data
    assert to_yaml(read_yaml(path)) == to_yaml(data)
