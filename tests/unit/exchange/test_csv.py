"""CSV that spreadsheets open well and that runs nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.csv_rows import BOM, safe_cell, stream_csv


def read(text):
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "-2+3+cmd|' /C calc'!A0"]
)
def test_formulas_are_neutralised(text):
    assert safe_cell(text) == "'" + text
    assert read("".join(stream_csv([text], [[text]]))) == [["'" + text], ["'" + text]]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (5, "5"),
        (-5, "-5"),
        (2.5, "2,5"),
        (-2.5, "-2,5"),
        (3.0, "3"),
        ("", ""),
        ("Bekasi", "Bekasi"),
        ("a=b", "a=b"),
        (0, "0"),
    ],
)
def test_cells(value, cell):
    assert safe_cell(value) == cell


def test_the_file_has_a_mark_semicolons_and_dos_lines():
    pieces = list(stream_csv(["kode", "nilai"], [["32.16", 86.33], ["a;b", 'say "hi"\nnow']]))
    assert len(pieces) == 3
    text = "".join(pieces)
    assert text.startswith("\ufeffkode;nilai\r\n32.16;86,33\r\n")
    assert read(text)[2] == ["a;b", 'say "hi"\nnow']


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_round_trip(rows):
    back = read("".join(stream_csv(["a", "b"], rows)))
    assert len(back) == len(rows) + 1
    for row, got in zip(rows, back[1:], strict=True):
        for cell, seen in zip(row, got, strict=True):
            assert seen in (cell, "'" + cell)
            assert not seen.startswith(("=", "+", "-", "@", "\t"))
