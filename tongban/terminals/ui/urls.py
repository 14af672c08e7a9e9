"""Addresses of the user interface itself; the site mounts them under /ui/."""

from django.urls import path

from tongban.terminals.ui import views

urlpatterns = [
    path("preferences/", views.set_preferences, name="set-preferences"),
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/desk/", views.gallery_desk, name="gallery-desk"),
]
