"""The cases of citizens whose words and photos nobody has looked over yet."""

from django.db.models import Count, Exists, OuterRef, Q

from cases.models import Case, CasePhoto, Channel
from cases.models.case import CaseQuerySet
from cases.permissions import where_may_publish
from grids.models import Role, User


def sees_queue(user: User) -> bool:
    return any(post.role in (Role.OPERATOR, Role.SUPERVISOR) for post in user.current_posts)


def to_look_over(user: User) -> CaseQuerySet:
    """Open cases that strangers may know of, with words or photos of a citizen, that the person may publish."""
    has_photo = Exists(CasePhoto.objects.filter(case=OuterRef("pk")))
    return (
        Case.objects.public()
        .open()
        .filter(where_may_publish(user), channel=Channel.CITIZEN, publication=None)
        .filter(~Q(description="") | has_photo)
    )


def for_queue(cases: CaseQuerySet) -> CaseQuerySet:
    """With what the queue shows of each."""
    return cases.select_related("case_class", "street", "community").annotate(n_photos=Count("photos"))
