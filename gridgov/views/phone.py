"""What makes the pages under /m/ an app: the queue, the page without signal, the service worker, the manifest."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

WORKER = "gridgov/js/phone/sw.js"
# The apps whose files the phone needs, in the folders that it needs of them.
APPS = ("gridgov", "cases", "inspections", "grids")
FOLDERS = ("css", "js", "icons")
THIRD_PARTY = (
    "django_htmx/htmx-2.min.js",
    "leaflet/leaflet.js",
    "leaflet/leaflet.css",
    "vendor/lucide/icons.svg",
)
# Pages that are there without signal, whatever was looked at before.
SHELL = (
    "inspections:today",
    "cases:report_case",
    "inspections:nearby",
    "inspections:verification_list",
    "inspections:visit",
    "inspections:visit_list",
    "inspections:object_profile",
    "cases:my_cases",
    "dispatch:handling_list",
    "gridgov:notices",
    "gridgov:me",
)
DEEP_GREEN, PAPER = "#0b5f68", "#f3f6f6"


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What this phone keeps: drafts, waiting, sent and refused. The page's own code fills it."""
    return render(request, "gridgov/queue.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown instead of a page that was not kept and can't be had now."""
    return render(request, "gridgov/offline.html")


@require_safe
@login_not_required
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files and pages to keep; changes with every release."""
    script = _static_text(WORKER)
    files = phone_files()
    known = {
        "FILES": [static(name) for name in files],
        "PAGES": [*(reverse(name) for name in SHELL), reverse("gridgov:queue")],
        "OFFLINE": reverse("gridgov:offline"),
        "PROFILE": reverse("inspections:object_profile"),
        "OBJECTS": reverse("inspections:visit_list"),
        "REPORT": reverse("cases:report_case"),
        "RELEASE": release(),
    }
    told = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    return HttpResponse(
        told + script, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"}
    )


@require_safe
@login_not_required
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put the app on its home screen."""
    icons = [
        {
            "src": static(f"gridgov/icons/{name}.png"),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }
        for side in (192, 512)
        for name, purpose in ((f"icon-{side}", "any"), (f"maskable-{side}", "maskable"))
    ]
    told = {
        "id": "/m/",
        "name": _("GridGov"),
        "short_name": _("GridGov"),
        "description": _("Grid governance on the street: report, visit, verify."),
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("inspections:today"),
        "scope": "/",
        "display": "standalone",
        "theme_color": DEEP_GREEN,
        "background_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@cache
def phone_files() -> tuple[str, ...]:
    """The names of the static files that the phone's pages use."""
    root = Path(settings.STATICFILES_DIRS[0])
    own = [
        path.relative_to(root).as_posix()
        for app in APPS
        for folder in FOLDERS
        for path in sorted((root / app / folder).rglob("*"))
        if path.suffix in (".css", ".js", ".svg") and path.name != "sw.js"
    ]
    return (*own, *THIRD_PARTY)


def release() -> str:
    """A name for this state of the phone's files."""
    if settings.DEBUG:  # names carry no hash then: the newest change tells
        root = Path(settings.STATICFILES_DIRS[0])
        newest = max((root / name).stat().st_mtime_ns for name in phone_files() if (root / name).exists())
        return f"{newest:x}"
    return _release()


@cache
def _release() -> str:
    told = [_static_text(WORKER), *(static(name) for name in phone_files())]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def _static_text(name: str) -> str:
    return (Path(settings.STATICFILES_DIRS[0]) / name).read_text()
