"""Classes with their conditions, and the usual limit of each."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.admin.limits import AnyAdmin, PlainDecimalField
from cases.models import CaseClass, Condition, Limit, MajorClass
from gridgov.forms import RowForm
from gridgov.worktime import Unit

NORMATIVE = "found"
SOURCES: dict[str, Any] = {
    NORMATIVE: _("in the published standard"),
    "derived": _("derived from another text, not normative"),
    "memory": _("from memory, not normative"),
}
OWN: Any = _("our own, not normative")


class NormativeFilter(admin.SimpleListFilter):
    title = _("source")
    parameter_name = "normative"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("in the published standard")), ("0", _("not normative"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CaseClass]) -> QuerySet[CaseClass]:
        if self.value() is None:
            return queryset
        published = Q(provenance=NORMATIVE)
        return queryset.filter(published if self.value() == "1" else ~published)


@admin.register(MajorClass)
class MajorClassAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "kind", "standard", "in_use")
    list_filter = ("standard", "kind")
    search_fields = ("name", "=code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MajorClass]:
        in_use = Count("classes", filter=Q(classes__is_active=True))
        majors: QuerySet[MajorClass] = super().get_queryset(request)
        return majors.annotate(in_use=in_use)

    @admin.display(description=_("classes in use"))
    def in_use(self, major: Any) -> int:
        return int(major.in_use)


class ConditionForm(RowForm):
    """A condition together with its usual limit, the one for any level and grade."""

    amount = PlainDecimalField(
        label=_("amount"),
        required=False,
        max_digits=8,
        decimal_places=4,
        min_value=Decimal("0.0001"),
        widget=forms.NumberInput(attrs={"class": "vIntegerField"}),
    )
    # Without a unit the condition has no limit of its own; a unit without an amount says there is none.
    unit = forms.ChoiceField(
        label=_("unit"), required=False, choices=[("", _("as the stage")), *Unit.choices]
    )

    class Meta:
        model = Condition
        fields = ("position", "text", "closing_text", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = self._usual_limit()
        if limit:
            self.initial.update(amount=limit.amount, unit=limit.unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("amount") and not data.get("unit"):
            self.add_error("unit", _("Choose the unit of the limit."))
        return data

    def save(self, commit: bool = True) -> Condition:
        condition: Condition = super().save(commit)
        if commit and {"amount", "unit"} & set(self.changed_data):
            self._save_limit(condition)
        return condition

    def _save_limit(self, condition: Condition) -> None:
        usual: dict[str, Any] = {"condition": condition, "level": None, "grade": ""}
        amount, unit = self.cleaned_data["amount"], self.cleaned_data["unit"]
        if unit:
            Limit.objects.update_or_create(**usual, defaults={"amount": amount, "unit": unit})
        else:
            Limit.objects.filter(**usual).delete()

    def _usual_limit(self) -> Limit | None:
        limits = self.instance.limits.all() if self.instance.pk else []
        return next((each for each in limits if each.level is None and not each.grade), None)


class ConditionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Condition
    form = ConditionForm
    fields = ("position", "text", "closing_text", "amount", "unit", "other_limits", "is_active")
    readonly_fields = ("other_limits",)
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Condition]:
        return _with_limits(super().get_queryset(request))

    @admin.display(description=_("other limits"))
    def other_limits(self, condition: Condition) -> str:
        return _other_limits(condition)


@admin.register(CaseClass)
class CaseClassAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every class of every standard; those in use are offered in forms."""

    list_display = ("name", "full_code", "major", "kind", "standard", "normative", "publicity", "is_active")
    list_editable = ("publicity",)
    list_filter = ("is_active", "publicity", "major__standard", "major__kind", NormativeFilter, "major")
    list_select_related = ("major",)
    list_per_page = 100
    ordering = ("-is_active", "major__standard", "major__kind", "full_code")
    search_fields = ("name", "=full_code", "major__name")
    fields = (
        "major",
        "code",
        "name",
        "full_code",
        "is_active",
        "publicity",
        "similar_m",
        "similar_days",
        "source",
    )
    readonly_fields = ("source",)
    autocomplete_fields = ("major",)
    inlines = (ConditionInline,)
    actions = ("put_in_use", "take_out_of_use")

    @admin.display(description=_("kind"), ordering="major__kind")
    def kind(self, case_class: CaseClass) -> str:
        return case_class.major.get_kind_display()

    @admin.display(description=_("standard"), ordering="major__standard")
    def standard(self, case_class: CaseClass) -> str:
        return case_class.major.standard

    @admin.display(description=_("normative"), boolean=True, ordering="provenance")
    def normative(self, case_class: CaseClass) -> bool:
        return case_class.provenance == NORMATIVE

    @admin.display(description=_("source"))
    def source(self, case_class: CaseClass) -> str:
        return str(SOURCES.get(case_class.provenance, OWN))

    def save_model(self, request: HttpRequest, obj: CaseClass, form: Any, change: bool) -> None:
        if not change:
            obj.provenance = "own"
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Offer the chosen classes in forms"), permissions=["change"])
    def put_in_use(self, request: HttpRequest, classes: QuerySet[CaseClass]) -> None:
        self._say(request, classes.filter(is_active=False).update(is_active=True))

    @admin.action(description=_("No longer offer the chosen classes"), permissions=["change"])
    def take_out_of_use(self, request: HttpRequest, classes: QuerySet[CaseClass]) -> None:
        self._say(request, classes.filter(is_active=True).update(is_active=False))

    def _say(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)d class changed.", "%(count)d classes changed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


class LimitInline(AnyAdmin, admin.TabularInline):  # type: ignore[type-arg]
    model = Limit
    form = RowForm
    fields = ("level", "grade", "amount", "unit")
    extra = 0


@admin.register(Condition)
class ConditionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A condition with all its limits, by level and management grade."""

    list_display = ("text", "case_class", "position", "limits", "is_active")
    list_filter = ("is_active", "case_class__is_active", "case_class__major")
    list_select_related = ("case_class",)
    list_per_page = 50
    search_fields = ("text", "case_class__name", "=case_class__full_code")
    autocomplete_fields = ("case_class",)
    inlines = (LimitInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Condition]:
        return _with_limits(super().get_queryset(request))

    @admin.display(description=_("time limits"))
    def limits(self, condition: Condition) -> str:
        return "; ".join(_in_words(limit) for limit in condition.limits.all())


def _with_limits(conditions: QuerySet[Condition]) -> QuerySet[Condition]:
    return conditions.prefetch_related(Prefetch("limits", Limit.objects.order_by("level", "grade")))


def _other_limits(condition: Condition) -> str:
    limits = condition.limits.all() if condition.pk else []
    return "; ".join(_in_words(each) for each in limits if each.level is not None or each.grade)


def _in_words(limit: Limit) -> str:
    holds_for = [limit.get_level_display() if limit.level else "", limit.get_grade_display()]
    return " ".join(filter(None, [*holds_for, str(limit)]))
