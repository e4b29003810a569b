"""What the offices make known to everybody."""

from grids.services.announcements import publish_announcement, withdraw_announcement
from tests.pages import count_queries

LIST = "/board/notices/"


def publish(cast, **changes):
    fields = {
        "kind": "notice",
        "title": "停水<通知>",
        "text": "周三停水。",
        "organisation": cast.city.district_centre,
        "area": cast.city.district,
        "is_public": True,
    }
    return publish_announcement(actor=cast.leader, **{**fields, **changes})


def test_everybody_reads_what_is_public_and_not_withdrawn(client, cast):
    public, inside = publish(cast), publish(cast, title="内部通知", is_public=False)
    page = client.get(LIST).content.decode()
    assert "停水&lt;通知&gt;" in page
    assert "内部通知" not in page
    shown = client.get(f"{LIST}{public.pk}/").content.decode()
    assert "周三停水" in shown
    assert cast.leader.display_name not in shown
    withdraw_announcement(public.pk, actor=cast.leader)
    assert "停水" not in client.get(LIST).content.decode()
    for gone in (public.pk, inside.pk, 999999):
        assert client.get(f"{LIST}{gone}/").status_code == 404


def test_the_list_goes_on_and_takes_one_query(client, cast):
    for number in range(22):
        publish(cast, title=f"公告 {number}")
    first = client.get(LIST)
    assert len(first.context["rows"]) == 20
    assert len(client.get(LIST + first.context["older"]).context["rows"]) == 2
    assert count_queries(client, LIST) <= 2


def test_one_place_is_marked_in_the_navigation(client, cast):
    for path in (LIST, "/board/"):
        assert client.get(path).content.decode().count('aria-current="page"') == 1
