"""What strangers see of a case: its place as exactly as its class allows; words and photos once they are looked over."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from cases.models import Case, CasePhoto, Publication, Publicity
from grids.models import Area


@dataclass(frozen=True)
class PublicPlace:
    """Where strangers are told a case lies: degrees (WGS-84) only where its class shows them."""

    lat: float | None
    lon: float | None
    # An address that somebody has looked over; "" otherwise.
    address: str
    # From the smallest to the district.
    areas: tuple[Area, ...]

    @property
    def words(self) -> str:
        """The address and the areas around it, the smallest first."""
        return ", ".join([*([self.address] if self.address else []), *map(str, self.areas)])


def public_cases() -> QuerySet[Case, Case]:
    """The cases that strangers may know of, with all that the functions here read of them; two queries."""
    return with_what_is_public(Case.objects.public())


def with_what_is_public(cases: QuerySet[Case, Case]) -> QuerySet[Case, Case]:
    """Cases with all that the functions here read of them; two queries."""
    shown = CasePhoto.objects.filter(is_public=True).select_related("photo").order_by("id")
    related = ("case_class__major", "publication", "district", "street", "community")
    return cases.select_related(*related).prefetch_related(Prefetch("photos", shown, to_attr="public_photos"))


def public_place(case: Case) -> PublicPlace:
    """Where strangers are told a case lies: its street alone for a class that says no more."""
    wide = [area for area in (case.street, case.district) if area]
    if case.case_class is None or case.case_class.publicity != Publicity.PLACE:
        return PublicPlace(None, None, "", tuple(wide))
    # Whoever reports writes the address: words of a stranger, until somebody has looked the case over.
    address = case.address if publication_of(case) else ""
    areas = tuple(area for area in (case.community, *wide) if area)
    if case.point is None:
        return PublicPlace(None, None, address, areas)
    return PublicPlace(case.point.y, case.point.x, address, areas)


def public_text(case: Case) -> str:
    """What strangers read of a case besides its class, place and status: the words that somebody chose for it."""
    publication = publication_of(case)
    return publication.text if publication else ""


def public_photos(case: Case) -> list[CasePhoto]:
    """The photos that somebody chose for strangers, the oldest first, of a case from `public_cases`."""
    photos: Any = getattr(case, "public_photos", ())
    return list(photos)


def publication_of(case: Case) -> Publication | None:
    """What somebody decided that strangers see of the case."""
    return getattr(case, "publication", None)
