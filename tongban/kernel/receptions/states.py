"""Modes of receiving, how identity was checked, whose turn a clock counts, and the events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

RECEPTION_OPENED = declare("reception.opened", "窗口开始代收申请", "A window began to take an application in")
RECEPTION_DISCARDED = declare(
    "reception.discarded", "窗口撤销了未交件的申请", "A window dropped an application that was not handed in"
)
SHOWN = declare(
    "reception.shown", "窗口为到场的人查看了数据", "A window looked at data for somebody in front of it"
)
RECEIVED = declare("case.received_at_window", "窗口收件，转办理机关", "Received at a window for the office")


CONSENTED = declare("reception.consented", "到场的居民同意帮办", "The resident agreed to be helped")
HELP_ENDED = declare("reception.help_ended", "帮办结束", "Helping the resident ended")
HELP_MINUTES = 60  # for which somebody of a village station helps a resident in front of them


class Consent(StrEnum):
    """How a resident agreed that somebody at a village station fills in and hands in for them."""

    CODE = "code"  # told the one-time code that came to their own telephone
    PAPER = "paper"  # signed on paper, which was photographed


CONSENT_NAMES = {
    Consent.CODE: ("本人手机验证码", "A code from their own telephone"),
    Consent.PAPER: ("本人签字的同意书", "A consent signed on paper"),
}


class Mode(StrEnum):
    """How receiving and handling are apart (mission A9)."""

    FORWARD = "forward"  # the department's own window, moved forward to the town
    CITY_TOWN = "city_town"  # a town's window receives for a department of the city
    CROSS_TOWN = "cross_town"  # one town's window, or the city's hall, receives for another town
    LOCAL = "local"  # received where it is handled


MODE_NAMES = {
    Mode.FORWARD: ("窗口前移", "The department's window in the town"),
    Mode.CITY_TOWN: ("市镇通收", "A town's window receives for the city"),
    Mode.CROSS_TOWN: ("跨镇通办", "One town's window receives for another"),
    Mode.LOCAL: ("本地收件", "Received where it is handled"),
}


class Proof(StrEnum):
    """How it was checked who stands at the window."""

    ID_CARD = "id_card"
    ELECTRONIC = "electronic"
    HOME_VISIT = "home_visit"  # at the bed of somebody who cannot come (窗口前移到家)


PROOF_NAMES = {
    Proof.ID_CARD: ("核对居民身份证原件", "Identity card seen"),
    Proof.ELECTRONIC: ("核对电子证件（扫码亮证）", "Electronic identity scanned"),
    Proof.HOME_VISIT: ("上门核对身份证", "Identity card seen at a home visit"),
}


class Holder(StrEnum):
    """On whom a case waits, and so whose clock runs."""

    NOBODY = "nobody"
    HANDLER_RECEIPT = "handler_receipt"
    APPLICANT = "applicant"
    HANDLER_DECISION = "handler_decision"
    STANDSTILL = "standstill"
    HANDLER_DELIVERY = "handler_delivery"
    ENDED = "ended"


HOLDER_NAMES = {
    Holder.NOBODY: ("尚未交件，没有计时", "Not handed in yet: no clock runs"),
    Holder.HANDLER_RECEIPT: (
        "受理期限，由办理机关计时",
        "The limit for acceptance runs against the handling office",
    ),
    Holder.APPLICANT: ("停表，等申请人补正", "Stands still: waits for the applicant"),
    Holder.HANDLER_DECISION: (
        "办理期限，由办理机关计时",
        "The limit for the decision runs against the handling office",
    ),
    Holder.STANDSTILL: ("停表，特别程序中", "Stands still: a special procedure"),
    Holder.HANDLER_DELIVERY: (
        "送达期限，由办理机关计时",
        "The limit for delivery runs against the handling office",
    ),
    Holder.ENDED: ("已办结，停止计时", "Ended: no clock runs"),
}
LONGEST_NOTE = 200


class Purpose(StrEnum):
    """What a window looks at somebody's data for."""

    POLICIES = "policies"  # what they can get
    APPEAL = "appeal"  # whom an appeal is handed in for
