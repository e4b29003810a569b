"""The hidden field that makes a form safe to send twice."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gridgov.idempotency import FIELD

register = template.Library()


@register.simple_tag
def idempotency_field() -> SafeString:
    """A key of its own for every form that is shown."""
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, uuid.uuid4())
