from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.services.import_rows import FIELDS, NumberRules, find_columns, read_entry
from waihu_models.campaign import ListOrder
from waihu_models.errors import BadInput
from waihu_models.lead import Consent
from waihu_models.list_entry import BadRow, ListEntry

RULES = NumberRules(region="GB", allow_fictional=True)
HEADER = ["phone", "name", "id", "priority", "zone", "call consent", "record consent", "Favourite colour"]


def row(*cells: str, header: list[str] | None = None, rules: NumberRules = RULES) -> Any:
    return read_entry(7, cells, find_columns(header or HEADER, {}), rules)


@pytest.mark.parametrize(("header", "field"), [
    ("Phone", "phone"), ("PHONE NUMBER", "phone"), ("phone_number", "phone"), ("Tel.", "phone"), ("Mobile", "phone"),
    ("手机号", "phone"), ("联系电话", "phone"), ("电话（1）", "phone"), ("Ｐｈｏｎｅ", "phone"),
    ("Full name", "name"), ("客户姓名", "name"), ("联系人", "name"),
    ("Customer-ID", "external_id"), ("客户编号", "external_id"),
    ("Priority", "priority"), ("优先级", "priority"), ("Time zone", "zone"), ("时区", "zone"),
    ("Urgency", "urgency"), ("紧急程度", "urgency"), ("Customer value", "value"), ("客户价值", "value"),
    ("Customer level", "level"), ("客户等级", "level"), ("Lead score", "score"), ("评分", "score"),
    ("Tags", "tags"), ("标签", "tags"), ("Best time to call", "preferred"), ("方便时间", "preferred"),
    ("ZIP code", "postcode"), ("邮政编码", "postcode"), ("State", "region"), ("省份", "region"),
    ("允许来电", "consent_call"), ("Recording consent", "consent_record"), ("录音授权", "consent_record"),
])  # fmt: skip
def test_columns_are_recognised_by_english_and_chinese_names(header: str, field: str) -> None:
    columns = find_columns([header, "phone"], {})
    if field == "phone":
        assert columns.phones == (0, 1)
    else:
        assert columns.places == {field: 0}
        assert columns.phones == (1,)
    assert not columns.custom


def test_columns_nobody_knows_are_kept_under_their_own_names() -> None:
    columns = find_columns(["phone", "Favourite colour", "", "城市"], {})
    assert columns.custom == {"Favourite colour": 1, "城市": 3}


def test_a_second_column_of_the_same_meaning_is_a_custom_one() -> None:
    columns = find_columns(["phone", "name", "customer"], {})
    assert columns.places == {"name": 1}
    assert columns.custom == {"customer": 2}


def test_a_phone_column_named_by_hand_is_the_only_one() -> None:
    columns = find_columns(["phone", "Fax of the office", "name"], {"phone": "Fax of the office", "name": "phone"})
    assert columns.phones == (1,)
    assert columns.places == {"name": 0}


