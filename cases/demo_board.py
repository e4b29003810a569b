"""What the demo's citizens have written on the board, and a survey that some of them have answered; all made up."""

from datetime import timedelta

from django.db import transaction

from cases.models import BoardMessage, BoardTopic, QuestionKind, Survey
from cases.services.board import answer_on_board, show_on_board, write_on_board
from cases.services.citizen import Sender
from cases.services.survey import answer_survey
from gridgov import clock
from grids.demo.people import STORY_STREET
from grids.models import Area, Organisation, User


@transaction.atomic
def add_words_of_citizens() -> int:
    """Two messages on the board, one answered, and an open survey with some answers; returns how many, 0 if there are any."""
    street = Area.objects.filter(code=STORY_STREET).first()
    operator = User.objects.filter(username="operator").first()
    if street is None or operator is None or BoardMessage.objects.exists() or Survey.objects.exists():
        return 0
    asked, _thanks = (
        write_on_board(sender=Sender(), area=street, topic=topic, text=text, name=name)
        for topic, text, name in (
            (BoardTopic.QUESTION, "【演示】桂澜路的公园什么时候装夜灯？晚上散步看不清路。", "平洲居民"),
            (BoardTopic.THANKS, "【演示】上周报的井盖当天就修好了，谢谢网格员！", ""),
        )
    )
    show_on_board(asked.pk, actor=operator)
    answer_on_board(
        asked.pk,
        actor=operator,
        organisation=Organisation.objects.get(code=f"{STORY_STREET}-command"),
        text="您好，公园夜灯已列入本季度计划，预计下月底前完成安装。",
    )
    _add_survey(street)
    return 3


def _add_survey(street: Area) -> None:
    now = clock.now()
    survey = Survey.objects.create(
        title="【演示】家门口的公园，您满意吗？",
        intro="只有四个问题，一分钟就好。",
        area=street,
        opens_at=now - timedelta(days=3),
        closes_at=now + timedelta(days=27),
        is_public=True,
        has_public_results=True,
    )
    often, missing, liked, words = (
        survey.questions.create(
            position=position, kind=kind, text=text, choices=choices, is_required=is_required
        )
        for position, (kind, text, choices, is_required) in enumerate(
            (
                (QuestionKind.SINGLE, "您多久去一次公园？", ["每天", "每周几次", "很少"], True),
                (QuestionKind.MULTIPLE, "公园还缺什么？", ["座椅", "厕所", "树荫", "夜灯"], False),
                (QuestionKind.SCALE, "总体上您满意吗？", [], True),
                (QuestionKind.TEXT, "还有什么想说的？", [], False),
            ),
            start=1,
        )
    )
    for number in range(12):
        answer_survey(
            survey.pk,
            device_hash="",
            answers={
                often.pk: number % 3,
                missing.pk: [number % 4, 3] if number % 4 != 3 else [3],
                liked.pk: 3 + number % 3,
                words.pk: "希望早点装灯。" if number == 0 else "",
            },
        )
