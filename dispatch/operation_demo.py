"""Operations and an emergency of the demo city, called by its people through the services; all made up."""

from datetime import timedelta

from django.contrib.gis.geos import Point
from django.db import transaction

from cases.models import CaseClass
from cases.services import report_case
from dispatch.models import Emergency, Operation, OperationKind
from dispatch.services.emergency import alert_concerned, declare_emergency, receive_alert, write_entry
from dispatch.services.operation import Share, call_operation, rate_unit
from dispatch.services.operation_unit import feed_back_operation, miss_units, report_in
from gridgov import clock
from grids.demo.loading import is_loaded
from grids.demo.people import STORY_COMMUNITY, STORY_STREET
from grids.models import Area, AreaLevel, AreaVersion, Organisation, User

TITLES = ("夜市占道经营整治", "沿街商铺用气安全联合检查", "违法建设拆除")
_SMELL = "居民反映一楼餐饮店有燃气味"


@transaction.atomic
def load_operations() -> int:
    """Add a whistle that is going on, an operation that is done, one that waits for approval, and an emergency.

    Returns how many were new; does nothing where they are there, or where the demo city is not.
    """
    community = Area.objects.filter(code=STORY_COMMUNITY).first()
    if community is None or not is_loaded() or Operation.objects.filter(title__in=TITLES).exists():
        return 0
    place = _place_in(community)
    _done(place)
    _whistle(place)
    _asked(place)
    return 3 + _emergency(place)


def _whistle(place: Point) -> None:
    """Blown forty minutes ago: one unit is there, one is late, one came with its reason."""
    now = clock.now()
    with clock.at(now - timedelta(minutes=40)):
        operation = call_operation(
            actor=_who("dispatcher"),
            kind=OperationKind.WHISTLE,
            caller=_unit(f"{STORY_COMMUNITY}-command"),
            title=TITLES[0],
            purpose="清理占道摊档，恢复消防通道；现场劝导，拒不配合的依法处理。",
            shares=[
                Share(_unit(f"{STORY_STREET}-urban"), "劝离占道摊档，登记经营者", leads=True),
                Share(_unit(f"{STORY_STREET}-fire"), "检查消防通道和消火栓"),
                Share(_unit(f"{STORY_COMMUNITY}-team"), "清扫路面、搬运杂物"),
            ],
            point=place,
            address="演示夜市路口",
        )
    with clock.at(now - timedelta(minutes=31)):
        report_in(operation.pk, actor=_who("handler"), point=place, accuracy_m=9)
    with clock.at(now - timedelta(minutes=22)):
        report_in(
            operation.pk,
            actor=_who("officer"),
            point=Point(place.x + 0.006, place.y, srid=4326),
            accuracy_m=25,
            note="主路封闭，在东侧停车场集合",
        )
    with clock.at(now - timedelta(minutes=9)):
        miss_units()
    with clock.at(now - timedelta(minutes=5)):
        feed_back_operation(operation.pk, actor=_who("handler"), feedback="路面已清扫，杂物运走两车。")


def _done(place: Point) -> None:
    """Yesterday's: done and partly rated."""
    begin = clock.now() - timedelta(hours=26)
    with clock.at(begin):
        operation = call_operation(
            actor=_who("gridleader"),
            kind=OperationKind.WHISTLE,
            caller=_unit(f"{STORY_COMMUNITY}-command"),
            title=TITLES[1],
            shares=[
                Share(_unit(f"{STORY_STREET}-urban"), "检查店招和外摆"),
                Share(_unit(f"{STORY_COMMUNITY}-team"), "陪同入户，登记隐患", leads=True),
            ],
            point=place,
            address="演示商业街",
        )
    for minutes, username in ((12, "handler"), (18, "officer")):
        with clock.at(begin + timedelta(minutes=minutes)):
            report_in(operation.pk, actor=_who(username), point=place, accuracy_m=8)
    for minutes, username, said in (
        (95, "officer", "外摆已收回 6 家。"),
        (110, "handler", "查 23 家，登记隐患 4 处。"),
    ):
        with clock.at(begin + timedelta(minutes=minutes)):
            feed_back_operation(operation.pk, actor=_who(username), feedback=said)
    with clock.at(begin + timedelta(hours=3)):
        unit = _unit(f"{STORY_COMMUNITY}-team")
        rate_unit(operation.pk, actor=_who("gridleader"), unit=unit, rating=5, note="到得快，查得细")


def _asked(place: Point) -> None:
    """Called by a department for tomorrow; a supervisor has to approve it."""
    call_operation(
        actor=_who("officer"),
        kind=OperationKind.JOINT,
        caller=_unit(f"{STORY_STREET}-urban"),
        title=TITLES[2],
        purpose="依法拆除楼顶违建，现场警戒，做好群众解释。",
        shares=[
            Share(_unit(f"{STORY_STREET}-planning"), "现场认定，出具文书", leads=True),
            Share(_unit(f"{STORY_STREET}-fire"), "现场消防保障"),
            Share(_unit(f"{STORY_COMMUNITY}-team"), "警戒和群众解释"),
        ],
        point=place,
        address="演示住宅楼",
        starts_at=clock.now() + timedelta(hours=20),
    )


def _emergency(place: Point) -> int:
    """A gas leak: dispatched, declared, everyone alerted; two have answered."""
    now = clock.now()
    kind = CaseClass.objects.filter(is_active=True, name__contains="燃气").first()
    with clock.at(now - timedelta(minutes=14)):
        case = report_case(
            actor=_who("inspector"),
            point=place,
            address="演示商业街 8 号",
            case_class=kind,
            description=_SMELL,
        )
        declare_emergency(case.pk, actor=_who("operator"), note="燃气味很重，已通知燃气公司", radius_m=300)
    emergency = Emergency.objects.get(case=case)
    with clock.at(now - timedelta(minutes=12)):
        alert_concerned(
            emergency.pk,
            actor=_who("operator"),
            text="演示商业街 8 号燃气泄漏：附近人员立即到场疏散，禁止明火",
        )
    for minutes, username, reply in ((11, "gridleader", "已到现场，正在疏散"), (9, "supervisor", "")):
        with clock.at(now - timedelta(minutes=minutes)):
            if emergency.alerts.filter(user__username=username).exists():
                receive_alert(emergency.pk, actor=_who(username), reply=reply)
    with clock.at(now - timedelta(minutes=8)):
        write_entry(emergency.pk, actor=_who("operator"), note="燃气公司抢修车已出发，预计 10 分钟到。")
    return 1


def _place_in(community: Area) -> Point:
    """Well inside the first grid where the demo's inspector walks."""
    grid = Area.objects.current().within(community).filter(level=AreaLevel.GRID).order_by("code")[0]
    point: Point = AreaVersion.objects.current().get(area=grid).outline.point_on_surface
    point.srid = 4326
    return point


def _who(username: str) -> User:
    found: User = User.objects.get(username=username)
    return found


def _unit(code: str) -> Organisation:
    found: Organisation = Organisation.objects.select_related("area").get(code=code)
    return found
