"""Departments' deliveries: taken as a whole or not at all; a broken one leaves the last good data and says so."""

from datetime import date, timedelta
from io import BytesIO

import pytest

from gridgov import clock
from gridgov.errors import NotFoundForYou
from gridgov.models import Notice
from grids.errors import RemovesMore
from grids.models import DepartmentForm, DepartmentRecord, FeedRun, Role
from grids.services.department_feeds import Delivered, deliver_file, deliver_records, say_overdue_feeds
from tests.factories import make_area, make_organisation, make_post, make_user
from tests.registry_factories import make_object

DAY = date(2026, 11, 1)
FIELDS = [
    {"key": "number", "name": "许可证号", "type": "text", "required": True},
    {"key": "valid_to", "name": "有效期至", "type": "date"},
]
CREDIT = "91440605MA4W00001D"


@pytest.fixture
def department(cast):
    return cast.city.district_department


@pytest.fixture
def officer(department):
    user = make_user("fire-officer")
    make_post(user, Role.OFFICER, department)
    return user


@pytest.fixture
def form(department):
    return DepartmentForm.objects.create(
        department=department, code="fire-permit", name="消防许可", fields=FIELDS, expected_every_days=7
    )


def row(number: int, match: str, **values) -> Delivered:
    return Delivered(number, match, {"number": f"F-{number}", **values})


def deliver(form, rows, as_of=DAY, actor=None, **options) -> FeedRun:
    return deliver_records(form.pk, actor=actor, source="test", as_of=as_of, rows=rows, **options)


def data_of(form) -> dict[str, dict]:
    return {
        f"{record.object.code}{record.key}": record.data
        for record in DepartmentRecord.objects.filter(form=form).select_related("object")
    }


def notices(event: str) -> set[str]:
    return {notice.recipient.username for notice in Notice.objects.filter(event=event)}


def test_records_find_their_objects_and_carry_day_and_delivery(cast, form, officer):
    shop = make_object(cast.city.grid, code="S-1")
    run = deliver(form, [row(2, "S-1", valid_to="2027/1/5")], actor=officer)
    record = DepartmentRecord.objects.get()
    assert (record.object, record.as_of, record.run, record.district) == (shop, DAY, run, cast.city.district)
    assert record.data == {"number": "F-2", "valid_to": "2027-01-05"}
    assert (run.state, run.taken, run.refused, run.by) == ("good", 1, 0, officer)


def test_sent_again_nothing_is_doubled_and_what_changed_is_written(cast, form):
    make_object(cast.city.grid, code="S-1")
    deliver(form, [row(2, "S-1")])
    deliver(form, [row(3, "S-1")], as_of=DAY + timedelta(days=1))
    assert data_of(form) == {"S-1": {"number": "F-3"}}


def test_rows_that_do_not_fit_are_refused_with_the_reason_and_the_others_taken(in_english, cast, form):
    for n in range(9):
        make_object(cast.city.grid, code=f"S-{n}")
    rows = [row(n, f"S-{n}") for n in range(9)] + [row(10, "S-404"), Delivered(11, "S-1", {"number": ""})]
    run = deliver(form, rows)
    assert (run.state, run.taken, run.refused) == ("good", 9, 2)
    assert run.problems == [
        {"row": 10, "problem": "No object has the code “S-404”."},
        {"row": 11, "problem": "许可证号 is missing."},
    ]


@pytest.mark.parametrize(
    ("rows", "as_of", "words"),
    [
        ([row(2, "S-1"), row(3, "S-404")], DAY, "1 of 2 records do not fit"),
        ([row(2, "S-1")], DAY - timedelta(days=1), "older than what is there"),
        ([row(2, "S-1")], date(2099, 1, 1), "not come yet"),
        ([row(2, "S-1")], None, "as of which day"),
        ([], DAY, "no record"),
    ],
)
def test_a_broken_delivery_changes_nothing_and_tells_those_concerned(
    in_english, cast, form, officer, rows, as_of, words
):
    make_object(cast.city.grid, code="S-1")
    deliver(form, [row(1, "S-1")])
    run = deliver(form, rows, as_of=as_of, complete=True)
    assert run.state == "broken"
    assert words in run.problems[0]["problem"]
    assert data_of(form) == {"S-1": {"number": "F-1"}}
    assert notices("feed_broken") == {"fire-officer", "supervisor"}


def test_a_file_is_read_by_the_names_of_the_fields_and_a_broken_one_said(in_english, cast, form):
    make_object(cast.city.grid, code="S-1")
    good = "编码,许可证号,有效期至\nS-1,F-7,2027-01-05\n".encode("gb18030")
    run = deliver_file(form.pk, actor=None, file=BytesIO(good), name="许可.csv", as_of=DAY)
    assert (run.state, run.source) == ("good", "许可.csv")
    assert data_of(form)["S-1"]["number"] == "F-7"
    for content, words in ((b"a,b\n1,2\n", "no column “code”"), (b"PK\x03\x04", "can't be read")):
        run = deliver_file(form.pk, actor=None, file=BytesIO(content), name="x.csv", as_of=DAY)
        assert run.state == "broken"
        assert words in run.problems[0]["problem"]


