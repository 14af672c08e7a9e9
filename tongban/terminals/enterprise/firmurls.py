"""Addresses of the enterprise's own pages; the site mounts them under /enterprise/."""

from django.urls import path

from tongban.terminals.enterprise import home, people, permits, projectfiles, supplying

urlpatterns = [
    path("", home.home, name="enterprise-home"),
    path("people/", people.page, name="enterprise-people"),
    path("people/add/", people.add, name="enterprise-person-add"),
    path("people/import/", people.take_in, name="enterprise-people-import"),
    path("people/template.csv", people.template, name="enterprise-people-template"),
    path("people/<uuid:id>/", people.change, name="enterprise-person"),
    path("projects/", home.projects, name="enterprise-projects"),
    path("projects/new/", home.intake, name="enterprise-intake"),
    path("projects/<uuid:project_id>/", home.project, name="enterprise-project"),
    path("projects/<uuid:project_id>/permits/", permits.page, name="enterprise-permits"),
    path("projects/<uuid:project_id>/documents/", supplying.supply, name="enterprise-supply"),
    path(
        "projects/<uuid:project_id>/files/<uuid:file>/",
        projectfiles.file,
        name="enterprise-project-file",
    ),
    path("told/projects/<uuid:project_id>/", home.told_project, name="enterprise-told-project"),
    path("told/visits/<uuid:visit_id>/", home.told_visit, name="enterprise-told-visit"),
]
