"""Addresses of the workbench; the site mounts them under /desk/."""

from django.urls import path

from tongban.terminals.desk import case, files, queue

urlpatterns = [
    path("", queue.queue, name="desk-queue"),
    path("all/", queue.everything, name="desk-all"),
    path("search/", queue.search, name="desk-search"),
    path("cases/<uuid:case_id>/", case.case_page, name="desk-case"),
    path("cases/<uuid:case_id>/preview/", queue.preview, name="desk-preview"),
    path("cases/<uuid:case_id>/viewer/", files.fragment, name="desk-viewer"),
    path(
        "cases/<uuid:case_id>/materials/<uuid:row_id>/<int:page>/",
        files.page_picture,
        name="desk-material-page",
    ),
    path("cases/<uuid:case_id>/letters/<uuid:letter_id>/", files.letter, name="desk-letter"),
    path("cases/<uuid:case_id>/credential/", files.credential, name="desk-credential"),
    path("cases/<uuid:case_id>/accept/", case.accept, name="desk-accept"),
    path("cases/<uuid:case_id>/supplement/", case.supplement, name="desk-supplement"),
    path("cases/<uuid:case_id>/refuse/", case.refuse, name="desk-refuse"),
    path("cases/<uuid:case_id>/complete/", case.complete, name="desk-complete"),
    path("cases/<uuid:case_id>/grant/", case.grant, name="desk-grant"),
    path("cases/<uuid:case_id>/deny/", case.deny, name="desk-deny"),
]
