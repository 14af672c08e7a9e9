"""Showing a credential by a code that opens it once, for a minute (亮证)."""

from datetime import timedelta

from django.conf import settings

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.credentials import actions as credentials
from tongban.kernel.credentials.models import Credential
from tongban.kernel.credentials.states import UseKind
from tongban.kernel.disclosures import calc, queries, states
from tongban.kernel.disclosures.models import Presentation
from tongban.kernel.disclosures.states import CodeVerdict
from tongban.kernel.documents.calc import new_code
from tongban.kernel.events import actions as events
from tongban.kernel.records.actions import action


@action
def present(*, credential: Credential, by: Actor) -> tuple[str, Presentation]:
    """Make a code for a credential of one's own; earlier ones end. The code is returned once and kept as a digest only."""
    now = time.now()
    earlier = Presentation.objects.filter(credential=credential, used_at__isnull=True, expires_at__gt=now)
    earlier.exclude(made_at=now).update(expires_at=now)
    code = new_code()
    row = Presentation(
        credential=credential,
        digest=queries.digest_of(code),
        made_by=by.account_id,
        made_at=now,
        expires_at=now + timedelta(seconds=settings.PRESENT_SECONDS),
    )
    row.save(force_insert=True)
    events.record(name=states.PRESENTATION_MADE, about=credential, by=by)
    return code, row


@action
def look(*, code: str, by: Actor, purpose: str) -> tuple[CodeVerdict, Presentation | None]:
    """Use a code: good once, and then it stands in the holder's ledger who looked. A used or old one opens nothing."""
    row = queries.presentation(code, lock=True)
    if row is None:
        return CodeVerdict.UNKNOWN, None
    verdict = calc.verdict(row.expires_at, row.used_at, time.now())
    if verdict == CodeVerdict.GOOD:
        row.used_at = time.now()
        row.save(update_fields=["used_at"])
        credentials.log_use(credential=row.credential, purpose=purpose, by=by, kind=UseKind.PRESENT)
        events.record(name=states.PRESENTATION_SEEN, about=row.credential, by=by)
    return verdict, row
