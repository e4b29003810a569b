"""Looking over what strangers see of cases: the queue, the decision on one case, and blackening parts of a photo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.publication import BoxFormSet, PublishForm
from cases.models import Case, CasePhoto, Publicity
from cases.paging import NEWEST_FIRST, page_of
from cases.permissions import can_publish_case
from cases.public_cases import publication_of
from cases.publication_queue import for_queue, sees_queue, to_look_over
from cases.selectors import case_for
from cases.services import publication as services
from gridgov.errors import NotFoundForYou, NotPermitted
from gridgov.forms import add_errors
from gridgov.idempotency import once
from grids.requests import StaffRequest

PAGE_SIZE = 50


@require_safe
def publication_list(request: StaffRequest) -> HttpResponse:
    """What citizens reported and strangers may know of, with words or photos to look over; newest first."""
    if not sees_queue(request.user):
        raise NotFoundForYou("publications")
    page = page_of(
        [for_queue(to_look_over(request.user))], NEWEST_FIRST, request.GET.get("page", ""), PAGE_SIZE
    )
    context = {
        "cases": page.rows,
        "newer": f"?page={page.previous}" if page.previous else "",
        "older": f"?page={page.next}" if page.next else "",
    }
    return render(request, "cases/publication_list.html", context)


@once
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_case(request: StaffRequest, number: str) -> HttpResponse:
    """What was reported beside what strangers shall read and see of it."""
    case = _case(request, number)
    hung = list(CasePhoto.objects.filter(case=case).select_related("photo").order_by("pk"))
    now = publication_of(case)
    initial = {"text": now.text, "is_withheld": now.is_withheld} if now else {}
    form = PublishForm(request.POST or None, hung=hung, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            services.publish_case(
                case.pk,
                actor=request.user,
                text=data["text"],
                photo_ids={UUID(each) for each in data["photos"]},
                is_withheld=data["is_withheld"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("Decided: strangers see %(number)s as you chose.") % {"number": number}
            )
            following = to_look_over(request.user).exists()
            name = "cases:publication_list" if following else "cases:case_detail"
            return HttpResponseRedirect(reverse(name, args=[] if following else [number]))
    context = {
        "case": case,
        "form": form,
        "photos": [_offered(case, each, form) for each in hung],
        "shows_place": case.case_class and case.case_class.publicity == Publicity.PLACE,
        "is_private": not case.case_class or case.case_class.publicity == Publicity.PRIVATE,
        "records": case.publication_records.select_related("actor").order_by("-pk")[:20],
    }
    return render(request, "cases/publish_case.html", context, status=422 if form.errors else 200)


@once
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def redact_photo(request: StaffRequest, number: str, photo_id: UUID) -> HttpResponse:
    """Draw boxes over a photo; they are filled black for everybody and for good."""
    case = _case(request, number)
    hung = CasePhoto.objects.filter(case=case, photo=photo_id).select_related("photo").first()
    if hung is None:
        raise NotFoundForYou(photo_id)
    boxes = BoxFormSet(request.POST or None, prefix="box")
    trouble = ""
    if boxes.is_bound and boxes.is_valid():
        drawn = [form.box for form in boxes if form.box]
        try:
            done = services.redact_photo(photo_id, actor=request.user, boxes=drawn)
        except ValidationError as error:
            trouble = " ".join(error.messages)
        else:
            messages.success(request, _("Blackened. From now on nobody is shown the photo without it."))
            if done.other_shapes:
                messages.warning(
                    request,
                    _(
                        "There are copies of another shape: strangers no longer see them; look at each by itself."
                    ),
                )
            return HttpResponseRedirect(reverse("cases:publish_case", args=[number]))
    context = {
        "case": case,
        "photo": hung.photo,
        "url": _url(case, hung, "display"),
        "boxes": boxes,
        "trouble": trouble,
    }
    failed = trouble or (boxes.is_bound and not boxes.is_valid())
    return render(request, "cases/redact_photo.html", context, status=422 if failed else 200)


def _case(request: StaffRequest, number: str) -> Case:
    case = case_for(request.user, number)
    if not can_publish_case(request.user, case):
        raise NotPermitted()
    return case


def _offered(case: Case, hung: CasePhoto, form: PublishForm) -> dict[str, Any]:
    chosen = form["photos"].value() or []
    return {
        "id": str(hung.photo_id),
        "kind": hung.get_kind_display(),
        "chosen": str(hung.photo_id) in chosen,
        "is_redacted": hung.photo.redacted_at is not None,
        "is_marked_copy": hung.photo.is_marked_copy,
        "url": _url(case, hung, "display"),
        "thumb_url": _url(case, hung, "thumb"),
        "redact_url": reverse("cases:redact_photo", args=[case.number, hung.photo_id]),
    }


def _url(case: Case, hung: CasePhoto, size: str) -> str:
    return reverse("cases:case_photo", args=[case.number, hung.photo_id, size])
