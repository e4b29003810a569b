"""Schemes: who is scored over how long; by what stands in their versions."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.models import Scheme, SchemeVersion
from assessment.permissions import can_change_schemes
from assessment.services.schemes import make_next_version
from grids.admin.keeping import KeepingAdmin
from grids.models import User


@admin.register(Scheme)
class SchemeAdmin(KeepingAdmin):
    """A scheme is switched off, not deleted: its periods stay."""

    list_display = ("name", "kind", "length", "version_in_force", "is_active", "is_public")
    list_filter = ("kind", "length", "is_active")
    search_fields = ("name", "name_en", "code")
    fields = ("code", "name", "name_en", "kind", "length", "is_active", "is_public", "versions")
    actions = ("next_version",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_readonly_fields(self, request: HttpRequest, obj: Scheme | None = None) -> Any:
        # Its versions count for those who are scored, its periods are as long as it says.
        return ("versions", *(("code", "kind", "length") if obj else ()))

    @admin.display(description=gettext_lazy("version in force"))
    def version_in_force(self, scheme: Scheme) -> str:
        return next((str(each.number) for each in scheme.versions.all() if each.in_force_at), "–")

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, scheme: Scheme) -> SafeString | str:
        if not scheme.pk:
            return _("Save the scheme: its first version is made then.")
        return format_html_join(
            "",
            '<p><a href="{}">{}</a> {}</p>',
            ((_url(each), each.number, _standing(each)) for each in scheme.versions.all()),
        )

    @admin.action(description=gettext_lazy("Make the next version"), permissions=["change"])
    def next_version(self, request: HttpRequest, schemes: QuerySet[Scheme]) -> HttpResponse | None:
        if not can_change_schemes(cast(User, request.user)):
            self.message_user(request, _("Your post does not allow this."), messages.ERROR)
            return None
        made = [make_next_version(each.pk, actor=cast(User, request.user)) for each in schemes]
        if len(made) == 1:
            return HttpResponseRedirect(_url(made[0]))
        said = format_html_join(" · ", '<a href="{}">{}</a>', ((_url(each), each) for each in made))
        self.message_user(request, format_html("{}: {}", _("To be changed now"), said))
        return None

    def save_model(self, request: HttpRequest, obj: Scheme, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            make_next_version(obj.pk, actor=cast(User, request.user))

    def response_add(
        self, request: HttpRequest, obj: Scheme, post_url_continue: str | None = None
    ) -> HttpResponse:
        said = _("“%(name)s” is there. Now say by what is scored, then put it in force.")
        self.message_user(request, said % {"name": obj.name}, messages.SUCCESS)
        return HttpResponseRedirect(_url(obj.versions.get()))


def _url(version: SchemeVersion) -> str:
    return reverse("admin:assessment_schemeversion_change", args=[version.pk])


def _standing(version: SchemeVersion) -> str:
    if version.in_force_at is None:
        return _("not in force yet")
    return _("in force since %(moment)s") % {"moment": f"{localtime(version.in_force_at):%Y-%m-%d %H:%M}"}
