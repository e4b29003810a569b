"""Forms that several admins share."""

from django import forms
from django.core.exceptions import ValidationError


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row under its parent that breaks no constraint; Django looks at none that the parent is part of."""

    def validate_unique(self) -> None:
        super().validate_unique()
        try:
            self.instance.validate_constraints(exclude=self._get_validation_exclusions())  # type: ignore[attr-defined]
        except ValidationError as error:
            self.add_error(None, error)
