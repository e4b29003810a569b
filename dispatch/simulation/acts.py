"""What people do with a case; each act finds out who does it, finds the words and the pictures, and calls the service."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError

from cases import services as cases
from cases.extents import LINE, PLACES, make_extent
from cases.models import Case, UrgingLevel
from cases.parts import open_parts
from cases.permissions import IN_UNIT
from cases.workflow import WITH_UNIT, Action, ReturnKind
from dispatch import services as dispatch
from dispatch.routing import responsible_unit
from dispatch.services.request import pending_request
from dispatch.simulation import words
from dispatch.simulation.camera import take_picture
from dispatch.simulation.city import City
from dispatch.simulation.drawings import VARIANTS
from dispatch.simulation.words import Trouble
from dispatch.units import selectable_units
from gridgov import clock
from gridgov.evidence import stored_photos
from gridgov.models import Photo
from grids.models import AreaLevel, AreaVersion, Organisation, OrganisationKind, Role, User

Act = Callable[[City, Case], Case]
# Two reports of one class this near to each other are of one matter; in degrees, some 60 m.
SAME_PLACE = 0.0006


# Intake


def register(city: City, case: Case) -> Case:
    # Who called or wrote knew no class: the operator finds one.
    case_class = None if case.case_class_id else city.classes[city.trouble_of(case).class_name]
    return cases.register_case(case.pk, actor=city.operator_of(case), case_class=case_class)


def refuse(city: City, case: Case) -> Case:
    return cases.refuse_case(case.pk, actor=city.operator_of(case), reason=city.one_of(words.REFUSALS))


def order_check(city: City, case: Case) -> Case:
    return cases.order_check(case.pk, actor=city.operator_of(case), note=city.one_of(words.CHECK_ORDERS))


def answer_check(city: City, case: Case) -> Case:
    actor, is_true = city.verifier_of(case), city.happens(0.8)
    note = city.one_of(words.CHECK_TRUE if is_true else words.CHECK_FALSE)
    with pictures(
        city, city.trouble_of(case), case.point, actor=actor, is_wrong=is_true, share=0.6
    ) as photos:
        return cases.answer_check(case.pk, actor=actor, is_true=is_true, note=note, photos=photos)


def take_in(city: City, case: Case) -> Case:
    """What an operator does with a report: find its place, join it, refuse it, or register it."""
    if not case.is_placed:
        return _place_or_refuse(city, case)
    if (twin := _twin_of(case)) is not None:
        return cases.merge_case(case.pk, actor=city.operator_of(case), into_id=twin.pk)
    untrue = case.events.filter(action=Action.ANSWER_CHECK, data__is_true=False)
    return (refuse if untrue.exists() else register)(city, case)


def unmerge(city: City, case: Case) -> Case:
    return cases.unmerge_case(case.pk, actor=city.operator_of(case), note=words.UNMERGE)


def _place_or_refuse(city: City, case: Case) -> Case:
    if city.happens(0.3):
        return refuse(city, case)
    grid = city.one_of(city.grids[city.one_of(sorted(city.grids))])
    return cases.amend_case(
        case.pk,
        actor=city.operator_of(case),
        point=city.some_point(grid),
        address=f"{grid.name}（{words.FOUND_PLACE}）",
        case_class=case.case_class,
    )


def _twin_of(case: Case) -> Case | None:
    """An open case of the same class at the same place, if there is one that it wasn't taken apart from before."""
    if case.point is None:
        return None
    twin = (
        Case.objects.open()
        .filter(
            case_class=case.case_class_id,
            grid=case.grid_id,
            pk__lt=case.pk,
            point__within=case.point.buffer(SAME_PLACE),
        )
        .order_by("pk")
        .first()
    )
    return None if twin and case.events.filter(action=Action.UNMERGE).exists() else twin


# Commanding


def send_out(city: City, case: Case) -> Case:
    """Dispatch to the unit that answers for it; what it gave back goes to another, or up."""
    unit = responsible_unit(case)
    gave_back = case.events.filter(action__in=[Action.RETURN, Action.RECALL]).order_by("-seq").first()
    if unit is None or (gave_back and gave_back.unit_id == unit.pk):
        if gave_back and case.level == AreaLevel.COMMUNITY:
            return hand_up(city, case)
        unit = _other_unit(city, case, gave_back.unit_id if gave_back else None)
    return dispatch.dispatch_case(case.pk, actor=city.dispatcher_of(case), unit=unit)


