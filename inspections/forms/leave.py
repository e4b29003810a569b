"""What is filled in to be away: the days, and who stands in for each seat."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from grids.leave import Seat, away_between, candidates, seats_of
from grids.models import User
from grids.services.leave import Deputies


class LeaveForm(forms.Form):
    """From when to when, and for each seat of the person a colleague; the first who is there is proposed."""

    first = forms.DateField(
        label=_("Away from"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the first day.")},
    )
    last = forms.DateField(
        label=_("Last day away"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the last day.")},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        today = clock.today()
        super().__init__(*args, **kwargs)
        self.initial = {"first": today, "last": today, **(self.initial or {})}
        self.seats = self._seats(person, today)
        for seat in self.seats:
            self._ask(seat, person, today)

    def _seats(self, person: User, today: date) -> list[Seat]:
        """Those held on the days that were sent; until any were, today's and those to come."""
        first, last = (self._day(name) for name in ("first", "last"))
        return seats_of(person, first or today, max(first or today, last or today + timedelta(days=30)))

    def _day(self, name: str) -> date | None:
        try:
            return self.fields[name].clean(self.data.get(name)) if self.is_bound else None
        except forms.ValidationError:
            return None

    def _ask(self, seat: Seat, person: User, today: date) -> None:
        people = candidates(seat, person)
        first = self._day("first") or today
        away = away_between([one.pk for one in people], first, self._day("last") or first)
        field = forms.ModelChoiceField(
            User.objects.filter(pk__in=[one.pk for one in people]),
            label=str(seat),
            help_text=_(", ").join(str(post.area) for post in seat.posts[:6])
            + ("…" if len(seat.posts) > 6 else ""),
            error_messages={"required": _("Choose who stands in: nothing shall wait.")},
        )
        words = {one.pk: _("%(who)s (away)") % {"who": one} if one.pk in away else str(one) for one in people}
        field.choices = [("", "—"), *words.items()]
        field.initial = next((one.pk for one in people if one.pk not in away), None)
        self.fields[seat.name] = field

    @property
    def deputies(self) -> list[forms.BoundField]:
        return [self[seat.name] for seat in self.seats]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        chosen: Deputies = {seat.key: data[seat.name] for seat in self.seats}
        return {"first": data["first"], "last": data["last"], "deputies": chosen}
