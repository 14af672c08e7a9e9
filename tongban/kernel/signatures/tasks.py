"""Tells signers that something waits for them, and the applicant how it stands."""

from tongban.kernel.events.models import Event
from tongban.kernel.events.states import subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.parties import queries as parties
from tongban.kernel.signatures import queries, states
from tongban.kernel.signatures.models import CaseSignature
from tongban.kernel.signatures.states import SignatureState


@subscribe(states.SIGNATURE_ASKED)
def asked_to_sign(event: Event, prepared: None) -> None:
    """Tell the person, where the city knows an account of theirs; who has none finds it on signing in."""
    row = _row(event)
    person = parties.person_by_id_no(row.id_no) if row is not None else None
    if row is None or person is None:
        return
    for account in parties.accounts_of_person(person.pk):
        notices.notify(
            account_id=account,
            title=("请您签名：" + row.text.title[:100], "Your signature is asked for"),
            body=(
                f"“{row.text.title}”需要您签名。请打开“待我签名”，读完全文后签名或者拒绝。",
                "An application names you. Read the whole text under 'To sign', then sign or refuse.",
            ),
            about=row,
            effect_key=f"{event.id}:notice:{account}",
        )


@subscribe(states.SIGNATURE_GIVEN)
def all_have_signed(event: Event, prepared: None) -> None:
    """Tell the applicant once the last of them has signed."""
    row = _row(event)
    if row is None or row.stands_on_id is not None:
        return
    if row.text.signatures.exclude(state=SignatureState.SIGNED).exists():
        return
    notices.notify(
        account_id=row.text.asked_by,
        title=(f"各方都已签名：{row.text.title[:100]}", "Everybody has signed"),
        body=(
            f"“{row.text.title}”已由各方签名，现在可以提交。",
            "Everybody has signed; it can be handed in now.",
        ),
        about=row.text,
        effect_key=f"{row.text.pk}:complete",
    )


@subscribe(states.SIGNATURE_REFUSED)
def told_of_refusal(event: Event, prepared: None) -> None:
    """Tell the applicant who refused and why."""
    row = _row(event)
    if row is None:
        return
    notices.notify(
        account_id=row.text.asked_by,
        title=(f"{row.name}拒绝签名", "A signature was refused"),
        body=(
            f"“{row.text.title}”：{row.name}拒绝签名，原因：{row.reason}",
            f"{row.name} refused to sign: {row.reason}",
        ),
        about=row.text,
        effect_key=f"{event.id}:notice",
    )


def _row(event: Event) -> CaseSignature | None:
    """The signature an event is about; None once its draft was thrown away."""
    try:
        return queries.signature(event.subject_id)
    except CaseSignature.DoesNotExist:
        return None
