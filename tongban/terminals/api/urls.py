"""Addresses of the interface for programs."""

from django.urls import path

from tongban.terminals.api import exchange, views, work

urlpatterns = [
    path("cases/", views.submit, name="api-submit"),
    path("cases/<uuid:case_id>/", views.case, name="api-case"),
    path("cases/<uuid:case_id>/verbs/", work.act, name="api-act"),
    path("queue/", work.queue, name="api-queue"),
    path("items/", views.items, name="api-items"),
    path("exchange/", exchange.take, name="api-exchange"),
    path("search/", views.search, name="api-search"),
]