def call_in(city: City, case: Case) -> Case:
    """A second unit of the place, with people of its own, is called in for a part."""
    units = selectable_units(case).exclude(pk__in=[case.unit_id, *case.joint_unit_ids])
    found = [unit for unit in units if city.staff.in_office(unit.pk, *IN_UNIT)]
    # Rather one that somebody logs in for.
    unit = next((unit for unit in found if unit.code.endswith("-urban")), None) or city.one_of(found)
    return dispatch.join_unit(
        case.pk, actor=city.dispatcher_of(case), unit=unit, duty=city.one_of(words.DUTIES)
    )


def hand_up(city: City, case: Case) -> Case:
    actor = city.dispatcher_of(case)
    return dispatch.escalate_case(case.pk, actor=actor, reason=city.one_of(words.ESCALATIONS))


def recall(city: City, case: Case) -> Case:
    return dispatch.recall_case(case.pk, actor=city.dispatcher_of(case), reason=city.one_of(words.RECALLS))


def void(city: City, case: Case) -> Case:
    return cases.void_case(case.pk, actor=city.supervisor_of(case), reason=city.one_of(words.VOIDS))


def decide(city: City, case: Case) -> Case:
    """Grant or refuse what the unit asked for; what can't be granted any more is refused."""
    if case.request == Action.ASK_RETURN:
        return _decide(city, case, city.dispatcher_of(case), granted=city.happens(0.7))
    until = datetime.fromisoformat(pending_request(case).data["until"])
    return _decide(city, case, city.supervisor_of(case), granted=until > clock.now() and city.happens(0.75))


def grant(city: City, case: Case) -> Case:
    return _decide(city, case, city.supervisor_of(case), granted=True)


def _decide(city: City, case: Case, actor: User, *, granted: bool) -> Case:
    note = city.one_of(words.GRANTS if granted else words.DENIALS)
    try:
        return dispatch.decide_request(case.pk, actor=actor, granted=granted, note=note)
    except ValidationError:
        if not granted:
            raise
        # Overtaken by the clock since it was asked for.
        return _decide(city, case, actor, granted=False)


def _other_unit(city: City, case: Case, not_this: int | None) -> Organisation:
    """A unit of the same level that the dispatcher picks by hand."""
    units = Organisation.objects.filter(area=case.holder.area_id, is_active=True).exclude(
        kind=OrganisationKind.COMMAND
    )
    return city.one_of([unit for unit in units if unit.pk != not_this])


# Handling


def accept(city: City, case: Case) -> Case:
    return dispatch.accept_case(case.pk, actor=city.member_of_unit(case))


def do_parts(city: City, case: Case) -> Case:
    """The joint units do their parts."""
    for part in open_parts(case):
        actor = city.one_of(city.staff.in_office(part.unit.pk, *IN_UNIT))
        case = dispatch.feed_back_part(case.pk, actor=actor, note=city.one_of(words.PARTS_DONE))
    return case


def feed_back(city: City, case: Case) -> Case:
    case = do_parts(city, case)
    actor, trouble = city.member_of_unit(case), city.trouble_of(case)
    with pictures(city, trouble, case.point, actor=actor, is_wrong=False, share=0.55) as photos:
        note = city.one_of(trouble.done if photos else words.NO_PHOTO)
        return dispatch.feed_back_case(case.pk, actor=actor, note=note, photos=photos)


def ask_return(city: City, case: Case) -> Case:
    reason = city.one_of(words.RETURNS)
    kind = ReturnKind.WRONG_ADDRESS if "地址" in reason else ReturnKind.NOT_OURS
    return dispatch.ask_return(case.pk, actor=city.member_of_unit(case), reason=reason, kind=kind)


def ask_extension(city: City, case: Case) -> Case:
    """Half to the whole of the limit more."""
    assert case.stage_due_at is not None
    until = city.calendar.add(
        case.stage_due_at,
        (case.stage_minutes or 0) * city.rng.uniform(0.5, 1),
        round_the_clock=case.stage_round_the_clock,
    )
    reason = city.one_of(words.EXTENSIONS)
    return dispatch.ask_extension(case.pk, actor=city.member_of_unit(case), reason=reason, until=until)


