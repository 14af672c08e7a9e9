"""A case as the messages 0 to 9 of the national exchange format (domain.md 2.3). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel.cases.states import TRANSITIONS, Verb

# Message code → its name. 1 预受理 is not used: who hands in online is accepted or not, with nothing between.
MESSAGES = {
    "0": "申办",
    "2": "受理",
    "3": "审批",
    "4": "办结",
    "5": "特别程序申请",
    "6": "特别程序结果",
    "7": "补正告知",
    "8": "补正受理",
    "9": "领取登记",
}
_OF_VERB = {
    Verb.SUBMIT: "0",
    Verb.ACCEPT: "2",
    Verb.DEEM_ACCEPTED: "2",
    Verb.REFUSE: "4",
    Verb.COMPLETE_STEP: "3",
    Verb.SUSPEND: "5",
    Verb.EXTEND: "5",
    Verb.ASK_HEARING: "5",
    Verb.RESUME: "6",
    Verb.HOLD_HEARING: "6",
    Verb.REQUEST_SUPPLEMENT: "7",
    Verb.RESUBMIT: "8",
    Verb.GRANT: "4",
    Verb.DEEM_RENEWED: "4",
    Verb.DENY: "4",
    Verb.LAPSE: "4",
    Verb.WITHDRAW: "4",
    Verb.TERMINATE: "4",
    Verb.DELIVER: "9",
}
_OF_EVENT = {TRANSITIONS[verb].event: (code, verb) for verb, code in _OF_VERB.items()}
# Special procedures of the normative set (GB/T 39046-2020 A): 1 an extension of the limit, 2 everything else.
_PROCEDURE = {Verb.EXTEND: "1", Verb.SUSPEND: "2", Verb.ASK_HEARING: "2"}


@dataclass(frozen=True)
class Message:
    """One message: `code` 0 to 9, `version` counts from 1 and grows when the same one is sent again."""

    code: str
    name: str
    case_no: str
    task_code: str
    division: str
    at: datetime
    version: int
    closing_code: str = ""
    procedure: str = ""


def messages(
    history: Iterable[Any], *, case_no: str, task_code: str, division: str, codes: Mapping[str, str]
) -> list[Message]:
    """The messages that a case's events make, in order; events that the format does not know make none.

    `codes` are closing codes by verb where they differ from the table's (a lapsed promise is 5, not 2).
    """
    made: list[Message] = []
    for event in history:
        code, verb = _OF_EVENT.get(event.name, ("", None))
        if verb is None:
            continue
        sent = sum(one.code == code for one in made)
        closing = codes.get(verb) or TRANSITIONS[verb].closing_code
        made.append(
            Message(
                code=code,
                name=MESSAGES[code],
                case_no=case_no,
                task_code=task_code,
                division=division,
                at=event.at,
                version=sent + 1,
                closing_code=closing if code == "4" else "",
                procedure=_PROCEDURE.get(verb, ""),
            )
        )
    return made
