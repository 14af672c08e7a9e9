"""What follows when an authority does something with a licence: the letter, and the notice to its holder."""

from tongban.foundation import time
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import CredentialAct
from tongban.kernel.credentials.states import LIFE, Act
from tongban.kernel.documents.calc import new_code
from tongban.kernel.documents.states import LetterKind
from tongban.kernel.events.models import Event
from tongban.kernel.events.states import last_part, subscribe
from tongban.kernel.notices import actions as notices
from tongban.kernel.outcomes import actions
from tongban.kernel.outcomes.queries import papers
from tongban.kernel.outcomes.queries.licences import act_letter
from tongban.kernel.parties import queries as parties


def _act_of(event: Event) -> CredentialAct | None:
    """The act behind an event; what the machinery did itself has none."""
    return credentials.act(event.payload["act"]) if event.payload.get("act") else None


def _prepare(event: Event) -> papers.Paper | None:
    act = _act_of(event)
    if act is None or not LIFE[Act(act.act)].letter:
        return None
    letter, data = act_letter(act)
    agency, kind = act.credential.issuer, LetterKind.CREDENTIAL_ACT
    place = act.credential.place_path
    number = actions.take_number(letter, kind=kind, agency=agency, place_path=place)
    return papers.seal(letter["template"], data, agency=agency, number=number, code=new_code())


def _apply(event: Event, paper: papers.Paper | None) -> None:
    act = _act_of(event)
    if act is None:
        return
    if paper is not None:
        actions.keep_letter(event=event, about=act, kind=LetterKind.CREDENTIAL_ACT, paper=paper)
    _tell(event, act)


def _tell(event: Event, act: CredentialAct) -> None:
    row, credential = LIFE[Act(act.act)], act.credential
    for account in parties.accounts_of_holder(credential.holder_id, time.today()):
        notices.notify(
            account_id=account,
            title=(f"证照{row.zh}：{credential.name_zh}", f"{row.en}: {credential.name_en}"),
            body=(
                f"编号 {credential.number}。理由、依据和救济途径见证照页面。",
                f"Number {credential.number}. The licence's page gives reasons, basis and remedies.",
            ),
            about=credential,
            effect_key=f"{event.id}:notice:{account}",
        )


def _follow(name: str) -> None:
    def followed(event: Event, paper: papers.Paper | None) -> None:
        _apply(event, paper)

    subscribe(name, prepare=_prepare, name=f"licence_{last_part(name)}")(followed)


for _row in LIFE.values():
    _follow(_row.event)
