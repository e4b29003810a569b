"""The form that asks who answers for a class in a place."""

import re
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.catalogue import class_choices
from cases.models import CaseClass
from cases.models.catalogue import COMMAND_LEVEL_CHOICES
from grids.models import Area, AreaLevel
from grids.selectors import chain_of, locate

# Longitude and latitude in degrees, with a comma or a blank between them.
POINT = re.compile(r"(-?\d{1,3}(?:\.\d+)?)[,，\s]+(-?\d{1,2}(?:\.\d+)?)")

# So many areas of one name are told apart in the error.
MOST_NAMESAKES = 5


class RoutingForm(forms.Form):
    """A class, a place and a level; `cleaned_data` has the class and the areas from the district down."""

    case_class = forms.ChoiceField(label=_("Class"))
    place = forms.CharField(
        label=_("Place"),
        max_length=60,
        help_text=_("The name or code of an area, or longitude and latitude: 113.1423, 23.0286"),
        widget=forms.TextInput(attrs={"list": "routing-places", "autocomplete": "off"}),
    )
    level = forms.TypedChoiceField(
        label=_("Level of the holder"),
        choices=COMMAND_LEVEL_CHOICES,
        coerce=int,
        initial=AreaLevel.COMMUNITY,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["case_class"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a class")), *class_choices()]

    def clean_case_class(self) -> CaseClass:
        found: CaseClass = CaseClass.objects.select_related("major").get(pk=self.cleaned_data["case_class"])
        return found

    def clean_place(self) -> list[Area]:
        text = self.cleaned_data["place"].strip()
        named = Area.objects.current().filter(Q(code=text) | Q(name=text)).order_by("code")
        found = list(named[: MOST_NAMESAKES + 1])
        if len(found) == 1:
            return chain_of(found[0])
        if found:
            codes = ", ".join(area.code for area in found[:MOST_NAMESAKES])
            raise ValidationError(
                _("Several areas have this name; give the code: %(codes)s"),
                code="ambiguous_area",
                params={"codes": codes},
            )
        match = POINT.fullmatch(text)
        if match is None:
            raise ValidationError(_("There is no area of this code or name."), code="unknown_area")
        longitude, latitude = (float(number) for number in match.groups())
        located = locate(Point(longitude, latitude, srid=4326))
        if located is None:
            raise ValidationError(_("This point lies outside every grid."), code="outside")
        return located.chain
