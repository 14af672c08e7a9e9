"""Kinds and levels of parties, and the names of their events."""

from enum import IntEnum, StrEnum

from tongban.kernel.events.states import declare

PERSON_REGISTERED = declare("person.registered", "登记了自然人", "A person was registered")
ORGANISATION_REGISTERED = declare(
    "organisation.registered", "登记了法人或其他组织", "An organisation was registered"
)
ACCOUNT_OPENED = declare("account.opened", "开通了账号", "An account was opened")
MANDATE_GIVEN = declare("mandate.given", "建立了代办授权", "A mandate was given")
FACT_LEARNED = declare("fact.learned", "更新了一项数据", "A fact was learned")
FACT_DISPUTED = declare("fact.disputed", "当事人认为一项数据有误", "A fact was disputed by its subject")
FACT_DECLARED = declare("fact.declared", "当事人自报了一项数据", "A missing fact was declared by its subject")
DISPUTE_ANSWERED = declare(
    "fact_dispute.answered", "来源部门答复了数据异议", "A dispute about a fact was answered"
)
CODE_ASKED = declare("code.asked", "请求了一次性验证码", "A one-time code was asked for")


class AssuranceLevel(IntEnum):
    """How surely an account belongs to its person; 2 to 4 are the levels people see as 三级, 四级, 五级."""

    GUEST = 0
    SELF_GIVEN = 1
    MATCHED = 2
    FACE_MATCHED = 3
    CERTIFICATE = 4


class SubjectKind(StrEnum):
    """What a fact or a credential can be about."""

    PERSON = "person"
    ORGANISATION = "organisation"


class OrganisationKind(StrEnum):
    """Legal forms as far as items tell them apart."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    INSTITUTION = "institution"
    SOCIAL = "social"
    OTHER = "other"


class FactState(StrEnum):
    """How far a fact can be relied on."""

    KNOWN = "known"
    STALE = "stale"
    DISPUTED = "disputed"
    DECLARED = "declared"  # by its subject, and verified by nobody: a lower grade of trust


# On these no form relies, and nothing is granted by them.
NOT_RELIED_ON = (FactState.DISPUTED, FactState.DECLARED)
SELF = "self"  # the source of what a subject declares of itself


class DisputeState(StrEnum):
    """What became of a dispute."""

    OPEN = "open"
    CORRECTED = "corrected"
    KEPT = "kept"


class MandateSource(StrEnum):
    """Where a mandate comes from."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    ONLINE = "online"
    WINDOW = "window"


class Step(StrEnum):
    """The two steps of signing in that strangers can repeat."""

    ASK = "ask"
    TRY = "try"


class Scope(StrEnum):
    """Over what the repetitions of a step are counted.

    A device that has signed in to the account before is counted by itself; all others by account, by account and
    address together (the place), and by address. So strangers can use up one another's share and not the owner's.
    """

    ASK_ACCOUNT = "ask.account"
    ASK_PLACE = "ask.place"
    ASK_ADDRESS = "ask.address"
    ASK_DEVICE = "ask.device"
    TRY_ACCOUNT = "try.account"
    TRY_PLACE = "try.place"
    TRY_ADDRESS = "try.address"
    TRY_DEVICE = "try.device"
