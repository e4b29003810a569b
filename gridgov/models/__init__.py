"""Working calendars, photos, notices and answers already given."""

from gridgov.models.calendar import CalendarDay, Holidays, WorkingCalendar
from gridgov.models.idempotency import IdempotencyKey
from gridgov.models.notice import Channel, Delivery, DeliveryState, Notice, NoticeKind
from gridgov.models.notice_choice import NoticeChoice, NoticeTemplate, PushSubscription
from gridgov.models.photo import Photo

__all__ = [
    "CalendarDay",
    "Channel",
    "Delivery",
    "DeliveryState",
    "Holidays",
    "IdempotencyKey",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticeTemplate",
    "Photo",
    "PushSubscription",
    "WorkingCalendar",
]
