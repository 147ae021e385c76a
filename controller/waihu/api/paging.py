"""Pages: a cursor names the last row that was shown, so that rows which come and go move nothing."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

from waihu_models.errors import BadField

T = TypeVar("T")

Limit = Annotated[int, Meta(ge=1, le=200)]
DEFAULT_LIMIT = 50


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """Some rows, and the cursor of those after them (null: these are the last)."""

    items: list[T]
    next: str | None = None


def cursor(*key: str | int | float | None) -> str:
    """Return the cursor that names the last row shown by its key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def key_of(after: str | None, *types: type[Any]) -> tuple[Any, ...] | None:
    """Return the key a cursor names; None: the first page.

    Args:
        after: The cursor, as it came.
        types: What the key consists of.
    Raises:
        BadField: it is no cursor of this list.
    """
    if after is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        found: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple.__class_getitem__(types))
        return found
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise BadField("after", "this is not a cursor of this list") from error
