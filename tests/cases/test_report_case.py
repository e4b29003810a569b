"""Reporting a case from the phone."""

import json
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cases.models import Case, CasePhoto, PhotoKind
from cases.workflow import Status
from gridgov.models import Photo
from tests.case_factories import jpeg, make_case
from tests.factories import inside

pytestmark = pytest.mark.django_db
URL = "/m/report/"


def sent(cast, **fields):
    """A report as the page sends it, from the inspector's own grid."""
    point = inside(cast.city.grid)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "photos": [jpeg()],
        "longitude": point.x,
        "latitude": point.y,
        "device_longitude": point.x + 0.0002,
        "device_latitude": point.y,
        "accuracy_m": 12.5,
        "case_class": cast.city.case_class.pk,
        "description": "路灯整夜不亮",
        "address": "桂澜路 1 号",
    } | fields


def taken_at(point):
    """A photo whose camera wrote down where it was."""
    exif = Image.Exif()
    degrees = [(float(int(angle)), angle % 1 * 60, 0.0) for angle in (point.y, point.x)]
    exif.get_ifd(0x8825).update({1: "N", 2: degrees[0], 3: "E", 4: degrees[1]})
    content = BytesIO()
    Image.new("RGB", (32, 24)).save(content, "JPEG", exif=exif)
    return SimpleUploadedFile("photo.jpg", content.getvalue(), content_type="image/jpeg")


def test_a_report_becomes_a_case_with_its_photo_place_and_class(client, cast):
    client.force_login(cast.inspector)
    response = client.post(URL, sent(cast))
    case = Case.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("cases:case_reported", args=[case.number])
    assert (case.status, case.reporter, case.grid) == (Status.REPORTED, cast.inspector, cast.city.grid)
    assert (case.case_class, case.description, case.address) == (
        cast.city.case_class,
        "路灯整夜不亮",
        "桂澜路 1 号",
    )
    assert case.photos.get().kind == PhotoKind.BEFORE


def test_the_chosen_point_and_the_devices_are_both_kept_with_the_accuracy(client, cast):
    client.force_login(cast.inspector)
    client.post(URL, sent(cast))
    case = Case.objects.get()
    assert case.point.equals(inside(cast.city.grid))
    assert case.device_point.x == pytest.approx(case.point.x + 0.0002)
    assert case.accuracy_m == 12.5


def test_a_photo_alone_is_enough_and_waits_in_the_unplaced_list(client, cast):
    client.force_login(cast.inspector)
    client.post(URL, {"photos": [jpeg()]})
    case = Case.objects.get()
    assert (case.point, case.grid, case.holder) == (None, None, cast.city.district_centre)


def test_without_a_position_the_cameras_own_stands_in(client, cast):
    client.force_login(cast.inspector)
    point = inside(cast.city.grid)
    client.post(URL, {"photos": [taken_at(point)]})
    case = Case.objects.get()
    assert (case.grid, case.device_point) == (cast.city.grid, None)
    assert case.point.distance(point) < 1e-4


def test_what_the_page_knows_of_a_marked_copy_goes_along(client, cast):
    client.force_login(cast.inspector)
    point = inside(cast.city.grid)
    told = {"taken_at": "2026-11-20T00:30:00.000Z", "longitude": point.x, "latitude": point.y}
    said = json.dumps([{}, told | {"is_marked_copy": True}])
    client.post(URL, {"photos": [jpeg(), jpeg(colour="red")], "photos_told": said})
    first, copy = (one.photo for one in CasePhoto.objects.order_by("pk"))
    assert (first.is_marked_copy, copy.is_marked_copy, copy.told_by_phone) == (False, True, True)
    assert copy.taken_at.isoformat() == "2026-11-20T00:30:00+00:00"
    assert Case.objects.get().point.distance(point) < 1e-9


@pytest.mark.parametrize(
    "told", ["", "{", "[3]", '{"a": 1}', '[{"latitude": 99, "longitude": 1}]', "[" * 5000]
)
def test_what_makes_no_sense_of_a_photo_counts_as_not_said(client, cast, told):
    client.force_login(cast.inspector)
    client.post(URL, sent(cast, photos_told=told))
    assert CasePhoto.objects.get().photo.origin == ""


def test_several_photos_come_with_one_report(client, cast):
    client.force_login(cast.inspector)
    client.post(URL, sent(cast, photos=[jpeg(colour="red"), jpeg(colour="blue")]))
    assert CasePhoto.objects.count() == 2


def test_settled_on_the_spot_is_reported_and_closed_in_one_go(client, cast, settings):
    settings.SETTLED_SAMPLE_EVERY = 0
    client.force_login(cast.inspector)
    client.post(URL, sent(cast, is_settled="on", after_photos=[jpeg(colour="green")]))
    case = Case.objects.get()
    assert (case.status, case.settled_on_the_spot) == (Status.CLOSED, True)
    assert list(case.photos.values_list("kind", flat=True)) == [PhotoKind.BEFORE, PhotoKind.AFTER]


def test_settled_without_a_photo_of_the_result_is_asked_for_one_and_nothing_is_stored(client, cast):
    client.force_login(cast.inspector)
    response = client.post(URL, sent(cast, is_settled="on"))
    assert response.status_code == 422
    assert "after_photos" in response.context["form"].errors
    assert not Case.objects.exists()
    assert not Photo.objects.exists()


