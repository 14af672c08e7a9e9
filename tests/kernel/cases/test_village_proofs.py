"""A banned village proof is not asked for; an allowed one is issued by two people under the village's own seal."""

import pytest
from django.conf import settings

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions.deciding import SamePerson
from tongban.kernel.cases.queries import BannedProof, NoSuchCase
from tongban.kernel.cases.states import CaseState
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.documents.models import Letter
from tongban.kernel.events.models import Event
from tongban.kernel.outcomes import actions as outcome_actions
from tongban.kernel.outcomes import queries as outcomes
from tongban.kernel.outcomes.actions.register import NoPurpose
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.outcomes.queries.papers import BlankPaper
from tongban.modules.correspondence import actions as correspondence

LIANTANG = "441900113902"
VILLAGE = f"{city.town()}{LIANTANG}/"


@pytest.fixture(autouse=True)
def standing(db, clock):
    """A Monday morning."""


def clerk():
    return city.actor(city.officer("clerk", "reviewer", "decider", agency="", place=city.CITY))


@pytest.mark.parametrize(
    ("message", "note"),
    [
        ("请到村委会开具亲属关系证明。", "看不清"),
        ("材料不全", "须附居委会出具的亲属关系证明"),
    ],
)
def test_a_supplement_that_asks_for_it_is_refused_with_the_substitute(message, note):
    case, _by = city.food()
    points = [{"kind": "material", "id": "layout", "note": note}]
    with pytest.raises(BannedProof) as refused:
        actions.request_supplement(case_id=case.pk, points=points, message=message, by=clerk())
    assert "亲属关系证明" in refused.value.sentence_zh
    assert "由部门核对户口簿、出生医学证明、结婚证" in refused.value.todo_zh
    assert city.again(case).state == CaseState.SUBMITTED
    assert queries.supplement_of(case) is None
    actions.request_supplement(
        case_id=case.pk, points=[{**points[0], "note": "看不清"}], message="请重新上传。", by=clerk()
    )
    assert city.again(case).state == CaseState.SUPPLEMENT_REQUESTED


def test_nor_is_it_a_reason_to_refuse_or_to_write_to_the_applicant():
    case, by = city.food()
    with pytest.raises(BannedProof):
        actions.refuse(case_id=case.pk, reasons="没有居委会开具的婚姻状况证明", by=clerk())
    with pytest.raises(BannedProof):
        correspondence.send(case_id=case.pk, words="请到社区开单身证明", by=clerk())
    with pytest.raises(BannedProof):
        actions.deny(case_id=case.pk, reasons="未提供村委会出具的财产证明", by=clerk())
    # What the applicant writes is theirs: somebody may well ask about it.
    correspondence.send(case_id=case.pk, words="要不要到社区开单身证明？", by=by)


def applied(name: str = "梁桂英", village: str = LIANTANG):
    person = city.person(
        name,
        person__collective_member=True,
        person__collective_name="莲塘股份经济联合社（示例）",
        person__collective_place=village,
        person__collective_since="1992-01-01",
    )
    by = city.actor(city.account(person))
    item = catalogue.item("village-membership-proof")
    situation = {one.id: one.options[0].id for one in item.definition.questions}
    case = actions.open_draft(item_code=item.code, by=by, situation=situation)
    actions.save(case_id=case.pk, by=by, answers={"receiver": "东莞市大朗镇人民政府"})
    application = queries.application(queries.case_for(by, case.pk), case.created_at.date())
    assert not application.missing_materials
    actions.save(case_id=case.pk, by=by, signed=list(application.unsigned))
    return actions.submit(case_id=case.pk, by=by)


def handler(name: str = "黎志明", agency: str = "village-liantang", place: str = VILLAGE):
    return city.actor(city.officer("village_handler", agency=agency, place=place, name=name))


def head(name: str = "叶国平"):
    return city.actor(city.officer("village_head", agency="village-liantang", place=VILLAGE, name=name))


def issued():
    case, by = applied(), handler()
    actions.accept(case_id=case.pk, by=by)
    [step] = [one for one in queries.steps_of(city.again(case)) if one.state == "open"]
    actions.complete_step(
        case_id=case.pk, step_id=step.pk, opinion="与成员名册第 12 页一致", verdict="fits", by=by
    )
    actions.grant(case_id=case.pk, by=head(), opinion="同意出具")
    city.run_jobs()
    return city.again(case)


