"""Documents of a stage carry files: noted by an officer, handed in by the enterprise, read by those who read that line alone."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import BadEntry, NotPossible, Said, supplying
from tongban.modules.projects.models import ProjectEntry, ProjectFile
from tongban.modules.projects.states import EntryKind, Share

pytestmark = pytest.mark.django_db
PROOF = "site_proof"


@pytest.fixture
def owner(boss, firm):
    """Acts for the enterprise."""
    return city.actor(city.account(boss), firm)


def paper(**more):
    return Said(
        **{"kind": "document", "words": "租赁合同已签。", "about": PROOF, "number": "租〔2026〕1号", **more}
    )


def names(row, *, firm=False):
    entries = queries.shown_to_firm(row) if firm else queries.entries_of(row)
    return sorted(one.stored.name for files in queries.files_of(entries).values() for one in files)


class TestNoting:
    """What an officer notes stays with the offices, unless it is shown."""

    def test_files_go_with_a_document(self, project, officer):
        files = [city.picture(name, by=officer).pk for name in ("lease.png", "plan.png")]
        entry = actions.note(project_id=project.pk, said=paper(), files=files, by=officer)
        assert (entry.share, entry.number, entry.about) == (Share.OFFICES, "租〔2026〕1号", PROOF)
        assert (names(project), names(project, firm=True)) == (["lease.png", "plan.png"], [])
        [held] = queries.files_of([entry]).values()
        assert [(one.stored.pk, one.stored.verdict) for one in held] == [(pk, "clean") for pk in files]
        assert events.history(project.pk)[-1].payload == {
            "kind": "document",
            "entry": str(entry.pk),
            "office": "",
            "firm": False,
        }

    def test_a_document_may_be_noted_by_number_alone(self, project, officer):
        entry = actions.note(project_id=project.pk, said=paper(), by=officer)
        assert queries.files_of([entry]) == {}

    def test_what_is_shown_is_read_by_the_enterprise_and_it_is_told(self, project, officer, owner):
        actions.note(project_id=project.pk, said=paper(words="内部的话"), by=officer)
        shown = actions.note(
            project_id=project.pk,
            said=paper(to_firm=True),
            files=[city.picture("lease.png", by=officer).pk],
            by=officer,
        )
        assert [one.pk for one in queries.shown_to_firm(project)] == [shown.pk]
        city.run_jobs()
        told = Notice.objects.filter(account_id=owner.account_id).values_list("title_zh", flat=True)
        assert list(told) == ["项目有新的资料给您看"]

    @pytest.mark.parametrize("kind", ["progress", "money", "issue", "decision", "need"])
    def test_nothing_else_has_files_or_leaves_the_offices(self, project, officer, kind):
        before = ProjectEntry.objects.count()
        file = city.picture(by=officer).pk
        for said, files in ((paper(kind=kind, fen=1), [file]), (paper(kind=kind, fen=1, to_firm=True), [])):
            with pytest.raises(BadEntry):
                actions.note(project_id=project.pk, said=said, files=files, by=officer)
        assert (ProjectEntry.objects.count(), ProjectFile.objects.count()) == (before, 0)

    def test_only_ones_own_fresh_files(self, project, officer, owner):
        mine, others = city.picture(by=officer).pk, city.picture(by=owner).pk
        actions.note(project_id=project.pk, said=paper(), files=[mine], by=officer)
        before = ProjectEntry.objects.count()
        many = [city.picture(f"{n}.png", by=officer).pk for n in range(6)]
        for wrong in ([mine], [others], [uuid.uuid4()], many, [many[0], many[0]]):
            with pytest.raises(BadEntry):
                actions.note(project_id=project.pk, said=paper(), files=wrong, by=officer)
        assert (ProjectEntry.objects.count(), ProjectFile.objects.count()) == (before, 1)
        actions.note(project_id=project.pk, said=paper(), files=many[:5], by=officer)
        assert ProjectFile.objects.count() == 6

    def test_who_may_not_manage_it(self, project, strangers, owner):
        partner = city.actor(city.officer("project_partner", agency="natural-resources"))
        for by in (*strangers, partner, owner):
            with pytest.raises(queries.NoSuchProject):
                actions.note(project_id=project.pk, said=paper(), files=[city.picture(by=by).pk], by=by)
        assert not ProjectFile.objects.exists()


class TestSupplying:
    """The enterprise hands in what stages ask it for, while its project is under way."""

    def supply(self, row, by, document=PROOF, files=None, words="合同原件在公司"):
        files = [city.picture("lease.png", by=by).pk] if files is None else files
        return actions.supply(project_id=row.pk, document=document, words=words, files=files, by=by)

    def test_it_is_told_to_the_officer_and_moves_the_project(self, project, officer, owner, clock):
        clock.to("2026-06-01T09:00")
        entry = self.supply(project, owner)
        project.refresh_from_db()
        assert (entry.kind, entry.share, entry.about, entry.stage, entry.by) == (
            EntryKind.DOCUMENT,
            Share.BY_FIRM,
            PROOF,
            "lead",
            owner.account_id,
        )
        assert (entry.day, project.moved_on) == (date(2026, 6, 1), date(2026, 6, 1))
        assert (names(project), names(project, firm=True)) == (["lease.png"], ["lease.png"])
        event = events.history(project.pk)[-1]
        assert (event.name, event.payload) == (
            "project.supplied",
            {"entry": str(entry.pk), "document": PROOF, "files": 1, "for": str(project.organisation_id)},
        )
        city.run_jobs()
        told = Notice.objects.filter(account_id=officer.account_id).values_list("title_zh", flat=True)
        assert list(told) == ["企业提交了项目资料，请查看"]

    def test_words_may_be_left_out(self, project, owner):
        assert self.supply(project, owner, words=" ").words == ""

    def test_only_what_the_enterprise_is_asked_for(self, project, owner):
        assert set(queries.asked_of_firm(project.kind)) == {
            "filing_certificate",
            PROOF,
            "start_report",
            "acceptance_record",
        }
        for document in ("review_minutes", "target_report", "moon", ""):
            with pytest.raises(BadEntry):
                self.supply(project, owner, document=document)
        with pytest.raises(BadEntry):
            self.supply(project, owner, files=[])
        assert not ProjectFile.objects.exists()
        assert queries.asked_of_firm("moon") == {}

    def test_not_when_it_has_ended(self, project, officer, owner):
        actions.end(project_id=project.pk, ending="withdrawn", words="不做了", by=officer)
        with pytest.raises(NotPossible):
            self.supply(project, owner)

    def test_not_without_end(self, project, owner, monkeypatch):
        monkeypatch.setattr(supplying, "MOST_SUPPLIED", 2)
        for _ in range(2):
            self.supply(project, owner)
        with pytest.raises(BadEntry):
            self.supply(project, owner)
        assert queries.supplied(project) == ProjectFile.objects.count() == 2

    def test_nobody_elses(self, project, officer, strangers):
        for by in (officer, *strangers):
            with pytest.raises(queries.NoSuchProject):
                self.supply(project, by)
        assert not ProjectFile.objects.exists()


class TestReading:
    """A file is found by its project and by who asks."""

    def test_by_line_and_by_project(self, project, plan, officer, owner):
        inside, outside = (
            queries.files_of(
                [
                    actions.note(
                        project_id=project.pk,
                        said=paper(to_firm=to_firm),
                        files=[city.picture(name, by=officer).pk],
                        by=officer,
                    )
                ]
            )
            for name, to_firm in (("inside.png", False), ("outside.png", True))
        )
        [[hidden], [shown]] = [next(iter(one.values())) for one in (inside, outside)]
        assert queries.file_of(project, hidden.id, firm=False) == hidden
        assert queries.file_of(project, shown.id, firm=True) == shown
        other = actions.open_project(plan=plan, by=officer)
        for row, id, firm in (
            (project, hidden.id, True),
            (other, shown.id, True),
            (other, hidden.id, False),
            (project, uuid.uuid4(), False),
        ):
            with pytest.raises(queries.NoSuchProject):
                queries.file_of(row, id, firm=firm)

    def test_the_number_of_questions_does_not_grow(self, project, officer):
        def note():
            files = [city.picture(f"{uuid.uuid4()}.png", by=officer).pk for _ in range(2)]
            actions.note(project_id=project.pk, said=paper(), files=files, by=officer)

        def asked():
            entries = queries.entries_of(project)
            with CaptureQueriesContext(connection) as found:
                queries.files_of(entries)
            return len(found)

        counts = [asked()]
        for more in (1, 2):
            for _ in range(more):
                note()
            counts.append(asked())
        assert counts == [0, 2, 2]


@pytest.mark.parametrize(
    ("kind", "share", "about"),
    [
        ("progress", Share.FIRM, ""),
        ("progress", Share.BY_FIRM, PROOF),
        ("document", Share.BY_FIRM, ""),
        ("document", "nobody", PROOF),
    ],
)
def test_what_the_database_refuses(project, officer, kind, share, about):
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.writing.enter(project, EntryKind(kind), "x", officer, share=share, about=about)
