"""Everybody an application names signs its whole text: asked, read, signed or refused, ended by a change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import city
from tests.kernel.signatures import founding
from tongban.foundation import time
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.actions import NotComplete, NotReadyToSign
from tongban.kernel.cases.states import CaseState
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.notices.models import Notice
from tongban.kernel.outcomes.queries import letter_content
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.signatures import actions as signatures
from tongban.kernel.signatures import queries
from tongban.kernel.signatures.models import CaseSignature

pytestmark = pytest.mark.django_db


def code_for(actor):
    return parties.ask_code(account=party_queries.account(actor.account_id))


def states_of(case):
    rows = CaseSignature.objects.filter(text__case_id=case.pk).order_by("id")
    return [(row.name, row.state) for row in rows]


def test_each_person_is_asked_once_in_every_part_they_play(clock):
    who = founding.founders()
    case = founding.drafted(who)
    with pytest.raises(NotComplete) as missing:
        actions.submit(case_id=case.pk, by=who[0][1])
    assert (missing.value.signatures, missing.value.fields, missing.value.materials) == (3, [], ())
    rows = actions.ask_signatures(case_id=case.pk, by=who[0][1])
    assert {row.name: [role["zh"] for role in row.roles] for row in rows} == {
        "陈晓雯": ["股东", "法定代表人", "董事"],
        "何伟": ["股东", "财务负责人"],
        "吴嘉慧": ["监事"],
    }
    assert actions.ask_signatures(case_id=case.pk, by=who[0][1]) == []
    city.run_jobs()
    assert sorted(
        Notice.objects.filter(title_zh__startswith="请您签名").values_list("account_id", flat=True)
    ) == sorted(actor.account_id for _person, actor in who)


def test_nobody_is_asked_to_sign_what_is_not_complete(clock):
    who = founding.founders()
    case = founding.drafted(who, maker="")
    actions.save(case_id=case.pk, by=who[0][1], cleared=["maker"])
    with pytest.raises(NotReadyToSign):
        actions.ask_signatures(case_id=case.pk, by=who[0][1])
    assert not CaseSignature.objects.exists()


def test_it_is_handed_in_when_all_have_signed_and_the_receipt_says_who(clock):
    who = founding.founders()
    case = founding.drafted(who)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    for _person, actor in who[:2]:
        founding.sign(actor)
    with pytest.raises(NotComplete) as missing:
        actions.submit(case_id=case.pk, by=who[0][1])
    assert missing.value.signatures == 1
    founding.sign(who[2][1])
    city.run_jobs()
    assert Notice.objects.filter(title_zh__startswith="各方都已签名").count() == 1
    case = actions.submit(case_id=case.pk, by=who[0][1])
    assert case.state == CaseState.SUBMITTED
    event = Event.objects.get(name="case.submitted", subject_id=case.pk)
    rows = queries.given(case.pk)
    assert event.payload["signatures"] == [
        {"signature": str(row.pk), "digest": row.text.digest} for row in rows
    ]
    assert Event.objects.filter(name="signature.given").count() == 3
    _letter, data = letter_content(case, LetterKind.RECEIPT, {})
    said = [(line["label"], line["value"][: len("陈晓雯")].strip("　")) for line in data["lines"]]
    assert ("签名（股东、法定代表人、董事）", "陈晓雯") in said
    assert ("签名（监事）", "吴嘉慧") in said
    assert [label for label, _value in said].count("所签全文校验码") == 3


@pytest.mark.parametrize("change", ["answer", "material", "situation", "removed"])
def test_a_change_after_a_signature_ends_it(clock, change):
    who = founding.founders()
    by = who[0][1]
    case = founding.signed(who)
    assert cases.application(case, time.today()).complete
    match change:
        case "answer":
            actions.save(case_id=case.pk, by=by, answers={"scope": "餐饮管理"})
        case "material":
            actions.add_material(case_id=case.pk, material="articles", file=city.picture(by=by), by=by)
        case "situation":
            actions.save(case_id=case.pk, by=by, situation={"bank": "no"})
        case "removed":
            (row,) = [one for one in cases.materials_of(case) if one.file_id]
            actions.remove_material(case_id=case.pk, row_id=row.pk, by=by)
    assert [state for _name, state in states_of(city.again(case))] == ["void"] * 3
    with pytest.raises(NotComplete):
        actions.submit(case_id=case.pk, by=by)
    assert Event.objects.filter(name="signature.voided").count() == 3


def test_saving_the_same_again_ends_nothing(clock):
    who = founding.founders()
    case = founding.signed(who)
    actions.save(case_id=case.pk, by=who[0][1], answers={"scope": case.answers["scope"]})
    assert [state for _name, state in states_of(case)] == ["signed"] * 3


def test_who_refuses_says_why_and_is_asked_again(clock):
    who = founding.founders()
    case = founding.drafted(who)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    (row,) = queries.to_sign(who[1][1])
    with pytest.raises(signatures.ReasonMissing):
        signatures.refuse(id=row.pk, reason="  ", by=who[1][1])
    signatures.refuse(id=row.pk, reason="比例应为各半", by=who[1][1])
    city.run_jobs()
    assert "比例应为各半" in Notice.objects.get(title_zh__contains="拒绝签名").body_zh
    with pytest.raises(signatures.NotOpen):
        signatures.sign(id=row.pk, code=code_for(who[1][1]), by=who[1][1])
    (again,) = actions.ask_signatures(case_id=case.pk, by=who[0][1])
    assert (again.pk, again.state, again.reason) == (row.pk, "asked", "")


def test_a_signature_needs_a_fresh_code_of_the_signer(clock):
    who = founding.founders()
    case = founding.drafted(who)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    (row,) = queries.to_sign(who[1][1])
    others = code_for(who[0][1])
    with pytest.raises(parties.WrongCode):
        signatures.sign(id=row.pk, code=others, by=who[1][1])
    code = code_for(who[1][1])
    time.shift(timedelta(minutes=parties.CODE_MINUTES, seconds=1))
    with pytest.raises(parties.WrongCode):
        signatures.sign(id=row.pk, code=code, by=who[1][1])
    with pytest.raises(signatures.LevelTooLow):
        signatures.sign(id=row.pk, code=code_for(who[1][1]), by=replace(who[1][1], level=row.level - 1))
    signed = signatures.sign(id=row.pk, code=code_for(who[1][1]), by=who[1][1])
    assert (signed.state, signed.account_id) == ("signed", who[1][1].account_id)


def test_a_signer_sees_the_text_and_nothing_else_and_a_stranger_nothing(clock):
    who = founding.founders()
    case = founding.drafted(who)
    rows = {row.name: row for row in actions.ask_signatures(case_id=case.pk, by=who[0][1])}
    signer, stranger = who[1][1], city.actor(city.account(city.person("梁桂英")))
    assert [row.pk for row in queries.to_sign(signer)] == [rows["何伟"].pk]
    text = queries.one_for(signer, rows["何伟"].pk).text.text
    lines = [line for part in text["sections"] for line in part["lines"]]
    assert ["公司名称", founding.NAME] in lines
    # The numbers of the others stand there only in part.
    assert who[0][0].id_no not in str(text)
    for verb in ("view", "edit", "withdraw"):
        with pytest.raises(cases.NoSuchCase):
            cases.case_for(signer, case.pk, verb)
    for other in (stranger, signer, city.actor(city.officer("clerk", agency=""))):
        with pytest.raises(queries.NoSuchSignature):
            queries.one_for(other, rows["吴嘉慧"].pk)
    assert queries.to_sign(stranger) == []


def test_a_draft_thrown_away_takes_its_texts_along(clock):
    who = founding.founders()
    case = founding.drafted(who)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    actions.delete_draft(case_id=case.pk, by=who[0][1])
    assert not CaseSignature.objects.exists()
    city.run_jobs()  # what listens finds nothing and says nothing
    assert not Notice.objects.filter(title_zh__startswith="请您签名").exists()
