"""What citizens and staff fill in on the message board."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.public_report import StreetField
from cases.models import BoardTopic
from cases.public_challenge import GuardedForm
from grids.models import Area, AreaLevel, Organisation
from grids.selectors import only_district


class BoardForm(GuardedForm):
    """A message for the board."""

    topic = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (BoardTopic.QUESTION, _("A question")),
            (BoardTopic.SUGGESTION, _("A suggestion")),
            (BoardTopic.COMPLAINT, _("A complaint")),
            (BoardTopic.THANKS, _("Thanks")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Your message"),
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Everybody will read it. No names, phones or number plates, please."),
    )
    street = StreetField(
        Area.objects.current().filter(level=AreaLevel.STREET).order_by("code"),
        label=_("For which street or town?"),
        required=False,
        empty_label=_("The whole district"),
    )
    name = forms.CharField(
        label=_("What shall we call you?"),
        max_length=30,
        required=False,
        help_text=_("Everybody reads it; leave it empty to stay unnamed."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area: Area | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        street = data.get("street")
        self.area = street or only_district()
        if self.area is None and "street" not in self.errors:
            self.add_error("street", _("Choose the street or town, so that it reaches the right people."))
        return data


class BoardCodeForm(forms.Form):
    """The code of one's message."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=60,
        widget=forms.TextInput(
            {"autocomplete": "off", "spellcheck": "false", "placeholder": "7KQ2-9MXA-4TRW"}
        ),
        error_messages={"required": _("Type the code that you got when you wrote.")},
    )


class HideForm(forms.Form):
    """Why a message is not shown."""

    reason = forms.CharField(
        label=_("Why it is not shown"),
        max_length=200,
        help_text=_("Whoever wrote it reads this by their code."),
    )
    keep_out = forms.BooleanField(label=_("Take nothing from this device for 30 days"), required=False)


class BoardAnswerForm(forms.Form):
    """An answer in the name of an organisation."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("In the name of"), empty_label=None
    )
    text = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Everybody reads it. A further answer takes its place; both stay in the history."),
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["organisation"]
        choices.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
