"""Where a person chooses how they are told."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gridgov.models import Channel, NoticeChoice, NoticeKind
from gridgov.notice_choices import choice_of, choose_notices
from gridgov.views.home import layout_of
from gridgov.views.push import push_context

# By the field of the form: the channel, and the field of the choice that holds what is left out.
_CHANNELS = {"email": (Channel.EMAIL, "no_email"), "push": (Channel.WEBPUSH, "no_push")}
_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ChoiceForm(forms.Form):
    """What is wanted through each channel that this site has, and the quiet hours."""

    email = forms.MultipleChoiceField(choices=NoticeKind, required=False, label=Channel.EMAIL.label)
    push = forms.MultipleChoiceField(choices=NoticeKind, required=False, label=Channel.WEBPUSH.label)
    quiet_from = forms.TimeField(required=False, label=gettext_lazy("Quiet from"), widget=_TIME)
    quiet_to = forms.TimeField(required=False, label=gettext_lazy("until"), widget=_TIME)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (channel, _field) in _CHANNELS.items():
            if channel not in settings.NOTICE_CHANNELS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_to")
        if (begin is None) != (end is None) and not self.errors:
            self.add_error(
                "quiet_from" if begin is None else "quiet_to",
                _("Give both times, or neither for no quiet hours."),
            )
        elif begin is not None and begin == end:
            self.add_error("quiet_to", _("Quiet hours end at another time than they begin."))
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each kind with a box for each channel."""
        wanted = {name: set(self[name].value() or ()) for name in _CHANNELS if name in self.fields}
        return [
            {
                "kind": kind,
                "boxes": [
                    {"name": name, "label": self.fields[name].label, "checked": kind.value in wanted[name]}
                    for name in wanted
                ],
            }
            for kind in NoticeKind
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    """Look at one's own choices, and change them."""
    person = cast(AbstractBaseUser, request.user)
    choice = choice_of(person)
    form = ChoiceForm(request.POST or None, initial=_as_initial(choice))
    if form.is_valid():
        choose_notices(
            actor=person,
            quiet_from=form.cleaned_data["quiet_from"],
            quiet_to=form.cleaned_data["quiet_to"],
            **{field: _left_out(form, name, choice) for name, (_channel, field) in _CHANNELS.items()},
        )
        messages.success(request, _("Saved: that is how you are told from now on."))
        return redirect("gridgov:notice_choices")
    context = {
        "layout": layout_of(request),
        "form": form,
        "has_channels": bool({"email", "push"} & form.fields.keys()),
        "lacks_email": "email" in form.fields and not getattr(person, "email", ""),
        **push_context(
            person, subscribe_url=reverse("gridgov:subscribe"), end_url=reverse("gridgov:unsubscribe")
        ),
    }
    return render(request, "gridgov/notice_choices.html", context, status=422 if form.errors else 200)


def _as_initial(choice: NoticeChoice) -> dict[str, Any]:
    wanted = {
        name: [kind.value for kind in NoticeKind if kind not in getattr(choice, field)]
        for name, (_channel, field) in _CHANNELS.items()
    }
    return {**wanted, "quiet_from": choice.quiet_from, "quiet_to": choice.quiet_to}


def _left_out(form: ChoiceForm, name: str, choice: NoticeChoice) -> list[str]:
    """What is not wanted; of a channel that this site does not have, what was not wanted before."""
    if name not in form.fields:
        return list(getattr(choice, _CHANNELS[name][1]))
    return [kind.value for kind in NoticeKind if kind not in form.cleaned_data[name]]