@pytest.mark.parametrize(("mapping", "said"), [
    ({"phnoe": "phone"}, "there is no field 'phnoe'; fields are phone, name"),
    ({"phone": "Mobile"}, "there is no column 'Mobile'; the file has phone, name"),
])  # fmt: skip
def test_a_mapping_to_what_is_not_there_is_refused(mapping: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        find_columns(["phone", "name"], mapping)


def test_a_list_without_phone_numbers_says_what_it_has_and_what_to_do() -> None:
    with pytest.raises(BadInput, match=r"the file has name, colour\. Say which: --map phone=COLUMN"):
        find_columns(["name", "colour"], {})


def test_a_good_row_says_everything() -> None:
    entry = row("01632 960123", " Zoë ", "K-7", "2.5", "Asia/Shanghai", "yes", "否", "blue")
    assert entry == ListEntry(
        7, entry.cells, "+441632960123", (), "Zoë", "K-7", 2.5, "Asia/Shanghai", Consent.DENIED,
        {"Favourite colour": "blue"}, call_consent=Consent.GRANTED,
    )  # fmt: skip


def test_what_orders_a_lead_is_read_in_english_and_chinese() -> None:
    english = ["phone", "urgency", "value", "level", "score", "tags", "preferred time"]
    chinese = ["电话", "紧急度", "客户价值", "客户等级", "评分", "标签", "方便时间"]
    cells = ("01632 960123", "9", "5", "b", "1.5", "vip, high_intent，vip", "18:00-20:00")
    for header in (english, chinese):
        entry = row(*cells, header=header)
        assert (entry.urgency, entry.value, entry.level, entry.score) == (9.0, 5.0, "b", 1.5)
        assert entry.tags == ("vip", "high_intent")
        assert entry.preferred == ((time(18), time(20)),)
        assert not entry.custom


@pytest.mark.parametrize(("column", "cell", "said"), [
    ("level", "D", "level 'D' is not known; the levels of this campaign are A, B, C"),
    ("urgency", "very", "urgency 'very' is not a number"),
    ("score", "nan", "score 'nan' is not a number that can be compared"),
    ("preferred time", "20-18", "preferred time '20-18' ends before it begins"),
])  # fmt: skip
def test_what_cannot_order_a_lead_is_said_with_its_column(column: str, cell: str, said: str) -> None:
    bad = row("01632960123", cell, header=["phone", column])
    assert (bad.reason, bad.text) == ("bad_value", said)


def test_levels_are_those_of_the_campaign() -> None:
    columns = find_columns(["phone", "客户等级"], {})
    order = ListOrder(levels={"金卡": 9.0})
    entry = read_entry(7, ("01632960123", "金卡"), columns, RULES, order)
    assert isinstance(entry, ListEntry)
    assert isinstance(read_entry(7, ("01632960123", "A"), columns, RULES, order), BadRow)


def test_a_short_row_has_defaults_for_what_is_missing() -> None:
    assert row("01632 960123") == ListEntry(7, ("01632 960123",), "+441632960123")


@pytest.mark.parametrize("cell", [
    "'+441632960123", '="+441632960123"', "tel:+441632960123", "+44 1632 960123", "００441632960123", "01632-960123",
])  # fmt: skip
def test_numbers_are_read_as_spreadsheets_and_people_write_them(cell: str) -> None:
    assert row(cell).number == "+441632960123"


def test_more_numbers_of_a_row_are_kept_once_each() -> None:
    entry = row(
        "01632960123", "", "01632960124", "+441632960123", "01632960124", header=["tel", "tel2", "tel3", "tel4", "tel5"]
    )
    assert entry.number == "+441632960123"
    assert entry.more_numbers == ("+441632960124",)


@pytest.mark.parametrize(("cells", "reason"), [
    (("hello",), "bad_number"),
    (("+44163",), "bad_number"),
    (("",), "no_number"),
    ((" ", "Ann"), "no_number"),
    ((), "no_number"),
    (("01632960123", "", "", "high"), "bad_value"),
    (("01632960123", "", "", "nan"), "bad_value"),
    (("01632960123", "", "", "inf"), "bad_value"),
    (("01632960123", "", "", "", "Moon/Crater"), "bad_value"),
    (("01632960123", "", "", "", "", "perhaps"), "bad_value"),
    (("01632960123", "", "", "", "", "", "perhaps"), "bad_value"),
    (("01632960123", "", "", "", "", "no"), "consent_denied"),
    (("01632960123", "", "", "", "", "拒绝"), "consent_denied"),
])  # fmt: skip
def test_a_bad_row_comes_back_with_its_reason_and_its_line(cells: tuple[str, ...], reason: str) -> None:
    bad = row(*cells)
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason, bad.cells) == (7, reason, cells)
    assert bad.text


def test_a_national_number_is_never_guessed_to_be_of_some_country() -> None:
    bad = row("01632960123", rules=NumberRules(allow_fictional=True))
    assert (bad.reason, "no region is set" in bad.text) == ("bad_number", True)


def test_a_number_given_to_nobody_is_refused_in_earnest() -> None:
    assert row("01632960123", rules=NumberRules("GB")).reason == "bad_number"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=9))
def test_any_cells_are_an_entry_or_a_bad_row(cells: list[str]) -> None:
    assert isinstance(row(*cells), ListEntry | BadRow)
    assert isinstance(row("01632960123", *cells), ListEntry | BadRow)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_header_is_understood_or_refused(header: list[str]) -> None:
    try:
        columns = find_columns(header, {})
    except BadInput:
        return
    assert columns.phones
    assert set(columns.places) <= set(FIELDS)
