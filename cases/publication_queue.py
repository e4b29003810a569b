"""The cases of citizens with words or photos that nobody has looked over yet."""

from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from cases.models import Case, CasePhoto, Channel
from cases.models.case import CaseQuerySet
from cases.permissions import where_may_publish
from gridgov import clock
from grids.models import Role, User

# So long after its close somebody still has to look a case over; whoever wants to may later.
LATELY = timedelta(days=30)


def sees_queue(user: User) -> bool:
    return any(post.role in (Role.OPERATOR, Role.SUPERVISOR) for post in user.current_posts)


def to_look_over(user: User) -> CaseQuerySet:
    """What citizens reported and strangers may know of, open or closed of late, that waits for this person's decision.

    With words or photos and no decision, or with photos that came after it: what is put right is what people want to
    see.
    """
    photos = CasePhoto.objects.filter(case=OuterRef("pk"))
    later = photos.filter(event__at__gt=OuterRef("publication__decided_at"))
    # After the close there come none, which saves looking for them.
    before_the_end = Q(closed_at=None) | Q(publication__decided_at__lt=F("closed_at"))
    undecided = Q(publication=None) & (~Q(description="") | Exists(photos))
    return (
        Case.objects.public()
        .filter(where_may_publish(user), channel=Channel.CITIZEN)
        .filter(Q(closed_at=None) | Q(closed_at__gte=clock.now() - LATELY))
        .filter(undecided | before_the_end & Exists(later))
    )


def for_queue(cases: CaseQuerySet) -> CaseQuerySet:
    """With what the queue shows of each."""
    return cases.select_related("case_class", "street", "community").annotate(n_photos=Count("photos"))
