"""Addresses of assignments, routing and the steps of commanding in the API."""

from django.urls import URLPattern, path

from cases.api.bulk import bulk_path
from cases.api.inputs import NoteInput, PhotosAndNoteInput, ReasonInput
from cases.api.steps import step_path
from dispatch import services
from dispatch.api.emergencies import emergency_paths
from dispatch.api.inputs import (
    AnswerUrgingInput,
    DecideInput,
    DispatchInput,
    FeedBackInput,
    JoinInput,
    ReasonUntilInput,
    ReleaseInput,
    ReturnInput,
    UrgeInput,
)
from dispatch.api.operations import operation_paths
from dispatch.api.rota import rota_paths
from dispatch.api.views import AssignmentList, CaseUnits

urlpatterns: list[URLPattern] = [
    path("assignments/", AssignmentList.as_view(), name="api-assignments"),
    path("cases/<slug:number>/units/", CaseUnits.as_view(), name="api-case-units"),
    step_path(services.dispatch_case, DispatchInput),
    step_path(services.join_unit, JoinInput),
    step_path(services.release_unit, ReleaseInput),
    step_path(services.accept_part),
    step_path(services.feed_back_part, PhotosAndNoteInput),
    step_path(services.recall_case, ReasonInput),
    step_path(services.escalate_case, ReasonInput),
    step_path(services.resume_case, NoteInput),
    step_path(services.accept_case),
    step_path(services.feed_back_case, FeedBackInput),
    step_path(services.ask_return, ReturnInput),
    step_path(services.ask_extension, ReasonUntilInput),
    step_path(services.ask_suspension, ReasonUntilInput),
    step_path(services.ask_deferral, ReasonUntilInput),
    step_path(services.decide_request, DecideInput),
    bulk_path(services.dispatch_case, DispatchInput),
    bulk_path(services.recall_case, ReasonInput),
    bulk_path(services.escalate_case, ReasonInput),
    bulk_path(services.decide_request, DecideInput),
    bulk_path(services.urge_case, UrgeInput),
    step_path(services.urge_case, UrgeInput),
    step_path(services.answer_urging, AnswerUrgingInput),
    *operation_paths,
    *emergency_paths,
    *rota_paths,
]
