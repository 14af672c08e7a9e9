"""How the visitor wants to be told of what happens: channels, language, quiet hours, devices for push."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tongban.kernel.notices import actions, queries
from tongban.kernel.notices.forms import BadWishes, read_wishes
from tongban.kernel.notices.states import CHANNEL_NAMES, KIND_NAMES
from tongban.terminals.portal import words
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import ErrorLink
from tongban.terminals.ui.rights import signed_in


@signed_in()
def preferences(request: HttpRequest) -> HttpResponse:
    """Show what the visitor has chosen, keep what they choose; a mistake keeps what was typed."""
    errors = []
    if request.method == "POST":
        try:
            actions.prefer(wishes=read_wishes(request.POST), by=request.actor)
            return redirect("notice-preferences")
        except BadWishes as problem:
            errors = [ErrorLink(problem.about or "language", problem.sentence(texts.language()))]
    chosen = request.POST if errors else _chosen(request)
    context = {
        "chosen": {name: chosen.get(name, "") for name in ("language", "quiet_from", "quiet_to", "mail")},
        "errors": errors,
        "languages": [(texts.CHINESE, "中文", "zh-Hans"), (texts.ENGLISH, "English", "en")],
        "kinds": [
            (
                words.either(*names),
                [
                    (f"{one}-{kind}", words.either(*called), f"{one}-{kind}" in chosen)
                    for one, called in CHANNEL_NAMES.items()
                ],
            )
            for kind, names in KIND_NAMES.items()
        ],
        "devices": queries.devices(request.actor.account_id),
        "push_key": queries.push_key(),
    }
    return render(request, "portal/notice_preferences.html", context, status=422 if errors else 200)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """What is kept, as the form would send it; who has not chosen yet is offered the language of the page."""
    kept = queries.wishes(request.actor.account_id)
    fresh = not queries.has_preferences(request.actor.account_id)
    wanted = {f"{one}-{kind}": "on" for one in CHANNEL_NAMES for kind in KIND_NAMES if kept.wants(one, kind)}
    hours = {"quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to}
    return {
        **wanted,
        **{name: f"{hour:%H:%M}" if hour else "" for name, hour in hours.items()},
        "mail": kept.mail,
        "language": texts.language() if fresh else kept.language,
    }


@signed_in()
@require_POST
def devices(request: HttpRequest) -> HttpResponse:
    """Let the browser that asks take pushes, or send nothing more to the one in `remove`."""
    try:
        if "remove" in request.POST:
            actions.remove_device(device_id=uuid.UUID(request.POST["remove"]), by=request.actor)
        else:
            keys = {name: request.POST.get(name, "") for name in ("p256dh", "auth")}
            name = request.POST.get("name", "").replace("\x00", "") or texts._("浏览器")
            endpoint = request.POST.get("endpoint", "")
            actions.add_device(endpoint=endpoint, keys=keys, name=name, by=request.actor)
    except ValueError:  # what is no identifier names no device
        pass
    return redirect("notice-preferences")
