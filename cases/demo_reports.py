"""What citizens of the demo city have reported, so that the public map and the staff's queues show something of theirs."""

from django.contrib.gis.geos import Point
from django.db import transaction

from cases.models import Case, CaseClass, Follower
from cases.services.citizen import Sender, report_as_citizen
from cases.services.publication import publish_case
from grids.models import AreaLevel, AreaVersion, Post, Role
from grids.selectors import district_of

# Class, what somebody wrote, and what an operator made of it for strangers ("" where nobody has looked it over yet).
REPORTS = (
    ("暴露垃圾", "桥底下一大堆垃圾，几天没人收", "桥底垃圾未清运"),
    ("路灯异常", "路灯整夜不亮，晚上很黑", "路灯不亮"),
    ("道路破损", "路面有个大坑，电动车差点摔倒", "路面坑洞"),
    ("污水井盖异常", "井盖松动，车一过就响", ""),
    ("共享单车乱象", "单车堆满人行道，走不过去", "共享单车占道"),
    ("机动车乱停放", "每天有车停在路口，挡住视线", ""),
    ("绿地脏乱", "小公园草地里很多塑料袋", "绿地垃圾"),
    ("垃圾站（箱）满溢", "垃圾桶满了三天", ""),
    ("噪声扰民", "楼下店铺半夜放音乐", ""),
    ("油烟污染", "饭店油烟直接排到居民楼", ""),
    ("无照经营游商", "路口每天早上摆满摊档", ""),
    ("盲道缺损", "盲道砖翘起来了", ""),
)


@transaction.atomic
def add_reports() -> int:
    """Report these in grids spread over the city, unless a citizen has reported something already; returns how many."""
    grids = list(
        AreaVersion.objects.current()
        .filter(level=AreaLevel.GRID)
        .order_by("area__code")
        .select_related("area")
    )
    classes = {
        each.name: each
        for each in CaseClass.objects.filter(is_active=True, name__in=[name for name, *_ in REPORTS])
    }
    if not grids or Follower.objects.exists():
        return 0
    wanted = [report for report in REPORTS if report[0] in classes]
    for index, (name, words, told) in enumerate(wanted):
        grid = grids[index * len(grids) // len(wanted)]
        middle = grid.outline.point_on_surface
        follower = report_as_citizen(
            district=district_of(grid.area),
            sender=Sender(language="zh-hans"),
            case_class=classes[name],
            point=Point(middle.x, middle.y, srid=4326),
            description=words,
        )
        if told:
            _tell(follower.case, told)
    return len(wanted)


def _tell(case: Case, words: str) -> None:
    """Let an operator of the holder, if there is one, choose what strangers read."""
    post = Post.objects.filter(organisation=case.holder_id, role=Role.OPERATOR).select_related("user").first()
    if post:
        publish_case(case.pk, actor=post.user, text=words, photo_ids=[], is_withheld=False)
