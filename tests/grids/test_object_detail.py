"""The page of one object: as far as each viewer's posts allow."""

from datetime import timedelta

import pytest

from gridgov import clock
from grids.models import DepartmentForm, DepartmentRecord, FeedRun, FeedState, Role
from grids.services.registry import change_object
from tests.factories import make_post, make_user
from tests.pages import count_queries
from tests.registry_factories import make_licence, make_object, make_type


def address(made):
    return f"/registry/{made.code}/"


@pytest.fixture
def shop(city):
    fields = [
        {"key": "floors", "name": "层数", "type": "number"},
        {"key": "gas", "name": "用气", "type": "yes_no"},
    ]
    return make_object(
        city.grid,
        type=make_type(attributes=fields),
        name="演示早餐店",
        address="桂澜路 3 号",
        risk="major",
        attributes={"floors": 2, "gas": True},
    )


@pytest.fixture
def page_of(client, shop):
    def page_of(person, made=shop):
        client.force_login(person)
        return client.get(address(made))

    return page_of


def make_record(made, department, *, days=0, code="fire", **fields):
    definitions = [{"key": "grade", "name": "等级", "type": "text"}]
    form, _ = DepartmentForm.objects.get_or_create(
        code=code,
        defaults={"department": department, "name": f"{code} 登记", "fields": definitions, **fields},
    )
    at = clock.now() - timedelta(days=days)
    run = FeedRun.objects.create(
        form=form, state=FeedState.GOOD, source="部门导出.csv", at=at, as_of=at.date()
    )
    return DepartmentRecord.objects.create(
        form=form,
        object=made,
        district=made.district,
        key="",
        data={"grade": "A 级"},
        as_of=at.date(),
        run=run,
    )


def test_it_says_what_it_is_and_who_answers_for_it(page_of, cast):
    make_post(
        make_user("answers", display_name="李网格长"),
        Role.GRID_LEADER,
        cast.city.community_centre,
        is_responsible=True,
    )
    text = page_of(cast.inspector).content.decode()
    for words in ("演示早餐店", "桂澜路 3 号", "层数", "用气", cast.city.grid.name, "李网格长"):
        assert words in text


def test_a_stranger_finds_nothing(page_of, cast):
    assert page_of(cast.stranger).status_code == 404
    assert page_of(cast.citizen).status_code == 404


def test_licences_that_ended_stand_first_and_those_that_end_soon_stand_out(page_of, cast, shop):
    today = clock.today()
    for number, until in (("valid", 31), ("soon", 30), ("today", 0), ("ended", -1)):
        make_licence(shop, cast.city.street_department, kind=number, valid_to=today + timedelta(days=until))
    make_licence(shop, cast.city.street_department, kind="for ever")
    make_licence(shop, cast.city.street_department, kind="later", valid_from=today + timedelta(days=5))
    page = page_of(cast.inspector)
    assert [(each.licence.kind, each.standing) for each in page.context["licences"]] == [
        ("ended", "ended"),
        ("soon", "soon"),
        ("today", "soon"),
        ("for ever", "valid"),
        ("valid", "valid"),
        ("later", "later"),
    ]
    assert page.context["any_ended"]
    assert "licence--ended" in page.content.decode()


def test_a_renewed_licence_is_no_alarm(page_of, cast, shop):
    today = clock.today()
    for days in (-1, 300):
        make_licence(shop, cast.city.street_department, valid_to=today + timedelta(days=days))
    page = page_of(cast.inspector)
    assert {each.standing for each in page.context["licences"]} == {"replaced", "valid"}
    assert not page.context["any_ended"]


def test_a_departments_records_are_for_its_people_and_those_of_its_offices(page_of, cast, shop):
    record = make_record(shop, cast.city.district_department)
    street = cast.city.street_department
    # The officer's office is a stranger to this department until it hangs under it.
    assert page_of(cast.officer).context["records"] == []
    street.parent = cast.city.district_department
    street.save(update_fields=["parent"])
    (shown,) = page_of(cast.officer).context["records"]
    assert (shown.record, shown.values) == (record, [("等级", "A 级")])
    text = page_of(cast.officer).content.decode()
    assert "部门导出.csv" in text
    assert record.as_of.isoformat() in text
    own = make_user("own")
    make_post(own, Role.OFFICER, cast.city.district_department)
    assert len(page_of(own).context["records"]) == 1


