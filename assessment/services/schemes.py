"""Schemes: a version is written, checked and put in force; then it stays as it is, and another may follow it."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.indicators import INDICATORS
from assessment.indicators.indicator import Unit
from assessment.models import Adjustment, Band, Colour, Level, Scheme, SchemeItem, SchemeVersion, Way
from assessment.permissions import can_change_schemes
from gridgov import clock
from gridgov.errors import DomainError, NotFoundForYou, NotPermitted
from grids.models import User

WHOLE = Decimal(100)
# What a first version begins with: letter, colour, from so many points.
LEVELS = (
    ("A", Colour.GREEN, 90),
    ("B", Colour.BLUE, 75),
    ("C", Colour.YELLOW, 60),
    ("D", Colour.RED, 40),
    ("E", Colour.BLACK, 0),
)


class VersionInForce(DomainError):
    """What is in force stays as it is."""

    code = "version_in_force"
    message = gettext_lazy("This version is in force: nothing of it can be changed any more.")
    advice = gettext_lazy(
        "Make the next version, and change that. What you typed is still there when you go back."
    )


@transaction.atomic
def put_in_force(version_id: int, *, actor: User | None) -> SchemeVersion:
    """Score by this version from the next period on that is computed first; nothing of it can be changed any more.

    `actor` None is a command. Raises ValidationError with everything that is wrong with it at once.
    """
    _require(actor)
    version = lock_version(version_id)
    if version.in_force_at:
        raise ValidationError(_("This version is in force already."), code="in_force_already")
    if wrong := what_is_wrong(version):
        raise ValidationError(wrong)
    version.in_force_at, version.in_force_by = clock.now(), actor
    version.save(update_fields=["in_force_at", "in_force_by"])
    return version


def lock_version(version_id: int) -> SchemeVersion:
    """A version, its row locked to the end of the transaction; raises `NotFoundForYou` when there is none."""
    version: SchemeVersion | None = (
        SchemeVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("scheme")
        .filter(pk=version_id)
        .first()
    )
    if version is None:
        raise NotFoundForYou()
    return version


@transaction.atomic
def make_next_version(scheme_id: int, *, actor: User | None, note: str = "") -> SchemeVersion:
    """A copy of a scheme's newest version, to be changed; the one not yet in force if there is one.

    The first has the five levels alone. `actor` None is a command.
    """
    _require(actor)
    scheme = Scheme.objects.select_for_update(no_key=True).get(pk=scheme_id)
    newest: SchemeVersion | None = scheme.versions.order_by("-number").first()
    if newest and not newest.in_force_at:
        return newest
    version: SchemeVersion = SchemeVersion.objects.create(
        scheme=scheme, number=newest.number + 1 if newest else 1, note=note
    )
    if newest:
        _copy_rows(newest, version)
    else:
        Level.objects.bulk_create(
            [
                Level(version=version, letter=letter, colour=colour, at_least=at)
                for letter, colour, at in LEVELS
            ]
        )
    return version


@transaction.atomic
def drop_version(version_id: int, *, actor: User) -> None:
    """Throw away a version that was never in force; the next one of its scheme gets its number. Raises `VersionInForce`."""
    _require(actor)
    version = lock_version(version_id)
    if version.in_force_at:
        raise VersionInForce()
    version.delete()


def _require(actor: User | None) -> None:
    if actor is not None and not can_change_schemes(actor):
        raise NotPermitted()


def _copy_rows(newest: SchemeVersion, version: SchemeVersion) -> None:
    for item in newest.items.prefetch_related("bands"):
        copied = SchemeItem.objects.create(
            version=version, indicator=item.indicator, label=item.label, way=item.way, weight=item.weight
        )
        Band.objects.bulk_create(
            [Band(item=copied, at_least=band.at_least, points=band.points) for band in item.bands.all()]
        )
    Adjustment.objects.bulk_create(
        [
            Adjustment(version=version, indicator=a.indicator, each=a.each, cap=a.cap)
            for a in newest.adjustments.all()
        ]
    )
    Level.objects.bulk_create(
        [
            Level(version=version, letter=each.letter, colour=each.colour, at_least=each.at_least)
            for each in newest.levels.all()
        ]
    )


def what_is_wrong(version: SchemeVersion) -> list[str]:
    """Why a version can't be put in force, a sentence each; empty if it can."""
    wrong = []
    items = list(version.items.prefetch_related("bands"))
    whole = sum((item.weight for item in items), Decimal(0))
    if whole != WHOLE:
        wrong.append(
            _("The weights add up to %(sum)s %%; they must add up to 100 %%.") % {"sum": f"{whole:f}"}
        )
    for item in items:
        if item.way == Way.TYPED:
            continue
        indicator = INDICATORS.get(item.indicator)
        if indicator is None or version.scheme.kind not in indicator.kinds:
            wrong.append(
                _("%(indicator)s can't be counted for those who are scored here.")
                % {"indicator": indicator.label if indicator else item.indicator}
            )
            continue
        bands = list(item.bands.all())
        if item.way == Way.BANDS and not any(band.at_least <= 0 for band in bands):
            wrong.append(_("%(indicator)s: the bands must begin at 0.") % {"indicator": indicator.label})
        if item.way == Way.BANDS and indicator.unit == Unit.RATE and any(band.at_least > 1 for band in bands):
            wrong.append(
                _("%(indicator)s is a rate: a band from more than 1 is never reached, 0.9 is 90 %%.")
                % {"indicator": indicator.label}
            )
        if item.way != Way.BANDS and indicator.unit == Unit.COUNT:
            wrong.append(
                _("%(indicator)s is a count: only bands make points of it.") % {"indicator": indicator.label}
            )
    for extra in version.adjustments.all():
        indicator = INDICATORS.get(extra.indicator)
        if indicator is None or version.scheme.kind not in indicator.kinds or indicator.unit != Unit.COUNT:
            wrong.append(
                _("%(indicator)s: points on top or off are for counts of those who are scored here.")
                % {"indicator": indicator.label if indicator else extra.indicator}
            )
    levels = list(version.levels.all())
    if not any(level.at_least <= 0 for level in levels):
        wrong.append(_("The levels must begin at 0."))
    # Highest first, as the colours stand best first.
    looks = [level.look for level in levels]
    if looks != sorted(set(looks)):
        wrong.append(_("A higher level has a better colour: green, blue, yellow, red, black, each once."))
    return wrong
