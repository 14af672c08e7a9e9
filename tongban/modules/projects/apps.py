"""Django's entry for the package."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Tables of tongban.modules.projects."""

    name = "tongban.modules.projects"
    label = "projects"
