"""Workbooks from outside: what is read, and what is refused without hurting anybody."""

import io
import zipfile

import pytest
import xlsxwriter

from exchange import xlsx


def book(*cells: tuple[int, int, object]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return made.getvalue()


def read(body: bytes, most: int = 10) -> list[list[str]]:
    return xlsx.read_rows(io.BytesIO(body), most)


def test_cells_are_read_as_people_see_them():
    assert read(book((0, 0, "kode"), (0, 1, "nilai"), (1, 0, "32.16"), (1, 1, 5.0), (2, 1, 2.5))) == [
        ["kode", "nilai"],
        ["32.16", "5"],
        ["", "2.5"],
    ]


def test_as_many_rows_as_asked_for_and_not_one_more():
    rows = [(number, 0, f"baris {number}") for number in range(11)]
    assert len(read(book(*rows[:10]))) == 10
    with pytest.raises(xlsx.Unreadable):
        read(book(*rows))


@pytest.mark.parametrize("far", [(1_048_575, 16_383), (2_001, 16_383)])
def test_a_sheet_that_claims_to_be_huge_ends_only_its_own_process(far):
    body = book((0, 0, "kode"), (*far, "x"))
    assert len(body) < 10_000
    with pytest.raises(xlsx.Unreadable):
        read(body, 5_000)


def test_a_sheet_of_more_letters_than_a_page_can_hold_is_refused():
    cells = [(row, column, "x" * 30_000) for row in range(10) for column in range(15)]
    assert len(book(*cells)) < 100_000
    with pytest.raises(xlsx.Unreadable):
        read(book(*cells))


def altered_directory(body: bytes) -> bytes:
    """The version needed to unpack the first member, in the table of contents, says 20.0 instead of 2.0."""
    at = body.rindex(b"PK\x05\x06")
    start = int.from_bytes(body[at + 16 : at + 20], "little")
    return body[: start + 6] + b"\xc8\x00" + body[start + 8 :]


@pytest.mark.parametrize("hurt", [lambda b: b[:-30], lambda b: b"", lambda b: b"PK\x03\x04", altered_directory, lambda b: b[100:]])
def test_what_is_no_workbook_is_refused(hurt):
    with pytest.raises(xlsx.Unreadable):
        read(hurt(book((0, 0, "kode"))))


def test_a_small_file_that_unpacks_large_is_refused_before_it_is_unpacked():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (xlsx.MOST_UNPACKED + 1))
    with pytest.raises(xlsx.Unreadable):
        read(made.getvalue())


def test_a_file_is_read_up_to_its_most_bytes_and_not_beyond():
    def padded(size: int) -> bytes:
        made = io.BytesIO(book((0, 0, "kode")))
        with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as packed:
            packed.writestr("lain", b"")
        short = size - len(made.getvalue())
        made = io.BytesIO(book((0, 0, "kode")))
        with zipfile.ZipFile(made, "a", zipfile.ZIP_STORED) as packed:
            packed.writestr("lain", b"0" * short)
        return made.getvalue()

    assert len(padded(xlsx.MOST_BYTES)) == xlsx.MOST_BYTES
    assert read(padded(xlsx.MOST_BYTES)) == [["kode"]]
    with pytest.raises(xlsx.Unreadable):
        read(padded(xlsx.MOST_BYTES + 1))