def test_others_see_a_record_only_where_their_role_is_named(page_of, cast, shop):
    make_record(shop, cast.city.district_department, seen_by=[Role.INSPECTOR])
    assert len(page_of(cast.inspector).context["records"]) == 1
    assert page_of(cast.operator).context["records"] == []


def test_a_role_held_elsewhere_opens_no_record_here(page_of, cast, shop):
    make_record(shop, cast.city.district_department, seen_by=[Role.INSPECTOR])
    make_post(cast.operator, Role.INSPECTOR, cast.city.community_centre, area=cast.city.other_grid)
    assert page_of(cast.operator).context["records"] == []


def test_a_broken_feed_says_so_and_keeps_the_last_good_data(page_of, cast, shop):
    record = make_record(shop, cast.city.district_department, seen_by=[Role.INSPECTOR], days=3)
    FeedRun.objects.create(form=record.form, state=FeedState.BROKEN, source="坏.csv", at=clock.now())
    (shown,) = page_of(cast.inspector).context["records"]
    assert (shown.is_broken, shown.last_good_at, shown.record) == (True, record.run.at, record)
    assert "record__stale--broken" in page_of(cast.inspector).content.decode()


@pytest.mark.parametrize(("days", "overdue"), [(6, False), (8, True)])
def test_a_feed_that_does_not_come_when_expected_says_so(page_of, cast, shop, days, overdue):
    make_record(
        shop, cast.city.district_department, seen_by=[Role.INSPECTOR], days=days, expected_every_days=7
    )
    (shown,) = page_of(cast.inspector).context["records"]
    assert shown.is_overdue == overdue


def test_its_changes_are_told_in_words_newest_first(page_of, cast, shop):
    change_object(shop.pk, actor=None, name="演示茶店", risk="low", attributes={"floors": 3})
    page = page_of(cast.inspector)
    changed, new = page.context["changes"]
    assert new.change.kind == "new"
    told = {field.label: (field.before, field.after) for field in changed.fields}
    assert ("演示早餐店", "演示茶店") in told.values()
    assert told["层数"] == ("2", "3")


def test_older_changes_follow_by_a_link(page_of, client, cast, shop, monkeypatch):
    monkeypatch.setattr("grids.views.registry.CHANGES_SHOWN", 2)
    for number in range(3):
        change_object(shop.pk, actor=None, name=f"名 {number}")
    page = page_of(cast.inspector)
    assert [line.change.version for line in page.context["changes"]] == [4, 3]
    older = client.get(address(shop), {"before": page.context["older_changes"]})
    assert [line.change.version for line in older.context["changes"]] == [2, 1]
    assert older.context["older_changes"] is None


def test_it_names_what_it_is_part_of_and_its_parts(page_of, cast, shop):
    stall = make_object(cast.city.grid, part_of=shop)
    assert page_of(cast.inspector).context["parts"] == [stall]
    assert page_of(cast.inspector, stall).context["whole"] == shop


def test_it_costs_the_same_however_much_is_known(page_of, client, cast, shop):
    def fill(number):
        make_licence(shop, cast.city.street_department, kind=f"kind {number}")
        make_record(shop, cast.city.district_department, code=f"form-{number}", seen_by=[Role.INSPECTOR])
        make_object(cast.city.grid, part_of=shop)
        change_object(shop.pk, actor=None, owner=cast.city.team if number % 2 else None, name=f"{number}")

    fill(1)
    client.force_login(cast.inspector)
    one = count_queries(client, address(shop))
    for number in range(2, 9):
        fill(number)
    assert count_queries(client, address(shop)) == one <= 18


def test_its_visits_come_by_themselves_when_the_page_is_there(page_of, cast, shop):
    assert f'hx-get="/registry/{shop.code}/history/"' in page_of(cast.inspector).content.decode()


def test_the_phone_offers_a_visit_under_the_thumb(page_of, client, cast, shop):
    text = page_of(cast.inspector).content.decode()
    visit = f'href="/m/visit/?object={shop.code}"'
    assert 'data-posture="phone"' in text
    assert visit in text
    client.cookies["posture"] = "phone"
    assert visit not in page_of(cast.supervisor).content.decode()
    client.cookies["posture"] = "console"
    assert 'data-posture="console"' in page_of(cast.inspector).content.decode()
