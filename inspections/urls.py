"""Addresses of going out."""

from django.urls import URLPattern, path

from inspections.views.nearby import nearby
from inspections.views.next_step import next_step
from inspections.views.today import today
from inspections.views.verification_list import verification_list

app_name = "inspections"
urlpatterns: list[URLPattern] = [
    path("m/", today, name="today"),
    path("m/nearby/", nearby, name="nearby"),
    path("m/next/<slug:number>/", next_step, name="next_step"),
    path("m/verify/", verification_list, name="verification_list"),
]
