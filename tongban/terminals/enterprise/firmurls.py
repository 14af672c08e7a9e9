"""Addresses of the enterprise's own pages; the site mounts them under /enterprise/."""

from django.urls import path

from tongban.terminals.enterprise import home

urlpatterns = [
    path("", home.home, name="enterprise-home"),
    path("projects/", home.projects, name="enterprise-projects"),
    path("projects/new/", home.intake, name="enterprise-intake"),
    path("projects/<uuid:project_id>/", home.project, name="enterprise-project"),
]
