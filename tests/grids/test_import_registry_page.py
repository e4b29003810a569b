"""The pages of an import: upload, progress, preview, taking over, refused rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from grids.models import GridObject, Licence, RegistryImport
from grids.services.registry_import import take_over_import, work_on_import
from tests.factories import make_organisation
from tests.grids.test_import_registry import csv_of, shop  # noqa: F401 - a fixture
from tests.pages import count_queries, part
from tests.registry_factories import make_object

PAGE = "/registry/import/"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def upload(client, content: bytes, name: str = "shops.csv", page: str = PAGE) -> RegistryImport:
    response = client.post(page, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return RegistryImport.objects.latest("pk")


def test_from_upload_to_taken_over(admin, shop):  # noqa: F811
    begun = upload(admin, csv_of(shop, {**shop, "code": "S-2", "type": "castle"}))
    page = reverse("grids:registry_import_preview", args=[begun.pk])
    assert b"<progress" in admin.get(page).content
    assert b"<progress" in part(admin, page, "import-progress").content
    work_on_import(begun.pk)
    assert part(admin, page, "import-progress").headers["HX-Refresh"] == "true"
    shown = admin.get(page).content.decode()
    assert "演示早餐店" in shown
    assert "castle" in shown
    assert "castle" not in admin.get(f"{page}?outcome=new").content.decode()
    assert admin.post(reverse("grids:take_over_import", args=[begun.pk])).url == page
    work_on_import(begun.pk)
    assert GridObject.objects.get().code == "S-1"
    assert admin.get(page).status_code == 200


def test_licences_go_the_same_way_on_a_page_of_their_own(admin, city):
    make_object(city.grid, code="S-1")
    make_organisation(city.district, "department", code="food", name="演示市场监管局")
    line = "code,kind,department,number,valid_to\nS-1,食品经营许可证,food,F-1,{}\n"
    begun = upload(admin, line.format("2029-01-04").encode(), page=f"{PAGE}licences/")
    work_on_import(begun.pk)
    page = reverse("grids:registry_import_preview", args=[begun.pk])
    shown = admin.get(page).content.decode()
    for words in ("S-1 · F-1", "演示市场监管局", "2029-01-04", f'href="{PAGE}licences/"'):
        assert words in shown
    admin.post(reverse("grids:take_over_import", args=[begun.pk]))
    work_on_import(begun.pk)
    assert Licence.objects.get().number == "F-1"
    emptied = upload(admin, line.format("—").encode(), page=f"{PAGE}licences/")
    work_on_import(emptied.pk)
    with translation.override("en"):
        shown = admin.get(reverse("grids:registry_import_preview", args=[emptied.pk]), headers=ENGLISH)
    assert "<strong>emptied</strong>" in shown.content.decode()
    # Each page lists its own files.
    assert begun.name in admin.get(f"{PAGE}licences/").content.decode()
    assert begun.name not in admin.get(PAGE).content.decode()
    assert admin.post(reverse("grids:discard_import", args=[emptied.pk])).url == f"{PAGE}licences/"


def test_the_page_of_licences_lists_the_codes_of_departments(admin, city):
    make_organisation(city.district, "department", code="food", name="演示市场监管局")
    page = admin.get(f"{PAGE}licences/", headers=ENGLISH).content.decode()
    assert "Codes of departments" in page
    assert '<span class="list__side number">food</span>' in page
    assert "/registry/export/licences/?format=xlsx" in page


def test_a_preview_begins_with_what_would_not_stay_as_it_is(admin, shop):  # noqa: F811
    begun = upload(admin, csv_of(shop))
    work_on_import(begun.pk)
    admin.post(reverse("grids:take_over_import", args=[begun.pk]))
    work_on_import(begun.pk)
    begun = upload(admin, csv_of(shop, {**shop, "code": "S-2"}))
    work_on_import(begun.pk)
    page = reverse("grids:registry_import_preview", args=[begun.pk])
    shown = admin.get(page, headers=ENGLISH).content.decode()
    assert 'number">S-2<' in shown
    assert 'number">S-1<' not in shown
    assert 'data-confirm="Write 1 row into the registry?"' in shown
    assert 'number">S-1<' in admin.get(f"{page}?outcome=all").content.decode()


def test_refused_rows_come_back_with_the_reason_and_can_be_sent_again(admin, shop):  # noqa: F811
    begun = upload(admin, csv_of(shop, {**shop, "code": "S-2", "type": "castle", "name": "=1+1"}))
    work_on_import(begun.pk)
    answer = admin.get(reverse("grids:refused_rows", args=[begun.pk]))
    text = b"".join(answer).decode()
    assert text.startswith("\ufeffcode,type,name,")
    assert "S-1" not in text
    assert "'=1+1" in text
    mended = upload(admin, text.replace("castle", "shop").encode())
    work_on_import(mended.pk)
    mended.refresh_from_db()
    assert (mended.rows_to_take, len(mended.unknown_columns)) == (1, 1)


def test_pages_of_rows_go_by_their_numbers_at_the_same_cost(admin, shop):  # noqa: F811
    one = upload(admin, csv_of(shop))
    many = upload(admin, csv_of(*({**shop, "code": f"S-{n}"} for n in range(60))))
    for begun in (one, many):
        work_on_import(begun.pk)
    addresses = [reverse("grids:registry_import_preview", args=[begun.pk]) for begun in (one, many)]
    assert count_queries(admin, addresses[0]) == count_queries(admin, addresses[1])
    second = admin.get(f"{addresses[1]}?after=51").content.decode()
    assert "S-49" not in second
    assert "S-50" in second


def test_an_import_can_be_thrown_away_unless_it_is_being_taken_over(admin, shop):  # noqa: F811
    begun = upload(admin, csv_of(shop))
    work_on_import(begun.pk)
    take_over_import(begun.pk, actor=None)
    assert admin.post(reverse("grids:discard_import", args=[begun.pk])).status_code == 409
    work_on_import(begun.pk)
    admin.post(reverse("grids:discard_import", args=[begun.pk]))
    assert not RegistryImport.objects.exists()


def test_the_template_names_all_columns_and_no_file_is_said_on_the_form(admin, shop):  # noqa: F811
    text = b"".join(admin.get(f"{PAGE}template.csv")).decode()
    assert "统一社会信用代码" in text
    assert "层数" in text
    assert "证号" in b"".join(admin.get(f"{PAGE}licences/template.csv")).decode()
    assert admin.post(PAGE, {}).status_code == 422
    assert admin.get(PAGE).status_code == 200


def test_whoever_does_not_look_after_the_registry_sees_nothing_of_it(client, administrator, stranger, shop):  # noqa: F811
    client.force_login(administrator)
    begun = upload(client, csv_of(shop))
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}licences/").status_code == 404
    for name in ("registry_import_preview", "refused_rows"):
        assert client.get(reverse(f"grids:{name}", args=[begun.pk])).status_code == 404
    assert client.post(reverse("grids:take_over_import", args=[begun.pk])).status_code == 403
