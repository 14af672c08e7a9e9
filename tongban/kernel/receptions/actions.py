"""Writes of receiving: begin for the person at the window, fill in, hand in. Each is a verb of the case, by other hands."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.ids import check_resident_id, uuid7
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.actions.filing import NotForYou
from tongban.kernel.cases.models import CaseMaterial
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.events import actions as events
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties import queries as party_queries
from tongban.kernel.parties.models import Person
from tongban.kernel.parties.states import SubjectKind
from tongban.kernel.places import queries as places
from tongban.kernel.places.states import POINT_CHANNELS, PointKind
from tongban.kernel.receptions import calc, queries, states
from tongban.kernel.receptions.models import Reception
from tongban.kernel.receptions.states import LONGEST_NOTE, Consent, Proof, Purpose
from tongban.kernel.records.actions import action


class NotReceivedHere(Problem):
    """The hall may not take the application in: by the item's scope, its channels, or the receiver's grant."""

    code = "reception.not_here"
    status = 422


class NotIdentified(Problem):
    """Who stands at the window is not clear: number, name or the check is missing or does not fit."""

    code = "reception.not_identified"
    status = 422


def _unclear(zh: str, en: str) -> NotIdentified:
    return NotIdentified(
        sentence_zh=zh,
        sentence_en=en,
        todo_zh="请对照证件原件重新核对。",
        todo_en="Compare it with the original document.",
    )


def _refused(offer: queries.Offer) -> NotReceivedHere:
    return NotReceivedHere(
        sentence_zh=offer.why_zh,
        sentence_en=offer.why_en,
        todo_zh=offer.todo_zh,
        todo_en=offer.todo_en,
    )


@action
def begin(
    *,
    item_code: str,
    hall: str,
    name: str,
    id_no: str,
    proof: str,
    by: Actor,
    note: str = "",
    phone: str = "",
    uscc: str = "",
    situation: Mapping[str, str] | None = None,
) -> Reception:
    """Begin an application for the person at the window, who is found by their number; `uscc` names the firm they act for.

    Somebody the city does not know yet is registered with what the card says. Raises NotReceivedHere, NotIdentified,
    NotForYou, NoSuchItem.
    """
    item = catalogue.item(item_code)
    point = places.hall(hall)
    nowhere = queries.Offer("没有这个收件点。", "There is no such hall.", "请重新选择。", "Choose again.")
    offer = queries.offer(by, point, item) if point else nowhere
    if point is None or not offer.allowed:
        raise _refused(offer)
    _checked(proof, note)
    person = _person(name.strip(), id_no.strip(), phone.strip(), by)
    acting = _for(person, uscc.strip().upper(), by, item_code)
    case = cases.open_draft(
        item_code=item_code,
        by=acting,
        situation=situation,
        channel=POINT_CHANNELS[PointKind(point.kind)],
        id=uuid7(),
        account_id=_account(person),
    )
    row = Reception(
        case=case,
        hall=point.code,
        place_path=point.path,
        agency=case.agency,
        item_code=case.item_code,
        proof=proof,
        note=note.strip() or None,
        opened_at=time.now(),
        opened_by=by.account_id,
    )
    row.save(force_insert=True)
    payload = {"hall": point.code, "item": item_code, "proof": proof, "case": str(case.pk)}
    events.record(name=states.RECEPTION_OPENED, about=row, by=by, payload=payload)
    return row


def _checked(proof: str, note: str = "") -> None:
    if proof not in {one.value for one in Proof} or len(note) > LONGEST_NOTE:
        raise _unclear("没有说明怎样核对了身份。", "How identity was checked is not said.")


@action
def show(
    *, hall: str, name: str, id_no: str, proof: str, purpose: Purpose, by: Actor, uscc: str = ""
) -> Actor:
    """The receiver acting for who is at the window, so that what is known of them can be shown to both; `uscc` names their firm.

    Recorded about the person or the firm: which window, for what, how identity was checked. Nobody is registered by it.
    Raises NotReceivedHere, NotIdentified, NotForYou.
    """
    if hall not in {one.code for one in queries.halls_of(by)}:
        raise _refused(
            queries.Offer(
                "您不在这个大厅收件。", "You do not receive at this hall.", "请重新选择。", "Choose again."
            )
        )
    _checked(proof)
    known = party_queries.person_by_id_no(id_no.strip().upper()) if id_no.strip() else None
    if known is None or known.name != name.strip():
        raise _unclear(
            "没有找到姓名和证件号码都一致的人。", "Nobody is known by this name and number together."
        )
    acting = _for(known, uscc.strip().upper(), by)
    about = party_queries.organisation(acting.organisation_id) if acting.organisation_id else known
    payload = {"hall": hall, "purpose": purpose.value, "proof": proof, "person": str(known.pk)}
    events.record(name=states.SHOWN, about=about, by=by, payload=payload)
    return acting


def _person(name: str, id_no: str, phone: str, by: Actor) -> Person:
    """Whose number it is. The same answer for a wrong name and for another's: nobody finds out names by numbers."""
    known = party_queries.person_by_id_no(id_no.upper()) if id_no else None
    if known is not None and known.name == name:
        return known
    verdict = check_resident_id(id_no)
    if not verdict.ok:
        raise _unclear(f"证件号码不正确：{verdict.why_zh}", f"The number is wrong: {verdict.why_en}")
    if known is not None or not name:
        raise _unclear("姓名和证件号码不一致。", "Name and number do not belong together.")
    row = parties.register_person(name=name, id_no=verdict.value, phone=phone or None, by=by)
    facts = {"person.name": name, "person.id_no": verdict.value}
    if phone:
        facts["person.phone"] = phone
    # What the card says is what its issuer says; the receiver has seen it, which the reception records.
    declared = catalogue.documents("fact")
    for source in sorted({declared[one]["source"] for one in facts if one in declared}):
        part = {one: value for one, value in facts.items() if declared.get(one, {}).get("source") == source}
        parties.learn(subject_kind=SubjectKind.PERSON, subject_id=row.pk, facts=part, source=source, by=by)
    return row


