"""The check of a licence's QR code that needs no network once its page has been loaded."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tongban.foundation import time
from tongban.kernel.credentials.calc import signed
from tongban.kernel.seals import queries as seals
from tongban.terminals.ui.rights import open_to_all


@open_to_all("anybody who is shown a licence must be able to check it, also where there is no network")
def page(request: HttpRequest) -> HttpResponse:
    """The page with the public keys in it; everything else is done by the browser."""
    document = signed.keys_document(seals.public_keys())
    context = {
        "keys": json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        "loaded_at": time.now(),
        "today": time.today().isoformat(),
    }
    return render(request, "portal/offline.html", context)


@open_to_all("public keys are there to be known")
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys of the agencies' seals, for programs that check codes themselves."""
    response = JsonResponse({"keys": signed.keys_document(seals.public_keys())})
    response.headers["Content-Disposition"] = 'attachment; filename="keys.json"'
    return response


@open_to_all("it carries nothing but the program that keeps the page at hand")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: here and not among the static files, because its folder is the reach it gets."""
    response = render(request, "portal/offline_worker.js", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
