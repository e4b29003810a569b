"""Addresses of Open311: each ends in its format, .xml or .json; without one it is XML."""

from django.urls import URLPattern, re_path

from cases.api.open311.base import NothingHere, Open311View
from cases.api.open311.discovery import Discovery
from cases.api.open311.requests import OneRequest, Requests, Token
from cases.api.open311.services import ServiceDefinition, ServiceList


def _path(address: str, view: type[Open311View], name: str) -> URLPattern:
    return re_path(rf"^{address}(?:\.(?P<format>[A-Za-z0-9]+))?$", view.as_view(), name=name)


urlpatterns: list[URLPattern] = [
    _path("(?:v2/)?discovery", Discovery, "open311-discovery"),
    _path("v2/services", ServiceList, "open311-services"),
    _path(r"v2/services/(?P<code>[^/.]+)", ServiceDefinition, "open311-service"),
    _path("v2/requests", Requests, "open311-requests"),
    _path(r"v2/requests/(?P<number>[^/.]+)", OneRequest, "open311-request"),
    _path(r"v2/tokens/(?P<token>[^/.]+)", Token, "open311-token"),
    _path(".*?", NothingHere, "open311-nothing"),
]