def _account(person: Person) -> uuid.UUID:
    """The applicant's own account, where letters and notices arrive; one is laid ready for who has none."""
    own = party_queries.accounts_of_person(person.pk)
    if own:
        return own[0]
    fresh = parties.open_account(
        username=f"window-{person.pk.hex}", display_name=person.name, level=0, person=person, by=SYSTEM
    )
    return fresh.pk


def _for(person: Person, uscc: str, by: Actor, item: str = "") -> Actor:
    """The receiver acting for the person, or for the firm for which the person may act. Raises NotForYou."""
    firm = party_queries.organisation_by_uscc(uscc) if uscc else None
    if uscc and (firm is None or person.pk not in party_queries.agents_of(firm.pk, time.today(), item)):
        raise NotForYou(
            sentence_zh="这个人没有代表该单位的有效授权。",
            sentence_en="This person holds no live mandate for that organisation.",
            todo_zh="请法定代表人先在“我的授权”登记委托，或者由法定代表人本人办理。",
            todo_en="Its legal representative records a mandate first, or comes in person.",
        )
    return Actor(
        kind=by.kind,
        account_id=by.account_id,
        person_id=person.pk,
        organisation_id=firm.pk if firm else None,
        name=by.name,
        level=by.level,
        represents=(firm.pk,) if firm else (),
    )


class NotHelping(Problem):
    """At a village station the resident has not agreed, or the helping has ended."""

    code = "reception.not_helping"
    status = 409


def _helping(row: Reception) -> Reception:
    """The reception while the resident is helped; raises NotHelping. At windows the papers are the person's own word."""
    if queries.helps(row, time.now()):
        return row
    if row.consent:
        raise _over()
    raise NotHelping(
        sentence_zh="居民还没有同意帮办。",
        sentence_en="The resident has not agreed to be helped yet.",
        todo_zh="请先输入本人手机收到的验证码，或者拍下本人签字的同意书。",
        todo_en="First take the code from their telephone, or photograph the consent they signed.",
    )


def _over() -> NotHelping:
    return NotHelping(
        sentence_zh="这次帮办已经结束，不能再看和改这个人的资料。",
        sentence_en="Helping has ended; this person's data can be neither seen nor changed here any more.",
        todo_zh="本人在场的，请重新核对身份并征得同意；也可以由本人在手机上接着填。",
        todo_en="With the person present, begin again with identity and consent; or they go on from their telephone.",
    )


def _asker(reception_id: uuid.UUID) -> str:
    return reception_id.hex  # a code that was told here works for this one reception


@action
def ask_consent(*, reception_id: uuid.UUID, by: Actor) -> tuple[str, str]:
    """A one-time code for the resident's telephone: (number, code) for the one who sends it.

    Raises NoSuchReception, NotHelping, NotIdentified where no number is known.
    """
    row = _to_consent(reception_id, by)
    person = party_queries.person(row.case.person_id)
    if not person.phone:
        raise NotIdentified(
            sentence_zh="系统里没有这个人的手机号码。",
            sentence_en="No telephone of this person is known.",
            todo_zh="请改用签字的同意书。",
            todo_en="Use the consent signed on paper.",
        )
    account = party_queries.account(_account(person))
    return person.phone, parties.ask_code(account=account, asker=_asker(row.pk))


def _to_consent(reception_id: uuid.UUID, by: Actor) -> Reception:
    row = queries.reception_for(by, reception_id, lock=True)
    if queries.help_is_over(row, time.now()):
        raise _over()
    return row


def consent_by_code(*, reception_id: uuid.UUID, code: str, by: Actor) -> Reception:
    """The resident told the code that came to their telephone. Raises NoSuchReception, NotHelping, WrongCode.

    Not one transaction: a failed try is counted although the error goes out.
    """
    row = queries.reception_for(by, reception_id)
    account = party_queries.account(_account(party_queries.person(row.case.person_id)))
    parties.use_code(account=account, code=code, asker=_asker(row.pk))
    return _consent(reception_id=reception_id, how=Consent.CODE, file_id=None, by=by)


