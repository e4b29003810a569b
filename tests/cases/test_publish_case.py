"""Operators look over what citizens wrote and photographed: what strangers see, and what is blackened for good."""

from datetime import timedelta
from functools import partial
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from PIL import Image

from cases.models import Case, CaseClass, CasePhoto, Channel, Publication, PublicationRecord, Publicity
from cases.publication_queue import to_look_over
from cases.services import amend_case, verify_case
from cases.services.publication import publish_case, redact_photo
from cases.workflow import Status
from gridgov import clock
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.evidence import stored_photos
from gridgov.models import Photo
from tests.case_factories import case_in, make_case, make_copies, stored
from tests.pages import count_queries
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=False)
QUEUE = "/cases/to-look-over/"
FACE, GROUND = (220, 30, 40), (200, 200, 210)


@pytest.fixture
def town(cast):
    CaseClass.objects.update(publicity=Publicity.PLACE)
    return cast


def portrait(name: str = "a.jpg", size=(800, 600), orientation: int = 1) -> SimpleUploadedFile:
    """A picture with a red part in its middle, and where it was taken in its metadata."""
    image = Image.new("RGB", size, GROUND)
    width, height = size
    image.paste(FACE, (width * 4 // 10, height * 4 // 10, width * 6 // 10, height * 6 // 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 1.0, 30.0), 3: "E", 4: (113.0, 7.0, 12.0)})
    content = BytesIO()
    image.save(content, "JPEG", exif=exif, comment=b"made by me")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def photo_of(town, **fields) -> tuple[Case, Photo]:
    with stored_photos([portrait(**fields)], actor=town.inspector) as photos:
        case = make_case(town, photos=photos)
    return case, Photo.objects.get(pk=photos[0].pk)


def picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def has_red(content: bytes) -> bool:
    return any(r > 140 and g < 110 and b < 110 for _n, (r, g, b) in picture(content).getcolors(1 << 24))


def shown(photo: Photo, size: str = "display") -> bytes:
    with getattr(photo, size).open("rb") as file:
        return file.read()


def middle(content: bytes) -> tuple[int, int, int]:
    image = picture(content)
    return image.getpixel((image.width // 2, image.height // 2))


WHOLE_FACE = [(0.38, 0.38, 0.62, 0.62)]


def publish(client, case, **data):
    return client.post(f"/cases/{case.number}/publish/", data)


def form_of(*boxes, initial=0, total=3) -> dict[str, object]:
    data: dict[str, object] = {
        "box-TOTAL_FORMS": total,
        "box-INITIAL_FORMS": initial,
        "box-MAX_NUM_FORMS": 40,
    }
    for index, box in enumerate(boxes):
        data |= {
            f"box-{index}-{name}": n for name, n in zip(("left", "top", "width", "height"), box, strict=True)
        }
    return data


def test_strangers_see_words_and_photos_only_after_an_operator_chose_them(client, town):
    case, photo = photo_of(town)
    public = f"/open/{case.number}/photos/{photo.pk}/display/"
    assert client.get(public).status_code == 404
    client.force_login(town.operator)
    page = client.get(f"/cases/{case.number}/publish/")
    assert "路灯整夜不亮" in page.content.decode()
    assert publish(client, case, text="灯不亮", photos=[str(photo.pk)]).status_code == 302
    client.logout()
    page = client.get(f"/open/{case.number}/").content.decode()
    assert "灯不亮" in page
    assert "路灯整夜不亮" not in page
    assert public in page
    assert client.get(public).status_code == 200
    assert client.get(public.replace("display", "original")).status_code == 404


def test_a_withheld_case_is_gone_until_it_is_shown_again(client, town):
    case, photo = photo_of(town)
    publish_case(case.pk, actor=town.operator, text="", photo_ids=[photo.pk], is_withheld=True)
    for address in (f"/open/{case.number}/", f"/open/{case.number}/photos/{photo.pk}/thumb/"):
        assert client.get(address).status_code == 404
    publish_case(case.pk, actor=town.operator, text="", photo_ids=[], is_withheld=False)
    assert client.get(f"/open/{case.number}/").status_code == 200
    assert client.get(f"/open/{case.number}/photos/{photo.pk}/thumb/").status_code == 404


def test_each_decision_stays_with_who_took_it(town):
    case, photo = photo_of(town)
    publish_case(case.pk, actor=town.operator, text="一", photo_ids=[photo.pk], is_withheld=False)
    publish_case(case.pk, actor=town.supervisor, text="二", photo_ids=[], is_withheld=True)
    rows = list(PublicationRecord.objects.values_list("actor", "text", "photo_ids", "is_withheld"))
    assert rows == [(town.operator.pk, "一", [photo.pk], False), (town.supervisor.pk, "二", [], True)]
    for change in (
        lambda: PublicationRecord.objects.update(text="三"),
        lambda: PublicationRecord.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert case.version == Case.objects.get(pk=case.pk).version


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("operator", 200),
        ("supervisor", 200),
        ("dispatcher", 403),
        ("inspector", 403),
        ("leader", 403),
        ("stranger", 404),
        ("citizen", 404),
    ],
)
def test_operators_and_supervisors_of_holder_or_place_decide(client, town, who, status):
    case, photo = photo_of(town)
    client.force_login(getattr(town, who))
    redact = f"/cases/{case.number}/photos/{photo.pk}/redact/"
    for address in (f"/cases/{case.number}/publish/", redact):
        assert client.get(address).status_code == status
    if status != 200:
        assert publish(client, case, text="x").status_code == status
        assert client.post(redact, form_of((1, 1, 5, 5))).status_code == status
        assert not Publication.objects.exists()
        photo.refresh_from_db()
        assert photo.redacted_at is None
        with pytest.raises((NotPermitted, NotFoundForYou)):
            redact_photo(photo.pk, actor=getattr(town, who), boxes=WHOLE_FACE)


def test_without_a_log_in_nothing_is_decided(client, town):
    case, _photo = photo_of(town)
    assert publish(client, case, text="x").status_code == 302
    assert not Publication.objects.exists()


def test_a_photo_of_another_case_is_refused(client, town):
    case, _ = photo_of(town)
    _other, photo = photo_of(town, size=(640, 480))
    client.force_login(town.operator)
    page = publish(client, case, text="留着", photos=[str(photo.pk)])
    assert page.status_code == 422
    assert "留着" in page.content.decode()
    assert not CasePhoto.objects.filter(is_public=True).exists()
    assert client.get(f"/cases/{case.number}/photos/{photo.pk}/redact/").status_code == 404
    assert publish(client, case, text="长" * 501).status_code == 422


def test_the_bytes_served_no_longer_hold_what_was_blackened(client, town, django_capture_on_commit_callbacks):
    case, photo = photo_of(town)
    addresses = [f"/cases/{case.number}/photos/{photo.pk}/{size}/" for size in ("display", "thumb")]
    addresses += [f"/api/v1{address}" for address in addresses]
    addresses += [f"/open/{case.number}/photos/{photo.pk}/{size}/" for size in ("display", "thumb")]
    publish_case(case.pk, actor=town.operator, text="", photo_ids=[photo.pk], is_withheld=False)
    old_names = [photo.display.name, photo.thumb.name]
    client.force_login(town.operator)
    before = [client.get(address) for address in addresses]
    assert all(has_red(answer.content) for answer in before)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/cases/{case.number}/photos/{photo.pk}/redact/", form_of((38, 38, 24, 24)))
    assert answer.status_code == 302
    for address, first in zip(addresses, before, strict=True):
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 200, "what a browser keeps is no longer right"
        assert again["ETag"] != first["ETag"]
        assert "immutable" not in again["Cache-Control"]
        assert "no-cache" in again["Cache-Control"]
        assert not has_red(again.content)
        assert max(middle(again.content)) < 24
        assert client.get(address, headers={"If-None-Match": again["ETag"]}).status_code == 304
    photo.refresh_from_db()
    assert photo.redacted_by == town.operator
    assert not {photo.display.name, photo.thumb.name} & set(old_names)
    assert not any(default_storage.exists(name) for name in old_names)
    assert default_storage.exists(photo.original.name)


def test_the_original_is_shown_to_nobody_afterwards(town, rf):
    from gridgov.evidence import serve_photo

    _case, photo = photo_of(town)
    assert serve_photo(rf.get("/"), photo, "original").status_code == 200
    redact_photo(photo.pk, actor=town.operator, boxes=WHOLE_FACE)
    photo.refresh_from_db()
    with pytest.raises(NotFoundForYou):
        serve_photo(rf.get("/"), photo, "original")


def test_what_was_blackened_stays_black_when_more_is(town):
    _case, photo = photo_of(town)
    redact_photo(photo.pk, actor=town.operator, boxes=WHOLE_FACE)
    redact_photo(photo.pk, actor=town.supervisor, boxes=[(0.0, 0.0, 0.1, 0.1)])
    photo.refresh_from_db()
    seen = shown(photo)
    assert not has_red(seen)
    assert max(picture(seen).getpixel((5, 5))) < 24
    assert min(picture(seen).getpixel((790, 590))) > 150
    assert [row.boxes for row in PublicationRecord.objects.filter(redacted=photo)] == [
        [[0.38, 0.38, 0.62, 0.62]],
        [[0.0, 0.0, 0.1, 0.1]],
    ]


@pytest.mark.django_db(transaction=True)
def test_two_who_blacken_at_once_both_have_their_box(town):
    _case, photo = photo_of(town)
    corner = [(0.0, 0.0, 0.1, 0.1)]
    race(
        partial(redact_photo, photo.pk, actor=town.operator, boxes=WHOLE_FACE),
        partial(redact_photo, photo.pk, actor=town.supervisor, boxes=corner),
    )
    photo.refresh_from_db()
    seen = shown(photo)
    assert not has_red(seen)
    assert max(picture(seen).getpixel((5, 5))) < 24


def test_boxes_are_of_the_upright_picture(town):
    _case, photo = photo_of(town, orientation=6)
    assert (photo.width, photo.height) == (600, 800)
    redact_photo(photo.pk, actor=town.operator, boxes=[(0.38, 0.38, 0.62, 0.62)])
    photo.refresh_from_db()
    assert picture(shown(photo)).size == (600, 800)
    assert not has_red(shown(photo))


def copy_of(town, case, photo, size) -> Photo:
    """A marked copy of the photo, hung beside it."""
    with stored_photos([portrait(size=size)], actor=town.inspector) as photos:
        photos[0].is_marked_copy, photos[0].copy_of = True, photo
        photos[0].save()
    CasePhoto.objects.create(case=case, event=case.events.first(), photo=photos[0], is_public=True)
    return photos[0]


def test_marked_copies_and_the_same_file_again_are_blackened_too(town):
    case, photo = photo_of(town)
    marked = copy_of(town, case, photo, (400, 300))
    with stored_photos([portrait()], actor=town.inspector) as again:
        again[0].save()
    CasePhoto.objects.create(case=case, event=case.events.first(), photo=again[0])
    done = redact_photo(marked.pk, actor=town.operator, boxes=WHOLE_FACE)
    assert done.other_shapes == []
    for each in (photo, marked):
        each.refresh_from_db()
        assert each.redacted_at
        assert not has_red(shown(each))
    redact_photo(photo.pk, actor=town.operator, boxes=WHOLE_FACE)
    again[0].refresh_from_db()
    assert not has_red(shown(again[0], "thumb"))


def test_a_copy_of_another_shape_is_taken_from_strangers_sight(town):
    case, photo = photo_of(town)
    cut = copy_of(town, case, photo, (300, 600))
    done = redact_photo(photo.pk, actor=town.operator, boxes=WHOLE_FACE)
    assert done.other_shapes == [cut]
    assert not CasePhoto.objects.get(photo=cut).is_public
    cut.refresh_from_db()
    assert cut.redacted_at is None


@pytest.mark.parametrize(
    "boxes",
    [
        (),
        ((0, 0, 0, 5),),
        ((10, 10, 5, ""),),
        ((-1, 0, 5, 5),),
        ((0, 0, 200, 5),),
        (("x", 0, 5, 5),),
        ((100, 0, 5, 5),),
    ],
)
def test_boxes_that_are_none_are_refused_and_nothing_changes(client, town, boxes):
    case, photo = photo_of(town)
    client.force_login(town.operator)
    answer = client.post(f"/cases/{case.number}/photos/{photo.pk}/redact/", form_of(*boxes))
    assert answer.status_code == 422
    photo.refresh_from_db()
    assert photo.redacted_at is None
    assert has_red(shown(photo))


def test_when_it_fails_the_files_of_before_stay_and_no_new_ones_do(town, monkeypatch):
    _case, photo = photo_of(town)
    folder = photo.display.name.rsplit("/", 1)[0]
    files = set(default_storage.listdir(folder)[1])
    monkeypatch.setattr("cases.services.publication._record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        redact_photo(photo.pk, actor=town.operator, boxes=WHOLE_FACE)
    assert set(default_storage.listdir(folder)[1]) == files


@pytest.mark.parametrize("size", ["display", "thumb"])
@pytest.mark.parametrize("blackened", [False, True])
def test_nothing_public_carries_metadata(client, town, size, blackened):
    case, photo = photo_of(town)
    publish_case(case.pk, actor=town.operator, text="", photo_ids=[photo.pk], is_withheld=False)
    if blackened:
        redact_photo(photo.pk, actor=town.operator, boxes=[(0, 0, 0.1, 0.1)])
    assert photo.exif_point is not None
    row = client.get(f"/api/v1/public/cases/{case.number}/").json()["photos"][0]
    for address in {row[size], f"/open/{case.number}/photos/{photo.pk}/{size}/"}:
        content = client.get(address).content
        image = Image.open(BytesIO(content))
        assert not dict(image.getexif())
        assert not image.getexif().get_ifd(0x8825)
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & image.info.keys()
        for mark in (b"Exif", b"http://ns.adobe.com", b"made by me"):
            assert mark not in content


def test_the_queue_has_public_cases_of_citizens_that_nobody_looked_over(client, town):
    waiting = make_case(town, channel=Channel.CITIZEN)
    make_case(town)
    decided = make_case(town, channel=Channel.CITIZEN)
    publish_case(decided.pk, actor=town.operator, text="", photo_ids=[], is_withheld=False)
    closed = case_in(Status.CLOSED, town, channel=Channel.CITIZEN)
    void = case_in(Status.VOID, town, channel=Channel.CITIZEN)
    private = make_case(town, channel=Channel.CITIZEN, case_class=town.city.other_class)
    CaseClass.objects.filter(pk=town.city.other_class.pk).update(publicity=Publicity.PRIVATE)
    for who in (town.operator, town.supervisor):
        client.force_login(who)
        page = client.get(QUEUE).content.decode()
        for shown in (waiting, closed):
            assert f"/cases/{shown.number}/publish/" in page
        for other in (decided, void, private):
            assert f"/cases/{other.number}/publish/" not in page
    client.force_login(town.dispatcher)
    assert client.get(QUEUE).status_code == 404
    elsewhere = client.get(QUEUE)
    client.force_login(town.stranger)
    elsewhere = client.get(QUEUE)
    assert waiting.number not in elsewhere.content.decode()


def test_photos_of_the_result_come_back_to_the_queue_until_somebody_chose_and_for_a_month(town):
    case = case_in(Status.HANDLED, town, channel=Channel.CITIZEN)
    publish = partial(
        publish_case, case.pk, actor=town.operator, text="路灯", photo_ids=[], is_withheld=False
    )
    publish()
    assert not to_look_over(town.operator).exists()
    verify_case(
        case.pk, actor=town.grid_leader, passed=True, note="灯亮了", photos=stored(town.grid_leader, "green")
    )
    assert to_look_over(town.operator).get() == case
    with clock.at(clock.now() + timedelta(days=31)):
        assert not to_look_over(town.operator).exists()
    publish()
    assert not to_look_over(town.operator).exists()


def test_the_queue_and_its_count_take_the_same_queries_for_more(client, town):
    case = make_case(town, channel=Channel.CITIZEN)
    client.force_login(town.operator)
    client.get(QUEUE)
    before = count_queries(client, QUEUE)
    make_copies(case, 120)
    assert count_queries(client, QUEUE) == before
    make_copies(case, 3000, channel=Channel.INSPECTOR)
    with connection.cursor() as cursor:
        sql, params = to_look_over(town.operator).order_by().values("pk")[:1000].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "case_of_citizens" in "\n".join(line for (line,) in cursor.fetchall())


def test_an_unknown_photo_is_not_found(town):
    with pytest.raises(NotFoundForYou):
        redact_photo(uuid4(), actor=town.operator, boxes=WHOLE_FACE)


@pytest.mark.parametrize("narrower", [Publicity.STREET, Publicity.PRIVATE])
def test_what_was_chosen_for_a_class_of_places_is_looked_over_anew_when_strangers_see_less_of_it(
    town, narrower
):
    case, photo = photo_of(town)
    withheld = make_case(town)
    publish_case(case.pk, actor=town.operator, text="路口 3 号门前", photo_ids=[photo.pk], is_withheld=False)
    publish_case(withheld.pk, actor=town.operator, text="", photo_ids=[], is_withheld=True)
    CaseClass.objects.filter(pk=case.case_class_id).update(publicity=narrower)
    assert not Publication.objects.filter(case=case).exists()
    assert not CasePhoto.objects.filter(is_public=True).exists()
    assert Publication.objects.get(case=withheld).is_withheld


def test_a_case_that_gets_another_class_is_looked_over_anew_only_if_strangers_see_less_of_it(town):
    case, photo = photo_of(town)
    alike, street_only = (
        CaseClass.objects.create(major=case.case_class.major, code=code, name=code, publicity=publicity)
        for code, publicity in (("91", Publicity.PLACE), ("92", Publicity.STREET))
    )
    publish_case(case.pk, actor=town.operator, text="路口", photo_ids=[photo.pk], is_withheld=False)
    amend_case(case.pk, actor=town.operator, case_class=alike)
    assert CasePhoto.objects.get(photo=photo).is_public
    amend_case(case.pk, actor=town.operator, case_class=street_only)
    assert not CasePhoto.objects.get(photo=photo).is_public
    assert not Publication.objects.filter(case=case).exists()
