"""What a department fills in with a delivery."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from gridgov import clock
from grids.errors import RemovesMore
from grids.forms.files import TableField


class DeliveryForm(forms.Form):
    """A file of records, as of a day."""

    file = TableField(label=_("File (CSV or Excel)"))
    as_of = forms.DateField(
        label=_("As of"),
        initial=clock.today,
        widget=forms.DateInput({"type": "date", "class": "input"}, format="%Y-%m-%d"),
    )
    complete = forms.BooleanField(
        label=_("The file is complete: records that are not in it are removed"), required=False
    )
    # How many records may go; asked for only when it is known that some would.
    removing = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    @classmethod
    def asking(cls, data: Any, refused: RemovesMore) -> Self:
        """What was filled in, and the question whether so many records are to be removed."""
        form = cls({**data.dict(), "removing": ""})
        form.fields["removing"] = forms.BooleanField(
            label=_("Yes, remove %(n)d records") % {"n": refused.removed},
            required=False,
            widget=forms.CheckboxInput({"value": refused.removed}),
        )
        form.errors.clear()
        form.add_error(None, f"{refused.message} {_('Nothing is changed yet.')}")
        form.add_error("file", _("Choose the file once more."))
        return form
