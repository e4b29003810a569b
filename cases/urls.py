"""Addresses of cases: the field staff's under /m/, all others under /cases/."""

from django.urls import URLPattern, URLResolver, include, path

from cases.views.case_detail import case_detail

app_name = "cases"

phone: list[URLPattern] = []

pages: list[URLPattern] = [
    path("<slug:number>/", case_detail, name="case_detail"),
]

urlpatterns: list[URLResolver] = [path("m/", include(phone)), path("cases/", include(pages))]
