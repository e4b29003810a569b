"""The web entry point."""

import logging
import os

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridgov.settings")


class Handler(ASGIHandler):
    """Answers a request in one thread from end to end.

    Django's own goes back and forth between the event loop and a thread for each middleware, which takes a
    twelfth of a short answer's time. Views may be async all the same, and answers may stream.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware()

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response)(request)


def without_query(record: logging.LogRecord) -> bool:
    """Leave out of a line of the server's log what was asked for: people search by phones and names."""
    if isinstance(record.args, tuple):
        record.args = tuple(part.split("?")[0] if isinstance(part, str) else part for part in record.args)
    return True


django.setup(set_prefix=False)
logging.getLogger("uvicorn.access").addFilter(without_query)
application = Handler()
