"""Devices to register, and their alarms to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cases.admin.cases import OfCases
from cases.models import Device, DeviceAlarm
from cases.services.events import check_device, save_device
from grids.admin.keeping import KeepingAdmin
from grids.admin.maps import map_widget


class DeviceForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if all(cleaned.get(name) for name in ("account", "case_class", "area")):
            fields = {
                name: cleaned.get(name) for name in ("account", "case_class", "condition", "area", "point")
            }
            check_device(Device(**fields))
        return cleaned


@admin.register(Device)
class DeviceAdmin(KeepingAdmin):
    """Where a device stands, what its alarms mean, and how many of them make a case."""

    form = DeviceForm
    list_display = ("code", "name", "case_class", "area", "account", "is_active", "last_case")
    # Only the classes that devices have: there are hundreds.
    list_filter = ("is_active", ("case_class", admin.RelatedOnlyFieldListFilter), "area__level")
    list_select_related = ("case_class", "area", "account", "case")
    search_fields = ("code", "name", "address", "area__code__startswith")
    autocomplete_fields = ("account", "case_class", "condition", "area")
    fields = (
        "code", "name", "account", "case_class", "condition", "area", "point", "address",
        "alarms_needed", "within_minutes", "silence_minutes", "is_active", "last_case", "its_alarms",
    )  # fmt: skip
    readonly_fields = ("last_case", "its_alarms")

    def get_form(
        self, request: HttpRequest, obj: Device | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "point" in form.base_fields:
            form.base_fields["point"].widget = map_widget(request, "Point")
        return form

    def save_model(self, request: Any, obj: Device, form: Any, change: bool) -> None:
        save_device(obj, actor=request.user)

    @admin.display(description=_("last case"))
    def last_case(self, device: Device) -> str:
        if device.case is None:
            return "–"
        address = reverse("cases:case_detail", args=[device.case.number])
        return format_html('<a href="{}">{}</a>', address, device.case.number)

    @admin.display(description=_("alarms"))
    def its_alarms(self, device: Device) -> str:
        if device.pk is None:
            return "–"
        address = reverse("admin:cases_devicealarm_changelist")
        return format_html('<a href="{}?device__id__exact={}">{}</a>', address, device.pk, _("Its alarms"))


@admin.register(DeviceAlarm)
class DeviceAlarmAdmin(OfCases):
    """What devices have sent, the latest first, and what became of it."""

    list_display = ("at", "device", "value", "note", "outcome", "case")
    list_filter = ("outcome", "device__area__level")
    list_select_related = ("device", "case")
    search_fields = ("=device__code", "=case__number")
    fields = ("device", "event_id", "at", "received_at", "value", "note", "outcome", "case", "photo")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "device__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]
