"""A look at the lines of a SIP message: in whose name it speaks. Pure."""

import re

_LENGTH = re.compile(r"(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*", re.IGNORECASE)
_FROM = re.compile(r"(?:from|f)[ \t]*:", re.IGNORECASE)
_TO = re.compile(r"(?:to|t)[ \t]*:", re.IGNORECASE)
_DISPLAY = r'(?:"[^"\\<>]*"[ \t]*|[A-Za-z0-9 .-]*)'
_WITHIN_A_CALL = re.compile(rf'(?i:to|t)[ \t]*:[ \t]*{_DISPLAY}<[^<>"]*>;(?:[^<>"]*;)?tag=[^<>";]+(?:;[^<>"]*)?')


def speaks_as(phone: str, message: str) -> bool:
    """Say whether a message may be sent by this phone.

    The exchange recognises who begins a call by the name in From, and an operator on this machine by the address alone.
    So a request outside of any call has to name the phone. Within a call (To has a tag) the exchange knows whose it is,
    and refuses a call that does not exist; a response only answers what the exchange asked. What could be read in two
    ways is refused: headers given twice, quotes within a name, a second message behind the first.
    """
    if not message.strip("\r\n"):
        return True  # a keep-alive
    head, _, body = message.partition("\r\n\r\n")
    lines = head.split("\r\n")
    if any("\r" in line or "\n" in line or "\0" in line for line in lines) or not _is_whole(lines, body):
        return False
    if lines[0].startswith("SIP/2.0 "):
        return True
    said, asked = ([line for line in lines[1:] if name.match(line)] for name in (_FROM, _TO))
    if len(said) != 1 or len(asked) != 1:
        return False
    return bool(_WITHIN_A_CALL.fullmatch(asked[0]) or _own(phone).fullmatch(said[0]))


def _is_whole(lines: list[str], body: str) -> bool:
    lengths = [match[1] for line in lines if (match := _LENGTH.fullmatch(line))]
    return lengths == [str(len(body.encode()))]


def _own(phone: str) -> re.Pattern[str]:
    address = rf"(?i:sips?):{re.escape(phone)}@[A-Za-z0-9.:\[\]-]+"
    return re.compile(rf'(?i:from|f)[ \t]*:[ \t]*{_DISPLAY}<{address}>(?:;[^<>"]*)?')
