"""Uploads of tables."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from grids.registry_files import MOST_BYTES


class TableField(forms.FileField):
    """A CSV or Excel file; what is in it is judged when it is read."""

    widget = forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv", "class": "input"})
    default_error_messages = {
        "empty": _("The file is empty."),
        "too_large": _("The file is larger than %(most)d MB; split it."),
    }

    def clean(self, data: Any, initial: Any = None) -> "File[bytes] | None":
        file: File[bytes] | None = super().clean(data, initial)
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError(
                self.error_messages["too_large"], code="too_large", params={"most": MOST_BYTES // 1024**2}
            )
        return file


class ImportForm(forms.Form):
    """A file of objects."""

    file = TableField(label=_("File (CSV or Excel)"))
