"""How languages are written: ``en``, ``en-in``, ``zh``, ``zh-yue``."""

import re

from waihu_models.errors import BadInput

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}")


def language_said(text: str) -> str:
    """Return the language a text says, as models are found by; empty where it says none."""
    language = text.strip().lower().replace("_", "-")
    return language if _LANGUAGE.fullmatch(language) else ""


def checked_language(text: str) -> str:
    """Return a language as it is kept; empty stays empty.

    Raises:
        BadInput: it is none.
    """
    language = language_said(text)
    if text.strip() and not language:
        raise BadInput(f"{text!r} is no language: en, zh, en-in, zh-yue are")
    return language
