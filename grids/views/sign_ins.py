"""Where one is logged in, and one's password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from gridgov.lockout import count_wrong_try, is_locked
from gridgov.views.home import layout_of
from grids.models import SignIn
from grids.requests import StaffRequest
from grids.services.sign_ins import change_password as set_password
from grids.services.sign_ins import end_all_sign_ins
from grids.services.sign_ins import end_sign_in as end_one
from grids.sign_ins import note_sign_in


@require_safe
def sign_in_list(request: StaffRequest) -> HttpResponse:
    """All devices on which this person is logged in."""
    sign_ins = list(SignIn.objects.open().filter(user=request.user))
    here = request.session.session_key
    return render(
        request,
        "grids/sign_in_list.html",
        {"layout": layout_of(request), "sign_ins": [(each, each.session_id == here) for each in sign_ins]},
    )


@require_POST
def end_sign_in(request: StaffRequest, sign_in_id: int) -> HttpResponse:
    if end_one(sign_in_id, actor=request.user) == request.session.session_key:
        logout(request)
        return redirect("login")
    messages.success(request, _("Logged out there."))
    return redirect("sign_in_list")


@require_POST
def end_sign_ins(request: StaffRequest) -> HttpResponse:
    """Log out everywhere, here too."""
    end_all_sign_ins(request.user, actor=request.user)
    logout(request)
    return redirect("login")


@sensitive_post_parameters()
def change_password(request: StaffRequest) -> HttpResponse:
    form: Any = PasswordChangeForm(request.user, request.POST or None)
    form.fields["old_password"].widget.attrs["autofocus"] = False
    name = request.user.get_username()
    if request.method == "POST" and is_locked(request, name):
        return redirect("change_password")  # never sent: the page that says to wait goes instead
    if request.method == "POST" and form.is_valid():
        set_password(
            form.cleaned_data["new_password1"], actor=request.user, session=request.session.session_key or ""
        )
        # All sessions are gone, this one too: it goes on under a new key.
        update_session_auth_hash(request, request.user)
        note_sign_in(None, request, request.user)
        messages.success(request, _("Your password is changed. You are logged out everywhere else."))
        return redirect("gridgov:me")
    if form.has_error("old_password", "password_incorrect"):
        # Whoever found a phone lying about must not guess here at leisure.
        count_wrong_try(request, name)
    context = {"layout": layout_of(request), "form": form}
    return render(request, "grids/change_password.html", context, status=422 if form.errors else 200)
