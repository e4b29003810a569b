"""Reporting without an account: through the page, as somebody without JavaScript sends it."""

import re
import uuid
from functools import partial
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cases.models import Case, CaseClass, CasePhoto, Channel, ClassKeyword, Follower, Publicity, Topic
from cases.services import join_case, reopen_as_citizen
from cases.services.citizen import Sender
from cases.tracking_codes import spaced
from cases.workflow import Status
from gridgov.models import Photo
from tests.case_factories import City, carried_on, case_in, jpeg, make_case, stored
from tests.factories import inside
from tests.racing import at_once

pytestmark = pytest.mark.django_db
URL = "/report/"


@pytest.fixture
def topic(city: City) -> Topic:
    return Topic.objects.create(
        name="路灯不亮", name_en="Street light", icon="lightbulb", case_class=city.case_class
    )


def sent(city: City, **fields):
    point = inside(city.grid)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "longitude": point.x,
        "latitude": point.y,
        "description": "路灯整夜不亮",
    } | fields


def taken_at(point) -> SimpleUploadedFile:
    """A photo whose camera wrote down where it was, and with what it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "Phone 15"
    degrees = [(float(int(angle)), angle % 1 * 60, 0.0) for angle in (point.y, point.x)]
    exif.get_ifd(0x8825).update({1: "N", 2: degrees[0], 3: "E", 4: degrees[1]})
    content = BytesIO()
    Image.new("RGB", (32, 24)).save(content, "JPEG", exif=exif)
    return SimpleUploadedFile("photo.jpg", content.getvalue(), content_type="image/jpeg")


def words(response) -> str:
    return response.content.decode()


def test_a_report_leads_to_a_code_that_can_be_photographed(client, city, topic, settings) -> None:
    settings.PUBLIC_URL = "https://grid.example"
    response = client.post(
        URL, sent(city, topic=topic.pk, photos=[jpeg()], contact_name="王女士", contact_phone="138 0013 8000")
    )
    follower = Follower.objects.select_related("case").get()
    case = follower.case
    assert response.status_code == 302
    assert (case.channel, case.reporter, case.status) == (Channel.CITIZEN, None, Status.REPORTED)
    assert (case.grid, case.case_class, case.contact.phone) == (city.grid, city.case_class, "13800138000")
    assert follower.has_reported
    page = words(client.get(response.url))
    assert spaced(follower.code) in page
    assert f"https://grid.example/track/{spaced(follower.code)}/" in page
    assert '<svg class="qr" role="img"' in page
    assert "13800138000" not in page


def test_the_form_takes_few_queries(client, city, topic, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(4):
        assert client.get(URL).status_code == 200


def test_an_address_and_a_street_are_enough_without_a_map(client, cast) -> None:
    city = cast.city
    fields = {"longitude": "", "latitude": "", "address": "桂澜路 1 号"}
    response = client.post(URL, sent(city, **fields))
    assert response.status_code == 422  # there are two districts
    assert client.post(URL, sent(city, **fields, street=city.street.pk)).status_code == 302
    case = Case.objects.get()
    assert (case.point, case.district, case.grid) == (None, city.district, None)
    assert case.address == "桂城街道 桂澜路 1 号"


def test_the_only_district_need_not_be_chosen(client, city) -> None:
    client.post(URL, sent(city, longitude="", latitude="", address="桂澜路 1 号"))
    assert Case.objects.get().district == city.district


def test_where_the_camera_was_stands_in_for_a_place(client, city) -> None:
    point = inside(city.grid)
    client.post(URL, sent(city, longitude="", latitude="", photos=[taken_at(point)]))
    assert Case.objects.get().grid == city.grid


def test_words_name_a_narrower_class_of_the_same_major_class(client, city, topic) -> None:
    narrow = CaseClass.objects.create(
        major=city.case_class.major, code="009", full_code="01009", name="路灯配电箱"
    )
    ClassKeyword.objects.create(case_class=narrow, word="配电箱", weight=5)
    ClassKeyword.objects.create(case_class=city.other_class, word="垃圾", weight=5)
    client.post(URL, sent(city, topic=topic.pk, description="路灯的配电箱开着"))
    client.post(URL, sent(city, topic=topic.pk, description="路灯下有垃圾"))
    client.post(URL, sent(city, description="一堆垃圾"))
    found = list(Case.objects.order_by("pk").values_list("case_class", flat=True))
    assert found == [narrow.pk, city.case_class.pk, city.other_class.pk]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"description": ""}, "What is wrong? Take a photo"),
        ({"longitude": "", "latitude": ""}, "Say where it is"),
        ({"longitude": 2.35, "latitude": 48.85}, "outside the area"),
        ({"longitude": "east"}, "number"),
        ({"contact_phone": "12"}, "no phone number"),
        ({"email": "nobody"}, "email"),
        ({"topic": "99999"}, "valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_comes_back(client, city, fields, said) -> None:
    response = client.post(
        URL, sent(city, contact_name="王女士", **fields), headers={"accept-language": "en"}
    )
    assert response.status_code == 422
    assert said in words(response)
    assert "王女士" in words(response)
    assert not Case.objects.exists()


def test_photos_come_back_after_an_error_and_can_be_left_out(client, city) -> None:
    response = client.post(
        URL,
        sent(city, contact_phone="12", photos=[jpeg(), jpeg("b.jpg", "red")]),
        headers={"accept-language": "en"},
    )
    kept = re.findall(r'name="kept" value="([^"]+)" checked', words(response))
    assert len(kept) == 2
    assert "data:image/jpeg;base64," in words(response)
    assert client.post(URL, sent(city, kept=kept[:1])).status_code == 302
    assert CasePhoto.objects.count() == 1
    assert Photo.objects.filter(is_waiting=True).count() == 1


def test_photos_that_another_report_has_are_not_taken_again(client, city) -> None:
    response = client.post(URL, sent(city, contact_phone="12", photos=[jpeg()]))
    kept = re.findall(r'name="kept" value="([^"]+)"', words(response))
    client.post(URL, sent(city, kept=kept))
    client.post(URL, sent(city, kept=[*kept, "forged:token"], looked="on"))
    assert Case.objects.count() == 2
    assert CasePhoto.objects.count() == 1


def test_a_disguised_file_and_too_many_photos_are_left_out_with_words(client, city, settings) -> None:
    settings.PUBLIC_MOST_PHOTOS = 2
    page = SimpleUploadedFile("photo.jpg", b"<!doctype html><script>alert(1)</script>", "image/jpeg")
    response = client.post(URL, sent(city, photos=[page, jpeg(), jpeg()]), headers={"accept-language": "en"})
    assert response.status_code == 422
    assert "something else than a photo" in words(response)
    assert "2 photos at most" in words(response)
    assert Photo.objects.count() == 1


def test_a_photo_that_is_too_heavy_is_left_out(client, city, settings) -> None:
    settings.PUBLIC_PHOTO_MAX_BYTES = 100
    assert client.post(URL, sent(city, photos=[jpeg()])).status_code == 422
    assert not Photo.objects.exists()


def test_what_is_shown_holds_nothing_of_the_camera(client, city) -> None:
    client.post(URL, sent(city, photos=[taken_at(inside(city.grid))]))
    photo = CasePhoto.objects.get().photo
    assert photo.exif_point is not None
    for copy in (photo.display, photo.thumb):
        with copy.open("rb") as file:
            content = file.read()
        assert b"Phone 15" not in content
        assert not Image.open(BytesIO(content)).getexif()


def test_a_script_is_words_like_others(client, city) -> None:
    response = client.post(URL, sent(city, contact_phone="12", description="<script>alert(1)</script>"))
    assert "&lt;script&gt;alert(1)" in words(response)
    assert "<script>alert(1)" not in words(response)


def test_sent_twice_it_is_reported_once(client, city) -> None:
    data = sent(city)
    first = client.post(URL, data)
    second = client.post(URL, data)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    assert client.post(URL, data | {"description": "别的"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_it_is_reported_once(city) -> None:
    data = sent(city)
    urls = at_once(4, lambda: Client().post(URL, data)["Location"])
    assert len(set(urls)) == 1
    assert Follower.objects.count() == 1


def test_what_is_known_nearby_is_shown_first(client, cast, topic) -> None:
    CaseClass.objects.update(publicity=Publicity.PLACE)
    known = make_case(cast)
    data = sent(cast.city, topic=topic.pk, photos=[jpeg()])
    response = client.post(URL, data, headers={"accept-language": "en"})
    assert response.status_code == 422
    assert known.number in words(response)
    assert f"/report/join/{known.number}/" in words(response)
    assert "桂澜路 1 号" not in words(response)  # nobody has looked it over
    assert Case.objects.count() == 1
    kept = re.findall(r'name="kept" value="([^"]+)"', words(response))
    assert client.post(URL, data | {"photos": [], "kept": kept, "looked": "on"}).status_code == 302
    assert Case.objects.count() == 2
    assert CasePhoto.objects.count() == 1


@pytest.mark.parametrize("publicity", [Publicity.PRIVATE, Publicity.STREET])
def test_a_case_whose_place_is_not_shown_is_not_found_by_trying_points(client, cast, publicity) -> None:
    CaseClass.objects.update(publicity=publicity)
    known = make_case(cast)
    point = inside(cast.city.grid)
    page = words(client.get("/report/nearby/", {"longitude": point.x, "latitude": point.y}))
    assert known.number not in page


def test_of_a_class_that_shows_its_street_those_of_the_whole_street_are_shown(client, cast, topic) -> None:
    CaseClass.objects.update(publicity=Publicity.STREET)
    known = make_case(cast)
    point = inside(cast.city.other_grid)
    query = {"longitude": point.x, "latitude": point.y, "topic": topic.pk}
    page = words(client.get("/report/nearby/", query))
    assert known.number in page
    assert "m away" not in page


def test_closed_of_late_is_shown_too_but_nothing_void(client, cast) -> None:
    closed, void = case_in(Status.CLOSED, cast), case_in(Status.VOID, cast)
    CaseClass.objects.update(publicity=Publicity.PLACE)
    point = inside(cast.city.grid)
    page = words(client.get("/report/nearby/", {"longitude": point.x, "latitude": point.y}))
    assert closed.number in page
    assert void.number not in page


def test_closed_of_late_is_shown_only_as_long_as_who_joins_may_open_it_again(client, cast, settings) -> None:
    first, again = case_in(Status.CLOSED, cast), case_in(Status.CLOSED, cast)
    CaseClass.objects.update(publicity=Publicity.PLACE)
    point = inside(cast.city.grid)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    look = partial(client.get, "/report/nearby/", {"longitude": point.x, "latitude": point.y})
    reopened = reopen_as_citizen(join_case(again.pk, sender=Sender()).pk, reason="没有解决")
    carried_on(reopened, Status.CLOSED, cast)
    page = words(look())
    assert "it is not solved" in page
    assert first.number in page
    assert again.number not in page
    code = client.post(f"/report/join/{first.number}/", {"note": ""}).url
    assert "whether it is solved" in words(client.get(code))
    settings.REOPEN_WINDOW_DAYS = 0
    assert first.number not in words(look())
    client.cookies.clear()
    refused = client.post(f"/report/join/{first.number}/", {"note": ""})
    assert refused.status_code == 409
    assert "This is closed already" in words(refused)


def test_of_a_known_case_strangers_see_only_the_photo_and_words_that_somebody_chose(client, cast) -> None:
    CaseClass.objects.update(publicity=Publicity.PLACE)
    known = make_case(cast, photos=stored(cast.inspector, "red", "blue"))
    hidden, shown = known.photos.order_by("pk")
    shown.is_public = True
    shown.save(update_fields=["is_public"])
    point = inside(cast.city.grid)
    page = words(client.get("/report/nearby/", {"longitude": point.x, "latitude": point.y}))
    url = re.search(r'src="(/open/[^"]+)"', page)[1]
    assert str(shown.photo_id) in url
    assert str(hidden.photo_id) not in page
    assert known.description not in page
    assert client.get(url).status_code == 200


def test_looking_nearby_says_where_a_point_lies_and_takes_few_queries(
    client, cast, django_assert_max_num_queries
) -> None:
    CaseClass.objects.update(publicity=Publicity.PLACE)
    for _ in range(3):
        make_case(cast)
    point = inside(cast.city.grid)
    with django_assert_max_num_queries(8):
        response = client.get("/report/nearby/", {"longitude": point.x, "latitude": point.y})
    assert "桂城街道" in words(response)
    assert client.get("/report/nearby/").status_code == 400
    outside = client.get("/report/nearby/", {"longitude": 2.35, "latitude": 48.85})
    assert "data-outside" in words(outside)


def test_joining_leads_to_a_code_of_ones_own_and_once_from_one_device(client, cast) -> None:
    CaseClass.objects.update(publicity=Publicity.PLACE)
    known = make_case(cast)
    url = f"/report/join/{known.number}/"
    assert known.number in words(client.get(url))
    first = client.post(url, {"description": "也在我家门口", "email": "who@example.com"})
    second = client.post(url)
    follower = Follower.objects.get()
    assert first.url == second.url == f"/report/done/{spaced(follower.code)}/"
    assert (follower.note, follower.email) == ("也在我家门口", "who@example.com")
    assert Client().post(url).status_code == 302
    assert known.followers.count() == 2


def test_nobody_joins_a_private_case_or_learns_that_there_is_one(client, cast) -> None:
    private = make_case(cast)
    CaseClass.objects.update(publicity=Publicity.PRIVATE)
    for number in (private.number, "2026-000000-999999"):
        assert client.get(f"/report/join/{number}/").status_code == 404
        assert client.post(f"/report/join/{number}/").status_code == 404
    assert not Follower.objects.exists()


def test_a_wrong_code_leads_nowhere(client, city) -> None:
    assert client.get("/report/done/AAAA-BBBB-CCCC/").status_code == 404


def test_outlines_for_strangers_hold_no_grids(client, city) -> None:
    found = client.get("/report/outlines/", {"level": 5, "zoom": 16, "bbox": "-180,-90,180,90"}).json()
    assert {each["properties"]["name"] for each in found["features"]} == {"平洲社区"}
    found = client.get("/report/outlines/", {"level": 5, "within": city.district.code}).json()
    assert {each["properties"]["name"] for each in found["features"]} == {"桂城街道"}