def ask_suspension(city: City, case: Case) -> Case:
    until = clock.now() + timedelta(days=city.rng.choice((7, 14, 30, 60)))
    reason = city.one_of(words.SUSPENSIONS)
    return dispatch.ask_suspension(case.pk, actor=city.member_of_unit(case), reason=reason, until=until)


def ask_deferral(city: City, case: Case) -> Case:
    until = clock.now() + timedelta(days=city.rng.choice((30, 60, 90)))
    reason = city.one_of(words.DEFERRALS)
    return dispatch.ask_deferral(case.pk, actor=city.member_of_unit(case), reason=reason, until=until)


# Looking, and what follows


def verify(city: City, case: Case) -> Case:
    """Most pass; whoever fails once rarely fails again."""
    failed_before = case.events.filter(action=Action.VERIFY_FAIL).exists()
    return (fail if city.happens(0.02 if failed_before else 0.08) else pass_)(city, case)


def pass_(city: City, case: Case) -> Case:
    return _verify(city, case, passed=True)


def fail(city: City, case: Case) -> Case:
    return _verify(city, case, passed=False)


def _verify(city: City, case: Case, *, passed: bool) -> Case:
    actor, note = city.verifier_of(case), city.one_of(words.PASSES if passed else words.FAILURES)
    with pictures(
        city, city.trouble_of(case), case.point, actor=actor, is_wrong=not passed, share=0.25
    ) as photos:
        return cases.verify_case(case.pk, actor=actor, passed=passed, note=note, photos=photos)


def reopen(city: City, case: Case) -> Case:
    return cases.reopen_case(case.pk, actor=city.operator_of(case), reason=city.one_of(words.REOPENINGS))


def comment_from_above(city: City, case: Case) -> Case:
    leader = city.one_of(city.staff.of_area(case.district_id, Role.LEADER))
    return cases.comment_case(case.pk, actor=leader, text=city.one_of(words.COMMENTS))


def urge_from_above(city: City, case: Case) -> Case:
    """The leader wants to know why it is not done."""
    leader = city.one_of(city.staff.of_area(case.district_id, Role.LEADER))
    level = city.one_of([UrgingLevel.PRESSING, UrgingLevel.LEADER])
    return dispatch.urge_case(case.pk, actor=leader, note=city.one_of(words.URGINGS), level=level)


def answer_urgings(city: City) -> None:
    """The units answer what they were asked, all but the last."""
    urged = Case.objects.filter(district=city.district, urged_level__isnull=False, status__in=WITH_UNIT)
    for case in list(urged.order_by("pk"))[:-1]:
        dispatch.answer_urging(case.pk, actor=city.member_of_unit(case), note=city.one_of(words.ANSWERS))


def nothing(city: City, case: Case) -> Case:
    """Somebody has a look at it and leaves it as it is."""
    return case


@contextmanager
def pictures(
    city: City, trouble: Trouble, point: Point | None, *, actor: User, is_wrong: bool, share: float
) -> Iterator[Sequence[Photo]]:
    """A photo of the trouble, in so many of all cases; stored when the block ends well."""
    if not city.happens(share):
        yield ()
        return
    # The same street each time one looks at the same place.
    variant = int(point.x * 1e6) % VARIANTS if point else 0
    taken_at = clock.now() - timedelta(seconds=city.rng.randint(20, 300))
    file = take_picture(
        trouble.subject, is_wrong=is_wrong, variant=variant, moment=taken_at, point=point, rng=city.rng
    )
    with stored_photos([file], actor=actor) as photos:
        yield photos


def reach_across(city: City, case: Case) -> Case:
    """The operator draws how far it reaches: into the next community, so that the street leads."""
    if case.point is None or case.street is None:
        return case
    current = AreaVersion.objects.current()
    beside = (
        current.filter(level=AreaLevel.GRID, area__path__startswith=case.street.path)
        .exclude(area__parent=case.community_id)
        .annotate(metres=Distance("outline", case.point))
        .order_by("metres", "area__code")
        .first()
    )
    if beside is None:
        return case
    ends = [case.point, beside.outline.point_on_surface]
    extent = make_extent(ends, LINE)
    if not current.filter(level=AreaLevel.DISTRICT, outline__covers=extent).exists():
        extent = make_extent(ends, PLACES)
    return cases.amend_case(case.pk, actor=city.operator_of(case), extent=extent)
