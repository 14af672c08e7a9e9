"""What the browser may keep, and for whom. `{% load device %}`, for pages that keep something."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.crypto import salted_hmac

register = template.Library()


@register.simple_tag(takes_context=True)
def device_key(context: Mapping[str, Any]) -> str:
    """Whose things the browser may keep, as a digest; nothing on a computer that others use too."""
    request = context["request"]
    shared = request.prefs.shared or not request.actor.is_signed_in
    return "" if shared else salted_hmac("ui.device", str(request.actor.account_id)).hexdigest()[:16]
