"""Addresses of cases: the field staff's under /m/, everybody's on the top, all others under /cases/."""

from django.urls import URLPattern, URLResolver, include, path

from cases.views.block_sender import block_sender
from cases.views.board import answer_on_board, board_desk, board_message, hide_from_board, show_on_board
from cases.views.bulk import bulk, bulk_progress
from cases.views.case_detail import case_detail, case_photo
from cases.views.case_file import case_file
from cases.views.contacts import contact_look, contact_look_list, look_at_contact
from cases.views.intake import (
    amend_case,
    answer_check,
    class_limit,
    class_proposal,
    class_search,
    merge_case,
    order_check,
    refuse_case,
    register_case,
    similar_list,
    unmerge_case,
)
from cases.views.my_cases import my_cases
from cases.views.outcome import comment_case, record_answer, reopen_case, verify_case, void_case
from cases.views.presence import case_presence
from cases.views.publication import publication_list, publish_case, redact_photo
from cases.views.queues import case_list, case_rows, intake_list, unplaced_list
from cases.views.report_case import case_reported, report_case, report_classes, report_place
from cases.views.request_files import (
    discard_request_file,
    request_file,
    request_file_list,
    take_request_file,
)
from cases.views.saved_filters import change_saved_filter, count_saved_filters, saved_filter_list
from cases.views.settle_case import settle_case

app_name = "cases"

phone: list[URLPattern] = [
    path("report/", report_case, name="report_case"),
    path("report/place/", report_place, name="report_place"),
    path("report/classes/", report_classes, name="report_classes"),
    path("report/<slug:number>/", case_reported, name="case_reported"),
    path("cases/", my_cases, name="my_cases"),
]

pages: list[URLPattern] = [
    path("", case_list, name="case_list"),
    path("intake/", intake_list, name="intake_list"),
    path("unplaced/", unplaced_list, name="unplaced_list"),
    path("rows/", case_rows, name="case_rows"),
    path("file/", case_file, name="case_file"),
    path("bulk/", bulk, name="bulk"),
    path("bulk/progress/", bulk_progress, name="bulk_progress"),
    path("filters/", saved_filter_list, name="saved_filter_list"),
    path("filters/counts/", count_saved_filters, name="count_saved_filters"),
    path("filters/<int:pk>/", change_saved_filter, name="change_saved_filter"),
    path("classes/", class_search, name="class_search"),
    path("requests/", request_file_list, name="request_file_list"),
    path("requests/<int:file_id>/", request_file, name="request_file"),
    path("requests/<int:file_id>/take/", take_request_file, name="take_request_file"),
    path("requests/<int:file_id>/discard/", discard_request_file, name="discard_request_file"),
    path("to-look-over/", publication_list, name="publication_list"),
    path("board/", board_desk, name="board_desk"),
    path("board/<int:message_id>/", board_message, name="board_message"),
    path("board/<int:message_id>/show/", show_on_board, name="show_on_board"),
    path("board/<int:message_id>/hide/", hide_from_board, name="hide_from_board"),
    path("board/<int:message_id>/answer/", answer_on_board, name="answer_on_board"),
    path("contact-looks/", contact_look_list, name="contact_look_list"),
    path("class-proposal/", class_proposal, name="class_proposal"),
    path("<slug:number>/", case_detail, name="case_detail"),
    path("<slug:number>/photos/<uuid:photo_id>/redact/", redact_photo, name="redact_photo"),
    path("<slug:number>/photos/<uuid:photo_id>/<slug:size>/", case_photo, name="case_photo"),
    path("<slug:number>/publish/", publish_case, name="publish_case"),
    path("<slug:number>/presence/", case_presence, name="case_presence"),
    path("<slug:number>/contact/", look_at_contact, name="look_at_contact"),
    path("<slug:number>/contact/<int:look_id>/", contact_look, name="contact_look"),
    path("<slug:number>/order-check/", order_check, name="order_check"),
    path("<slug:number>/answer-check/", answer_check, name="answer_check"),
    path("<slug:number>/register/", register_case, name="register_case"),
    path("<slug:number>/limit/", class_limit, name="class_limit"),
    path("<slug:number>/similar/", similar_list, name="similar_list"),
    path("<slug:number>/refuse/", refuse_case, name="refuse_case"),
    path("<slug:number>/amend/", amend_case, name="amend_case"),
    path("<slug:number>/merge/", merge_case, name="merge_case"),
    path("<slug:number>/unmerge/", unmerge_case, name="unmerge_case"),
    path("<slug:number>/verify/", verify_case, name="verify_case"),
    path("<slug:number>/record-answer/", record_answer, name="record_answer"),
    path("<slug:number>/reopen/", reopen_case, name="reopen_case"),
    path("<slug:number>/void/", void_case, name="void_case"),
    path("<slug:number>/block-sender/", block_sender, name="block_sender"),
    path("<slug:number>/comment/", comment_case, name="comment_case"),
    path("<slug:number>/settle/", settle_case, name="settle_case"),
]

urlpatterns: list[URLResolver] = [
    path("m/", include(phone)),
    path("cases/", include(pages)),
    path("", include("cases.public_urls")),
]
