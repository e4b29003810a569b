"""What is filled in to declare an emergency, to draw its circle, to alert, to answer and to end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.steps import StepForm
from dispatch.models import LEAST_RADIUS, MOST_RADIUS
from dispatch.services.emergency import USUAL_RADIUS


def _radius(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Radius in m"),
        min_value=LEAST_RADIUS,
        max_value=MOST_RADIUS,
        # The arrow keys draw the circle wider and narrower.
        widget=forms.NumberInput({"step": 50}),
        **kwargs,
    )


class DeclareEmergencyForm(StepForm):
    note = forms.CharField(
        label=_("What has happened"),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Say in a few words what has happened.")},
    )
    radius_m = _radius(initial=USUAL_RADIUS)


class EndEmergencyForm(StepForm):
    summary = forms.CharField(
        label=_("Summary"),
        help_text=_("What it was, what was done, what is left to do."),
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say in a few words what it was and what was done.")},
    )


class CircleForm(forms.Form):
    radius_m = _radius()
    alert_new = forms.BooleanField(label=_("Alert at once who is inside now"), required=False)


class AlertForm(forms.Form):
    text = forms.CharField(
        label=_("What they are told"),
        widget=forms.Textarea({"rows": 2}),
        max_length=200,
        error_messages={"required": _("Say what has happened and what to do.")},
    )


class EntryForm(forms.Form):
    note = forms.CharField(
        label=_("Write into the log"),
        widget=forms.Textarea({"rows": 2}),
        max_length=1000,
        error_messages={"required": _("Write something first.")},
    )


class ReceiveForm(forms.Form):
    reply = forms.CharField(
        label=_("A word back"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"placeholder": _("on my way, 10 minutes")}),
    )
