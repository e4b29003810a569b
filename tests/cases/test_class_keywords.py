"""The class that words speak for: counted, said aloud, and never chosen where two weigh alike."""

import pytest
from django.urls import reverse

from cases.keywords import Keyword, propose_classes, proposed_class, weigh
from cases.models import CaseClass, ClassKeyword, Condition
from cases.services.catalogue import load_catalogue
from tests.case_factories import make_case
from tests.pages import part

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def words(city):
    lamp, rubbish = city.case_class, city.other_class
    second = Condition.objects.create(case_class=lamp, text="灯杆歪斜", position=2)
    for word, case_class, weight, condition in (
        ("路灯", lamp, 3, None),
        ("不亮", lamp, 2, city.condition),
        ("撞歪", lamp, 2, second),
        ("垃圾", rubbish, 3, None),
        ("垃圾桶", rubbish, 4, None),
        ("旁边", rubbish, 1, None),
    ):
        ClassKeyword.objects.create(word=word, case_class=case_class, weight=weight, condition=condition)
    return second


def test_the_heaviest_class_is_proposed_with_its_words(city, words):
    proposals = propose_classes("路灯整夜不亮，旁边有垃圾")
    assert [(each.case_class, each.weight) for each in proposals] == [
        (city.case_class, 5),
        (city.other_class, 4),
    ]
    assert proposals[0].why == "路灯 +3, 不亮 +2"
    assert proposed_class(proposals) == proposals[0]


def test_a_word_within_a_longer_one_counts_once(city, words):
    (proposal,) = propose_classes("垃圾桶倒了")
    assert proposal.why == "垃圾桶 +4"
    (twice,) = propose_classes("垃圾桶倒了，垃圾一地")
    assert twice.weight == 7


def test_where_two_weigh_alike_the_first_spoken_of_stands_first_and_none_is_chosen(city, words):
    for text, first in (("垃圾在路灯下", city.other_class), ("路灯下有垃圾", city.case_class)):
        proposals = propose_classes(text)
        assert proposals[0].case_class == first
        assert all(each.is_tied for each in proposals)
        assert proposed_class(proposals) is None


def test_what_is_not_enough_is_not_proposed(words):
    assert propose_classes("学校旁边") == []
    assert propose_classes("") == []


def test_a_class_or_a_word_out_of_use_says_nothing(city, words):
    ClassKeyword.objects.filter(word="路灯").update(is_active=False)
    assert propose_classes("路灯坏了") == []
    CaseClass.objects.filter(pk=city.other_class.pk).update(is_active=False)
    assert propose_classes("一堆垃圾") == []


def test_the_same_words_give_the_same_answer_whatever_their_order():
    keywords = [Keyword("井盖", 1, 3), Keyword("井盖", 2, 3), Keyword("移位", 2, 1)]
    assert weigh("井盖移位", keywords) == weigh("井盖移位", keywords[::-1])


def test_a_report_without_a_class_opens_with_the_proposed_one_its_condition_and_why(client, cast, words):
    case = make_case(cast, case_class=None, description="路灯被撞歪")
    client.force_login(cast.operator)
    response = client.get(reverse("cases:register_case", args=[case.number]), headers=ENGLISH)
    html = response.content.decode()
    assert response.context["chosen_class"] == cast.city.case_class
    assert response.context["chosen_condition"] == words
    assert "proposed because: 路灯 +3, 撞歪 +2" in html
    assert f'value="{cast.city.case_class.pk}" autocomplete="off" checked' in html


def test_where_they_weigh_alike_it_opens_without_one_and_says_so(client, cast, words):
    case = make_case(cast, case_class=None, description="路灯下有垃圾")
    client.force_login(cast.operator)
    response = client.get(reverse("cases:register_case", args=[case.number]), headers=ENGLISH)
    assert response.context["chosen_class"] is None
    assert "several classes alike" in response.content.decode()
    assert client.post(reverse("cases:register_case", args=[case.number]), {}).status_code == 422


def test_what_was_reported_stands_and_what_the_words_say_is_offered_beside_it(client, cast, words):
    case = make_case(cast, case_class=cast.city.other_class, description="路灯不亮")
    client.force_login(cast.operator)
    response = client.get(reverse("cases:register_case", args=[case.number]))
    assert response.context["chosen_class"] == cast.city.other_class
    assert cast.city.case_class in response.context["classes"]


def test_a_description_is_asked_about_while_it_is_written(client, cast, words):
    client.force_login(cast.inspector)
    where = reverse("cases:class_proposal")
    assert "路灯 +3" in part(client, f"{where}?description=路灯坏了").content.decode()
    assert "路灯" not in part(client, f"{where}?description=别的").content.decode()


def test_the_catalogue_brings_words_for_its_classes(db):
    load_catalogue()
    assert ClassKeyword.objects.filter(case_class__is_active=True).count() > 500
    first = propose_classes("有一堆生活垃圾没有入桶，约三袋，有异味")[0]
    assert first.case_class.name == "暴露垃圾"
    banner = ClassKeyword.objects.get(word="横幅", case_class__is_active=True)
    assert load_catalogue().new[str(ClassKeyword._meta.verbose_name_plural)] == 0
    assert ClassKeyword.objects.get(pk=banner.pk).weight == banner.weight
