"""Files of an appeal go with a step; who may read the step may read them, and an answer's files wait for the check."""

import uuid

import pytest

from tests import city
from tests.modules.appeals.filing import filed, routed
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions import BadFiles
from tongban.modules.appeals.models import Appeal, AppealFile
from tongban.modules.appeals.rules import NoSuchAppeal

WORDS = {"outcome": "solved", "cause": "slow_process"}


def names(row, *, firm):
    """The files that the firm, or the desk, finds in the course."""
    found = queries.files_of(queries.entries(row), firm=firm)
    return sorted(one.name for files in found.values() for one in files)


def test_an_answers_files_reach_the_firm_with_the_answer(boss, firm, desk, office):
    row = filed(boss, firm, files=[city.picture("invoice.png", by=boss).pk])
    row = actions.route(appeal_id=row.pk, lead="industry", by=desk)
    by = office("industry")
    actions.contact(appeal_id=row.pk, words="已联系。", by=by)
    actions.reply(appeal_id=row.pk, words="进展。", by=by, files=[city.picture("plan.png", by=by).pk])
    first = city.picture("first.png", colour="red", by=by).pk
    actions.answer(appeal_id=row.pk, words="已解决。", by=by, files=[first], **WORDS)
    assert names(row, firm=True) == ["invoice.png", "plan.png"]
    assert names(row, firm=False) == ["first.png", "invoice.png", "plan.png"]
    actions.send_back(appeal_id=row.pk, words="不清楚。", by=desk)
    second = city.picture("second.png", colour="blue", by=by).pk
    actions.answer(appeal_id=row.pk, words="已解决了。", by=by, files=[second], **WORDS)
    actions.approve(appeal_id=row.pk, by=desk)
    assert names(row, firm=True) == ["invoice.png", "plan.png", "second.png"]
    entries = queries.entries(row)
    hidden = AppealFile.objects.get(name="first.png")
    with pytest.raises(NoSuchAppeal):
        queries.file_of(row, entries, hidden.pk, firm=True)
    assert queries.file_of(row, entries, hidden.pk, firm=False) == hidden
    other = filed(boss, firm)
    with pytest.raises(NoSuchAppeal):
        queries.file_of(other, queries.entries(other), hidden.pk, firm=False)


def test_only_ones_own_fresh_files_go_with_a_step(boss, firm, desk, office):
    mine, others = city.picture(by=boss).pk, city.picture(by=office("industry")).pk
    filed(boss, firm, files=[mine])
    before = Appeal.objects.count()
    many = [city.picture(f"{n}.png", by=boss).pk for n in range(6)]
    for wrong in ([mine], [others], [uuid.uuid4()], many, [many[0], many[0]]):
        with pytest.raises(BadFiles):
            filed(boss, firm, files=wrong)
    assert (Appeal.objects.count(), AppealFile.objects.count()) == (before, 1)
    row = routed(boss, firm, desk)
    by = office("industry")
    actions.contact(appeal_id=row.pk, words="已联系。", by=by)
    actions.ask(appeal_id=row.pk, words="请补充。", by=by, files=[others])
    actions.supply(appeal_id=row.pk, words="补充。", by=boss, files=many[:5])
    assert len(names(row, firm=True)) == 6
