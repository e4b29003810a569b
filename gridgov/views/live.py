"""The connection over which a page hears that something has changed."""

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from gridgov.live import events


@require_safe
def live(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events `hint` with {kind, about}, `ready` and `reset`; goes on after `Last-Event-ID` or `?since=`.

    204, which browsers take for "ask no more", where a request would hold a whole thread.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    since = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    topics = getattr(request.user, "live_topics", ())
    if not connection.in_atomic_block:
        connection.close()  # it is not needed for as long as the stream lasts
    answer = StreamingHttpResponse(events(topics, since[:40]), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer
