"""Where a signature stands, and the names of the events about it."""

from enum import StrEnum

from tongban.kernel.events.states import declare

SIGNATURE_ASKED = declare("signature.asked", "请求签名", "A signature was asked for")
SIGNATURE_GIVEN = declare("signature.given", "签了名", "A signature was given")
SIGNATURE_REFUSED = declare("signature.refused", "拒绝签名", "A signature was refused")
SIGNATURE_VOIDED = declare(
    "signature.voided", "内容有改动，签名作废", "The content changed and a signature ended"
)


class SignatureState(StrEnum):
    """What became of the request for a signature."""

    ASKED = "asked"
    SIGNED = "signed"
    REFUSED = "refused"
    VOID = "void"  # the text is no longer what is to be signed


LIVE = (SignatureState.ASKED, SignatureState.SIGNED, SignatureState.REFUSED)
STATE_NAMES = {
    SignatureState.ASKED: ("待签名", "Waiting"),
    SignatureState.SIGNED: ("已签名", "Signed"),
    SignatureState.REFUSED: ("拒绝签名", "Refused"),
    SignatureState.VOID: ("已作废", "Void"),
}
