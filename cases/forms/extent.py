"""A line or several places, as a list of coordinates or names of areas; the map writes into the same list."""

from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.extents import LINE, MOST_POINTS, PLACES, make_extent, points_of
from grids.models import Area, AreaVersion

LONGEST_LINE = 60


class ExtentForm(forms.Form):
    """Where a case runs beyond its place; empty for nearly all of them."""

    extent_kind = forms.ChoiceField(
        label=_("What runs across borders"),
        choices=[(PLACES, _("Several places")), (LINE, _("A line"))],
        required=False,
        widget=forms.RadioSelect,
        initial=PLACES,
    )
    extent_points = forms.CharField(
        label=_("Its points, one a line"),
        help_text=_(
            "Longitude and latitude, such as 113.14520, 23.02710; or the code or the name of an area."
        ),
        max_length=MOST_POINTS * LONGEST_LINE,
        required=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
    )

    @cached_property
    def changed_data(self) -> list[str]:
        """Without what only looks otherwise: ends of lines, and a kind of nothing."""
        changed: list[str] = super().changed_data
        field = self.fields["extent_points"]
        before = self.get_initial_for_field(field, "extent_points") or ""
        now = self["extent_points"].value() or ""
        if now.split() == before.split():
            changed = [name for name in changed if name != "extent_points"]
        return [name for name in changed if name != "extent_kind" or now.strip()]

    def clean_extent_points(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["extent_points"].splitlines() if line.strip()]
        return "\n".join(lines)

    def extent(self) -> GEOSGeometry | None:
        """What was drawn, None for nothing; raises ValidationError for lines that name no place, too few and too many."""
        lines = self.cleaned_data.get("extent_points", "").splitlines()
        if not lines:
            return None
        if len(lines) > MOST_POINTS:
            raise ValidationError(_("Give 2 to %(most)d points.") % {"most": MOST_POINTS})
        return make_extent(map(place_named, lines), self.cleaned_data.get("extent_kind") or PLACES)

    def add_extent(self, data: dict[str, Any]) -> None:
        """Put the extent among the cleaned data, or what is wrong with it onto its field; for `clean`."""
        try:
            data["extent"] = self.extent()
        except ValidationError as error:
            self.add_error("extent_points", " ".join(error.messages))

    def redrawn(self) -> dict[str, GEOSGeometry | None]:
        """What a service is to be told: nothing where nobody touched it, None where its points were taken away."""
        touched = {"extent_points", "extent_kind"} & set(self.changed_data)
        return {"extent": self.cleaned_data["extent"]} if touched else {}


def extent_as_sent(extent: GEOSGeometry | None) -> dict[str, str]:
    """The fields' values of an extent."""
    if extent is None:
        return {}
    return {
        "extent_kind": extent.geom_type,
        "extent_points": "\n".join(f"{point.x:.6f}, {point.y:.6f}" for point in points_of(extent)),
    }


def place_named(line: str) -> Point:
    """The point of two coordinates, or inside the area of a code or a name; raises ValidationError for neither."""
    parts = line.replace("，", ",").replace(",", " ").split()
    try:
        longitude, latitude = map(float, parts)
    except ValueError:
        return _middle_of(line)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValidationError(_("“%(line)s” is no place: longitude first, then latitude.") % {"line": line})
    return Point(longitude, latitude, srid=4326)


def _middle_of(name: str) -> Point:
    """A point inside the area of a code or a name; the lowest of several."""
    area = None
    if name.isprintable():
        areas = Area.objects.current()
        area = areas.filter(code=name).first() or areas.filter(name=name).order_by("-level", "code").first()
    version = AreaVersion.objects.current().filter(area=area).first() if area else None
    if version is None:
        raise ValidationError(
            _("“%(line)s” is no place: longitude first, then latitude.") % {"line": name[:40]}
        )
    middle: Point = version.outline.point_on_surface
    middle.srid = 4326
    return middle