def consent_on_paper(*, reception_id: uuid.UUID, file: StoredFile, by: Actor) -> Reception:
    """The resident signed on paper, which was photographed. Raises NoSuchReception, NotHelping."""
    return _consent(reception_id=reception_id, how=Consent.PAPER, file_id=file.pk, by=by)


@action
def _consent(*, reception_id: uuid.UUID, how: Consent, file_id: uuid.UUID | None, by: Actor) -> Reception:
    row = _to_consent(reception_id, by)
    if not row.consent:
        row.consent, row.consent_file_id, row.consented_at = how, file_id, time.now()
        row.save(update_fields=["consent", "consent_file_id", "consented_at"])
        payload = {"case": str(row.case_id), "how": how.value, "for": str(row.case.person_id)}
        events.record(name=states.CONSENTED, about=row, by=by, payload=payload)
    return row


@action
def end_help(*, reception_id: uuid.UUID, by: Actor) -> Reception:
    """The resident leaves: from now on nothing of theirs can be seen or changed here. Raises NoSuchReception."""
    row = queries.reception_for(by, reception_id, lock=True)
    if row.help_ended_at is None:
        row.help_ended_at = time.now()
        row.save(update_fields=["help_ended_at"])
        payload = {"case": str(row.case_id), "for": str(row.case.person_id)}
        events.record(name=states.HELP_ENDED, about=row, by=by, payload=payload)
    return row


@action
def save(
    *,
    reception_id: uuid.UUID,
    by: Actor,
    answers: Mapping[str, Any] | None = None,
    cleared: Sequence[str] = (),
    situation: Mapping[str, str] | None = None,
    signed: Sequence[str] | None = None,
) -> Reception:
    """Keep what the person says at the window. Raises NoSuchReception, NotHelping, NoSuchCase, VerbNotPossible."""
    row = _helping(queries.reception_for(by, reception_id, lock=True))
    row.case = cases.save(
        case_id=row.case_id,
        by=queries.acting(by, row),
        answers=answers,
        cleared=cleared,
        situation=situation,
        signed=signed,
    )
    return row


@action
def add_scan(*, reception_id: uuid.UUID, material: str, file: StoredFile, by: Actor) -> CaseMaterial:
    """Attach a scan made at the window. Raises NoSuchReception, NotHelping, NoSuchCase, VerbNotPossible."""
    row = _helping(queries.reception_for(by, reception_id, lock=True))
    acting = queries.acting(by, row)
    return cases.add_material(case_id=row.case_id, material=material, file=file, by=acting)


@action
def remove_scan(*, reception_id: uuid.UUID, scan_id: uuid.UUID, by: Actor) -> None:
    """Take a scan out again before handing in. Raises NoSuchReception, NotHelping, NoSuchCase, VerbNotPossible."""
    row = _helping(queries.reception_for(by, reception_id, lock=True))
    cases.remove_material(case_id=row.case_id, row_id=scan_id, by=queries.acting(by, row))


@action
def hand_in(*, reception_id: uuid.UUID, by: Actor) -> Reception:
    """Hand the application in for the person: received here, accepted and timed by the office that handles it.

    A second call changes nothing. Raises NoSuchReception, NotHelping, NotComplete, NotReceivedHere, VerbNotPossible.
    """
    row = queries.reception_for(by, reception_id, lock=True)
    if row.received_at is not None:
        return row
    _helping(row)
    case = cases.submit(case_id=row.case_id, by=queries.acting(by, row))
    hall = places.hall(row.hall)
    data = case_queries.version_of(case).definition.data
    offer = queries.handed_in_offer(by, hall, case, data)
    if not offer.allowed:  # rolls the submission back with everything it did
        raise _refused(offer)
    row.mode = calc.mode_of(
        hall_town=queries.town_code(row.place_path),
        handling_town=queries.town_code(case.place_path),
        forward=queries.is_own_window(by, hall, data["agency"]),
    )
    row.received_at, row.received_by = case.submitted_at, by.account_id
    row.agency = case.agency  # a village's proof is its own
    row.save(update_fields=["mode", "received_at", "received_by", "agency"])
    events.record(name=states.RECEIVED, about=case, by=by, payload={"hall": row.hall, "mode": row.mode})
    row.case = case
    return row


@action
def discard(*, reception_id: uuid.UUID, by: Actor) -> None:
    """Drop an application that was not handed in. Raises NoSuchReception, VerbNotPossible."""
    row = queries.reception_for(by, reception_id, lock=True)
    acting = queries.acting(by, row)
    events.record(name=states.RECEPTION_DISCARDED, about=row, by=by, payload={"case": str(row.case_id)})
    cases.delete_draft(case_id=row.case_id, by=acting)
