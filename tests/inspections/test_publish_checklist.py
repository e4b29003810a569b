"""Drafting, publishing, discarding and retiring checklists."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from gridgov.errors import NotFoundForYou, NotPermitted, StepNotAllowed
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, ItemKind, VersionState
from inspections.services.checklists import (
    ITEM_FIELDS,
    change_items,
    discard_draft,
    draft_version,
    publish_version,
    retire_checklist,
    save_checklist,
    set_items,
)
from tests.factories import make_user
from tests.inspection_factories import add_version, make_checklist
from tests.racing import race


@pytest.fixture
def admin(db):
    user = make_user(username="checklists")
    user.user_permissions.add(Permission.objects.get(codename="change_checklist"))
    return user


@pytest.fixture
def checklist(db) -> Checklist:
    return make_checklist(items=[{"question": "灭火器过期", "days_low": 90, "rule": "消防法"}, {}])


def states(checklist: Checklist) -> list[str]:
    return [version.state for version in checklist.versions.order_by("number")]


def item(key: str = "exit-locked", **fields: object) -> ChecklistItem:
    return ChecklistItem(**{"key": key, "question": "安全出口上锁", "kind": ItemKind.THINGS, **fields})


def test_a_draft_begins_as_a_copy_of_what_is_asked_now(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    assert (draft.number, draft.state) == (2, VersionState.DRAFT)
    old, new = (list(version.items.values(*ITEM_FIELDS)) for version in checklist.versions.order_by("number"))
    assert old == new
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]


def test_every_field_of_an_item_is_taken_over(db):
    fields = {field.attname for field in ChecklistItem._meta.concrete_fields}
    assert fields == {*ITEM_FIELDS, "id", "version_id"}


def test_the_first_draft_is_empty(db, admin):
    checklist = Checklist(department=make_checklist().department, code="new", name="新清单")
    save_checklist(checklist, actor=admin)
    draft = draft_version(checklist.pk, actor=admin)
    assert (draft.number, draft.items.count()) == (1, 0)


def test_there_is_one_draft_at_a_time(checklist, admin):
    draft_version(checklist.pk, actor=admin)
    with pytest.raises(StepNotAllowed):
        draft_version(checklist.pk, actor=admin)


def test_publishing_retires_the_version_before(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    publish_version(draft.pk, actor=admin)
    old, new = checklist.versions.order_by("number")
    assert states(checklist) == [VersionState.RETIRED, VersionState.PUBLISHED]
    assert new.published_by == admin
    assert old.retired_at == new.published_at


def test_an_empty_draft_is_not_published(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    set_items(draft.pk, [], actor=admin)
    with pytest.raises(StepNotAllowed):
        publish_version(draft.pk, actor=admin)
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]


def test_items_of_a_draft_are_set_as_a_whole(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    set_items(draft.pk, [item("b"), item("a")], actor=admin)
    assert list(draft.items.values_list("key", "order")) == [("b", 1), ("a", 2)]


def test_single_items_are_added_changed_and_removed(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    first, second = draft.items.all()
    first.question = "灭火器过期或没有压力"
    change_items(draft.pk, [first, item(order=9)], removed=[second], actor=admin)
    assert list(draft.items.values_list("question", flat=True)) == ["灭火器过期或没有压力", "安全出口上锁"]


def test_what_is_not_whole_is_refused_and_nothing_changes(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    for items in ([item(question="")], [item(kind="nothing")], [item(days_low=0)], [item(), item()]):
        with pytest.raises(ValidationError):
            set_items(draft.pk, items, actor=admin)
        with pytest.raises(ValidationError):
            change_items(draft.pk, items, actor=admin)
    assert draft.items.count() == 2


def test_items_of_what_is_published_stay(checklist, admin):
    published = checklist.versions.get()
    with pytest.raises(StepNotAllowed):
        set_items(published.pk, [item()], actor=admin)
    with pytest.raises(StepNotAllowed):
        change_items(published.pk, [item()], actor=admin)
    with pytest.raises(ProgrammingError), transaction.atomic():
        published.items.update(question="别的")


def test_a_draft_is_discarded(checklist, admin):
    draft = draft_version(checklist.pk, actor=admin)
    assert discard_draft(draft.pk, actor=admin) == checklist
    assert states(checklist) == [VersionState.PUBLISHED]
    with pytest.raises(NotFoundForYou):
        discard_draft(draft.pk, actor=admin)


def test_no_item_leaves_a_published_version_for_a_draft(checklist, admin):
    published = checklist.versions.get()
    draft = draft_version(checklist.pk, actor=admin)
    with pytest.raises(ProgrammingError, match="stay as they are"), transaction.atomic():
        published.items.update(version=draft, key="elsewhere")


def test_what_is_published_is_neither_published_again_nor_discarded(checklist, admin):
    published = checklist.versions.get()
    for step in (publish_version, discard_draft):
        with pytest.raises(StepNotAllowed):
            step(published.pk, actor=admin)
    assert states(checklist) == [VersionState.PUBLISHED]


def test_a_retired_checklist_asks_nothing_until_a_draft_of_it_is_published(checklist, admin):
    retire_checklist(checklist.pk, actor=admin)
    checklist.refresh_from_db()
    assert (states(checklist), checklist.is_active) == ([VersionState.RETIRED], False)
    with pytest.raises(StepNotAllowed):
        retire_checklist(checklist.pk, actor=admin)
    draft = draft_version(checklist.pk, actor=admin)
    assert draft.items.count() == 2
    publish_version(draft.pk, actor=admin)
    checklist.refresh_from_db()
    assert checklist.is_active


def test_only_administrators_change_checklists(cast):
    checklist = make_checklist(department=cast.city.street_department)
    draft = add_version(checklist, [{}], state=VersionState.DRAFT)
    steps = [
        lambda actor: save_checklist(checklist, actor=actor),
        lambda actor: draft_version(checklist.pk, actor=actor),
        lambda actor: set_items(draft.pk, [item()], actor=actor),
        lambda actor: change_items(draft.pk, [item()], actor=actor),
        lambda actor: publish_version(draft.pk, actor=actor),
        lambda actor: discard_draft(draft.pk, actor=actor),
        lambda actor: retire_checklist(checklist.pk, actor=actor),
    ]
    for person in (cast.officer, cast.inspector, cast.supervisor, cast.stranger):
        for step in steps:
            with pytest.raises(NotPermitted):
                step(person)
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once():
    checklist = make_checklist()
    draft = draft_version(checklist.pk, actor=None)
    admin = make_user(username="root", is_superuser=True)
    outcomes = race(*[lambda: publish_version(draft.pk, actor=admin)] * 3)
    assert sum(isinstance(outcome, ChecklistVersion) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, StepNotAllowed) for outcome in outcomes) == 2
    assert states(checklist) == [VersionState.RETIRED, VersionState.PUBLISHED]


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_draft_at_once_begin_one():
    checklist = make_checklist()
    admin = make_user(username="root", is_superuser=True)
    outcomes = race(*[lambda: draft_version(checklist.pk, actor=admin)] * 3)
    assert sum(isinstance(outcome, StepNotAllowed) for outcome in outcomes) == 2
    assert states(checklist) == [VersionState.PUBLISHED, VersionState.DRAFT]
