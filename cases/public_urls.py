"""Addresses of the pages for everybody, without an account."""

from django.urls import URLPattern, path

from cases.views.public_report import public_report

urlpatterns: list[URLPattern] = [
    path("report/", public_report, name="public_report"),
]
