"""Files that are made while they are sent, so that a long one never stands in memory as a whole."""

from collections.abc import AsyncIterator, Iterable, Iterator
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(
    request: HttpRequest, chunks: Iterable[str | bytes], name: str, content_type: str
) -> StreamingHttpResponse:
    """The chunks as a file to be kept under a name."""
    # Behind ASGI a plain iterator would be read to its end before the first byte goes out.
    content = _one_by_one(iter(chunks)) if isinstance(request, ASGIRequest) else chunks
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return StreamingHttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )


async def _one_by_one(chunks: Iterator[str | bytes]) -> AsyncIterator[str | bytes]:
    following = sync_to_async(lambda: next(chunks, None))
    while (chunk := await following()) is not None:
        yield chunk
