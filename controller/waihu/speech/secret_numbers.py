"""Numbers that are nobody's business: payment cards and identity numbers, known by their form and check digits.

Sources: ISO/IEC 7812-1 (cards, Luhn), GB 11643-1999 (Chinese identity numbers), SSA's rules for social security
numbers, HMRC's NIM39110 (national insurance numbers).
"""

import re

_CARD = re.compile(r"(?=((?:4|5[1-5]|2[2-7]|3[0-9]|6|9)\d{12,18}))")
_CHINESE_ID = re.compile(r"(?=([1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]))")
_NATIONAL_INSURANCE = re.compile(r"(?=((?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]))")
_SOCIAL_SECURITY = re.compile(r"(?<![\dA-Z])((?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4})(?![\dA-Z])")
_CARD_LENGTHS = range(19, 12, -1)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

Span = tuple[int, int]


def secrets_in(chars: str, *, social_security: bool) -> list[Span]:
    """Return begin and end of each secret number in a run of digits and capital letters.

    Args:
        chars: Nothing but digits and capital letters.
        social_security: Whether nine digits alone may be one: they have no check digit, so something else must say so.
    """
    found = [match.span(1) for match in _CHINESE_ID.finditer(chars) if _is_chinese_id(match[1])]
    found += [match.span(1) for match in _NATIONAL_INSURANCE.finditer(chars)]
    found += [span for match in _CARD.finditer(chars) if (span := _card(match)) is not None]
    if social_security:
        found += [match.span(1) for match in _SOCIAL_SECURITY.finditer(chars)]
    return sorted(found)


def _card(match: re.Match[str]) -> Span | None:
    digits = match[1]
    for length in _CARD_LENGTHS:
        if length <= len(digits) and is_luhn(digits[:length]) and len(set(digits[:length])) > 1:
            return match.start(1), match.start(1) + length
    return None


def is_luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_chinese_id(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == text[17]
