"""Addresses of cases: the field staff's under /m/, all others under /cases/."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "cases"

phone: list[URLPattern] = []

pages: list[URLPattern] = []

urlpatterns: list[URLResolver] = [path("m/", include(phone)), path("cases/", include(pages))]
