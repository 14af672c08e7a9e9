"""Addresses of the console; the site mounts them under /console/."""

from django.urls import path

from tongban.terminals.console import views

urlpatterns = [
    path("", views.home, name="console-home"),
    path("items/<slug:code>/", views.item_page, name="console-item"),
    path("pack/", views.pack, name="console-pack"),
    path("accounts/", views.accounts, name="console-accounts"),
    path("events/", views.event_names, name="console-events"),
]
