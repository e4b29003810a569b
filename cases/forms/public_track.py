"""What a follower fills in: the code, the three questions after the close, why it is not solved."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.after_close import Satisfaction
from cases.forms.steps import StepForm

LONGEST_NOTE = 500
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class TrackForm(forms.Form):
    code = forms.CharField(
        label=_("Tracking code"),
        max_length=60,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "7KQ2-9MXA-4TRW",
            }
        ),
        help_text=_("Twelve letters and figures; small letters and blanks do no harm."),
        error_messages={"required": _("Type the code that you got when you reported or joined.")},
    )


def _question(label: Any, missing: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class QuestionsForm(forms.Form):
    """The three questions of the call-back, as whoever waited for it is asked."""

    contacted = _question(
        _("Did somebody get in touch with you?"), _("Say whether somebody got in touch with you.")
    )
    solved = _question(_("Has it been solved?"), _("Say whether it has been solved."))
    satisfied = forms.ChoiceField(
        label=_("Are you satisfied with how it went?"),
        choices=[(choice.value, capfirst(choice.label)) for choice in Satisfaction],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you are satisfied.")},
    )
    note = forms.CharField(
        label=_("What do you want to add?"),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_("If it is not solved: what is left? Those who work on it read this."),
    )


class RecordAnswerForm(StepForm, QuestionsForm):
    """The same, as an operator writes down what somebody said on the phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacted"].label = _("Did somebody get in touch with them?")
        self.fields["satisfied"].label = _("Are they satisfied with how it went?")
        self.fields["note"].label = _("What they said besides")
        self.fields["note"].help_text = ""


class NotSolvedForm(forms.Form):
    reason = forms.CharField(
        label=_("What is not solved?"),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Say in a few words what is not solved: those who go there read it.")},
    )
