"""What the end of the simulation is sure to show in the community of those who can log in: something of everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cases.deadlines import Deadline, deadline_of
from cases.models import Case, Channel, Stage
from dispatch.simulation import acts
from dispatch.simulation.acts import Act
from dispatch.simulation.city import City
from dispatch.simulation.habits import Story
from dispatch.simulation.reports import beside, file_in, file_unplaced
from grids.demo.people import STORY_COMMUNITY
from grids.models import AreaLevel

# The stage that begins with each act.
BEGINS: dict[Act, Stage] = {
    acts.order_check: Stage.CHECK,
    acts.register: Stage.DISPATCH,
    acts.hand_up: Stage.DISPATCH,
    acts.reopen: Stage.DISPATCH,
    acts.send_out: Stage.ACCEPT,
    acts.accept: Stage.HANDLING,
    acts.call_in: Stage.HANDLING,
    acts.ask_suspension: Stage.HANDLING,
    acts.ask_deferral: Stage.HANDLING,
    acts.grant: Stage.HANDLING,
    acts.fail: Stage.HANDLING,
    acts.feed_back: Stage.VERIFICATION,
    acts.pass_: Stage.VERIFICATION,
}
SENT = (acts.register, acts.send_out)
IN_HAND = (*SENT, acts.accept)
DONE = (*IN_HAND, acts.feed_back)
TO_STREET = (acts.register, acts.hand_up, acts.send_out)
AT_STREET = (*TO_STREET, acts.accept)


@dataclass(frozen=True)
class Scene:
    """A case that stands at a certain point at the end.

    `gone` is the share of the present stage's limit that is gone then: above 0.8 the light is yellow, above 1 the case
    has climbed a level, above 2 two. `also` happens while it stands there. `place` is the grid's number, 0 for nowhere.
    `is_there_again`: in the one place of the grid where the same goes wrong again and again.
    """

    class_name: str
    place: int
    path: tuple[Act, ...]
    gone: float
    also: Act | None = None
    channel: Channel = Channel.INSPECTOR
    is_there_again: bool = False


SCENES = (
    # Waiting to be registered
    Scene("暴露垃圾", 1, (), 0.15),
    Scene("非机动车乱停放", 2, (), 0.5),
    Scene("机动车乱停放", 7, (), 0.88, channel=Channel.HOTLINE),
    Scene("道路不洁", 3, (), 1.4, channel=Channel.CITIZEN),
    Scene("路灯异常", 0, (), 0.3, channel=Channel.HOTLINE),
    Scene("乱堆杂物", 0, (), 0.9, channel=Channel.HOTLINE),
    Scene("道路不洁", 8, (), 0.2, acts.reach_across),
    # Waiting to be looked at on the spot
    Scene("占用消防通道", 2, (acts.order_check,), 0.3, channel=Channel.HOTLINE),
    Scene("水域不洁", 5, (acts.order_check,), 0.9, channel=Channel.CITIZEN),
    # Waiting for a dispatcher
    Scene("乱堆杂物", 4, (acts.register,), 0.3),
    Scene("路灯异常", 1, (acts.register,), 0.9),
    Scene("架空线缆脱落", 6, (acts.register,), 0.5),
    Scene("架空线缆脱落", 3, (acts.register,), 1.5, channel=Channel.HOTLINE),
    Scene("施工占道", 8, (acts.register,), 3.6),
    Scene("违规标语宣传品", 2, (acts.register, acts.hand_up), 0.2),
    Scene("暴露垃圾", 5, (*DONE, acts.pass_, acts.reopen), 0.35, channel=Channel.HOTLINE),
    # Waiting for the unit to accept
    Scene("绿地脏乱", 1, SENT, 0.2),
    Scene("道路不洁", 4, SENT, 0.9),
    Scene("暴露垃圾", 6, SENT, 1.3),
    Scene("施工占道", 3, SENT, 0.4, acts.ask_return),
    Scene("违规标语宣传品", 9, TO_STREET, 0.3),
    Scene("暴露垃圾", 2, TO_STREET, 0.85),
    # In hand
    Scene("非法小广告", 1, IN_HAND, 0.3),
    Scene("乱堆杂物", 2, IN_HAND, 0.85),
    Scene("废弃家具设备", 3, IN_HAND, 0.95, acts.comment_from_above),
    Scene("路灯异常", 5, IN_HAND, 1.5),
    Scene("暴露垃圾", 8, IN_HAND, 2.6, acts.comment_from_above),
    Scene("机动车乱停放", 4, IN_HAND, 4.2, acts.comment_from_above),
    Scene("道路破损", 6, IN_HAND, 0.6, acts.ask_extension),
    Scene("积存垃圾渣土", 10, IN_HAND, 0.3, acts.ask_suspension),
    Scene("积存垃圾渣土", 7, IN_HAND, 0.4, acts.ask_deferral),
    Scene("垃圾站（箱）满溢", 1, (*DONE, acts.fail), 0.4),
    Scene("行道树异常", 2, AT_STREET, 0.4),
    Scene("路灯异常", 7, AT_STREET, 0.85),
    Scene("共享单车乱象", 5, AT_STREET, 0.5, acts.ask_extension),
    Scene("垃圾站（箱）满溢", 11, AT_STREET, 1.4),
    Scene("绿地脏乱", 6, (*AT_STREET, acts.feed_back, acts.fail), 0.5),
    Scene("非法小广告", 8, AT_STREET, 2.3),
    # Several units, each with its part
    Scene("道路破损", 3, IN_HAND, 0.35, acts.call_in),
    Scene("施工占道", 5, (*IN_HAND, acts.call_in), 0.5, acts.do_parts),
    Scene("行道树异常", 6, (*IN_HAND, acts.call_in), 0.3, acts.call_in),
    # The clock stands
    Scene("施工占道", 4, (*IN_HAND, acts.ask_suspension, acts.grant), 0.2),
    Scene("行道树异常", 9, (*AT_STREET, acts.ask_suspension, acts.grant), 0.1),
    Scene("废弃家具设备", 4, (*IN_HAND, acts.ask_deferral, acts.grant), 0.2),
    # Waiting for verification
    Scene("非法小广告", 3, DONE, 0.2),
    Scene("乱堆杂物", 5, DONE, 0.6),
    Scene("垃圾站（箱）满溢", 2, DONE, 0.9),
    Scene("绿地脏乱", 10, DONE, 0.4),
    Scene("道路不洁", 6, DONE, 1.3),
    Scene("行道树异常", 1, (*AT_STREET, acts.feed_back), 0.5),
    # Again and again in one place: a hot spot, for which nobody has made a campaign yet
    *(
        Scene("机动车乱停放", 6, path, gone, channel=Channel.HOTLINE, is_there_again=True)
        for path, gone in (((*DONE, acts.pass_), 0.9), ((*DONE, acts.pass_), 0.6), (DONE, 0.5), (IN_HAND, 0.5), (SENT, 0.3))
    ),
)  # fmt: skip


def closing_scenes(city: City, start: datetime, end: datetime) -> Iterator[Story]:
    """The stories of the scenes, as many as fit between two moments."""
    grids = city.grids.get(STORY_COMMUNITY, [])
    for scene in SCENES:
        if scene.class_name in city.classes and scene.place <= len(grids):
            moments = _moments(city, scene, end)
            if moments[0] > start:
                yield _play(city, scene, moments)


def _play(city: City, scene: Scene, moments: list[datetime]) -> Story:
    yield moments[0]
    case = _file(city, scene)
    for moment, act in zip(moments[1:], (*scene.path, *([scene.also] if scene.also else [])), strict=True):
        city.watch(case)
        yield moment
        case = act(city, Case.objects.get(pk=case.pk))
    city.watch(case)


def _file(city: City, scene: Scene) -> Case:
    trouble = next(each for each in city.troubles if each.class_name == scene.class_name)
    if not scene.place:
        return file_unplaced(city, trouble)
    grid = city.grids[STORY_COMMUNITY][scene.place - 1]
    point = beside(city, city.outline_of(grid).point_on_surface) if scene.is_there_again else None
    return file_in(city, trouble, grid, scene.channel, point=point)


def _moments(city: City, scene: Scene, end: datetime) -> list[datetime]:
    """When it is reported, when each act of its path is done, and what is done besides: counted back from the end."""
    stage = BEGINS[scene.path[-1]] if scene.path else Stage.INTAKE
    moments = [_before(city, scene, end, stage, scene.gone)]
    for before, act in reversed(list(pairwise((None, *scene.path)))):
        waited = city.rng.uniform(0.02, 0.06) if act is acts.grant else city.rng.uniform(0.15, 0.5)
        stage_before = BEGINS[before] if before else Stage.INTAKE
        moments.insert(0, _before(city, scene, moments[0], stage_before, waited))
    if scene.also:
        moments.append(_before(city, scene, end, stage, scene.gone * 0.4))
    return moments


def _before(city: City, scene: Scene, end: datetime, stage: Stage, share: float) -> datetime:
    """The moment from which on, until `end`, so much of the stage's limit goes by."""
    deadline = _deadline(city, scene, stage, end)
    return city.before(end, share * deadline.minutes, round_the_clock=deadline.round_the_clock)


def _deadline(city: City, scene: Scene, stage: Stage, start: datetime) -> Deadline:
    """The limit that the scene's case will have in a stage; an hour where there is none."""
    case = Case(
        number=f"{city.district.code}-",
        condition=city.classes[scene.class_name].conditions.filter(is_active=True).first(),
        level=AreaLevel.COMMUNITY,
        grid=city.grids[STORY_COMMUNITY][scene.place - 1] if scene.place else None,
    )
    return deadline_of(case, stage, start) or Deadline(60, round_the_clock=False, warn_at=start, due_at=start)
