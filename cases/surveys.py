"""Short surveys: which are open, and what came of one."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, F, Func, IntegerField, QuerySet

from cases.models import QuestionKind, Survey, SurveyAnswer, SurveyQuestion
from cases.models.survey import SCALE
from gridgov import clock

WORDS_SHOWN = 200


@dataclass(frozen=True)
class Bar:
    """How many chose one answer, and how long its bar is in percent of all who answered the question."""

    label: str
    number: int
    percent: int


@dataclass(frozen=True)
class Result:
    """What came of one question."""

    question: SurveyQuestion
    answered: int
    bars: list[Bar]
    # Of a scale; None where nobody has answered.
    average: float | None
    words: list[str]


def open_surveys() -> list[Survey]:
    """Those that citizens may fill in now."""
    return list(Survey.objects.open(clock.now()).order_by("closes_at"))


def is_open(survey: Survey) -> bool:
    return survey.is_public and survey.opens_at <= clock.now() < survey.closes_at


def shows_results(survey: Survey) -> bool:
    """Whether strangers read the numbers: after the end, so that nobody is led by them."""
    return survey.is_public and survey.has_public_results and survey.closes_at <= clock.now()


def results_of(survey: Survey, *, with_words: bool) -> list[Result]:
    """What came of each question, in order; words only for staff, the newest ones. Four queries at most."""
    questions = list(survey.questions.all())
    answers = SurveyAnswer.objects.filter(question__survey=survey).order_by()
    answered = dict(answers.values_list("question").annotate(n=Count("pk")))
    numbers: dict[int, dict[int, int]] = defaultdict(dict)
    chosen = Func(F("chosen"), function="unnest", output_field=IntegerField())
    for question, choice, number in (
        answers.annotate(choice=chosen).values_list("question", "choice").annotate(n=Count("pk"))
    ):
        numbers[question][choice] = number
    words = _words(answers) if with_words else {}
    return [
        _result(one, answered.get(one.pk, 0), numbers[one.pk], words.get(one.pk, [])) for one in questions
    ]


def choices_of(question: SurveyQuestion) -> list[tuple[int, str]]:
    """What can be chosen: each with the number that is kept."""
    if question.kind == QuestionKind.SCALE:
        return [(step, str(step)) for step in range(SCALE[0], SCALE[1] + 1)]
    return list(enumerate(question.choices))


def _words(answers: QuerySet[SurveyAnswer]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    written = answers.exclude(words="").order_by("-pk").values_list("question", "words")
    for question, words in written[:WORDS_SHOWN]:
        found[question].append(words)
    return found


def _result(question: SurveyQuestion, answered: int, numbers: dict[int, int], words: list[str]) -> Result:
    bars = [
        Bar(label, numbers.get(value, 0), round(100 * Fraction(numbers.get(value, 0), answered or 1)))
        for value, label in choices_of(question)
    ]
    average = None
    if question.kind == QuestionKind.SCALE and answered:
        average = sum(value * number for value, number in numbers.items()) / answered
    return Result(question, answered, bars, average, words)
