"""A notice, an order and a public notice of the demo city; all made up."""

from datetime import timedelta

from gridgov import clock
from grids.demo.people import STORY_COMMUNITY, STORY_STREET
from grids.demo.places import DISTRICT
from grids.models import Announcement, AnnouncementKind, Area, Organisation, Role, User
from grids.services.announcements import acknowledge_order, publish_announcement, read_announcement


def add_announcements() -> int:
    """Publish them unless there are any; returns how many. Does nothing without the demo's people."""
    chief = User.objects.filter(username="chief").first()
    operator = User.objects.filter(username="operator").first()
    if chief is None or operator is None or Announcement.objects.exists():
        return 0
    areas = {
        area.code: area for area in Area.objects.filter(code__in=(DISTRICT, STORY_STREET, STORY_COMMUNITY))
    }
    centres = {
        code: Organisation.objects.get(code=f"{code}-command")
        for code in (DISTRICT, STORY_STREET, STORY_COMMUNITY)
    }
    notice = publish_announcement(
        actor=chief,
        kind=AnnouncementKind.NOTICE,
        title="【演示】关于开展冬季消防安全宣传的通知",
        text="各街道、社区：\n本月起开展冬季消防安全宣传，请结合日常巡查入户讲解，重点提醒电动自行车不上楼、不入户充电。",
        organisation=centres[DISTRICT],
        area=areas[STORY_STREET],
    )
    order = publish_announcement(
        actor=operator,
        kind=AnnouncementKind.ORDER,
        title="【演示】强降雨期间加密巡查低洼路段",
        text="预计后两日有强降雨。各网格每日早晚各巡查一次低洼路段和排水口，发现积水立即上报。",
        organisation=centres[STORY_COMMUNITY],
        area=areas[STORY_COMMUNITY],
        roles=[Role.INSPECTOR, Role.GRID_LEADER, Role.HANDLER],
        is_urgent=True,
        receipt_by=clock.today() + timedelta(days=2),
    )
    publish_announcement(
        actor=chief,
        kind=AnnouncementKind.NOTICE,
        title="【演示】关于部分路段夜间施工的公告",
        text="因管网改造，平洲部分路段于本周夜间施工，施工期间请绕行。给您带来不便，敬请谅解。",
        organisation=centres[DISTRICT],
        area=areas[DISTRICT],
        roles=[Role.OPERATOR],
        is_public=True,
    )
    for person in User.objects.filter(username__in=("gridleader", "handler")):
        read_announcement(notice.pk, actor=person)
        acknowledge_order(order.pk, actor=person)
    return 3
