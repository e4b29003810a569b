"""What is filled in to publish a notice or an order."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from grids.models import AnnouncementKind, Area, AreaLevel, Organisation, Role, User
from grids.models.announcement import LONGEST_TEXT, LONGEST_TITLE
from grids.permissions import can_publish_announcement, publishing_posts


class IndentedAreaField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Areas by name, each set in under the one it lies in."""

    def label_from_instance(self, area: Area) -> str:
        return "\u2003" * (len(area.ancestor_codes) - 1) + area.name


class AnnouncementForm(forms.Form):
    """An announcement; `seen` is the number of people that was shown to whoever publishes it."""

    kind = forms.ChoiceField(
        label=_("Notice or order?"),
        choices=[
            (AnnouncementKind.NOTICE, _("A notice: to be read")),
            (AnnouncementKind.ORDER, _("An order: each confirms it by a day")),
        ],
        initial=AnnouncementKind.NOTICE,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(label=_("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 8}))
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("In the name of"), empty_label=None
    )
    area = IndentedAreaField(
        Area.objects.none(),
        label=_("To the people of"),
        empty_label=None,
        help_text=_("And of everything that lies under it."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Only to"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: to everybody there."),
    )
    receipt_by = forms.DateField(
        label=_("To be confirmed by"),
        required=False,
        help_text=_("Only for orders. Who has not confirmed by then is told once."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    is_urgent = forms.BooleanField(label=_("Urgent: it passes over quiet hours"), required=False)
    is_public = forms.BooleanField(label=_("Citizens read it too, among the public notices"), required=False)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = publishing_posts(user)
        under = Q(pk__in=[])
        for post in posts:
            under |= Q(path__startswith=post.area.path)
        self.user = user
        organisations: Any = self.fields["organisation"]
        organisations.queryset = Organisation.objects.filter(pk__in={post.organisation_id for post in posts})
        areas: Any = self.fields["area"]
        areas.queryset = Area.objects.current().filter(under, level__lt=AreaLevel.GRID).order_by("path")
        self.fields["receipt_by"].widget.attrs["min"] = f"{clock.today():%Y-%m-%d}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        organisation, area = data.get("organisation"), data.get("area")
        if organisation and area and not can_publish_announcement(self.user, organisation, area):
            self.add_error("area", _("%(name)s does not speak there.") % {"name": organisation})
        if data.get("kind") == AnnouncementKind.NOTICE:
            # A date that was filled in before they chose a notice.
            data["receipt_by"] = None
        elif data.get("receipt_by") is None and "receipt_by" not in self.errors:
            self.add_error("receipt_by", _("Say by which day the order is to be confirmed."))
        elif data.get("receipt_by") and data["receipt_by"] < clock.today():
            self.add_error("receipt_by", _("That day is over."))
        return data

    def announcement(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
