"""Phone numbers: one spelling (E.164), one mask."""

from typing import NewType

import phonenumbers

from waihu_models.errors import BadNumber

E164 = NewType("E164", str)


def parse_e164(text: str, region: str | None = None, *, allow_fictional: bool = False) -> E164:
    """Normalise a number as people write it.

    Args:
        text: Any common spelling; full-width digits are understood.
        region: ISO 3166 country in which national spellings are read; None accepts only international ones
            (``+`` or ``00``). Never guessed: a wrong region turns a foreign number into a valid domestic one.
        allow_fictional: Accept well-formed numbers outside every allocated range, as tests and demos dial.

    Raises:
        BadNumber: not a dialable number; the message says why without repeating the whole number.
    """
    cleaned = text.strip()
    if region is None and cleaned.startswith("00"):
        cleaned = "+" + cleaned[2:]
    try:
        number = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException as error:
        hint = "" if region else " (no region is set, so it must start with + and the country code)"
        raise BadNumber(f"{mask(cleaned)!r} is not a phone number{hint}") from error
    # "Possible" also means to the library what can be dialled inside one town only.
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadNumber(f"{mask(cleaned)!r} has the wrong number of digits for its country")
    if not allow_fictional and not phonenumbers.is_valid_number(number):
        raise BadNumber(f"{mask(cleaned)!r} lies in no range that is in use")
    return E164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def mask(number: str) -> str:
    """Hide the middle digits: ``13800138000`` → ``138****8000``; short strings show only their last two digits."""
    digits = number.removeprefix("+86") if number.startswith("+861") else number
    if len(digits) < 8:
        return "****" + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"
