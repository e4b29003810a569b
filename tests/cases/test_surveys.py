"""Short surveys: filled in once on each device, belonging to nobody, and what came of them."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction

from cases.models import Survey, SurveyAnswer, SurveyQuestion, SurveyResponse
from cases.services.survey import AnsweredSurvey, answer_survey
from cases.tasks import forget_devices
from gridgov import clock
from tests.factories import make_user
from tests.pages import count_queries
from tests.racing import race


@pytest.fixture
def survey(city) -> Survey:
    now = clock.now()
    made = Survey.objects.create(
        title="社区公园满意度",
        area=city.street,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        is_public=True,
    )
    questions = (
        ("single", "多久去一次？", ["每天", "每周"], True),
        ("multiple", "缺什么？", ["座椅", "厕所", "树荫"], False),
        ("scale", "总体满意吗？", [], True),
        ("text", "还想说什么？", [], False),
    )
    for position, (kind, text, choices, required) in enumerate(questions, start=1):
        made.questions.create(position=position, kind=kind, text=text, choices=choices, is_required=required)
    return made


def filled(survey, **changes):
    one, many, scale, words = (f"question_{question.pk}" for question in survey.questions.all())
    values = {"one": "1", "many": ["0", "2"], "scale": "4", "words": "<i>多种树</i>", **changes}
    return {one: values["one"], many: values["many"], scale: values["scale"], words: values["words"]}


def answers(survey, scale=3, said=""):
    one, many, rated, words = survey.questions.all()
    return {one.pk: 0, many.pk: [1], rated.pk: scale, words.pk: said}


def at(survey, below=""):
    return f"/surveys/{survey.pk}/{below}"


def test_somebody_fills_it_in_once(client, survey):
    assert "多久去一次" in client.get(at(survey)).content.decode()
    assert "社区公园满意度" in client.get("/surveys/").content.decode()
    assert client.post(at(survey), filled(survey)).url == at(survey)
    kept = [(answer.chosen, answer.words) for answer in SurveyAnswer.objects.order_by("question__position")]
    assert kept == [([1], ""), ([0, 2], ""), ([4], ""), ([], "<i>多种树</i>")]
    assert "form" not in client.get(at(survey)).context
    assert client.post(at(survey), filled(survey)).status_code == 409
    client.cookies.clear()
    assert client.post(at(survey), filled(survey, many=[], words="")).status_code == 302
    assert SurveyResponse.objects.count() == 2


@pytest.mark.parametrize(
    "changes", [{"one": ""}, {"one": "7"}, {"many": ["9"]}, {"scale": "6"}, {"scale": "x"}]
)
def test_what_is_wrong_stands_on_the_form_and_what_was_written_stays(client, survey, changes):
    answer = client.post(at(survey), filled(survey, **changes))
    assert answer.status_code == 422
    assert "多种树" in answer.content.decode()
    assert not SurveyResponse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_device_answers_at_once_and_one_answer_is_kept(survey):
    results = race(*[lambda: answer_survey(survey.pk, device_hash="d" * 64, answers=answers(survey))] * 4)
    assert sum(isinstance(result, AnsweredSurvey) for result in results) == 3
    assert SurveyResponse.objects.count() == 1
    assert SurveyAnswer.objects.count() == 3


def test_one_that_is_over_or_not_published_takes_nothing(client, survey):
    Survey.objects.update(closes_at=clock.now() - timedelta(minutes=1))
    assert client.get(at(survey)).status_code == 200
    assert client.post(at(survey), filled(survey)).status_code == 409
    Survey.objects.update(is_public=False)
    assert client.get(at(survey)).status_code == 404
    assert client.post(at(survey), filled(survey)).status_code == 404
    assert client.get(at(survey, "results/")).status_code == 404
    assert not SurveyResponse.objects.exists()


def test_devices_are_forgotten_after_the_end(survey):
    response = answer_survey(survey.pk, device_hash="d" * 64, answers=answers(survey))
    forget_devices()
    response.refresh_from_db()
    assert response.device_hash
    with clock.at(clock.now() + timedelta(days=2)):
        forget_devices()
    response.refresh_from_db()
    assert response.device_hash == ""


def test_staff_of_the_place_read_bars_words_and_a_file(client, cast, survey):
    client.post(at(survey), filled(survey, words="=1+1"))
    wide = answers(survey, scale=5, said="＝1+1")
    answer_survey(survey.pk, device_hash="e" * 64, answers=wide)
    client.force_login(cast.supervisor)
    shown = client.get(at(survey, "results/"))
    one, many, scale, words = shown.context["results"]
    assert [(bar.label, bar.number, bar.percent) for bar in one.bars] == [("每天", 1, 50), ("每周", 1, 50)]
    assert [bar.number for bar in many.bars] == [1, 1, 1]
    assert scale.average == 4.5
    assert words.words == ["＝1+1", "=1+1"]
    file = client.get(at(survey, "results.csv")).content.decode("utf-8-sig")
    assert "总体满意吗？,5,1,50" in file
    assert "'=1+1" in file
    assert "'＝1+1" in file
    assert count_queries(client, at(survey, "results/")) <= 12
    client.force_login(cast.stranger)
    assert client.get(at(survey, "results/")).status_code == 404
    assert client.get(at(survey, "results.csv")).status_code == 404


def test_strangers_read_numbers_after_the_end_and_only_if_it_says_so(client, survey):
    client.post(at(survey), filled(survey))
    Survey.objects.update(has_public_results=True)
    assert client.get(at(survey, "results/")).status_code == 404
    Survey.objects.update(closes_at=clock.now() - timedelta(minutes=1))
    page = client.get(at(survey, "results/")).content.decode()
    assert "每周" in page
    assert "多种树" not in page
    assert client.get(at(survey, "results.csv")).status_code == 404
    assert "社区公园满意度" in client.get("/surveys/").content.decode()
    Survey.objects.update(has_public_results=False)
    assert client.get(at(survey, "results/")).status_code == 404


def test_once_somebody_has_answered_the_questions_stay(survey):
    answer_survey(survey.pk, device_hash="d" * 64, answers=answers(survey))
    changes = (
        lambda: SurveyQuestion.objects.update(text="别的？"),
        lambda: SurveyQuestion.objects.filter(kind="text").delete(),
        lambda: survey.questions.create(position=9, kind="text", text="再问一句？"),
        lambda: Survey.objects.update(title="别的"),
        lambda: SurveyResponse.objects.all().delete(),
        lambda: SurveyAnswer.objects.update(chosen=[0]),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    Survey.objects.update(closes_at=clock.now() + timedelta(days=9))


def test_it_is_made_in_the_admin_and_frozen_there_too(client, city, survey):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    page = f"/admin/cases/survey/{survey.pk}/change/"
    assert 'name="title"' in client.get(page).content.decode()
    assert client.get("/admin/cases/survey/add/").status_code == 200
    answer_survey(survey.pk, device_hash="d" * 64, answers=answers(survey))
    frozen = client.get(page).content.decode()
    assert 'name="title"' not in frozen
    assert 'name="questions-0-text"' not in frozen
    assert 'name="closes_at_0"' in frozen
    assert ContentType.objects.get_for_model(Survey)