def test_a_file_says_which_columns_were_not_taken(in_english, cast, form):
    make_object(cast.city.grid, code="S-1")
    form.fields = [{**FIELDS[0], "name_en": "permit number"}, FIELDS[1]]
    form.save()
    content = b"Code,Permit Number,Colour,,valid_to\nS-1,F-7,red,,2027-01-05\n"
    run = deliver_file(form.pk, actor=None, file=BytesIO(content), name="x.csv", as_of=DAY)
    assert (run.state, run.unknown_columns) == ("good", ["Colour"])
    assert data_of(form)["S-1"] == {"number": "F-7", "valid_to": "2027-01-05"}
    # Also of one that breaks, where they may be the reason.
    run = deliver_file(
        form.pk, actor=None, file=BytesIO(b"code,colour,valid_to\nS-1,red,\n"), name="x", as_of=DAY
    )
    assert (run.state, run.unknown_columns) == ("broken", ["colour"])
    run = deliver_file(
        form.pk, actor=None, file=BytesIO(b"code,number,permit number\nS-1,F,F\n"), name="x", as_of=DAY
    )
    assert (run.state, run.problems[0]["problem"]) == ("broken", "Two columns mean the same: permit number.")


def test_a_complete_delivery_takes_away_what_is_missing_but_not_what_only_did_not_fit(cast, form):
    for n in range(12):
        make_object(cast.city.grid, code=f"S-{n}")
    deliver(form, [row(n, f"S-{n}") for n in range(12)])
    rows = [row(n, f"S-{n}") for n in range(10)] + [Delivered(10, "S-10", {"number": ""})]
    deliver(form, rows, complete=True)
    assert "S-10" in data_of(form)
    assert "S-11" not in data_of(form)


def test_a_complete_delivery_that_would_remove_many_is_broken_unless_somebody_said_how_many(
    in_english, cast, form
):
    for n in range(4):
        make_object(cast.city.grid, code=f"S-{n}")
    deliver(form, [row(n, f"S-{n}") for n in range(4)])
    run = deliver(form, [row(0, "S-0")], complete=True)
    assert (run.state, run.removed, len(data_of(form))) == ("broken", 0, 4)
    assert "remove 3 of the 4 records" in run.problems[0]["problem"]
    with pytest.raises(RemovesMore) as refused:
        deliver(form, [row(0, "S-0")], complete=True, removing=2)
    assert (refused.value.removed, refused.value.known, len(data_of(form))) == (3, 4, 4)
    run = deliver(form, [row(0, "S-0")], complete=True, removing=3)
    assert (run.state, run.taken, run.removed, set(data_of(form))) == ("good", 1, 3, {"S-0"})


def test_several_records_of_one_object_are_told_apart_by_the_key_field(in_english, cast, form):
    form.key_field = "number"
    form.save()
    make_object(cast.city.grid, code="S-1")
    rows = [
        row(2, "S-1"),
        row(3, "S-1"),
        row(4, "S-1"),
        row(5, "S-1"),
        Delivered(6, "S-1", {"number": "F-2"}),
    ]
    run = deliver(form, rows)
    assert set(data_of(form)) == {"S-1F-2", "S-1F-3", "S-1F-4", "S-1F-5"}
    assert run.problems == [{"row": 6, "problem": "The same stands in row 2 already."}]


def test_a_credit_code_that_stands_on_several_objects_goes_to_all(cast, form):
    form.match_by = "credit_code"
    form.save()
    for n in range(2):
        make_object(cast.city.grid, code=f"S-{n}", credit_code=CREDIT)
    content = f"统一社会信用代码,number\n{CREDIT.lower()},F-1\n".encode()
    run = deliver_file(form.pk, actor=None, file=BytesIO(content), name="x.csv", as_of=DAY)
    assert (run.taken, len(data_of(form))) == (1, 2)


def test_objects_of_another_district_are_not_touched(cast, form):
    elsewhere = make_object(make_area(), code="S-9")
    run = deliver(form, [row(2, elsewhere.code)])
    assert run.state == "broken"
    assert not DepartmentRecord.objects.exists()


def test_only_officers_of_the_department_or_one_below_it_deliver(cast, form, officer, administrator):
    below = make_user("below")
    make_post(below, Role.OFFICER, make_organisation(cast.city.street, "department", parent=form.department))
    make_object(cast.city.grid, code="S-1")
    for good in (officer, below, administrator):
        deliver(form, [row(2, "S-1")], actor=good)
    for stranger in (cast.officer, cast.supervisor, cast.inspector, cast.stranger):
        with pytest.raises(NotFoundForYou):
            deliver(form, [row(2, "S-1")], actor=stranger)


def test_an_overdue_delivery_is_said_once_and_again_only_after_a_good_one(cast, form, officer):
    make_object(cast.city.grid, code="S-1")
    deliver(form, [row(2, "S-1")])
    assert say_overdue_feeds() == 0
    with clock.at(clock.now() + timedelta(days=8)):
        assert (say_overdue_feeds(), say_overdue_feeds()) == (1, 0)
        assert notices("feed_overdue") == {"fire-officer", "supervisor"}
        deliver(form, [row(2, "S-1")])
    with clock.at(clock.now() + timedelta(days=16)):
        assert say_overdue_feeds() == 1
