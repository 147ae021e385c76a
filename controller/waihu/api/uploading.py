"""A file that is sent: the part ``file`` of a multipart form, read as it comes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import BodyPartReader

from waihu.api.ask import Ask
from waihu_models.errors import BadField

_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file on its way in."""

    name: str
    chunks: AsyncIterator[bytes]
    limit_bytes: int


@asynccontextmanager
async def sent_file(ask: Ask) -> AsyncIterator[SentFile]:
    """Give the file of a request.

    Raises:
        BadField: there is none.
    """
    if ask.request.content_type != "multipart/form-data":
        raise BadField("Content-Type", "the body has to be multipart/form-data with a part named file")
    try:
        form = await ask.request.multipart()
        part = await form.next()
    except (ValueError, AssertionError, EOFError) as error:
        raise BadField("$", "this is no multipart form") from error
    if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename:
        raise BadField("$.file", "the first part has to be a file named file")
    yield SentFile(part.filename, _chunks(part), ask.house.web.upload_limit_mb * 1_000_000)


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    try:
        while chunk := await part.read_chunk(_CHUNK_BYTES):
            yield chunk
    except (ValueError, AssertionError, EOFError) as error:
        raise BadField("$.file", "the file was cut off on its way") from error
