"""Addresses of the pages about policies; the site mounts them under /policies/."""

from django.urls import path

from tongban.terminals.enterprise import awards, figures, views

urlpatterns = [
    path("", views.directory, name="policies"),
    path("mine/", views.mine, name="policies-mine"),
    path("profile/", views.profile, name="policies-profile"),
    path("alerts/<uuid:id>/", views.told_alert, name="policy-alert"),
    path("awards/", awards.mine, name="awards"),
    path("awards/<uuid:id>/", awards.award, name="award"),
    path("awards/<uuid:id>/answer/", awards.answer, name="award-answer"),
    path("figures/", figures.page, name="policy-figures"),
    path("lists/", awards.lists, name="award-lists"),
    path("lists/<uuid:id>/", awards.list_page, name="award-list"),
    path("lists/award/<uuid:id>/object/", awards.object_to, name="award-object"),
    path("lists/objection/<uuid:id>/", awards.objection, name="award-objection"),
    path("<slug:code>/", views.subsidy, name="subsidy"),
    path("<slug:code>/alert/", views.alert, name="subsidy-alert"),
]
