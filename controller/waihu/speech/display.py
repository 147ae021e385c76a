"""What a recogniser wrote, as people read it."""

import re

_HAN = r"[\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_GAP = re.compile(rf"(?<={_HAN}) +(?={_HAN})")


def shown(text_raw: str) -> str:
    """Return a text without the spaces between Chinese characters, which recognisers put between words."""
    return _GAP.sub("", " ".join(text_raw.split()))
