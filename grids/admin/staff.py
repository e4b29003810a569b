"""Staff and the posts they hold."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from gridgov import clock
from grids.admin.keeping import KeepingAdmin, ReadOnlyInline
from grids.models import Post, User
from grids.permissions import can_end_sign_ins
from grids.services.sign_ins import end_all_sign_ins
from grids.services.sign_ins import remove_second_factor as take_second_factor
from grids.services.staff import check_post, end_post, save_person, save_post

# What makes somebody mightier than the one who edits them.
_MIGHT = ("is_superuser", "groups", "user_permissions")


class PostsOfPerson(ReadOnlyInline):
    model = Post
    fields = ("role", "organisation", "area", "is_responsible", "title", "valid_from", "valid_to")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "organisation", "area")


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "display_name")


@admin.register(User)
class StaffAdmin(KeepingAdmin, UserAdmin):  # type: ignore[type-arg]
    """People who work here; what they may do comes from their posts."""

    list_display = ("username", "display_name", "phone", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "posts__role")
    search_fields = ("username", "display_name", "phone")
    ordering = ("username",)
    inlines = (PostsOfPerson,)
    actions = ("log_out_everywhere", "remove_second_factor")
    add_form = NewPersonForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("display_name", "phone", "email", "language")}),
        (_("Admin"), {"fields": ("is_active", "is_staff", *_MIGHT)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "display_name", "usable_password", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).distinct()

    def get_readonly_fields(self, request: Any, obj: User | None = None) -> tuple[str, ...]:
        dates = ("last_login", "date_joined")
        return dates if request.user.is_superuser else (*dates, *_MIGHT)

    def has_change_permission(self, request: Any, obj: User | None = None) -> bool:
        mightier = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not mightier and super().has_change_permission(request, obj)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        save_person(obj, actor=request.user)

    @admin.action(description=_("Log out everywhere"), permissions=["change"])
    def log_out_everywhere(self, request: Any, people: QuerySet[User]) -> None:
        self._for_each(request, people, end_all_sign_ins)

    @admin.action(description=_("Take away the second factor (phone lost)"), permissions=["change"])
    def remove_second_factor(self, request: Any, people: QuerySet[User]) -> None:
        self._for_each(request, people, take_second_factor)

    def _for_each(self, request: Any, people: QuerySet[User], do: Callable[..., Any]) -> None:
        """Do it to those to whom the actor may; says how many these are."""
        done = [person for person in people if can_end_sign_ins(request.user, person)]
        for person in done:
            do(person, actor=request.user)
        text = ngettext("Done for %(count)d person.", "Done for %(count)d people.", len(done))
        self.message_user(
            request, text % {"count": len(done)}, messages.SUCCESS if done else messages.WARNING
        )


class PostForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Post
        fields = ("user", "role", "organisation", "area", "is_responsible", "title", "valid_from", "valid_to")

    def _get_validation_exclusions(self) -> set[str]:
        """Whom a post stands in for is not asked here (that is a leave), but the constraints need to know it."""
        return super()._get_validation_exclusions() - {"deputy_of"}  # type: ignore[misc, no-any-return]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("organisation") and cleaned.get("area"):
            check_post(Post(organisation=cleaned["organisation"], area=cleaned["area"]))
        return cleaned


class HeldFilter(admin.SimpleListFilter):
    """Posts held today, or ended."""

    title = _("held")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("today")), ("ended", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        today = clock.today()
        if self.value() == "now":
            return queryset.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
        return queryset.filter(valid_to__lt=today) if self.value() == "ended" else queryset


@admin.register(Post)
class PostAdmin(KeepingAdmin):
    """Who does what, where, for which organisation."""

    form = PostForm
    list_display = ("user", "role", "organisation", "area", "is_responsible", "valid_from", "valid_to")
    list_filter = ("role", HeldFilter, "is_responsible", "organisation__kind", "area__level")
    list_select_related = ("user", "organisation", "area")
    search_fields = (
        "user__username",
        "user__display_name",
        "organisation__name",
        "area__name",
        "area__code__startswith",
    )
    autocomplete_fields = ("user", "organisation", "area")
    ordering = (F("valid_from").desc(), "-pk")
    actions = ("end_today",)

    def save_model(self, request: Any, obj: Post, form: Any, change: bool) -> None:
        save_post(obj, actor=request.user)

    @admin.action(description=_("End today"), permissions=["change"])
    def end_today(self, request: Any, posts: QuerySet[Post]) -> None:
        """End the chosen posts with today as their last day."""
        today = clock.today()
        held = list(posts.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today))
        for post in held:
            end_post(post, last_day=today, actor=request.user)
        text = ngettext("%(count)d post ends today.", "%(count)d posts end today.", len(held))
        self.message_user(
            request, text % {"count": len(held)}, messages.SUCCESS if held else messages.WARNING
        )
