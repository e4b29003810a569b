"""Addresses of going out."""

from django.urls import URLPattern, path

from inspections.views.board import board, make_task, order_objects
from inspections.views.campaigns import campaign_detail, campaign_list
from inspections.views.checklists import checklist_detail, checklist_list
from inspections.views.diary import diary, diary_photo, rate_entry
from inspections.views.duty import duty, duty_detail, go_off_duty, go_on_duty
from inspections.views.leave import end_leave, leave
from inspections.views.nearby import nearby
from inspections.views.next_step import next_step
from inspections.views.tasks import (
    assign_task,
    begin_task,
    cancel_task,
    finish_task,
    grab_task,
    put_back_task,
    task_detail,
    task_photo,
)
from inspections.views.today import today
from inspections.views.verification_list import verification_list, verification_queue
from inspections.views.visits import (
    case_findings,
    object_history,
    object_profile,
    visit,
    visit_detail,
    visit_list,
    visit_photo,
)

app_name = "inspections"
urlpatterns: list[URLPattern] = [
    path("m/", today, name="today"),
    path("m/nearby/", nearby, name="nearby"),
    path("m/next/<slug:number>/", next_step, name="next_step"),
    path("m/verify/", verification_list, name="verification_list"),
    path("verify/", verification_queue, name="verification_queue"),
    path("m/tasks/<int:task_id>/", task_detail, name="task_detail"),
    path("m/tasks/<int:task_id>/grab/", grab_task, name="grab_task"),
    path("m/tasks/<int:task_id>/begin/", begin_task, name="begin_task"),
    path("m/tasks/<int:task_id>/put-back/", put_back_task, name="put_back_task"),
    path("m/tasks/<int:task_id>/finish/", finish_task, name="finish_task"),
    path("m/tasks/<int:task_id>/assign/", assign_task, name="assign_task"),
    path("m/tasks/<int:task_id>/cancel/", cancel_task, name="cancel_task"),
    path("m/tasks/<int:task_id>/photos/<uuid:photo_id>/<slug:size>/", task_photo, name="task_photo"),
    path("m/board/", board, name="board"),
    path("m/board/order/", make_task, name="make_task"),
    path("m/board/order/objects/", order_objects, name="order_objects"),
    path("m/campaigns/", campaign_list, name="campaign_list"),
    path("m/campaigns/<int:campaign_id>/", campaign_detail, name="campaign_detail"),
    path("m/duty/", duty, name="duty"),
    path("m/duty/on/", go_on_duty, name="go_on_duty"),
    path("m/duty/off/", go_off_duty, name="go_off_duty"),
    path("m/duty/<int:duty_id>/", duty_detail, name="duty_detail"),
    path("leave/", leave, name="leave"),
    path("leave/<int:person_id>/end/", end_leave, name="end_leave"),
    path("m/diary/", diary, name="diary"),
    path("m/diary/<int:entry_id>/rate/", rate_entry, name="rate_entry"),
    path("m/diary/<int:entry_id>/photos/<uuid:photo_id>/<slug:size>/", diary_photo, name="diary_photo"),
    path("m/visit/", visit, name="visit"),
    path("m/object/", object_profile, name="object_profile"),
    path("m/visits/", visit_list, name="visit_list"),
    path("visits/<int:visit_id>/", visit_detail, name="visit_detail"),
    path("visits/<int:visit_id>/photos/<uuid:photo_id>/<slug:size>/", visit_photo, name="visit_photo"),
    path("registry/<str:code>/history/", object_history, name="object_history"),
    path("cases/<slug:number>/findings/", case_findings, name="case_findings"),
    path("checklists/", checklist_list, name="checklist_list"),
    path("checklists/<slug:code>/", checklist_detail, name="checklist_detail"),
]
