"""A visit as a whole: what is kept, what it raises, and what is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.utils import translation

from cases.models import Case
from cases.services import refuse_case
from gridgov import clock
from gridgov.errors import KeyReused, NotFoundForYou, NotPermitted
from gridgov.models import Notice, Photo
from gridgov.photos_ahead import PhotosMissing, PhotosUsed
from inspections.models import (
    Answer,
    ChecklistItem,
    Finding,
    FindingState,
    Visit,
    VisitPhoto,
)
from inspections.services.visits import Given
from tests.factories import inside, make_post, make_user
from tests.inspection_factories import (
    abnormal,
    add_version,
    make_checklist,
    make_task,
    make_visit,
    photo_ahead,
)
from tests.racing import race
from tests.registry_factories import make_object, make_type

PLAIN = {"photo_required": False}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_a_visit_with_nothing_wrong_keeps_every_answer_and_its_times(cast, shop, items):
    now = clock.now()
    visit = make_visit(
        cast.inspector, shop, started_at=now - timedelta(hours=5), finished_at=now - timedelta(hours=4)
    )
    assert (visit.object, visit.area, visit.inspector) == (shop, cast.city.grid, cast.inspector)
    assert visit.received_at - visit.finished_at >= timedelta(hours=4)
    assert list(visit.answers.values_list("item", "result")) == [(item, "normal") for item in items]
    assert not Finding.objects.exists()
    assert not Case.objects.exists()


def test_something_abnormal_raises_a_case_and_nothing_is_typed_twice(cast, shop, items):
    photo = photo_ahead(cast.inspector)
    visit = make_visit(
        cast.inspector, shop, Given(items[0], "abnormal", "压力不足", [photo]), Given(items[1], "normal")
    )
    case = Case.objects.get()
    finding = Finding.objects.get()
    assert (finding.state, finding.case, finding.answer.visit) == (FindingState.IN_CASE, case, visit)
    assert (case.point, case.address, case.case_class) == (shop.point, shop.address, cast.city.case_class)
    assert case.description == "演示商铺：灭火器是否有效。压力不足"
    assert case.photos.get().photo.client_uuid == photo
    assert VisitPhoto.objects.get().photo.client_uuid == photo
    assert not Photo.objects.filter(is_waiting=True).exists()


def test_settled_on_the_spot_it_ends_there_with_both_photos(cast, shop, items):
    visit = make_visit(
        cast.inspector,
        shop,
        abnormal(cast, items[0], settled=True, after_photos=[photo_ahead(cast.inspector, "green")]),
    )
    finding = Finding.objects.get()
    assert (finding.state, finding.case, finding.ended_at) == (FindingState.SETTLED, None, visit.finished_at)
    assert sorted(VisitPhoto.objects.values_list("kind", flat=True)) == ["after", "before"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("place", "fields", "words"),
    [
        (0, {"photos": []}, "needs a photo here"),
        (0, {"settled": True}, "needs a photo of the result"),
        (1, {"settled": True, "after_photos": [uuid4()]}, "may not be settled"),
        (1, {"result": "normal", "settled": True}, "only something abnormal"),
        (1, {"result": "so so"}, "answer normal, abnormal"),
    ],
)
def test_an_answer_that_does_not_fit_its_item_is_named_and_nothing_is_kept(
    cast, shop, items, place, fields, words
):
    given = {"result": "abnormal", "photos": [uuid4()], **fields}
    with pytest.raises(ValidationError, match=words) as refused:
        make_visit(cast.inspector, shop, Given(items[place], **given))
    assert ("灭火器是否有效", "门前是否整洁")[place] in refused.value.messages[0]
    assert not Visit.objects.exists()


def test_items_of_other_objects_drafts_twice_or_none_are_refused(cast, shop, items):
    other = make_checklist([make_type("lamp", "component")], [PLAIN])
    draft = make_checklist([shop.type], [PLAIN], state="draft")
    for given in (
        [Given(other.versions.get().items.get().pk, "normal")],
        [Given(draft.versions.get().items.get().pk, "normal")],
        [Given(items[0], "normal"), Given(items[0], "abnormal")],
    ):
        with pytest.raises(ValidationError):
            make_visit(cast.inspector, shop, *given)
    with pytest.raises(ValidationError, match="at least one answer"):
        make_visit(cast.inspector, make_object(cast.city.grid, make_type("empty")))


def test_drafted_under_v1_it_is_kept_under_v1_though_v2_is_out(cast, shop, items):
    checklist = ChecklistItem.objects.get(pk=items[0]).version.checklist
    add_version(checklist, [{"question": "新问题"}])
    make_visit(cast.inspector, shop, Given(items[1], "normal"))
    kept = Answer.objects.get()
    assert (kept.item.version.number, kept.item.version.state) == (1, "retired")


def test_the_same_visit_sent_again_is_the_same_and_another_objects_is_refused(cast, shop, items):
    name = uuid4()
    first = make_visit(cast.inspector, shop, client_uuid=name)
    again = make_visit(cast.inspector, shop, client_uuid=name)
    assert again.pk == first.pk
    with pytest.raises(KeyReused):
        make_visit(cast.inspector, make_object(cast.city.grid, shop.type), client_uuid=name)
    assert Visit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_visit_fifty_times_at_once_is_one_visit_and_one_case(cast, shop, items):
    name, photo = uuid4(), photo_ahead(cast.inspector)
    given = Given(items[0], "abnormal", photos=[photo])
    sent = race(*[lambda: make_visit(cast.inspector, shop, given, client_uuid=name)] * 10)
    assert {visit.pk for visit in sent} == {Visit.objects.get().pk}
    assert Case.objects.count() == Finding.objects.count() == 1


def test_photos_that_have_not_arrived_or_belong_elsewhere_keep_nothing(cast, shop, items):
    with pytest.raises(PhotosMissing):
        make_visit(cast.inspector, shop, Given(items[0], "abnormal", photos=[uuid4()]))
    with pytest.raises(PhotosMissing):  # somebody else's
        make_visit(cast.inspector, shop, Given(items[0], "abnormal", photos=[photo_ahead(cast.grid_leader)]))
    photo = photo_ahead(cast.inspector)
    make_visit(cast.inspector, shop, Given(items[0], "abnormal", photos=[photo]))
    with pytest.raises(PhotosUsed):
        make_visit(cast.inspector, shop, Given(items[0], "abnormal", photos=[photo]))
    assert Visit.objects.count() == Case.objects.count() == 1


def test_found_again_while_its_case_is_open_it_goes_into_that_case(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    make_visit(cast.inspector, shop, abnormal(cast, items[0], note="还是不行"))
    case = Case.objects.get()
    assert set(Finding.objects.values_list("case", flat=True)) == {case.pk}
    comment = case.events.get(action="comment")
    assert comment.note == "Found again at a visit: 灭火器是否有效 还是不行"
    assert case.photos.count() == 2


def test_in_order_again_while_the_case_is_open_the_case_is_told(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    make_visit(cast.inspector, shop)
    assert "in order" in Case.objects.get().events.get(action="comment").note
    assert Finding.objects.get().state == FindingState.IN_CASE


def test_a_new_case_follows_one_that_was_refused(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    refuse_case(Case.objects.get().pk, actor=cast.operator, reason="不属于受理范围")
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    assert Case.objects.count() == 2


def test_a_later_visit_in_order_confirms_what_was_settled(cast, shop, items):
    settled = {"settled": True, "after_photos": [photo_ahead(cast.inspector, "green")]}
    make_visit(cast.inspector, shop, abnormal(cast, items[0], **settled))
    again = make_visit(cast.inspector, shop)
    assert Finding.objects.get().confirmed_by == again


def test_too_soon_after_the_last_visit_is_marked_but_not_for_a_recheck_or_an_order(cast, shop, items):
    assert not make_visit(cast.inspector, shop).too_soon
    assert make_visit(cast.inspector, shop).too_soon
    assert not make_visit(cast.inspector, shop, reason="recheck").too_soon
    assert not make_visit(cast.inspector, shop, reason="order").too_soon


def test_its_task_is_done_with_it(cast, shop, items):
    task = make_task(cast.city.grid, object=shop, kind="recheck", assignee=cast.inspector)
    visit = make_visit(cast.inspector, shop, task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, visit.task, visit.task_moved_on, visit.reason) == ("done", task, False, "recheck")


def test_a_task_that_went_to_somebody_else_meanwhile_stays_theirs_and_the_visit_is_kept(cast, shop, items):
    task = make_task(cast.city.grid, object=shop, assignee=cast.grid_leader)
    visit = make_visit(cast.inspector, shop, task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.assignee) == ("assigned", cast.grid_leader)
    assert (visit.task, visit.task_moved_on) == (task, True)
    told = Notice.objects.get(event="visit_beside_task")
    assert (told.recipient, told.url) == (cast.grid_leader, f"/visits/{visit.pk}/")
    make_visit(
        cast.inspector, shop, task_id=make_task(cast.city.grid, object=shop, assignee=cast.inspector).pk
    )
    assert Notice.objects.filter(event="visit_beside_task").count() == 1


def test_how_far_one_was_from_the_object_and_why_is_kept(cast, shop, items):
    visit = make_visit(
        cast.inspector,
        shop,
        device_point=inside(cast.city.other_grid),
        accuracy_m=80,
        away_reason="门口封路",
    )
    assert 50 < visit.away_m < 5000
    assert visit.away_reason == "门口封路"


def test_a_clock_that_runs_ahead_is_set_back(cast, shop, items):
    late = clock.now() + timedelta(hours=3)
    visit = make_visit(cast.inspector, shop, started_at=late - timedelta(minutes=10), finished_at=late)
    assert visit.finished_at <= clock.now()
    assert visit.finished_at - visit.started_at == timedelta(minutes=10)
    with pytest.raises(ValidationError, match="ends before"):
        make_visit(cast.inspector, shop, started_at=late, finished_at=clock.now())


def test_settled_on_the_spot_while_its_case_is_open_the_case_is_told_and_gets_the_photo(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    after = photo_ahead(cast.inspector, "green")
    make_visit(
        cast.inspector, shop, abnormal(cast, items[0], note="换了", settled=True, after_photos=[after])
    )
    comment = Case.objects.get().events.get(action="comment")
    assert comment.note == "Settled on the spot at a visit: 灭火器是否有效 换了"
    assert comment.photos.get().photo.client_uuid == after


def test_into_a_case_that_one_may_not_see_nothing_is_written_and_the_visit_is_kept(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    visitor = make_user("visitor")
    make_post(visitor, "officer", cast.city.street_department)
    again = Given(items[0], "abnormal", photos=[photo_ahead(visitor)])
    assert make_visit(visitor, shop, again)
    assert make_visit(visitor, shop)
    first, second = Case.objects.order_by("pk")
    assert not first.events.filter(action="comment").exists()
    assert second.events.filter(action="comment").count() == 1


def test_while_something_found_is_open_nobody_comes_too_soon(cast, shop, items):
    make_visit(cast.inspector, shop, abnormal(cast, items[0]))
    assert not make_visit(cast.inspector, shop).too_soon


def test_what_the_phone_said_of_the_reason_counts_beside_its_task(cast, shop, items):
    task = make_task(cast.city.grid, kind="recheck", object=shop, assignee=cast.inspector)
    assert make_visit(cast.inspector, shop, task_id=task.pk, reason="order").reason == "order"


def test_who_may_not_visit_or_see_the_object_keeps_nothing(cast, shop, items):
    with pytest.raises(NotPermitted):
        make_visit(cast.operator, shop)
    outsider = make_user("outsider")
    make_post(outsider, "inspector", cast.stranger.current_posts[0].organisation)
    with pytest.raises(NotFoundForYou):
        make_visit(outsider, shop)
    assert not Visit.objects.exists()


def test_no_answer_can_be_changed_afterwards(cast, shop, items):
    make_visit(cast.inspector, shop)
    with pytest.raises(Error), transaction.atomic():
        Answer.objects.update(result="abnormal")


def test_what_is_found_at_a_private_home_goes_by_its_code_and_without_its_address(cast):
    home = make_object(
        cast.city.grid,
        make_type("aided", "dwelling", is_private=True),
        code="H-7",
        name="演示救助住所",
        address="甲巷 1 号",
    )
    make_checklist([home.type], [{"question": "无人照料", **PLAIN}], department=cast.city.district_department)
    make_visit(cast.inspector, home, Given(ChecklistItem.objects.get().pk, "abnormal"))
    case = Case.objects.get()
    assert (case.description, case.address, case.point) == ("H-7：无人照料", "", home.point)
