"""What forms share."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest

# What people write themselves.
_TYPED = (
    "title", "purpose", "reason", "note", "text", "summary", "feedback", "reply", "description", "address", "remark",
)  # fmt: skip


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row under its parent that breaks no constraint; Django looks at none that the parent is part of."""

    def validate_unique(self) -> None:
        super().validate_unique()
        try:
            self.instance.validate_constraints(exclude=self._get_validation_exclusions())  # type: ignore[attr-defined]
        except ValidationError as error:
            self.add_error(None, error)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """What a service refuses: each message beside its field; what belongs to no field of this form stands above it."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for field, texts in by_field.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def typed_in(request: HttpRequest) -> list[str]:
    """The words that somebody sent, to be shown again where nothing came of them."""
    return [text for name in _TYPED if (text := request.POST.get(name, "").strip())]