def test_an_empty_report_is_refused_and_what_was_typed_is_kept(client, cast):
    client.force_login(cast.inspector)
    response = client.post(URL, {"address": "桂澜路 1 号", "case_class": cast.city.case_class.pk})
    assert response.status_code == 422
    assert 'value="桂澜路 1 号"' in response.content.decode()
    assert not Case.objects.exists()


def test_a_file_that_is_no_photo_is_refused_on_the_form(client, cast):
    client.force_login(cast.inspector)
    file = jpeg()
    file.name, file.size = "photo.pdf", file.size
    response = client.post(URL, sent(cast, photos=[file]))
    assert response.status_code == 422
    assert "photos" in response.context["form"].errors
    assert not Case.objects.exists()


def test_more_than_nine_photos_are_refused(client, cast):
    client.force_login(cast.inspector)
    response = client.post(URL, sent(cast, photos=[jpeg(name=f"{n}.jpg") for n in range(10)]))
    assert response.status_code == 422


def test_the_same_form_sent_twice_is_one_case_and_one_answer(client, cast):
    client.force_login(cast.inspector)
    form = sent(cast)
    answers = [client.post(URL, form | {"photos": [jpeg()]}) for _ in range(2)]
    assert Case.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]


def test_the_module_gets_the_address_alone_and_the_same_one_again(client, cast):
    client.force_login(cast.inspector)
    form = sent(cast)
    headers = {"X-Sent-By": "upload-form"}
    answers = [client.post(URL, form | {"photos": [jpeg()]}, headers=headers) for _ in range(2)]
    address = reverse("cases:case_reported", args=[Case.objects.get().number])
    assert [(answer.status_code, answer["HX-Redirect"]) for answer in answers] == [(200, address)] * 2


def test_who_holds_no_post_can_not_report(client, cast):
    client.force_login(cast.citizen)
    assert client.get(URL).status_code == 403
    assert client.post(URL, sent(cast)).status_code == 403


def test_the_class_used_last_is_proposed(client, cast):
    make_case(cast)
    make_case(cast, case_class=cast.city.other_class)
    client.force_login(cast.inspector)
    response = client.get(URL)
    # In the catalogue's order; the one used last is chosen.
    assert response.context["classes"] == sorted(
        [cast.city.other_class, cast.city.case_class], key=lambda one: one.full_code
    )
    assert response.context["chosen_class"] == str(cast.city.other_class.pk)


def test_a_newcomer_is_offered_what_others_report_but_nothing_is_chosen_for_them(client, cast):
    make_case(cast)
    client.force_login(cast.grid_leader)
    response = client.get(URL)
    assert response.context["classes"] == [cast.city.case_class]
    assert response.context["chosen_class"] == ""


def test_with_an_empty_catalogue_words_are_enough(client, cast):
    client.force_login(cast.inspector)
    assert client.get(URL).context["classes"] == []
    client.post(URL, {"description": "井盖破了"})
    assert Case.objects.get().case_class is None


def test_classes_are_found_by_name_and_by_major_class(client, cast):
    client.force_login(cast.inspector)
    for words in ("垃圾", "市容 暴露"):
        page = client.get("/m/report/classes/", {"class_words": words}).content.decode()
        assert "暴露垃圾" in page
        assert "路灯" not in page


def test_classes_are_found_without_javascript_too(client, cast):
    client.force_login(cast.inspector)
    assert "暴露垃圾" in client.get(URL, {"class_words": "垃圾"}).content.decode()


def test_the_grid_of_a_position_is_said_in_words_with_who_gets_the_report(client, cast):
    client.force_login(cast.inspector)
    point = inside(cast.city.grid)
    page = client.get("/m/report/place/", {"longitude": point.x, "latitude": point.y}).content.decode()
    assert "第一网格" in page
    assert "平洲社区" in page
    assert str(cast.city.community_centre) in page


def test_a_corrected_place_says_nothing_of_a_centre_because_the_case_stays_where_it_is(client, cast):
    client.force_login(cast.operator)
    point = inside(cast.city.grid)
    page = client.get("/m/report/place/", {"longitude": point.x, "latitude": point.y, "amends": 1})
    assert "第一网格" in page.content.decode()
    assert str(cast.city.community_centre) not in page.content.decode()


def test_a_position_outside_every_grid_is_said_to_be_so(client, cast):
    client.force_login(cast.inspector)
    page = client.get("/m/report/place/", {"longitude": 1, "latitude": 1}).content.decode()
    assert "map-pin-off" in page


@pytest.mark.parametrize(
    "where", [{}, {"longitude": "x", "latitude": "1"}, {"longitude": 999, "latitude": 0}]
)
def test_a_position_that_is_none_is_refused(client, cast, where):
    client.force_login(cast.inspector)
    assert client.get("/m/report/place/", where).status_code == 400


def test_after_the_report_its_number_stands_there_for_its_reporter_only(client, cast):
    case = make_case(cast)
    address = reverse("cases:case_reported", args=[case.number])
    client.force_login(cast.inspector)
    page = client.get(address).content.decode()
    assert case.number in page
    assert reverse("cases:case_detail", args=[case.number]) in page
    assert reverse("cases:report_case") in page
    client.force_login(cast.operator)
    assert client.get(address).status_code == 404
