from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waihu.services.import_file import MAX_FIELD_CHARS, FileRow, read_rows
from waihu_models.errors import BadInput

SIMPLIFIED = [("姓名", "手机号", "城市"), ("张伟", "+441632960001", "北京"), ("王芳", "+441632960002", "上海")]
TRADITIONAL = [("姓名", "手機", "城市"), ("張偉", "+441632960001", "臺北"), ("陳美玲", "+441632960002", "高雄")]
WESTERN = [("Name", "Phone", "Town"), ("Zoë Müller", "+441632960001", "Köln"), ("José Peña", "+441632960002", "Málaga")]
PLAIN = [("Name", "Phone"), ("Ann", "+441632960001")]


def written(path: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes("".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def read(folder: Path, text: str) -> list[FileRow]:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return list(read_rows(path))


def cells(path: Path) -> list[tuple[str, ...]]:
    return [tuple(row.cells) for row in read_rows(path)]


@pytest.mark.parametrize(("encoding", "rows"), [
    ("utf-8", SIMPLIFIED), ("utf-8", WESTERN), ("utf-8-sig", SIMPLIFIED), ("utf-8-sig", WESTERN), ("ascii", PLAIN),
    ("utf-16", SIMPLIFIED), ("utf-16", WESTERN),
    ("gb18030", SIMPLIFIED), ("gbk", SIMPLIFIED), ("big5", TRADITIONAL), ("cp1252", WESTERN),
])  # fmt: skip
def test_the_encoding_is_recognised(tmp_path: Path, encoding: str, rows: list[tuple[str, ...]]) -> None:
    assert cells(written(tmp_path / "list.csv", rows, encoding)) == rows


def test_utf_16_in_either_byte_order_is_told_by_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        path.write_bytes(mark + "name,phone\n张伟,1\n".encode(encoding))
        assert cells(path) == [("name", "phone"), ("张伟", "1")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    assert cells(written(tmp_path / "list.csv", WESTERN, delimiter=delimiter)) == WESTERN


def test_a_delimiter_inside_quotes_of_the_header_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('"a,b,c,d";phone\n1;2\n', "utf-8")
    assert cells(path) == [("a,b,c,d", "phone"), ("1", "2")]


def test_a_quoted_line_break_belongs_to_its_row_and_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('name,phone\n\n"Ann\nBell",1\n"O""Neill, Bob",2\n , \nCara,3\n', "utf-8")
    assert [(row.line, *row.cells) for row in read_rows(path)] == [
        (1, "name", "phone"), (3, "Ann\nBell", "1"), (5, 'O"Neill, Bob', "2"), (7, "Cara", "3"),
    ]  # fmt: skip


def test_broken_bytes_spoil_one_row_and_not_its_neighbours(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "name,phone\n张伟,1\n".encode() + b"\xe6\x8e,2\n" + "李娜,3\n".encode())
    rows = list(read_rows(path))
    assert [bool(row.problem) for row in rows] == [False, False, True, False]
    assert rows[2].line == 3
    assert "has bytes that are no utf-8-sig text" in rows[2].problem
    assert rows[3].cells == ["李娜", "3"]


def test_broken_bytes_beyond_the_sample_spoil_one_row_only(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    filling = "王芳,1\n" * 40_000
    path.write_bytes(f"name,phone\n{filling}".encode() + b"\xff\xfe,2\n" + "李娜,3\n".encode())
    rows = list(read_rows(path))
    assert len(rows) == 40_003
    assert [row.line for row in rows if row.problem] == [40_002]
    assert rows[-1].cells == ["李娜", "3"]


def test_a_character_cut_by_the_end_of_the_sample_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    for shift in range(3):
        path.write_bytes(("x" * shift + "name,phone\n" + "王芳,1\n" * 40_000).encode())
        assert next(iter(read_rows(path))).cells == ["x" * shift + "name", "phone"]


@pytest.mark.parametrize("below", [3, 5000])
def test_a_quote_that_is_not_closed_spoils_its_own_line_and_loses_none_below(tmp_path: Path, below: int) -> None:
    good = [f"+4416329600{place % 100:02d},Ann" for place in range(below)]
    rows = read(tmp_path, "\n".join(["phone,name", '+441632960001,"Ann', *good]))
    assert [row.line for row in rows if row.problem] == [2]
    assert "not closed" in rows[1].problem
    assert [row.cells for row in rows[2:]] == [line.split(",") for line in good]
    assert [row.line for row in rows[2:]] == list(range(3, 3 + below))


def test_a_quote_that_a_later_row_seems_to_close_spoils_its_own_line_too(tmp_path: Path) -> None:
    rows = read(tmp_path, 'phone,name\n+441632960001,"Ann\n+441632960002,Ben\n+441632960003,"Cy"\n')
    assert [row.line for row in rows if row.problem] == [2]
    assert [row.cells[1] for row in rows if not row.problem] == ["name", "Ben", "Cy"]


def test_a_quote_in_the_middle_of_a_cell_is_a_sign_like_any_other(tmp_path: Path) -> None:
    rows = read(tmp_path, 'phone,name\n+441632960001,"Ann" Lee\n+441632960002,5" pipe\n')
    assert [row.cells[1] for row in rows[1:]] == ["Ann Lee", '5" pipe']


def test_a_cell_that_is_far_too_long_spoils_one_row_only(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"name,phone\n{'x' * (MAX_FIELD_CHARS + 1)},1\nAnn,2\n", "utf-8")
    header, spoilt, good = read_rows(path)
    assert "field larger than field limit" in spoilt.problem
    assert (spoilt.line, good.line, good.cells) == (2, 3, ["Ann", "2"])
    assert not header.problem


@pytest.mark.parametrize(("name", "content"), [
    ("photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ("broken.xlsx", b"PK\x03\x04 no zip at all"),
    ("broken.xls", b"\xd0\xcf\x11\xe0 cut off"),
    ("empty.xlsx", b""),
])  # fmt: skip
def test_what_is_no_list_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=name):
        list(read_rows(path))


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nosuch.csv", tmp_path):
        with pytest.raises(BadInput):
            list(read_rows(path))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"")
    assert list(read_rows(path)) == []


def test_a_spreadsheet_is_read_as_people_see_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["姓名", "phone", "since", "score"],
        ["张伟", 441632960001, datetime(2026, 1, 2, 3, 4), 0.5],  # noqa: DTZ001 -- cells have no zone
        [None, None, None, None],
        ["Zoë", "+441632960002", None, True],
        ["Bob", 4.41632960003e11, None, -1],
    ):
        sheet.append(row)
    book.create_sheet("second").append(["not", "read"])
    book.save(tmp_path / "list.xlsx")
    assert [(row.line, *row.cells) for row in read_rows(tmp_path / "list.xlsx")] == [
        (1, "姓名", "phone", "since", "score"),
        (2, "张伟", "441632960001", "2026-01-02T03:04:00", "0.5"),
        (4, "Zoë", "+441632960002", "", "True"),
        (5, "Bob", "441632960003", "", "-1"),
    ]


def test_progress_grows_to_the_size_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", [("name", "phone"), *(("x" * 50, str(n)) for n in range(2000))])
    done = [row.bytes_done for row in read_rows(path)]
    assert done == sorted(done)
    assert done[-1] == path.stat().st_size


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" + content)
    try:
        rows = list(read_rows(path))
    except BadInput:
        return
    assert all(isinstance(row, FileRow) for row in rows)


def test_one_damaged_character_does_not_make_utf_8_something_else(tmp_path: Path) -> None:
    rows = [("Name", "Phone"), *((f"Zoë Müller {n}", f"+44163296{n:04}") for n in range(20))]
    path = written(tmp_path / "list.csv", rows)
    path.write_bytes(path.read_bytes().replace("Zoë Müller 7".encode(), b"Zo\xff M\xc3\xbcller 7"))
    read = list(read_rows(path))
    assert [row.cells[0] for row in read[1:8]] == [f"Zoë Müller {n}" for n in range(7)]
    assert [row.line for row in read if row.problem] == [9]


def test_a_file_cut_in_the_middle_of_a_character_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("name,phone\n张伟,1\n".encode("utf-16")[:-1])
    with pytest.raises(BadInput, match="in the middle of a character"):
        list(read_rows(path))
