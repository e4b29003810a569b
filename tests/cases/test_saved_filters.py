"""Ways of looking at all cases that a person keeps."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from cases import saved_filters
from cases.demo import FILTERS, add_filters
from cases.models import SavedFilter
from cases.services import saved_filters as services
from cases.workflow import Status
from tests.case_factories import case_in, make_case
from tests.pages import HTMX, count_queries
from tests.racing import race

pytestmark = pytest.mark.django_db
LIST, COUNTS, ALL = "/cases/filters/", "/cases/filters/counts/", "/cases/"
EN = {"Accept-Language": "en"}


def save(client, name, query):
    return client.post(LIST, {"name": name, "query": query}, headers=EN)


def change(client, saved, do, **fields):
    return client.post(f"{LIST}{saved.pk}/", {"do": do, **fields}, headers=EN)


def counts(client):
    return {each["name"]: each["count"] for each in client.get(COUNTS, headers=HTMX).context["counts"]}


def names(person):
    return list(SavedFilter.objects.filter(user=person).values_list("name", flat=True))


def test_a_narrowed_list_is_kept_under_a_name_and_stands_in_the_navigation_with_its_count(client, cast):
    handling = case_in(Status.HANDLING, cast)
    make_case(cast)
    client.force_login(cast.leader)
    page = client.get(f"{ALL}?status=handling&q=&page=x", headers=EN)
    assert page.context["query"] == "status=handling"
    answer = save(client, " 在办  案件 ", "?page=x&q=&status=handling")
    assert answer.url == "/cases/?status=handling"
    page = client.get(answer.url, headers=EN)
    assert page.context["cases"] == [handling]
    assert "Saved as “在办 案件”" in page.content.decode()
    saved = SavedFilter.objects.get()
    links = {link.entry.label: link for link in page.context["console_navigation"]}
    assert links["在办 案件"].current
    assert not links["All cases"].current
    assert counts(client) == {f"saved_filter:{saved.pk}": 1}
    assert f"[data-count='saved_filter:{saved.pk}']" in client.get(COUNTS, headers=HTMX).content.decode()


def test_the_count_is_that_of_the_list_over_all_its_pages(client, cast, monkeypatch):
    monkeypatch.setattr("cases.views.lists.PAGE_SIZE", 2)
    for _ in range(5):
        make_case(cast)
    case_in(Status.CLOSED, cast)
    client.force_login(cast.leader)
    for query in ("order=due", "status=reported", "area=" + cast.city.grid.code):
        save(client, query, query)
        page, rows = client.get(f"{ALL}?{query}"), 0
        while True:
            rows += len(page.context["cases"])
            if not page.context["page"].next:
                break
            page = client.get(
                f"{ALL}?{query}", {"page": page.context["page"].next, **dict([query.split("=")])}
            )
        assert counts(client)[f"saved_filter:{SavedFilter.objects.get(name=query).pk}"] == rows


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "status=handling", "Give it a name."),
        ("   ", "status=handling", "Give it a name."),
        ("有了", "status=closed", "You have a filter of this name already."),
        ("空的", "page=2&q=", "Nothing is narrowed yet"),
        ("太长", "q=" + "灯" * 200, "too much at once"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(client, cast, name, query, said):
    client.force_login(cast.leader)
    save(client, "有了", "status=handling")
    answer = save(client, name, query)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert answer.context["form"]["query"].value() == query
    assert names(cast.leader) == ["有了"]


def test_twelve_are_enough(client, cast):
    client.force_login(cast.leader)
    for n in range(12):
        assert save(client, str(n), f"q={n}").status_code == 302
    answer = save(client, "13", "q=13")
    assert answer.status_code == 422
    assert "remove one first" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_windows_do_not_save_a_thirteenth_nor_one_name_twice(cast):
    for n in range(10):
        services.save_filter(actor=cast.leader, name=str(n), query=f"q={n}")
    race(*[lambda: services.save_filter(actor=cast.leader, name="same", query="q=a")] * 3)
    race(*[lambda n=n: services.save_filter(actor=cast.leader, name=f"n{n}", query="q=a") for n in range(3)])
    assert len(names(cast.leader)) == 12
    assert names(cast.leader).count("same") == 1


def test_they_are_renamed_ordered_and_removed(client, cast):
    client.force_login(cast.leader)
    for name in "甲乙丙":
        save(client, name, f"q={name}")
    first, second, third = SavedFilter.objects.filter(user=cast.leader)
    change(client, third, "up")
    assert names(cast.leader) == ["甲", "丙", "乙"]
    change(client, first, "up")
    change(client, first, "down")
    assert names(cast.leader) == ["丙", "甲", "乙"]
    assert change(client, first, "rename", name="戊").status_code == 302
    answer = change(client, second, "rename", name="丙")
    assert answer.status_code == 422
    assert "You have a filter of this name already." in answer.content.decode()
    assert 'value="丙"' in answer.content.decode()
    change(client, third, "remove")
    assert names(cast.leader) == ["戊", "乙"]


@pytest.mark.parametrize("do", ["rename", "up", "remove"])
def test_nobody_elses(client, cast, do):
    saved = services.save_filter(actor=cast.leader, name="甲的", query="q=1")
    client.force_login(cast.supervisor)
    assert change(client, saved, do, name="你的").status_code == 404
    assert counts(client) == {}
    assert "甲的" not in client.get(LIST).content.decode()
    assert names(cast.leader) == ["甲的"]


def test_one_whose_area_is_gone_says_so_and_the_others_go_on(client, cast):
    make_case(cast)
    client.force_login(cast.leader)
    save(client, "一网格", f"area={cast.city.grid.code}")
    save(client, "都", "status=reported")
    save(client, "旧", "status=nonsense")
    type(cast.city.grid).objects.filter(pk=cast.city.grid.pk).update(retired_on=timezone.localdate())
    assert list(counts(client).values()) == [None, 1, None]
    assert "No longer makes sense" in client.get(COUNTS, headers={**HTMX, **EN}).content.decode()
    page = client.get(f"{ALL}?area={cast.city.grid.code}", headers=EN)
    assert page.status_code == 200
    assert "This names something that is gone: Area." in page.content.decode()
    assert "Status" in client.get(f"{ALL}?status=nonsense", headers=EN).content.decode()


def test_all_are_counted_by_one_query(client, cast):
    client.force_login(cast.leader)
    for n in range(2):
        save(client, str(n), f"status=handling&light=red&since=2026-01-0{n + 1}")
    two = count_queries(client, COUNTS)
    for n in range(2, 9):
        save(client, str(n), f"status=handling&light=red&since=2026-01-0{n + 1}")
    assert count_queries(client, COUNTS) == two


def test_pages_pay_one_query_for_them(client, cast):
    client.force_login(cast.leader)
    without = count_queries(client, ALL)
    for n in range(5):
        save(client, str(n), f"q={n}")
    client.get(ALL)  # says that it was saved
    assert count_queries(client, ALL) == without <= 10


def test_what_takes_too_long_to_count_shows_no_count(client, cast, monkeypatch):
    client.force_login(cast.leader)
    save(client, "慢", "status=handling")

    def slow(queues):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(saved_filters, "PATIENCE_MS", 50)
    monkeypatch.setattr(saved_filters, "count_each", slow)
    assert counts(client) == {}


def test_each_sees_their_own_cases_through_the_same_words(client, cast):
    case_in(Status.HANDLING, cast)
    for person, expected in ((cast.leader, 1), (cast.stranger, 0)):
        client.force_login(person)
        save(client, "在办", "status=handling")
        assert list(counts(client).values()) == [expected]


def test_those_of_the_demo_make_sense_and_are_added_once(cast):
    for filters in FILTERS.values():
        for _name, query in filters:
            assert (saved_filters.kept_part(query), saved_filters.lost_parts(QueryDict(query))) == (query, [])
    assert add_filters() == SavedFilter.objects.count() == 8
    assert add_filters() == 0
