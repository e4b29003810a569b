"""What makes the pages under /m/ an app: service worker, manifest, queue, and the page without signal."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


def told(script: str, name: str):
    """A constant that the server put in front of the worker."""
    return json.loads(re.search(rf"^const {name} = (.+);$", script, re.M)[1])


def test_the_service_worker_may_see_the_whole_site_and_is_never_old(client):
    response = client.get("/m/sw.js")

    assert response.headers["Service-Worker-Allowed"] == "/"
    assert response.headers["Content-Type"] == "text/javascript"
    assert "no-cache" in response.headers["Cache-Control"]


def test_it_knows_files_that_exist_and_pages_that_open(client, cast):
    script = client.get("/m/sw.js").content.decode()
    client.force_login(cast.inspector)

    files = told(script, "FILES")
    assert [file for file in files if not finders.find(file.removeprefix("/static/"))] == []
    assert "/static/gridgov/js/phone/queue.js" in files
    pages = [*told(script, "PAGES"), told(script, "OFFLINE")]
    # A page that is not for this person is passed over by the worker.
    assert {client.get(page).status_code for page in pages} <= {200, 403}
    assert {"/m/", "/m/report/", "/m/nearby/", "/m/verify/", "/m/queue/", "/notices/", "/me/"} <= set(pages)


def test_another_state_of_the_files_is_another_release(client, settings, monkeypatch):
    from gridgov.views import phone

    settings.DEBUG = True
    before = told(client.get("/m/sw.js").content.decode(), "RELEASE")
    name = Path(settings.STATICFILES_DIRS[0], phone.phone_files()[0]).name
    real = Path.stat
    later = type("Later", (), {"st_mtime_ns": 2**62})()
    monkeypatch.setattr(Path, "stat", lambda self, **more: later if self.name == name else real(self, **more))

    assert told(client.get("/m/sw.js").content.decode(), "RELEASE") != before


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_manifest_names_the_app_and_icons_that_exist(language):
    manifest = Client(headers={"Accept-Language": language}).get("/m/manifest.webmanifest").json()

    assert (manifest["start_url"], manifest["display"], manifest["scope"]) == ("/m/", "standalone", "/")
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in manifest["icons"])


@pytest.mark.parametrize("page", ["/m/queue/", "/m/offline/"])
def test_the_queue_and_the_page_without_signal_are_for_whoever_is_logged_in(client, cast, page):
    assert client.get(page).status_code == 302
    client.force_login(cast.handler)
    assert client.get(page).status_code == 200


def test_every_page_of_the_phone_says_whose_it_is_and_where_its_worker_and_manifest_are(client, cast):
    client.force_login(cast.inspector)

    page = client.get("/m/").content.decode()

    assert f'data-user="{cast.inspector.pk}"' in page
    assert 'data-worker="/m/sw.js"' in page
    assert '<link rel="manifest" href="/m/manifest.webmanifest">' in page


def test_ones_own_page_leads_to_the_registry_on_a_phone_where_no_navigation_does(client, cast):
    client.force_login(cast.inspector)
    link = '<a class="button" href="/registry/">'
    for posture, is_there in (("phone", True), ("console", False)):
        client.cookies["posture"] = posture
        assert (link in client.get("/me/").content.decode()) is is_there
