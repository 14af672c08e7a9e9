"""Addresses of a firm's appeals; the site mounts them under /appeals/."""

from django.urls import path

from tongban.terminals.enterprise import appeals, questions

urlpatterns = [
    path("", appeals.mine, name="appeals"),
    path("new/", appeals.new, name="appeal-new"),
    path("questions/", questions.mine, name="key-questions"),
    path("questions/<uuid:id>/", questions.question, name="key-question"),
    path("questions/<uuid:id>/<slug:move>/", questions.act, name="key-question-act"),
    path("answers/", appeals.answers, name="appeal-answers"),
    path("<uuid:id>/", appeals.appeal, name="appeal"),
    path("<uuid:id>/files/<uuid:file>/", appeals.file, name="appeal-file"),
    path("<uuid:id>/<slug:verb>/", appeals.act, name="appeal-act"),
]
