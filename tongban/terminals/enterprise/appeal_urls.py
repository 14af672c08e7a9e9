"""Addresses of a firm's appeals; the site mounts them under /appeals/."""

from django.urls import path

from tongban.terminals.enterprise import appeals

urlpatterns = [
    path("", appeals.mine, name="appeals"),
    path("new/", appeals.new, name="appeal-new"),
    path("answers/", appeals.answers, name="appeal-answers"),
    path("<uuid:id>/", appeals.appeal, name="appeal"),
    path("<uuid:id>/<slug:verb>/", appeals.act, name="appeal-act"),
]
