"""Addresses of the pages about policies; the site mounts them under /policies/."""

from django.urls import path

from tongban.terminals.enterprise import awards, claims, duties, figures, interest, profiles, views

urlpatterns = [
    path("", views.directory, name="policies"),
    path("mine/", views.mine, name="policies-mine"),
    path("profile/", profiles.profile, name="policies-profile"),
    path("profile/disputes/<uuid:id>/", profiles.told_dispute, name="policies-dispute"),
    path("profile/snapshots/<uuid:id>/", profiles.snapshot, name="policies-snapshot"),
    path("profile/<str:name>/dispute/", profiles.dispute, name="policies-fact-dispute"),
    path("profile/<str:name>/declare/", profiles.declare, name="policies-fact-declare"),
    path("alerts/<uuid:id>/", views.told_alert, name="policy-alert"),
    path("interest/", interest.page, name="policies-interest"),
    path("interest/template.csv", interest.template, name="policies-interest-template"),
    path("interest/<uuid:id>/withdraw/", interest.withdraw, name="policies-interest-withdraw"),
    path("duties/", duties.page, name="policies-duties"),
    path("matches/<uuid:id>/", duties.told_matches, name="policies-told-matches"),
    path("awards/", awards.mine, name="awards"),
    path("awards/<uuid:id>/", awards.award, name="award"),
    path("awards/<uuid:id>/answer/", awards.answer, name="award-answer"),
    path("claims/", claims.mine, name="claims"),
    path("claims/<uuid:id>/", claims.claim, name="claim"),
    path("claims/<uuid:id>/account/", claims.correct, name="claim-account"),
    path("notices/", claims.notices, name="claim-notices"),
    path("notices/<uuid:id>/", claims.notice, name="claim-notice"),
    path("notices/<uuid:id>/object/", claims.object_to, name="claim-object"),
    path("notices/objections/<uuid:id>/", claims.objection, name="claim-objection"),
    path("figures/", figures.page, name="policy-figures"),
    path("lists/", awards.lists, name="award-lists"),
    path("lists/<uuid:id>/", awards.list_page, name="award-list"),
    path("lists/award/<uuid:id>/object/", awards.object_to, name="award-object"),
    path("lists/objection/<uuid:id>/", awards.objection, name="award-objection"),
    path("<slug:code>/", views.subsidy, name="subsidy"),
    path("<slug:code>/alert/", views.alert, name="subsidy-alert"),
]
