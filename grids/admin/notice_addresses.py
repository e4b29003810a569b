"""Where organisations hear of things; what is secret is written here and never read again."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gridgov.models import NoticeKind
from gridgov.webhooks import WebhookRefused, require_public
from grids.models import NoticeAddress
from grids.services.notice_addresses import save_notice_address, try_notice_address


class NoticeAddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """Address and secret stay as they are when nothing is typed."""

    new_address = forms.URLField(label=_("address"), max_length=500, required=False, assume_scheme="https")
    new_secret = forms.CharField(
        label=_("secret to sign with"), max_length=200, required=False, widget=forms.PasswordInput
    )
    without_secret = forms.BooleanField(label=_("without a secret from now on"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("what it hears"),
        choices=NoticeKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything, if nothing is chosen."),
    )

    class Meta:
        model = NoticeAddress
        fields = ("organisation", "channel", "kinds", "urgent_only", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: NoticeAddress = self.instance
        self.fields["new_address"].required = known.pk is None
        if known.pk:
            self.fields["new_address"].help_text = _(
                "Now one at %(host)s; leave it empty to keep it. It is not shown again."
            ) % {"host": known.host}
            self.fields["new_secret"].help_text = (
                _("There is one; leave it empty to keep it. It is not shown again.")
                if known.secret
                else _("There is none.")
            )
        else:
            del self.fields["without_secret"]

    def clean_new_address(self) -> str:
        address: str = self.cleaned_data["new_address"]
        if address:
            try:
                require_public(address)
            except WebhookRefused as refused:
                raise ValidationError(
                    _(
                        "Nothing is sent into the own network; the setting GRIDGOV_WEBHOOK_ALLOW can allow a host."
                    )
                ) from refused
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.instance.address = cleaned.get("new_address") or self.instance.address
        self.instance.secret = (
            "" if cleaned.get("without_secret") else cleaned.get("new_secret") or self.instance.secret
        )
        return cleaned


@admin.register(NoticeAddress)
class NoticeAddressAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Robots of groups and other systems, by organisation."""

    form = NoticeAddressForm
    list_display = ("organisation", "channel", "host", "urgent_only", "is_active")
    list_filter = ("channel", "is_active")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "organisation__code__startswith")
    autocomplete_fields = ("organisation",)
    actions = ("send_test",)
    fields: ClassVar = (
        "organisation", "channel", "new_address", "new_secret", "without_secret", "kinds", "urgent_only", "is_active",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: NoticeAddress | None = None) -> Any:
        return [name for name in self.fields if obj or name != "without_secret"]

    @admin.display(description=_("at"))
    def host(self, address: NoticeAddress) -> str:
        return address.host

    @admin.action(description=_("Send a test"), permissions=["change"])
    def send_test(self, request: HttpRequest, addresses: QuerySet[NoticeAddress]) -> None:
        for address in addresses.select_related("organisation"):
            try_notice_address(address, actor=request.user)  # type: ignore[arg-type]
        self.message_user(
            request,
            _("A test is on its way; whether it arrived stands with the deliveries."),
            messages.SUCCESS,
        )

    def save_model(self, request: Any, obj: NoticeAddress, form: Any, change: bool) -> None:
        save_notice_address(obj, actor=request.user)
