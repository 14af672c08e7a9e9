"""Annotated copies: a paper that says on each page for whom, for what and until when it was copied (加注件)."""

from datetime import date, timedelta

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM, Actor
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import UseKind
from tongban.kernel.disclosures import queries, states
from tongban.kernel.disclosures.actions.lending import CannotLend
from tongban.kernel.disclosures.models import AnnotatedCopy, Lending
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.calc import new_code
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action
from tongban.kernel.seals import actions as seals


def make_copy(
    *,
    credential: Credential,
    purpose: str,
    receiver_name: str,
    expires_on: date,
    by: Actor,
    lending: Lending | None = None,
) -> AnnotatedCopy:
    """Stamp, seal and keep a copy; for the holder, or under a lending for its receiver. Raises CannotLend, LendingEnded."""
    purpose, receiver_name = purpose.strip()[:80], receiver_name.strip()[:120]
    today = time.today()
    latest = today + timedelta(days=states.LONGEST_COPY_DAYS)
    if not purpose or not receiver_name or not today <= expires_on <= latest:
        raise CannotLend(
            sentence_zh=f"请写明用途和提供给谁，有效期不能早于今天、不超过 {states.LONGEST_COPY_DAYS} 天。",
            sentence_en=f"Say for what and for whom, valid until a day between today and {states.LONGEST_COPY_DAYS} days on.",
            todo_zh="请补全后再制作。",
            todo_en="Complete it.",
        )
    code = new_code()
    lines = [
        f"仅供{receiver_name}用于{purpose}",
        f"有效至 {expires_on.year} 年 {expires_on.month} 月 {expires_on.day} 日，他用无效",
        f"加注件 {code}",
    ]
    pdf = queries.stamped(credential, lines, code)
    return _keep(
        AnnotatedCopy(
            credential=credential,
            lending=lending,
            purpose=purpose,
            receiver_name=receiver_name,
            expires_on=expires_on,
            verify_code=code,
            made_by=by.account_id,
            made_at=time.now(),
        ),
        pdf,
        by,
    )


@action
def _keep(row: AnnotatedCopy, pdf: bytes, by: Actor) -> AnnotatedCopy:
    credential = row.credential
    row.file = documents.put(pdf, f"{credential.number}-加注件.pdf", by=by)
    row.save(force_insert=True)
    credentials.log_use(
        credential=credential,
        purpose=row.purpose,
        by=by,
        kind=UseKind.COPY,
        user_name=row.receiver_name,
        lending_id=row.lending_id,
    )
    # The system seals on behalf of the issuer, at the word of the holder.
    seals.log_use(agency=credential.issuer, about=row, digest=row.file.sha256, by=SYSTEM)
    events.record(name=states.COPY_MADE, about=row, by=by, payload={"until": row.expires_on.isoformat()})
    return row
