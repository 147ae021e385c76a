"""Numbers of do-not-call files in the shapes such files have."""

from pathlib import Path

import pytest

from waihu.services.dnc_rows import open_dnc_file
from waihu_models.errors import BadInput
from waihu_models.list_entry import BadRow


def read(path: Path, *rows: str, region: str | None = None, **mapping: str) -> list[object]:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    file = open_dnc_file(path, region, mapping)
    return [file.read(row) for row in file.rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def test_bare_numbers_need_no_header(path: Path) -> None:
    assert read(path, "+15550100101", "+44 1632 960001") == [["+15550100101"], ["+441632960001"]]


def test_national_numbers_are_read_in_their_region(path: Path) -> None:
    assert read(path, "01632 960001", "(01632) 960-002", region="GB") == [["+441632960001"], ["+441632960002"]]
    (row,) = read(path, "01632960001", region="GB")
    assert row == ["+441632960001"]


def test_a_header_says_where_the_numbers_stand_and_every_phone_column_counts(path: Path) -> None:
    rows = read(path, "姓名;手机;电话2", "Ann;+441632960001;+441632960002", "Bob;;+441632960003")
    assert rows == [["+441632960001", "+441632960002"], ["+441632960003"]]


def test_a_column_named_by_hand_is_the_only_one(path: Path) -> None:
    assert read(path, "phone,fax", "+441632960001,+441632960002", phone="fax") == [["+441632960002"]]


def test_area_code_and_number_in_two_columns_are_one_number(path: Path) -> None:
    assert read(path, "555,0100101", "555,0100102", region="US") == [["+15550100101"], ["+15550100102"]]


def test_a_number_in_no_range_in_use_is_taken(path: Path) -> None:
    assert read(path, "+15550100101") == [["+15550100101"]]


@pytest.mark.parametrize(("row", "reason", "says"), [
    ("Ann,hello", "bad_number", "column 2 (phone): '****lo' is not a phone number"),
    ("Ann,+4416", "bad_number", "column 2 (phone): '****16' has the wrong number of digits"),
    ("Ann,", "no_number", "column 2 (phone): no phone number"),
    ("Ann", "no_number", "column 2 (phone): no phone number"),
])  # fmt: skip
def test_what_is_no_number_is_named_with_its_line_and_column(path: Path, row: str, reason: str, says: str) -> None:
    good, bad = read(path, "name,phone", "Bob,+441632960001", row)
    assert good == ["+441632960001"]
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason) == (3, reason)
    assert bad.text.startswith(says)


def test_a_row_with_one_bad_number_is_bad_as_a_whole(path: Path) -> None:
    (row,) = read(path, "phone,tel2", "+441632960001,x")
    assert isinstance(row, BadRow)
    assert row.text.startswith("column 2 (tel2)")


@pytest.mark.parametrize(("content", "says"), [
    ("", "is empty"), ("\n\n", "is empty"), ("name,town\nAnn,York\n", "no column looks like phone numbers"),
])  # fmt: skip
def test_a_file_without_numbers_is_refused(path: Path, content: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(path, content)
