"""A form in the admin that says what a rule would do, before it is saved."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse


class WhatWouldHappenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows the consequences of a rule beside its form; a button works them out anew for what was typed.

    A subclass says in `consequences` what would happen, one sentence each.
    """

    change_form_template = "admin/what_would_happen_form.html"

    def consequences(self, rule: Any) -> list[str]:
        """What the rule, saved or not, would do now."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_what_would_happen"
        view = self.admin_site.admin_view(self.what_would_happen)
        return [
            path("what-would-happen/", view, name=f"{name}_new"),
            path("<path:object_id>/what-would-happen/", view, name=name),
            *super().get_urls(),
        ]

    def what_would_happen(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """The consequences of what was typed into the form; nothing is saved."""
        rule = self.get_object(request, object_id) if object_id else None
        may = self.has_change_permission(request, rule) if rule else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        form = self.get_form(request, rule, change=rule is not None)(request.POST, instance=rule)
        valid = form.is_valid()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.opts.verbose_name,
            "errors": None if valid else _errors(form),
            "consequences": self.consequences(form.instance) if valid else [],
        }
        template = "admin/what_would_happen.html"
        return render(
            request,
            template + "#consequences" if request.headers.get("HX-Request") else template,
            context,
            status=200 if valid else 422,
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        rule = context["original"]
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_what_would_happen"
        context["consequences"] = self.consequences(rule) if rule else []
        context["check_url"] = reverse(name, args=[rule.pk]) if rule else reverse(f"{name}_new")
        return super().render_change_form(request, context, *args, **kwargs)


def _errors(form: BaseForm) -> list[str]:
    labels = {name: field.label for name, field in form.fields.items()}
    return [
        f"{labels[name]}: {text}" if name in labels else str(text)
        for name, texts in form.errors.items()
        for text in texts
    ]
