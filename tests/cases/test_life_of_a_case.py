"""What the steps of a life do beyond moving the status."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from cases import services as cases
from cases.models import Case, Channel, PhotoKind
from cases.workflow import Action, Status
from dispatch import services as dispatch
from gridgov import clock
from gridgov.errors import NotPermitted
from tests.case_factories import Cast, case_in, make_case, stored
from tests.factories import inside, make_grid

HOUR = timedelta(hours=1)


def test_a_report_is_placed_numbered_and_timed(cast: Cast):
    case = make_case(cast, photos=stored(cast.inspector, "red", "blue"), accuracy_m=12.5)
    city = cast.city
    assert (case.district, case.street, case.community, case.grid) == (
        city.district,
        city.street,
        city.community,
        city.grid,
    )
    assert case.grid_version == city.grid.versions.get()
    assert case.number == f"{city.district.code}-{clock.today():%Y%m%d}-000001"
    assert (case.holder, case.stage_due_at) == (city.community_centre, case.reported_at + HOUR)
    assert [photo.kind for photo in case.photos.all()] == [PhotoKind.BEFORE] * 2
    assert [(row.seq, row.action, row.to_status) for row in case.events.all()] == [(1, "report", "reported")]


def test_a_redrawn_grid_leaves_the_case_its_old_outline(cast: Cast):
    case = make_case(cast)
    old = case.grid_version
    old.valid_to = clock.today()
    old.save(update_fields=["valid_to"])
    new = make_grid(cast.city.community)
    case.refresh_from_db()
    assert case.grid_version == old
    assert case.grid != new


def test_a_report_outside_every_grid_waits_at_the_district(cast: Cast):
    case = make_case(cast, point=None)
    assert (case.grid, case.holder, case.district) == (None, cast.city.district_centre, cast.city.district)
    assert not case.is_placed


def test_nothing_to_see_is_refused(cast: Cast):
    with pytest.raises(ValidationError) as refused:
        make_case(cast, case_class=None, description="  ")
    assert refused.value.code == "nothing_reported"


def test_without_a_post_nobody_reports_as_staff(cast: Cast):
    with pytest.raises(NotPermitted):
        make_case(cast, actor=cast.citizen)


def test_an_amended_place_places_the_case_anew_and_keeps_its_clock(cast: Cast):
    case = make_case(cast, point=None)
    amended = cases.amend_case(
        _held_by_community(case, cast).pk,
        actor=cast.operator,
        point=inside(cast.city.other_grid),
        address="南海大道 3 号",
    )
    assert (amended.grid, amended.address, amended.stage_due_at) == (
        cast.city.other_grid,
        "南海大道 3 号",
        case.stage_due_at,
    )


def _held_by_community(case: Case, cast: Cast) -> Case:
    Case.objects.filter(pk=case.pk).update(
        holder=cast.city.community_centre,
        level=cast.city.community_centre.level,
        community=cast.city.community,
    )
    return case


def test_registering_fixes_class_and_condition(cast: Cast):
    case = make_case(cast, case_class=None, condition=None)
    with pytest.raises(ValidationError) as refused:
        cases.register_case(case.pk, actor=cast.operator)
    assert "case_class" in refused.value.message_dict
    registered = cases.register_case(case.pk, actor=cast.operator, case_class=cast.city.other_class)
    assert registered.condition == cast.city.other_class.conditions.get()


def test_a_foreign_condition_is_refused(cast: Cast):
    case = make_case(cast)
    with pytest.raises(ValidationError):
        cases.register_case(
            case.pk, actor=cast.operator, case_class=cast.city.other_class, condition=cast.city.condition
        )


def test_the_limit_begins_when_the_unit_accepts(cast: Cast):
    case = case_in(Status.DISPATCHED, cast)
    with clock.at(case.stage_started_at + HOUR):
        accepted = dispatch.accept_case(case.pk, actor=cast.handler)
        assert accepted.stage_due_at == clock.now() + 24 * HOUR
    assert case.events.get(action=Action.ACCEPT).elapsed_minutes == 60


def test_a_promise_stands_for_the_limit(cast: Cast):
    promised = clock.now() + timedelta(days=9)
    case = case_in(
        Status.HANDLING, cast, promised_due_at=promised, channel=Channel.HOTLINE, external_id="12345-1"
    )
    assert case.stage_due_at == promised


def test_a_failed_look_sends_it_back_to_the_unit_with_a_new_limit(cast: Cast):
    case = case_in(Status.HANDLED, cast)
    with pytest.raises(ValidationError):
        cases.verify_case(case.pk, actor=cast.inspector, passed=False)
    with clock.at(case.stage_started_at + HOUR):
        back = cases.verify_case(case.pk, actor=cast.inspector, passed=False, note="还是不亮")
        assert (back.status, back.unit, back.stage_due_at) == (
            Status.HANDLING,
            cast.city.team,
            clock.now() + 24 * HOUR,
        )
    assert case.events.filter(action=Action.VERIFY_FAIL).count() == 1


def test_a_close_needs_a_photo_or_a_reason(cast: Cast):
    case = case_in(Status.HANDLED, cast)
    with pytest.raises(ValidationError):
        cases.verify_case(case.pk, actor=cast.inspector, passed=True)
    closed = cases.verify_case(case.pk, actor=cast.inspector, passed=True, photos=stored(cast.inspector))
    assert (closed.status, closed.stage_due_at, closed.closed_at is not None) == (Status.CLOSED, None, True)


def test_handled_needs_a_photo_or_a_reason(cast: Cast):
    case = case_in(Status.HANDLING, cast)
    with pytest.raises(ValidationError):
        dispatch.feed_back_case(case.pk, actor=cast.handler)
    dispatch.feed_back_case(case.pk, actor=cast.handler, photos=stored(cast.handler))
    assert case.photos.get().kind == PhotoKind.AFTER


def test_settled_on_the_spot_closes_but_for_the_sample(cast: Cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 3
    made = [make_case(cast) for _ in range(6)]
    for case in made:
        cases.settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))
    statuses = Case.objects.filter(pk__in=[case.pk for case in made]).values_list("status", flat=True)
    assert sorted(statuses) == ["closed"] * 4 + ["handled"] * 2


def test_a_failed_sample_goes_to_the_dispatcher(cast: Cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 1
    case = make_case(cast)
    cases.settle_case(case.pk, actor=cast.inspector, photos=stored(cast.inspector))
    back = cases.verify_case(case.pk, actor=cast.grid_leader, passed=False, note="垃圾还在")
    assert (back.status, back.unit) == (Status.REGISTERED, None)


@pytest.mark.parametrize("status", [Status.REPORTED, Status.REGISTERED])
def test_unmerged_it_is_as_before(cast: Cast, status: Status):
    into, case = make_case(cast), case_in(status, cast)
    merged = cases.merge_case(case.pk, actor=cast.operator, into_id=into.pk)
    assert (merged.status, merged.merged_into) == (Status.MERGED, into)
    assert cast.inspector.notices.filter(event="case_merge").exists()
    back = cases.unmerge_case(case.pk, actor=cast.operator)
    assert (back.status, back.merged_into, back.stage_due_at is not None) == (status, None, True)


def test_cases_merge_into_open_ones_of_the_same_district_only(cast: Cast):
    case = make_case(cast)
    for into in (case, case_in(Status.CLOSED, cast)):
        with pytest.raises(ValidationError):
            cases.merge_case(case.pk, actor=cast.operator, into_id=into.pk)


def test_a_reopened_case_waits_for_the_dispatcher(cast: Cast):
    case = case_in(Status.CLOSED, cast)
    reopened = cases.reopen_case(case.pk, actor=cast.operator, reason="又不亮了")
    assert (reopened.status, reopened.unit, reopened.closed_at) == (Status.REGISTERED, None, None)


def test_reasons_are_not_blank(cast: Cast):
    case = make_case(cast)
    for act in (
        lambda: cases.refuse_case(case.pk, actor=cast.operator, reason=" "),
        lambda: cases.void_case(case.pk, actor=cast.supervisor, reason=""),
        lambda: dispatch.escalate_case(case.pk, actor=cast.operator, reason=""),
        lambda: cases.comment_case(case.pk, actor=cast.leader, text="  "),
    ):
        with pytest.raises(ValidationError):
            act()


def test_by_hand_a_case_goes_up_once_and_not_beyond_the_top(cast: Cast):
    case = make_case(cast)
    for _ in range(2):
        dispatch.escalate_case(case.pk, actor=cast.supervisor, reason="超出权限")
    case.refresh_from_db()
    assert case.holder == cast.city.district_centre
    with pytest.raises(ValidationError) as refused:
        dispatch.escalate_case(case.pk, actor=cast.supervisor, reason="再往上")
    assert refused.value.code == "top_level"
