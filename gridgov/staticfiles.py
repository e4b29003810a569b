"""How static files get names with a hash, so that browsers may keep them for ever, and are handed out."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Our own folders under static/; only their modules import each other by relative path.
OWN_FOLDERS = ("gridgov", "grids", "cases", "inspections", "dispatch", "assessment")
# Django's own switch for this would rewrite third-party bundles as well, which hold code in strings.
IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files whose `import` statements point at the hashed names too."""

    patterns: ClassVar = (
        *CompressedManifestStaticFilesStorage.patterns,
        *((f"{folder}/*.js", IMPORTS) for folder in OWN_FOLDERS),
    )


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Hands static files out whole.

    As a stream Django would read them into memory just the same before it gives them to an ASGI server, and warn of it.
    """

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        answer = HttpResponse(content, status=found.status)
        del answer["Content-Type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
