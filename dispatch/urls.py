"""Addresses of commanding and handling."""

from django.urls import URLPattern, path

from dispatch.views.accept_case import accept_case
from dispatch.views.feed_back_case import feed_back_case
from dispatch.views.handling import handling_list
from dispatch.views.routing_test import routing_test

app_name = "dispatch"
urlpatterns: list[URLPattern] = [
    path("m/handling/", handling_list, name="handling_list"),
    path("responsibilities/", routing_test, name="routing_test"),
    path("cases/<slug:number>/accept/", accept_case, name="accept_case"),
    path("cases/<slug:number>/feed-back/", feed_back_case, name="feed_back_case"),
]
