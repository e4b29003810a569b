"""An operation's log told as a story."""

from datetime import timedelta

from cases.story import Entry
from dispatch.models import Operation, OperationEvent

_ICONS = {
    OperationEvent.ASKED: "hand",
    OperationEvent.CALLED: "megaphone",
    OperationEvent.APPROVED: "check",
    OperationEvent.REFUSED: "circle-x",
    OperationEvent.CANCELLED: "ban",
    OperationEvent.REPORTED_IN: "map-pin",
    OperationEvent.MISSED: "alarm-clock",
    OperationEvent.FED_BACK: "camera",
    OperationEvent.DONE: "circle-check",
    OperationEvent.ENDED: "flag",
    OperationEvent.RATED: "trophy",
}


def story_of(operation: Operation) -> list[Entry]:
    """Who did what after how long, the newest first; one query."""
    story: list[Entry] = []
    before = None
    for entry in operation.entries.select_related("by", "unit").order_by("at", "pk"):
        story.append(
            Entry(
                did=" · ".join(filter(None, [str(entry.unit or ""), entry.get_event_display()])),
                at=entry.at,
                icon=_ICONS[OperationEvent(entry.event)],
                who=str(entry.by or ""),
                machine=entry.by is None,
                late=entry.event == OperationEvent.MISSED,
                minutes=(entry.at - before) // timedelta(minutes=1) if before else None,
                note=entry.note,
            )
        )
        before = entry.at
    return story[::-1]
