"""What follows from a case: its events, and where a result on paper can be."""

from enum import StrEnum

from tongban.kernel.events.states import declare

RENEWAL_NOTED = declare("case.renewal_noted", "登记了要延续的证照", "The licence to be renewed was noted")
RENEWAL_ALERTED = declare(
    "case.renewal_alerted",
    "证照即将到期，提醒尽快作出延续决定",
    "Expiry is near: the renewal must be decided",
)


DELIVERY_CHOSEN = declare("case.delivery_chosen", "选择了领取方式", "A way of delivery was chosen")
RESULT_READY = declare(
    "case.result_ready", "结果已制好，等待领取或者寄出", "The result lies ready to be handed over"
)
PARCEL_ORDERED = declare("case.parcel_ordered", "交寄结果", "The result was given to the courier")
PARCEL_SENT = declare("case.parcel_sent", "快递已收件", "The courier has taken the parcel")
PARCEL_REFUSED = declare("case.parcel_refused", "快递没有收件", "The courier did not take the parcel")
PARCEL_RETURNED = declare("case.parcel_returned", "邮件被退回", "The parcel came back")
RESULT_RECEIVED = declare("case.result_received", "申请人收到了结果", "The applicant has received the result")


PAYMENT_ASKED = declare("case.payment_asked", "发出缴费通知", "A payment was asked for")
PAYMENT_RECEIVED = declare("case.payment_received", "收到缴费", "The payment was received")


REGISTER_EXPORTED = declare(
    "proof_register.exported", "导出了村级证明台账", "The register of village proofs was exported"
)


class RegisterPurpose(StrEnum):
    """What the register of village proofs is taken away for."""

    ARCHIVE = "archive"
    INSPECTION = "inspection"
    STATISTICS = "statistics"
    COURT = "court"


REGISTER_PURPOSES = {
    RegisterPurpose.ARCHIVE: ("归档", "For the archive"),
    RegisterPurpose.INSPECTION: ("上级检查", "For an inspection"),
    RegisterPurpose.STATISTICS: ("统计", "For statistics"),
    RegisterPurpose.COURT: ("司法机关调取", "Asked for by a court or the police"),
}


class PaymentState(StrEnum):
    """Whether a fee was paid."""

    ASKED = "asked"
    PAID = "paid"


PAYMENT_NAMES = {PaymentState.ASKED: ("待缴费", "To be paid"), PaymentState.PAID: ("已缴费", "Paid")}


class Way(StrEnum):
    """How a result on paper reaches the applicant; without a choice it is delivered electronically."""

    COLLECT = "collect"
    POST = "post"


class HandoverState(StrEnum):
    """Where the paper is."""

    CHOSEN = "chosen"  # there is no result yet
    READY = "ready"
    SENDING = "sending"  # the courier is being asked
    SENT = "sent"
    RETURNED = "returned"  # it came back, or the courier did not take it
    RECEIVED = "received"


class Identity(StrEnum):
    """How it was checked that the right person stands at the counter."""

    ID_CARD = "id_card"
    ELECTRONIC = "electronic"
    MANDATE = "mandate"  # somebody else, with a written mandate and their own card


WAY_NAMES = {Way.COLLECT: ("窗口领取", "Collected at a counter"), Way.POST: ("邮寄", "By post")}
HANDOVER_NAMES = {
    HandoverState.CHOSEN: ("等待结果", "Waiting for the result"),
    HandoverState.READY: ("待发放", "Ready"),
    HandoverState.SENDING: ("正在交寄", "Being given to the courier"),
    HandoverState.SENT: ("寄递中", "On its way"),
    HandoverState.RETURNED: ("已退回", "Came back"),
    HandoverState.RECEIVED: ("已收到", "Received"),
}
IDENTITY_NAMES = {
    Identity.ID_CARD: ("核对居民身份证", "Identity card"),
    Identity.ELECTRONIC: ("核对电子证件", "Electronic identity"),
    Identity.MANDATE: ("核对授权委托书和代领人身份证", "Mandate and the agent's identity card"),
}
# In these states of the paper nothing has left the office, so the applicant may still choose otherwise.
CHANGEABLE = (HandoverState.CHOSEN, HandoverState.READY, HandoverState.RETURNED)
