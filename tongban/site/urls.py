"""All addresses of the site."""

from django.urls import include, path

urlpatterns = [
    path("desk/", include("tongban.terminals.desk.urls")),
    path("policies/", include("tongban.terminals.enterprise.urls")),
    path("enterprise/", include("tongban.terminals.enterprise.firmurls")),
    path("appeals/", include("tongban.terminals.enterprise.appeal_urls")),
    path("market/", include("tongban.terminals.enterprise.marketurls")),
    path("counter/", include("tongban.terminals.counter.urls")),
    path("console/", include("tongban.terminals.console.urls")),
    path("api/", include("tongban.terminals.api.urls")),
    path("oidc/", include("tongban.terminals.signon.urls")),
    path("ui/", include("tongban.terminals.ui.urls")),
    # Last: what begins with a word of its own need not be held against each of the portal's hundred addresses.
    path("", include("tongban.terminals.portal.urls")),
]
handler400 = "tongban.terminals.ui.views.bad_request"
handler403 = "tongban.terminals.ui.views.forbidden"
handler404 = "tongban.terminals.ui.views.not_found"
handler500 = "tongban.terminals.ui.views.server_error"
