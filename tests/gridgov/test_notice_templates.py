"""The words of an event can be changed in the admin; what would not fill them is refused, and they are shown before they hold."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from gridgov.models import Notice, NoticeTemplate
from gridgov.outbox import register_texts, text_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/gridgov/noticetemplate/add/"
CHECK = "/admin/gridgov/noticetemplate/what-would-happen/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def page(client):
    register_texts({"test_due": _("Case %(number)s is due at %(due_at)s.")})
    client.force_login(make_user("root", is_staff=True, is_superuser=True, language="en"))
    return client


def post(page, text, url=ADD, **fields):
    return page.post(url, {"event": "test_due", "language": "en", "text": text} | fields, headers=ENGLISH)


@pytest.fixture
def notice(page) -> Notice:
    return Notice.objects.create(
        event="test_due",
        params={"number": "7", "due_at": "2026-03-10T04:00:00Z"},
        url="/",
        created_at=clock.now(),
    )


def test_own_words_take_the_place_of_the_shipped_ones_in_their_language_alone(page, notice):
    assert post(page, "Hurry: %(number)s by %(due_at)s, 100%%").status_code == 302

    with translation.override("en"):
        assert text_of(notice) == "Hurry: 7 by 2026-03-10 12:00, 100%"
    with translation.override("zh-hans"):
        assert text_of(notice).startswith("Case 7")


def test_without_own_words_the_shipped_ones_hold_again(page, notice):
    post(page, "Hurry: %(number)s by %(due_at)s")
    NoticeTemplate.objects.all().delete()

    with translation.override("en"):
        assert text_of(notice) == "Case 7 is due at 2026-03-10 12:00."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hurry: %(number)s", "Missing: %(due_at)s"),
        ("%(number)s %(due_at)s %(phone)s", "does not give: %(phone)s"),
        ("%(number)s %(due_at)s 100%", "Write %% for a percent sign"),
        ("%(number)s %(due_at)s %s", "Write %% for a percent sign"),
        ("%(number)s %(due_at)d", "Missing: %(due_at)s"),
        ("", "required"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_in_plain_words(page, text, words):
    answer = post(page, text)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not NoticeTemplate.objects.exists()


def test_an_event_that_there_is_not_is_refused(page):
    assert post(page, "Yes", event="test_nothing").status_code == 200
    assert not NoticeTemplate.objects.exists()


def test_an_event_has_one_text_in_each_language(page):
    post(page, "%(number)s %(due_at)s")

    assert "already" in post(page, "%(due_at)s %(number)s").content.decode()
    assert post(page, "%(number)s %(due_at)s", language="zh-hans").status_code == 302


def test_the_preview_is_made_of_the_newest_notice_and_saves_nothing(page, notice):
    text = post(page, "Hurry: %(number)s by %(due_at)s", CHECK).content.decode()

    assert "It reads: Hurry: 7 by 2026-03-10 12:00" in text
    assert "With the shipped words: Case 7 is due at 2026-03-10 12:00." in text
    assert not NoticeTemplate.objects.exists()


def test_where_nothing_has_happened_yet_particulars_stand_for_themselves(page):
    assert "Hurry: ‹number› by 20" in post(page, "Hurry: %(number)s by %(due_at)s", CHECK).content.decode()


def test_the_preview_says_what_does_not_fit(page):
    answer = post(page, "Hurry", CHECK)

    assert answer.status_code == 422
    assert "Missing: %(due_at)s, %(number)s" in answer.content.decode()


def test_markup_in_a_text_stays_text(page, notice):
    text = post(page, "<script>%(number)s %(due_at)s", CHECK).content.decode()

    assert "<script>7" not in text
    assert "&lt;script&gt;7" in text


def test_who_may_not_change_texts_sees_none(client):
    client.force_login(make_user("plain", is_staff=True))

    assert client.get(ADD).status_code == 403
    assert client.post(CHECK, {}).status_code == 403


def test_events_are_chosen_and_listed_by_what_they_say(page):
    assert "Case %(number)s is due at %(due_at)s." in page.get(ADD, headers=ENGLISH).content.decode()
    post(page, "Hurry: %(number)s by %(due_at)s")

    listed = page.get("/admin/gridgov/noticetemplate/", headers=ENGLISH).content.decode()
    assert "Case %(number)s is due at %(due_at)s." in listed
