"""Numbers written as plain digits, read without the library of numbers.

Long lists are made of these, and the library needs most of the time of an import. Wherever it might see more than
digits it is asked.
"""

import re
from functools import cache

import phonenumbers

from waihu_models.phone import E164

_DIGITS = re.compile(r"\+?[0-9]{7,15}")
_LONGEST_CODE = 3


class Country:
    """How national numbers of a country are written."""

    def __init__(self, code: int, region: str) -> None:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        main = phonenumbers.PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(code))
        self.code = str(code)
        lengths = main.general_desc if main else None
        self._lengths = frozenset(lengths.possible_length if lengths else ())
        self._prefix = re.compile(metadata.national_prefix_for_parsing or "(?!)") if metadata else None
        self._rewritten = bool(metadata and metadata.national_prefix_transform_rule)
        self._abroad = re.compile((metadata.international_prefix if metadata else None) or "(?!)")
        whole = metadata.general_desc if metadata else None
        self._whole = re.compile((whole.national_number_pattern if whole else None) or "(?!)")

    def national(self, digits: str) -> E164 | None:
        """Return the number of somebody who dials at home; None: the library has to say."""
        if self._abroad.match(digits) or digits.startswith(self.code):
            return None
        return self.after_code(digits)

    def after_code(self, digits: str) -> E164 | None:
        """Return the number whose part after the country's code this is; None: the library has to say."""
        if self._prefix is None:
            return None
        prefix = self._prefix.match(digits)
        if prefix is not None:
            # A number that is whole as it stands may begin with digits that look like the national prefix.
            if self._rewritten or self._whole.fullmatch(digits):
                return None
            digits = digits[prefix.end() :]
        return E164(f"+{self.code}{digits}") if len(digits) in self._lengths else None


def plain_number(text: str, home: Country | None) -> E164 | None:
    """Return the number some plain digits mean, the same as ``parse_e164``; None: it has to say."""
    if not _DIGITS.fullmatch(text):
        return None
    if text[0] != "+":
        return home.national(text) if home is not None else None
    for length in range(1, _LONGEST_CODE + 1):
        country = _country(text[1 : length + 1])
        if country is not None:
            return country.after_code(text[length + 1 :])
    return None


def country_of(region: str | None) -> Country | None:
    """Return the country of a region code as US or GB."""
    code = phonenumbers.country_code_for_region(region) if region else 0
    return Country(code, region) if code and region else None


@cache
def _country(code: str) -> Country | None:
    region = phonenumbers.region_code_for_country_code(int(code))
    return Country(int(code), region) if region not in {"ZZ", "001"} and not code.startswith("0") else None
