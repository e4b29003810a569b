"""What makes the work at a desk quick: saved filters, ready replies, and the words that a class is known by."""

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.catalogue import CaseClass, Condition
from cases.workflow import Action
from grids.models import Organisation, User


class SavedFilter(models.Model):
    """A way somebody looks at all cases again and again; its count stands in their navigation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=30)
    # As in the address of the list, without the page.
    query = models.CharField(_("filter"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["user_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="saved_filter_name",
                violation_error_message=_("You have a filter of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


# The steps whose note somebody reads.
REPLYING = (
    Action.REFUSE, Action.ORDER_CHECK, Action.DISPATCH, Action.RECALL, Action.RETURN, Action.REFUSE_REQUEST,
    Action.ESCALATE, Action.URGE, Action.VERIFY_FAIL, Action.VOID, Action.COMMENT,
)  # fmt: skip


@pghistory.track()
class ReplyTemplate(models.Model):
    """A ready text for the note of a step; without an organisation it is everybody's."""

    action = models.CharField(_("step"), max_length=16, choices=[(a, a.label) for a in REPLYING])
    name = models.CharField(_("name"), max_length=30)
    text = models.CharField(_("text"), max_length=500)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["action", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "organisation", "name"], nulls_distinct=False, name="reply_template_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ClassKeyword(models.Model):
    """A word in a report that speaks for a class; the class whose words weigh most is proposed, and they are shown."""

    word = models.CharField(_("word"), max_length=30)
    case_class = models.ForeignKey(
        CaseClass, models.CASCADE, related_name="keywords", verbose_name=_("class")
    )
    condition = models.ForeignKey(
        Condition, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("condition")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("keyword of a class")
        verbose_name_plural = _("keywords of classes")
        ordering = ["case_class_id", "-weight", "word"]
        constraints = [
            models.UniqueConstraint(fields=["case_class", "word"], name="class_keyword_once"),
            models.CheckConstraint(condition=~Q(word=""), name="class_keyword_has_a_word"),
        ]

    def __str__(self) -> str:
        return self.word
