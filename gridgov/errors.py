"""What the rules of the house forbid, each by name, with its words and its HTTP status."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """Something that is not allowed or not possible now; nothing was changed.

    What it is raised with is for the log; people read `message` (what happened) and `advice` (what to
    do), clients read `code` and `status`.
    """

    code = "not_possible"
    status = 409
    message: Text = _("This is not possible now.")
    advice: Text = _("Nothing was changed. Go back, reload the page and look again.")

    def __init__(self, *about: object, message: Text = "", code: str = "", status: int = 0) -> None:
        super().__init__(*about)
        self.message = message or self.message
        self.code = code or self.code
        self.status = status or self.status


class StepNotAllowed(DomainError):
    """The matter is no longer in a state from which this step leads on."""

    code = "step_not_allowed"
    message = _("This step is not possible any more: things have moved on since you opened the page.")
    advice = _("Nothing was changed. Go back, reload the page and see what is possible now.")


class AlreadyTaken(DomainError):
    """Somebody else was quicker."""

    code = "already_taken"
    message = _("Somebody else has already taken this.")
    advice = _("Nothing was changed. Go back and choose another one.")


class NotPermitted(DomainError):
    """The person may see the thing, but not do this with it."""

    code = "not_permitted"
    status = 403
    message = _("Your post does not allow this.")
    advice = _("Nothing was changed. If this is your work, ask your administrator to add it to your post.")


class NotFoundForYou(DomainError):
    """It does not exist, or is not theirs to see; strangers can't tell which."""

    code = "not_found"
    status = 404
    message = _("There is nothing here.")
    advice = _("The address may be mistyped, the record may have moved, or it is not yours to see.")


class KeyReused(DomainError):
    """The idempotency key came with something else before."""

    code = "key_reused"
    status = 422
    message = _("This form was sent before with other content.")
    advice = _("What you sent first was kept. Open the form anew to send something else.")


class KeyMalformed(DomainError):
    """The idempotency key is empty, longer than 64 characters or not plain ASCII."""

    code = "key_malformed"
    status = 400
    message = _("The idempotency key must be 1 to 64 plain characters without blanks.")


class PhotoRefused(DomainError):
    """A file that can't be kept as a photo; status 400, 413 (too large) or 415 (wrong kind)."""

    code = "photo_refused"
    status = 400
    # Which of the photos that came together, from 1.
    place = 0
    message = _("This file can't be used as a photo.")
    advice = _("Nothing else was lost. Take the photo again or choose another file.")

    def words(self, photos: int) -> str:
        """What happened and what to do; of several photos it says which."""
        if photos < 2 or not self.place:
            return f"{self.message} {self.advice}"
        return _("Photo %(place)d: %(words)s") % {
            "place": self.place,
            "words": f"{self.message} {self.advice}",
        }


def invalid(field: str, message: str, code: str) -> ValidationError:
    """What is wrong with one field of what somebody sent, to be raised."""
    return ValidationError({field: ValidationError(message, code=code)})
