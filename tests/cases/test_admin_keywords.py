"""Editing the words that classes are known by, each tried on a text before it is saved."""

import pytest
from django.urls import reverse
from django.utils import translation

from cases.models import ClassKeyword
from tests.case_factories import make_case

pytestmark = pytest.mark.django_db
CHECK = "admin:cases_classkeyword_what_would_happen_new"


@pytest.fixture
def admin(admin_client):
    with translation.override("en"):
        admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield admin_client


def check(admin, city, **fields):
    sent = {"word": "路灯", "case_class": city.case_class.pk, "weight": 4, "is_active": "on", **fields}
    return admin.post(reverse(CHECK), sent)


def test_a_word_is_tried_on_a_text_and_nothing_is_saved(admin, city):
    html = check(admin, city, trial_text="路灯坏了").content.decode()
    assert "路灯: 4, because of 路灯 +4." in html
    assert "路灯 would be proposed." in html
    assert not ClassKeyword.objects.exists()


def test_alike_is_said(admin, city):
    ClassKeyword.objects.create(word="坏了", case_class=city.other_class, weight=4)
    assert "weigh alike" in check(admin, city, trial_text="路灯坏了").content.decode()


def test_too_little_is_said(admin, city):
    assert "Nothing would be proposed" in check(admin, city, weight=1, trial_text="路灯").content.decode()


def test_without_a_text_the_last_reports_are_looked_through(admin, cast):
    make_case(cast, description="路灯不亮")
    make_case(cast, description="路灯下有垃圾", case_class=cast.city.other_class)
    make_case(cast, description="别的")
    html = check(admin, cast.city).content.decode()
    assert "Of the last 3 reports 2 hold this word; 1 of these were filed under this class." in html
    assert "proposed for 2: now right for 1, no longer for 0." in html


def test_a_condition_of_another_class_is_refused(admin, city):
    other = city.other_class.conditions.get()
    answer = check(admin, city, condition=other.pk)
    assert answer.status_code == 422
    assert "belongs to another class" in answer.content.decode()


def test_it_is_saved_and_listed(admin, city):
    sent = {"word": "路灯", "case_class": city.case_class.pk, "weight": 4, "is_active": "on"}
    assert admin.post(reverse("admin:cases_classkeyword_add"), sent).status_code == 302
    assert "路灯" in admin.get(reverse("admin:cases_classkeyword_changelist")).content.decode()
