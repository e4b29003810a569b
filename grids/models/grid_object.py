"""What stands in a grid: the registry (人、地、事、物、组织 as far as they have a place)."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gridgov.days import plausible_day
from grids.credit_code import is_credit_code
from grids.models.area import Area
from grids.models.object_type import ObjectType
from grids.models.organisation import Organisation
from grids.models.staff import Post, Role, User


class ObjectState(models.TextChoices):
    """GB/T 30428.2 tells the state of a component; premises are in use or closed."""

    IN_USE = "in_use", _("in use")
    DAMAGED = "damaged", _("damaged")
    MISSING = "missing", _("missing")
    CLOSED = "closed", _("closed or out of use")
    REMOVED = "removed", _("removed")


class RiskGrade(models.TextChoices):
    """How dangerous premises are; it decides how often somebody looks (国务院安委办 2016 红橙黄蓝四级)."""

    LOW = "low", _("low risk")
    GENERAL = "general", _("general risk")
    LARGER = "larger", _("larger risk")
    MAJOR = "major", _("major risk")


def check_credit_code(code: str) -> None:
    if not is_credit_code(code):
        raise ValidationError(
            _("The check character does not fit: a digit or letter is wrong."),
            code="bad_credit_code",
        )


# The offices for residents and for civil affairs, by the organisation's code.
_RESIDENTS_OFFICES = ("-residents", "-civil")


def ways_to_see_objects(user: AbstractBaseUser | AnonymousUser) -> list[Q]:
    """The reasons why a person sees objects, one filter each: PostgreSQL answers each from its own index."""
    if not isinstance(user, User) or not user.is_active:
        return []
    if user.is_superuser:
        return [Q()]
    posts = user.current_posts
    serving = _tops({post.area.path for post in posts if serves_residents(post)})
    others = [
        path for path in _tops({post.area.path for post in posts}) if not path.startswith(tuple(serving))
    ]
    public = Q(type__is_private=False)
    owners = {post.organisation_id for post in posts}
    return [
        *(Q(area__path__startswith=path) for path in serving),
        *(Q(area__path__startswith=path) & public for path in others),
        *([Q(owner__in=owners) & public] if owners else []),
    ]


def serves_residents(post: Post) -> bool:
    """Whether the post is one of those that help people where they live: who walks there, and two kinds of offices."""
    return post.role in (Role.INSPECTOR, Role.GRID_LEADER) or (
        post.role == Role.OFFICER and post.organisation.code.endswith(_RESIDENTS_OFFICES)
    )


def _tops(paths: set[str]) -> list[str]:
    """Without what lies under another one's area, which is seen through that."""
    return sorted(path for path in paths if not any(path != top and path.startswith(top) for top in paths))


class GridObjectQuerySet(models.QuerySet["GridObject"]):
    def in_use(self) -> GridObjectQuerySet:
        """Without what has closed or gone."""
        return self.exclude(state__in=(ObjectState.CLOSED, ObjectState.REMOVED))

    def within(self, area: Area) -> GridObjectQuerySet:
        return self.filter(area__path__startswith=area.path)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> GridObjectQuerySet:
        """What lies in the area of a current post, or is owned by its organisation."""
        ways = ways_to_see_objects(user)
        return self.filter(reduce(or_, ways)) if ways else self.none()


class GridObject(models.Model):
    """Something that stands in a grid and is looked after: a lamp, a shop, a building, a rented home, a shelter.

    Its code is its identity card: imports, departments' records and proposals find it by that.
    """

    type = models.ForeignKey(ObjectType, models.PROTECT, related_name="objects_of", verbose_name=_("type"))
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=ObjectState, default=ObjectState.IN_USE)
    address = models.CharField(_("address"), max_length=200, blank=True)
    # WGS-84, as phones give it.
    point = models.PointField(_("place"), srid=4326, null=True, blank=True, spatial_index=True)
    # The lowest area that covers the point, found by itself; the district where the point lies in no other.
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", editable=False, verbose_name=_("area"))
    # The natural shard key.
    district = models.ForeignKey(
        Area, models.PROTECT, related_name="+", editable=False, verbose_name=_("district")
    )
    # A dwelling in its building, a stall in its market.
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    # Who accepts what inspectors propose to change; without one the command centre of the place does.
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_objects",
        verbose_name=_("owner unit"),
    )
    risk = models.CharField(_("risk grade"), max_length=8, choices=RiskGrade, default=RiskGrade.LOW)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[check_credit_code]
    )
    business_scope = models.TextField(_("business scope"), max_length=2000, blank=True)
    # By the definitions of the type, see grids.attributes.
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    as_of = models.DateField(_("as of"), validators=[plausible_day])
    source = models.CharField(_("source"), max_length=80, blank=True)
    # Counts the changes, so that a proposal knows which state it saw.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar = GridObjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("object")
        verbose_name_plural = _("objects")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["area", "type"], name="object_area_type"),
            models.Index(fields=["district", "type", "id"], name="object_district_type"),
            models.Index(fields=["credit_code"], condition=~Q(credit_code=""), name="object_credit_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_name(self) -> str:
        """What it may be called before everybody: a private one goes by its code, and without its address."""
        return self.code if self.type.is_private else self.name

    @property
    def public_address(self) -> str:
        return "" if self.type.is_private else self.address


# Also what was taken away: that a permit was here once is part of its object's history.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Licence(models.Model):
    """A permission that a department gave to an object, for a time."""

    object = models.ForeignKey(GridObject, models.CASCADE, related_name="licences", verbose_name=_("object"))
    department = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    kind = models.CharField(_("kind"), max_length=60)
    number = models.CharField(_("number"), max_length=60)
    valid_from = models.DateField(_("valid from"), null=True, blank=True, validators=[plausible_day])
    valid_to = models.DateField(_("valid to"), null=True, blank=True, validators=[plausible_day])

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering = ["object_id", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "department", "number"], name="licence_once_per_object"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="licence_dates",
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
