"""What somebody without an account fills in."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from cases.forms.report import PlaceForm
from cases.keywords import propose_classes, proposed_class
from cases.models import Case, CaseClass, Topic
from cases.public_challenge import GuardedForm
from cases.public_photos import PhotosSent
from cases.services.contact import LONGEST_NAME, digits_of
from grids.models import Area, AreaLevel
from grids.selectors import district_of, locate, only_district


class StreetField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A street or town by its name, under its district where there are several."""

    def label_from_instance(self, area: Area) -> str:
        return str(area.name)


def _email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("There we tell you how it goes on. It is cleared some months after the end."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class PublicReportForm(GuardedForm, PlaceForm):
    """A report: photos, place, what it is, and only if they like who they are."""

    topic = forms.ModelChoiceField(
        Topic.objects.filter(is_active=True).select_related("case_class"),
        label=_("What is it about?"),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    description = forms.CharField(
        label=_("What is wrong?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("In your own words. No names, number plates or flat numbers of others, please."),
    )
    address = forms.CharField(
        label=_("Address or landmark"),
        max_length=180,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    street = StreetField(
        Area.objects.current().filter(level=AreaLevel.STREET).order_by("code"),
        label=_("Street or town"),
        required=False,
        empty_label=_("Not sure"),
    )
    contact_name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    contact_phone = forms.CharField(
        label=_("Your phone"),
        max_length=30,
        required=False,
        help_text=_("Only for questions about this report, and shown to nobody who does not work on it."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = _email_field()
    # They have seen what is known around there.
    looked = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sent: PhotosSent | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent = sent or PhotosSent()
        self.place: Point | None = None
        # From the district down, where they chose a point.
        self.areas: list[Area] = []
        self.district: Area | None = None
        self.street_area: Area | None = None
        # What strangers may know of around there, before they have looked at it.
        self.nearby: list[Case] = []

    def clean_contact_phone(self) -> str:
        return digits_of(self.cleaned_data["contact_phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for words in self.sent.trouble:
            self.add_error(None, words)
        topic = data.get("topic")
        if not (self.sent.photos or data.get("description", "").strip() or (topic and topic.case_class)):
            self.add_error(
                "description",
                _("Take a photo, choose what it is about, or say in a few words what is wrong."),
            )
        self._find_place(data)
        return data

    def _find_place(self, data: dict[str, Any]) -> None:
        # A camera's position stands in where they gave none.
        self.place = self.point() or (
            None
            if data.get("address") or data.get("street")
            else next((photo.exif_point for photo in self.sent.photos if photo.exif_point), None)
        )
        if self.place is not None:
            located = locate(self.place, None)
            if located is None:
                self.add_error(
                    None,
                    _(
                        "This place lies outside the area that this site is for. Choose another place on the map."
                    ),
                )
                return
            self.areas, self.district = located.chain, located.chain[0]
            self.street_area = next((area for area in located.chain if area.level == AreaLevel.STREET), None)
            return
        self.street_area = data.get("street")
        self.district = district_of(self.street_area) if self.street_area else only_district()
        if not (data.get("address", "").strip() or self.street_area):
            self.add_error(
                "address", _("Say where it is: show it on the map, or write an address or a landmark.")
            )
        elif self.district is None:
            self.add_error("street", _("Choose the street or town, so that it reaches the right people."))

    @property
    def case_class(self) -> CaseClass | None:
        """The class of what they chose; the words may name a narrower one of the same major class."""
        topic = self.cleaned_data.get("topic")
        chosen: CaseClass | None = topic.case_class if topic else None
        text = self.cleaned_data.get("description", "")
        proposal = proposed_class(propose_classes(text)) if text else None
        if proposal and (chosen is None or proposal.case_class.major_id == chosen.major_id):
            return proposal.case_class
        return chosen

    @property
    def full_address(self) -> str:
        """The address with the street they chose, where there is no point to find it by."""
        address = str(self.cleaned_data["address"]).strip()
        street = None if self.place else self.street_area
        return f"{street.name} {address}".strip() if street and street.name not in address else address


class JoinForm(GuardedForm):
    """Following a case that is known already; nothing has to be said."""

    note = forms.CharField(
        label=_("Anything to add?"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Only those who work on it read this."),
    )
    email = _email_field()
