"""Working calendars, what could not be delivered, and the words of notices."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gridgov import clock
from gridgov.forms import RowForm
from gridgov.models import CalendarDay, Delivery, Notice, NoticeTemplate, WorkingCalendar
from gridgov.notice_texts import event_in_words, events, kind_of, require_same_placeholders, sample_of
from gridgov.outbox import send_again, text_of
from gridgov.what_would_happen import WhatWouldHappenAdmin
from gridgov.worktime import Unit, working_time_of

admin.site.site_header = admin.site.site_title = _("GridGov administration")
# From here home leads back here for whoever holds no post.
admin.site.site_url = "/me/"

_EXAMPLES = [
    (Decimal(4), Unit.WORKING_HOUR),
    (Decimal(1), Unit.WORKING_DAY),
    (Decimal(5), Unit.WORKING_DAY),
    (Decimal(20), Unit.WORKING_DAY),
]


class CalendarDayInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CalendarDay
    form = RowForm
    extra = 0


@admin.register(WorkingCalendar)
class WorkingCalendarAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A district's slots and days, with what they make of a limit that begins now."""

    list_display = ("district_code", "timezone", "holidays", "loaded_through")
    readonly_fields = ("what_would_happen",)
    inlines = (CalendarDayInline,)

    @admin.display(description=_("A limit that begins now"))
    def what_would_happen(self, calendar: WorkingCalendar) -> SafeString | str:
        if calendar.pk is None:
            return _("Save the calendar to see.")
        now = clock.now()
        working_time = working_time_of(calendar.district_code)
        dues = [
            (amount, unit.label, working_time.add(now, working_time.minutes(amount, unit)))
            for amount, unit in _EXAMPLES
        ]
        lines = [
            (amount, label, f"{timezone.localtime(due):%Y-%m-%d %H:%M}", working_time.note(due))
            for amount, label, due in dues
        ]
        note = working_time.note(now + timedelta(days=365))
        return format_html("<ul>{}</ul><p>{}</p>", format_html_join("", "<li>{} {}: {} {}</li>", lines), note)


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What goes out and whether it arrived; the stuck ones can be sent again."""

    list_display = (
        "to",
        "channel",
        "state",
        "event",
        "attempts",
        "last_error",
        "next_try_at",
        "sent_at",
    )
    list_filter = ("state", "channel")
    search_fields = ("address", "receiver", "notice__subject")
    fields = (
        "notice",
        "channel",
        "address",
        "receiver",
        "state",
        "attempts",
        "last_error",
        "next_try_at",
        "sent_at",
    )
    list_select_related = ("notice",)
    show_full_result_count = False
    actions = ("send_again",)

    @admin.display(description=_("receiver"), ordering="receiver")
    def to(self, delivery: Delivery) -> str:
        return delivery.receiver or delivery.address

    @admin.display(description=_("event"))
    def event(self, delivery: Delivery) -> str:
        return event_in_words(delivery.notice.event)

    @admin.action(description=_("Send again now"), permissions=["view"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        count = send_again(deliveries)
        text = ngettext(
            "%(count)d delivery will be tried again.", "%(count)d deliveries will be tried again.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _events_by_kind() -> list[tuple[str, list[tuple[str, str]]]]:
    kinds: dict[str, list[tuple[str, str]]] = {}
    for event in events():
        kinds.setdefault(str(kind_of(event).label), []).append((event, event_in_words(event)))
    return list(kinds.items())


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """An event that there is, and a text that names its particulars."""

    event = forms.ChoiceField(label=_("event"), choices=_events_by_kind)

    class Meta:
        model = NoticeTemplate
        fields = ("event", "language", "text")
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"event", "language", "text"} <= cleaned.keys():
            require_same_placeholders(cleaned["event"], cleaned["language"], cleaned["text"])
        return cleaned


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(WhatWouldHappenAdmin):
    """Words of an event in place of the shipped ones, with what they make of the newest notice."""

    form = TemplateForm
    list_display = ("shipped", "language", "text")
    list_filter = ("language",)
    search_fields = ("event", "text")

    @admin.display(description=_("shipped words"), ordering="event")
    def shipped(self, template: NoticeTemplate) -> str:
        return event_in_words(template.event)

    def consequences(self, rule: NoticeTemplate) -> list[str]:
        """The newest notice of the event as it would read, made by the code that sends, and as it reads without."""
        notice = Notice.objects.filter(event=rule.event).first() or sample_of(rule.event)
        with translation.override(rule.language):
            own, shipped = (text_of(notice, own=words) for words in ({rule.event: rule.text}, {}))
        return [
            _("It reads: %(text)s") % {"text": own},
            _("With the shipped words: %(text)s") % {"text": shipped},
        ]
