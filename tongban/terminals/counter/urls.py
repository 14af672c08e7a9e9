"""Addresses of the counter; the site mounts them under /counter/."""

from django.urls import path

from tongban.terminals.counter import appeals, bags, helping, mandating, policies, verifying, views

urlpatterns = [
    path("", views.home, name="counter"),
    path("policies/", policies.offers, name="counter-offers"),
    path("appeals/", appeals.new, name="counter-appeal"),
    path("mandates/", mandating.page, name="counter-mandates"),
    path("identities/", verifying.page, name="counter-identities"),
    path("new/", views.choose, name="counter-choose"),
    path("new/<slug:code>/", views.begin, name="counter-begin"),
    path("<uuid:id>/", views.reception, name="counter-reception"),
    path("<uuid:id>/consent/", helping.consent, name="counter-consent"),
    path("<uuid:id>/end/", helping.end, name="counter-end"),
    path("<uuid:id>/save/", views.save, name="counter-save"),
    path("<uuid:id>/materials/<slug:material>/", views.upload, name="counter-upload"),
    path("<uuid:id>/scans/<uuid:scan>/remove/", views.remove_scan, name="counter-scan-remove"),
    path("<uuid:id>/papers/", views.note_paper, name="counter-paper"),
    path("<uuid:id>/papers/<uuid:paper>/remove/", views.remove_paper, name="counter-paper-remove"),
    path("<uuid:id>/discard/", views.discard, name="counter-discard"),
    path("<uuid:id>/receipt/", views.receipt, name="counter-receipt"),
    path("bags/", bags.bags, name="counter-bags"),
    path("bags/send/", bags.send, name="counter-bag-send"),
    path("bags/<uuid:id>/", bags.bag, name="counter-bag"),
    path("bags/<uuid:id>/receive/", bags.receive, name="counter-bag-receive"),
    path("bags/<uuid:id>/list/", bags.paper_list, name="counter-bag-list"),
]
