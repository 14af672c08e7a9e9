"""Kinds and levels of parties, and the names of their events."""

from enum import IntEnum, StrEnum

from tongban.kernel.access.states import Area
from tongban.kernel.events.states import declare

PERSON_REGISTERED = declare("person.registered", "登记了自然人", "A person was registered")
ORGANISATION_REGISTERED = declare(
    "organisation.registered", "登记了法人或其他组织", "An organisation was registered"
)
ACCOUNT_OPENED = declare("account.opened", "开通了账号", "An account was opened")
MANDATE_GIVEN = declare("mandate.given", "建立了代办授权", "A mandate was given")
MANDATE_ACCEPTED = declare("mandate.accepted", "受托人接受了授权", "A mandate was accepted by its agent")
MANDATE_CHANGED = declare("mandate.changed", "调整了分工", "The duties of a mandate were changed")
MANDATE_ENDED = declare("mandate.ended", "终止了代办授权", "A mandate was ended")
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
    APPOINTED = "appointed"  # somebody of the organisation, with duties there
    ONLINE = "online"
    FAMILY = "family"  # a family helper, above all of the elderly
    GUARDIAN = "guardian"  # of a minor, or of somebody who cannot act (民法典 art. 23, 27, 28)
    WINDOW = "window"  # on paper (授权委托书), seen and scanned at a window


# What a person can be helped under, and what only a window can note: there the papers are seen.
OF_PERSONS = frozenset(
    {MandateSource.ONLINE, MandateSource.FAMILY, MandateSource.GUARDIAN, MandateSource.WINDOW}
)
ON_PAPER = frozenset({MandateSource.GUARDIAN, MandateSource.WINDOW})
SOURCE_NAMES = {
    MandateSource.LEGAL_REPRESENTATIVE: ("法定代表人（登记）", "Legal representative, by the register"),
    MandateSource.APPOINTED: ("单位任命", "Appointed by the organisation"),
    MandateSource.ONLINE: ("网上委托", "Given online"),
    MandateSource.FAMILY: ("家人帮办", "Family helper"),
    MandateSource.GUARDIAN: ("监护人", "Guardian"),
    MandateSource.WINDOW: ("窗口授权委托书", "On paper, at a window"),
}


class Duty(StrEnum):
    """What somebody does in an organisation: opens areas of it to them, and decides of what they are told."""

    LEGAL = "legal"  # the legal representative: by the register, given by nobody
    MANAGER = "manager"  # everything, and who else does what
    FINANCE = "finance"
    HR = "hr"
    POLICY = "policy"  # who looks after declarations and awards
    PROJECT = "project"
    CLERK = "clerk"


GIVEN_DUTIES = tuple(one for one in Duty if one is not Duty.LEGAL)
DUTY_NAMES: dict[Duty, tuple[str, str]] = {
    Duty.LEGAL: ("法定代表人", "legal representative"),
    Duty.MANAGER: ("管理人员", "manager"),
    Duty.FINANCE: ("财务负责人", "finance manager"),
    Duty.HR: ("人事负责人", "HR manager"),
    Duty.POLICY: ("政策专员", "policy officer"),
    Duty.PROJECT: ("项目负责人", "project manager"),
    Duty.CLERK: ("办事员", "clerk"),
}
# The areas that a duty opens. The home and the file of facts are open to everybody of the organisation.
DUTY_AREAS: dict[Duty, frozenset[Area]] = {
    Duty.LEGAL: frozenset(Area),
    Duty.MANAGER: frozenset(Area),
    Duty.FINANCE: frozenset({Area.CASES, Area.MONEY}),
    Duty.HR: frozenset({Area.CASES, Area.MARKET}),
    Duty.POLICY: frozenset({Area.CASES, Area.MONEY, Area.APPEALS}),
    Duty.PROJECT: frozenset({Area.CASES, Area.PROJECTS, Area.APPEALS, Area.MARKET}),
    Duty.CLERK: frozenset({Area.CASES}),
}


class Step(StrEnum):
    """The steps of signing in that strangers can repeat: asking for a code, trying one, trying a password."""

    ASK = "ask"
    TRY = "try"
    PASSWORD = "password"  # noqa: S105  # the name of a step


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
    PASSWORD_ACCOUNT = "password.account"  # noqa: S105  # names of scopes
    PASSWORD_PLACE = "password.place"  # noqa: S105
    PASSWORD_ADDRESS = "password.address"  # noqa: S105
    PASSWORD_DEVICE = "password.device"  # noqa: S105
