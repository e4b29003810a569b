"""Checklists and their versions: drafts are edited item by item, what was published is only looked at."""

from collections.abc import Callable
from itertools import chain
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import CaseClass
from gridgov.errors import NotFoundForYou, StepNotAllowed
from grids.admin.keeping import KeepingAdmin, ReadOnlyInline
from grids.models import User
from inspections.checklist_versions import changes_of, objects_asked
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, VersionState
from inspections.permissions import can_change_checklists
from inspections.services.checklists import (
    change_items,
    discard_draft,
    draft_version,
    publish_version,
    retire_checklist,
    save_checklist,
)


class StepsAdmin(KeepingAdmin):
    """Rows that are led on by steps, each with a page that says what it will do before it is done."""

    change_form_template = "admin/checklist_form.html"

    def step_urls(self, **steps: Callable[..., HttpResponse]) -> list[URLPattern]:
        return [
            path(
                f"<int:object_id>/{step}/",
                self.admin_site.admin_view(self._telling(view)),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{step}",
            )
            for step, view in steps.items()
        ]

    def _telling(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The view of a step; where things have moved on, this page says so."""

        def told(request: HttpRequest, object_id: int) -> HttpResponse:
            try:
                return view(request, object_id)
            except StepNotAllowed as error:
                row = self.row(request, object_id)
                return self.ask(request, row, str(error.message), str(error.advice), status=error.status)

        return told

    def row(self, request: HttpRequest, object_id: int) -> Any:
        """The row of a step; raises `PermissionDenied`, `NotFoundForYou`."""
        if not can_change_checklists(_actor(request)):
            raise PermissionDenied
        row = self.get_object(request, str(object_id))
        if row is None:
            raise NotFoundForYou(object_id)
        return row

    def ask(
        self,
        request: HttpRequest,
        row: Any,
        title: str,
        text: str,
        button: str = "",
        *,
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """The page before a step; its button posts to the same address."""
        context |= {"opts": self.opts, "original": row, "title": title, "text": text, "button": button}
        context |= {
            "back": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        }
        context |= self.admin_site.each_context(request)
        return render(request, "admin/checklist_step.html", context, status=status)


class VersionsOfChecklist(ReadOnlyInline):
    model = ChecklistVersion
    fields = ("number", "state", "published_at", "published_by", "retired_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("published_by", "checklist")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_change_checklists(_actor(request))


@admin.register(Checklist)
class ChecklistAdmin(StepsAdmin):
    """What a department asks of objects of certain types; the questions stand in its versions."""

    fields = ("department", "code", "name", "name_en", "types", "is_active")
    readonly_fields = ("is_active",)
    autocomplete_fields = ("types",)
    list_display = ("name", "name_en", "department", "items_asked", "is_active")
    search_fields = ("name", "name_en", "=code")
    list_filter = ("is_active", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department",)
    inlines = (VersionsOfChecklist,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checklist]:
        asked = Count("versions__items", filter=Q(versions__state=VersionState.PUBLISHED))
        checklists: QuerySet[Checklist] = super().get_queryset(request)
        return checklists.annotate(items_asked=asked)

    @admin.display(description=gettext_lazy("items asked now"), ordering="items_asked")
    def items_asked(self, checklist: Any) -> int:
        return int(checklist.items_asked)

    def get_urls(self) -> list[URLPattern]:
        return [*self.step_urls(draft=self.draft, retire=self.retire), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Checklist, form: Any, change: bool) -> None:
        save_checklist(obj, types=form.cleaned_data["types"], actor=_actor(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The types were saved with the checklist; versions are only looked at here."""
        for formset in formsets:
            formset.save(commit=False)  # the admin's log asks what was changed

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        checklist = context.get("original")
        if checklist and can_change_checklists(_actor(request)):
            context["steps"] = self._steps(checklist)
        return super().render_change_form(request, context, *args, **kwargs)

    def _steps(self, checklist: Checklist) -> list[tuple[str, str]]:
        """Addresses and labels of what can be done with it now."""
        versions = {version.state: version for version in checklist.versions.all()}
        draft = versions.get(VersionState.DRAFT)
        steps = [
            (_change_url(draft), _("Open the draft"))
            if draft
            else (reverse("admin:inspections_checklist_draft", args=[checklist.pk]), _("Make a draft"))
        ]
        if VersionState.PUBLISHED in versions:
            steps.append((reverse("admin:inspections_checklist_retire", args=[checklist.pk]), _("Retire")))
        return steps

    def draft(self, request: HttpRequest, object_id: int) -> HttpResponse:
        checklist = self.row(request, object_id)
        if request.method == "POST":
            draft = draft_version(object_id, actor=_actor(request))
            messages.success(request, _("This is your draft: nobody is asked it before you publish it."))
            return redirect(_change_url(draft))
        text = _(
            "What is asked now is copied into a new version. Nothing changes for anybody until you publish it."
        )
        return self.ask(request, checklist, _("Make a draft"), text, _("Make a draft"))

    def retire(self, request: HttpRequest, object_id: int) -> HttpResponse:
        checklist = self.row(request, object_id)
        if request.method == "POST":
            retire_checklist(object_id, actor=_actor(request))
            messages.success(request, _("Nothing of this checklist is asked any more."))
            return redirect("admin:inspections_checklist_change", object_id)
        text = _(
            "Nothing of this checklist is asked any more, anywhere. What was found stays. Publishing a draft brings it back."
        )
        asked = objects_asked(checklist)
        return self.ask(
            request, checklist, _("Retire this checklist"), text, _("Retire"), danger=True, asked=asked
        )


# An item's fields as they stand beside each other.
ITEM_LINES = (
    ("order", "question", "question_en"),
    ("kind", "severity", "case_class", "may_settle", "photo_required"),
    ("days_low", "days_general", "days_larger", "days_major"),
    ("rule", "rule_en", "guidance", "guidance_en"),
)


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    # Left empty, it comes last.
    order = forms.IntegerField(label=gettext_lazy("order"), required=False, min_value=1, max_value=9999)

    class Meta:
        model = ChecklistItem
        fields = tuple(chain.from_iterable(ITEM_LINES))
        widgets = dict.fromkeys(
            ("question", "question_en", "rule", "rule_en", "guidance", "guidance_en"),
            forms.Textarea(attrs={"rows": 2, "cols": 30}),
        )

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0

    def clean_case_class(self) -> CaseClass | None:
        case_class: CaseClass | None = self.cleaned_data["case_class"]
        if case_class and not case_class.is_active and "case_class" in self.changed_data:
            raise ValidationError(_("This class is out of use: choose another one."), code="out_of_use")
        return case_class


class ItemsOfVersion(admin.StackedInline):  # type: ignore[type-arg]
    """The items of a draft to edit, of other versions to look at."""

    model = ChecklistItem
    form = ItemForm
    fields = ITEM_LINES
    extra = 1
    autocomplete_fields = ("case_class",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("case_class")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # without buttons for classes: they are made elsewhere
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_change_checklists(_actor(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(StepsAdmin):
    """One version of a checklist; reached from its checklist."""

    fields = (("of_checklist", "number", "state"), ("published_at", "published_by", "retired_at"))
    readonly_fields = ("of_checklist", "number", "state", "published_at", "published_by", "retired_at")
    list_select_related = ("checklist",)
    inlines = (ItemsOfVersion,)

    class Media:
        css = {"all": ("inspections/css/checklist_admin.css",)}

    @admin.display(description=gettext_lazy("checklist"))
    def of_checklist(self, version: ChecklistVersion) -> str:
        return format_html('<a href="{}">{}</a>', _change_url(version.checklist), version.checklist)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("checklist", "published_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields[:1] if obj and obj.state == VersionState.DRAFT else self.fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_change_checklists(_actor(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_edit(request, obj)

    def get_urls(self) -> list[URLPattern]:
        return [*self.step_urls(publish=self.publish, discard=self.discard), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("admin:inspections_checklist_changelist")

    def save_model(self, request: HttpRequest, obj: ChecklistVersion, form: Any, change: bool) -> None:
        """Nothing of its own is edited; its items are saved below."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        change_items(form.instance.pk, changed, removed=formset.deleted_objects, actor=_actor(request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        version = context.get("original")
        if version and _may_edit(request, version):
            context["steps"] = [
                (reverse("admin:inspections_checklistversion_publish", args=[version.pk]), _("Publish…")),
                (reverse("admin:inspections_checklistversion_discard", args=[version.pk]), _("Discard")),
            ]
            context["steps_note"] = _("Save before you publish: what is not saved yet is not published.")
        return super().render_change_form(request, context, *args, **kwargs)

    def publish(self, request: HttpRequest, object_id: int) -> HttpResponse:
        version = self.row(request, object_id)
        if request.method == "POST":
            publish_version(object_id, actor=_actor(request))
            messages.success(request, _("This is asked from now on."))
            return redirect(_change_url(version))
        changes = changes_of(version)
        if changes.asks_nothing:
            text = _("This draft asks nothing yet: add items before you publish it.")
            return self.ask(request, version, _("Publish this draft"), text)
        text = _(
            "This is asked from now on. Visits that were begun under the version before are still taken under that one."
        )
        return self.ask(request, version, _("Publish this draft"), text, _("Publish"), changes=changes)

    def discard(self, request: HttpRequest, object_id: int) -> HttpResponse:
        version = self.row(request, object_id)
        if request.method == "POST":
            checklist = discard_draft(object_id, actor=_actor(request))
            messages.success(request, _("The draft is gone; what is asked stays as it is."))
            return redirect(_change_url(checklist))
        text = _("What was written in this draft is lost. What is asked now stays as it is.")
        return self.ask(request, version, _("Discard this draft"), text, _("Discard"), danger=True)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _may_edit(request: HttpRequest, version: ChecklistVersion | None) -> bool:
    is_draft = version is None or version.state == VersionState.DRAFT
    return is_draft and can_change_checklists(_actor(request))


def _change_url(row: Checklist | ChecklistVersion) -> str:
    return reverse(f"admin:inspections_{row._meta.model_name}_change", args=[row.pk])
