"""Addresses of going out."""

from django.urls import URLPattern, path

from inspections.views.checklists import checklist_detail, checklist_list
from inspections.views.nearby import nearby
from inspections.views.next_step import next_step
from inspections.views.today import today
from inspections.views.verification_list import verification_list
from inspections.views.visits import case_findings, object_history, visit, visit_detail, visit_photo

app_name = "inspections"
urlpatterns: list[URLPattern] = [
    path("m/", today, name="today"),
    path("m/nearby/", nearby, name="nearby"),
    path("m/next/<slug:number>/", next_step, name="next_step"),
    path("m/verify/", verification_list, name="verification_list"),
    path("m/visit/", visit, name="visit"),
    path("visits/<int:visit_id>/", visit_detail, name="visit_detail"),
    path("visits/<int:visit_id>/photos/<uuid:photo_id>/<slug:size>/", visit_photo, name="visit_photo"),
    path("registry/<str:code>/history/", object_history, name="object_history"),
    path("cases/<slug:number>/findings/", case_findings, name="case_findings"),
    path("checklists/", checklist_list, name="checklist_list"),
    path("checklists/<slug:code>/", checklist_detail, name="checklist_detail"),
]
