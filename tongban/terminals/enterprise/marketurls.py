"""Addresses of the market of offers and needs; the site mounts them under /market/."""

from django.urls import path

from tongban.terminals.enterprise import market, posting

urlpatterns = [
    path("", market.directory, name="market"),
    path("mine/", market.mine, name="market-mine"),
    path("searches/save/", market.save_search, name="market-search-save"),
    path("searches/<uuid:id>/end/", market.end_search, name="market-search-end"),
    path("new/<slug:kind>/<slug:side>/", posting.new, name="market-new"),
    path("matches/<uuid:id>/", posting.match, name="market-match"),
    path("matches/<uuid:id>/do/", posting.act_match, name="market-match-act"),
    path("<uuid:id>/", market.post, name="market-post"),
    path("<uuid:id>/edit/", posting.edit, name="market-edit"),
    path("<uuid:id>/do/", posting.act, name="market-act"),
]
