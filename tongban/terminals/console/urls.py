"""Addresses of the console; the site mounts them under /console/."""

from django.urls import path

from tongban.terminals.console import drafts, expert, law, lists, migrating, pages, previews, versions, views

urlpatterns = [
    path("", views.home, name="console-home"),
    path("items/<slug:code>/", views.item_page, name="console-item"),
    path("pack/", views.pack, name="console-pack"),
    path("accounts/", views.accounts, name="console-accounts"),
    path("law/", law.table, name="console-law"),
    path("events/", views.event_names, name="console-events"),
    path("drafts/", lists.draft_list, name="console-drafts"),
    path("drafts/new/", lists.begin_new, name="console-draft-new"),
    path("drafts/import/", lists.import_file, name="console-draft-import"),
    path("drafts/<uuid:id>/", drafts.draft_page, name="console-draft"),
    path("drafts/<uuid:id>/parts/<str:where>/", pages.part, name="console-draft-part"),
    path("drafts/<uuid:id>/rule/", expert.rule, name="console-draft-rule"),
    path("drafts/<uuid:id>/text/", expert.text, name="console-draft-text"),
    path("drafts/<uuid:id>/export/", expert.export, name="console-draft-export"),
    path("drafts/<uuid:id>/applicant/", previews.applicant, name="console-draft-applicant"),
    path("drafts/<uuid:id>/officer/", previews.officer, name="console-draft-officer"),
    path("drafts/<uuid:id>/propose/", drafts.propose, name="console-draft-propose"),
    path("drafts/<uuid:id>/approve/", drafts.approve, name="console-draft-approve"),
    path("drafts/<uuid:id>/return/", drafts.return_draft, name="console-draft-return"),
    path("drafts/<uuid:id>/discard/", drafts.discard, name="console-draft-discard"),
    path("publishing/", lists.publishing, name="console-publishing"),
    path("items/<slug:code>/draft/", lists.begin, name="console-draft-begin"),
    path("items/<slug:code>/versions/", versions.page, name="console-versions"),
    path("items/<slug:code>/versions/<int:version>/", expert.export_version, name="console-version-export"),
    path("items/<slug:code>/open-cases/", migrating.page, name="console-open-cases"),
    path("items/<slug:code>/rollback/", versions.roll_back, name="console-rollback"),
    path("items/<slug:code>/schedule/", versions.cancel_schedule, name="console-schedule-cancel"),
]