def test_the_village_handles_and_seals_its_own_proof():
    case = applied()
    assert (case.agency, case.place_path) == ("village-liantang", VILLAGE)
    case = issued()
    proof = credentials.of_case(case.pk)
    assert proof.issuer == "village-liantang"
    assert proof.number.startswith("莲塘村CJ")
    assert proof.verify_code
    assert {letter.sealed_by for letter in Letter.objects.filter(about_id=case.pk)} == {"village-liantang"}


def test_without_its_own_body_the_town_stands_in():
    person = city.person("何秀珍", person__collective_place=city.DALANG, person__collective_member=True)
    assert person
    case = applied("何秀珍", city.DALANG)
    assert (case.agency, case.place_path) == ("agriculture", city.town())


def test_who_handled_it_does_not_seal_it():
    case = applied()
    both = city.officer(
        "village_handler", "village_head", agency="village-liantang", place=VILLAGE, name="一人"
    )
    by = city.actor(both)
    actions.accept(case_id=case.pk, by=by)
    [step] = [one for one in queries.steps_of(city.again(case)) if one.state == "open"]
    actions.complete_step(case_id=case.pk, step_id=step.pk, opinion="一致", verdict="fits", by=by)
    with pytest.raises(SamePerson):
        actions.grant(case_id=case.pk, by=by)


def test_the_facts_found_are_noted_and_the_handler_cannot_seal():
    case, by = applied(), handler()
    actions.accept(case_id=case.pk, by=by)
    [step] = [one for one in queries.steps_of(city.again(case)) if one.state == "open"]
    with pytest.raises(Exception, match=r"no opinion|没有填写"):
        actions.complete_step(case_id=case.pk, step_id=step.pk, opinion=" ", verdict="fits", by=by)
    with pytest.raises(NoSuchCase):
        actions.grant(case_id=case.pk, by=by)


def test_the_register_holds_what_a_village_issued_and_nobody_elses():
    case = issued()
    by = handler("另一人")
    [row] = outcomes.registered(by)
    [entry] = outcomes.entries([row], masked=True)
    assert (entry.case_no, entry.handler, entry.head) == (case.short_no, "黎志明", "叶国平")
    assert entry.finding == "与成员名册第 12 页一致"
    assert entry.applicant != "梁桂英"
    other = handler("邻村", "village-lixiang", f"{city.town()}441900113901/")
    assert list(outcomes.registered(other)) == []
    for text, found in ((row.number, 1), ("梁桂", 1), ("成员身份", 1), ("黎", 0), ("\x00", 1)):
        assert outcomes.registered(by, text).count() == found, text
    assert outcomes.registered(by, agency="village-lixiang").count() == 0
    assert [code for code, _name in outcomes.issuers(by)] == ["village-liantang"]


def test_the_register_leaves_with_a_purpose_and_stands_in_the_log():
    issued()
    by = handler("另一人")
    with pytest.raises(NoPurpose):
        outcome_actions.export_register(purpose="好奇", by=by)
    content = outcome_actions.export_register(purpose="archive", by=by).decode("utf-8-sig")
    assert content.count("\r\n") == 2
    assert "梁桂英" in content
    event = Event.objects.get(name="proof_register.exported")
    assert event.payload == {"rows": 1, "agency": "", "purpose": "archive"}
    assert event.actor_id == by.account_id


def test_a_formula_in_a_finding_stays_text():
    case, by = applied(), handler()
    actions.accept(case_id=case.pk, by=by)
    [step] = [one for one in queries.steps_of(city.again(case)) if one.state == "open"]
    actions.complete_step(case_id=case.pk, step_id=step.pk, opinion="=1+1", verdict="fits", by=by)
    actions.grant(case_id=case.pk, by=head())
    city.run_jobs()
    assert ",'=1+1," in outcome_actions.export_register(purpose="archive", by=handler("另")).decode()


def test_no_seal_is_put_on_a_blank_sheet():
    for data in ({}, {"paragraphs": ["  "]}, {"title": "证明", "lines": [{"label": "姓名", "value": " "}]}):
        with pytest.raises(BlankPaper):
            papers.seal("letters/proof.typ", data, agency="village-liantang", number="1", code="x")
    assert SYSTEM.is_staff is False
    assert (settings.PACK / "letters/proof.typ").exists()
