"""Addresses of cases: the field staff's under /m/, all others under /cases/."""

from django.urls import URLPattern, URLResolver, include, path

from cases.views.case_detail import case_detail
from cases.views.my_cases import my_cases
from cases.views.report_case import case_reported, report_case, report_classes, report_place
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
    path("<slug:number>/", case_detail, name="case_detail"),
    path("<slug:number>/settle/", settle_case, name="settle_case"),
]

urlpatterns: list[URLResolver] = [path("m/", include(phone)), path("cases/", include(pages))]
