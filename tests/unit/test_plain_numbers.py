"""The quick way of reading plain digits never says anything else than the library."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.services.plain_numbers import country_of, plain_number
from waihu_models.errors import BadNumber
from waihu_models.phone import parse_e164

REGIONS = [
    None, "US", "CA", "GB", "CN", "DE", "IT", "FR", "AR", "BR", "MX", "RU", "JP", "AU", "SG", "HK", "GG", "SM", "KZ",
]  # fmt: skip
STARTS = [
    "", "0", "00", "011", "1", "44", "0044", "86", "+", "+1", "+11", "+44", "+440", "+86", "+8610", "+860", "+39",
    "+3906", "+54", "+549", "+7", "+78", "+52", "+521", "+55", "+800", "+870", "+0", "+999", "15", "9", "0555",
    "180020",
]  # fmt: skip


@settings(max_examples=2000)
@given(st.sampled_from(STARTS), st.from_regex(r"[0-9]{4,12}", fullmatch=True), st.sampled_from(REGIONS))
def test_what_it_says_is_what_the_library_says(start: str, rest: str, region: str | None) -> None:
    quick = plain_number(start + rest, country_of(region))
    if quick is not None:
        assert quick == parse_e164(start + rest, region, allow_fictional=True)


@pytest.mark.parametrize(("text", "region", "number"), [
    ("+441632960001", None, "+441632960001"),
    ("01632960001", "GB", "+441632960001"),
    ("5550100101", "US", "+15550100101"),
    ("15550100101", "US", None),
    ("+15550100101", None, "+15550100101"),
    ("13800138000", "CN", "+8613800138000"),
    ("+390612345678", None, "+390612345678"),
    ("01632 960001", "GB", None),
    ("٠١٦٣٢٩٦٠٠٠١", "GB", None),
    ("00441632960001", "GB", None),
])  # fmt: skip
def test_it_reads_what_lists_are_made_of_and_leaves_the_rest(text: str, region: str | None, number: str | None) -> None:
    assert plain_number(text, country_of(region)) == number
    if number is None:
        try:
            parse_e164(text, region, allow_fictional=True)
        except BadNumber:
            pytest.fail("the library knows it")
