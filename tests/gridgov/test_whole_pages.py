"""What a browser shows as a page is one, by whatever address."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
NAVIGATES = {"Sec-Fetch-Dest": "document", "Accept-Language": "en"}


def test_an_address_that_only_takes_forms_says_so_on_a_page(client, cast):
    client.force_login(cast.supervisor)
    path = reverse("dispatch:fill_rota")
    answer = client.get(path, headers=NAVIGATES)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    html = answer.content.decode()
    assert "only takes what a form sends" in html
    assert html.lstrip().lower().startswith("<!doctype")
    assert client.get(path).content == b""  # scripts read the status


def test_a_part_opened_by_itself_stands_in_a_page(client, cast):
    client.force_login(cast.handler)
    for name in ("dispatch:my_calls", "dispatch:on_duty_now"):
        path = reverse(name)
        part, page = client.get(path).content.decode(), client.get(path, headers=NAVIGATES).content.decode()
        assert "<title>" not in part
        assert "<title>" in page
        assert part.strip() in page
    whole = client.get("/leave/", headers=NAVIGATES).content.decode()
    assert whole.count("<title>") == 1
