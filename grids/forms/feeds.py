"""What a department fills in with a delivery."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gridgov import clock
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
