"""Addresses of classes and cases in the API."""

from django.urls import URLPattern, path

from cases import services
from cases.api.bulk import TextInput, bulk_path
from cases.api.events import Events
from cases.api.hotline import HotlineRequest, HotlineRequests
from cases.api.inputs import (
    AmendInput,
    AnswerCheckInput,
    CommentInput,
    MergeInput,
    NoteInput,
    PhotosAndNoteInput,
    ReasonInput,
    RegisterInput,
    SaidInput,
    VerifyInput,
)
from cases.api.public import PublicAnswer, PublicJoin, PublicReopen, PublicReports, PublicTrack
from cases.api.public_cases import PublicCaseList, PublicCaseView
from cases.api.steps import step_path
from cases.api.views import CaseList, CasePhotoView, CaseView, ClassList, Timeline

urlpatterns: list[URLPattern] = [
    path("public/cases/", PublicCaseList.as_view(), name="api-public-cases"),
    path("public/cases/<slug:number>/", PublicCaseView.as_view(), name="api-public-case"),
    path("hotline/requests/", HotlineRequests.as_view(), name="api-hotline-requests"),
    path(
        "hotline/requests/<slug:source>/<str:number>/", HotlineRequest.as_view(), name="api-hotline-request"
    ),
    path("events/", Events.as_view(), name="api-events"),
    path("classes/", ClassList.as_view(), name="api-classes"),
    path("cases/", CaseList.as_view(), name="api-cases"),
    path("cases/<slug:number>/", CaseView.as_view(), name="api-case"),
    path("cases/<slug:number>/timeline/", Timeline.as_view(), name="api-case-timeline"),
    path(
        "cases/<slug:number>/photos/<uuid:photo_id>/<slug:size>/",
        CasePhotoView.as_view(),
        name="api-case-photo",
    ),
    path("public/reports/", PublicReports.as_view(), name="api-public-reports"),
    path("public/cases/<slug:number>/join/", PublicJoin.as_view(), name="api-public-join"),
    path("public/track/<str:code>/", PublicTrack.as_view(), name="api-public-track"),
    path("public/track/<str:code>/answer/", PublicAnswer.as_view(), name="api-public-answer"),
    path("public/track/<str:code>/reopen/", PublicReopen.as_view(), name="api-public-reopen"),
    step_path(services.amend_case, AmendInput),
    step_path(services.settle_case, PhotosAndNoteInput),
    step_path(services.order_check, NoteInput),
    step_path(services.answer_check, AnswerCheckInput),
    step_path(services.register_case, RegisterInput),
    step_path(services.refuse_case, ReasonInput),
    step_path(services.merge_case, MergeInput),
    step_path(services.unmerge_case, NoteInput),
    step_path(services.verify_case, VerifyInput),
    step_path(services.record_answer, SaidInput),
    step_path(services.reopen_case, ReasonInput),
    step_path(services.void_case, ReasonInput),
    step_path(services.comment_case, CommentInput),
    bulk_path(services.register_case),
    bulk_path(services.order_check, NoteInput),
    bulk_path(services.refuse_case, ReasonInput),
    bulk_path(services.void_case, ReasonInput),
    bulk_path(services.comment_case, TextInput),
]
