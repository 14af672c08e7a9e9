"""Addresses of the interface for programs."""

from django.urls import path

from tongban.terminals.api import appeals, described, exchange, views, work

urlpatterns = [
    path("cases/", views.submit, name="api-submit"),
    path("cases/<uuid:case_id>/", views.case, name="api-case"),
    path("cases/<uuid:case_id>/verbs/", work.act, name="api-act"),
    path("appeals/", appeals.appeals, name="api-appeals"),
    path("appeals/files/", appeals.upload, name="api-appeal-upload"),
    path("appeals/<uuid:id>/", appeals.appeal, name="api-appeal"),
    path("appeals/<uuid:id>/verbs/", appeals.act, name="api-appeal-act"),
    path("appeals/<uuid:id>/files/<uuid:file>/", appeals.file, name="api-appeal-file"),
    path("queue/", work.queue, name="api-queue"),
    path("items/", views.items, name="api-items"),
    path("exchange/", exchange.take, name="api-exchange"),
    path("openapi.json", described.openapi, name="api-openapi"),
    path("search/", views.search, name="api-search"),
]
