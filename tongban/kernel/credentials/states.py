"""States of credentials, what the law lets happen to them, and the names of their events."""

from dataclasses import dataclass
from enum import StrEnum

from tongban.foundation.errors import Problem
from tongban.kernel.events.states import declare

CREDENTIAL_ISSUED = declare("credential.issued", "签发了电子证照", "A credential was issued")
CREDENTIAL_VERIFIED = declare("credential.verified", "有人核验了电子证照", "A credential was verified")
CREDENTIAL_REVOKED = declare("credential.revoked", "撤销了电子证照", "A credential was revoked")
CREDENTIAL_SIGNED = declare(
    "credential.signed", "为电子证照补做了离线核验码", "A credential got its offline code"
)
ACT_PROPOSED = declare("credential.act_proposed", "提请处理电子证照", "An act on a credential was proposed")
ACT_REJECTED = declare(
    "credential.act_rejected", "负责人不同意处理电子证照", "An act on a credential was not agreed to"
)
CREDENTIAL_SUSPENDED = declare("credential.suspended", "暂扣了电子证照", "A credential was suspended")
CREDENTIAL_RESTORED = declare(
    "credential.restored", "恢复了电子证照的效力", "A credential was put in force again"
)
CREDENTIAL_FORFEITED = declare("credential.forfeited", "吊销了电子证照", "A credential was forfeited")
CREDENTIAL_CANCELLED = declare("credential.cancelled", "注销了电子证照", "A credential was cancelled")
CREDENTIAL_MOVED = declare("credential.moved", "电子证照转出", "A credential moved to another authority")
CREDENTIAL_REPLACED = declare("credential.replaced", "换发了电子证照", "A credential was replaced")


class CredentialState(StrEnum):
    """States of the ministry interface (domain.md 3)."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MOVED = "moved"
    FORFEITED = "forfeited"


STATE_CODES = {
    CredentialState.VALID: "01",
    CredentialState.SUSPENDED: "02",
    CredentialState.REVOKED: "03",
    CredentialState.CANCELLED: "04",
    CredentialState.EXPIRED: "05",
    CredentialState.MOVED: "06",
    CredentialState.FORFEITED: "07",
}

HOLDER_CODE_TYPES = {"organisation": "001", "person": "111"}


class UseKind(StrEnum):
    """How somebody came to see a credential or to use it (用证台账)."""

    CHECK = "check"  # by the code on the paper
    PRESENT = "present"  # by a one-time code that the holder showed
    CASE = "case"  # reused in a case
    LEND = "lend"  # under the holder's authority
    COPY = "copy"  # an annotated copy was made


class Act(StrEnum):
    """What an authority can do with a credential after it was issued."""

    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"
    FORFEIT = "forfeit"
    CANCEL = "cancel"
    MOVE = "move"
    REISSUE = "reissue"


class ActState(StrEnum):
    """How far an act has come."""

    PROPOSED = "proposed"
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Ground:
    """A reason that the law lists: its identifier, its words, its article."""

    id: str
    zh: str
    en: str
    basis: str


@dataclass(frozen=True)
class LifeRow:
    """A row of the table: from which states, to which, event, whether the head must agree, and the lawful grounds."""

    act: Act
    zh: str
    en: str
    before: frozenset[CredentialState]
    after: CredentialState
    event: str
    agreed: bool  # the head of the agency, another person than who proposed, has to agree
    letter: bool
    grounds: tuple[Ground, ...]


_S = CredentialState
_LICENSING, _PUNISHING = "《中华人民共和国行政许可法》", "《中华人民共和国行政处罚法》"
_A69, _A70 = f"{_LICENSING}第六十九条", f"{_LICENSING}第七十条"
_A9, _A49 = f"{_PUNISHING}第九条", f"{_LICENSING}第四十九条"
_OPEN = frozenset({_S.VALID, _S.SUSPENDED})

# The law fixes who may take a licence back and why: articles 69 and 70 of the licensing law, article 9 of the law on
# administrative punishment. Packs cannot change it.
LIFE = {
    row.act: row
    for row in [
        LifeRow(
            Act.SUSPEND, "暂扣", "Suspend", frozenset({_S.VALID}), _S.SUSPENDED, CREDENTIAL_SUSPENDED, agreed=True, letter=True,
            grounds=(Ground("punishment", "行政处罚决定暂扣许可证件", "Suspended by a decision on punishment", f"{_A9}第三项"),
                     Ground("order", "法院、监察机关等依法要求停止使用", "Ordered by a court or an authority", "有关机关的法律文书")),
        ),
        LifeRow(
            Act.RESTORE, "恢复", "Restore", frozenset({_S.SUSPENDED}), _S.VALID, CREDENTIAL_RESTORED, agreed=False, letter=True,
            grounds=(Ground("over", "暂扣期满或者已按要求改正", "The time is over, or it was put right", f"{_A9}第三项"),
                     Ground("wrong", "暂扣决定被撤销或者变更", "The decision was set aside or changed", "复议决定或者行政判决")),
        ),
        LifeRow(
            Act.REVOKE, "撤销", "Revoke", _OPEN, _S.REVOKED, CREDENTIAL_REVOKED, agreed=True, letter=True,
            grounds=(Ground("abuse", "工作人员滥用职权、玩忽职守作出准予决定", "Granted by abuse of power or neglect of duty", f"{_A69}第一款第一项"),
                     Ground("competence", "超越法定职权作出准予决定", "Granted beyond competence", f"{_A69}第一款第二项"),
                     Ground("procedure", "违反法定程序作出准予决定", "Granted against the procedure of the law", f"{_A69}第一款第三项"),
                     Ground("unqualified", "对不具备申请资格或者不符合法定条件的申请人准予", "Granted to the unqualified", f"{_A69}第一款第四项"),
                     Ground("other_law", "依法可以撤销的其他情形", "Other cases in which the law lets it be revoked", f"{_A69}第一款第五项"),
                     Ground("fraud", "以欺骗、贿赂等不正当手段取得", "Obtained by fraud or bribery", f"{_A69}第二款"),
                     Ground("commitment", "告知承诺的内容与实际不符", "What was committed to turned out untrue", "国办发〔2020〕42号")),
        ),
        LifeRow(
            Act.FORFEIT, "吊销", "Forfeit", _OPEN, _S.FORFEITED, CREDENTIAL_FORFEITED, agreed=True, letter=True,
            grounds=(Ground("punishment", "行政处罚决定吊销许可证件", "Forfeited by a decision on punishment", f"{_A9}第三项"),),
        ),
        LifeRow(
            Act.CANCEL, "注销", "Cancel",
            frozenset({_S.VALID, _S.SUSPENDED, _S.EXPIRED, _S.REVOKED, _S.FORFEITED}),
            _S.CANCELLED, CREDENTIAL_CANCELLED, agreed=False, letter=True,
            grounds=(Ground("expired", "有效期届满未延续", "Expired and not renewed", f"{_A70}第一项"),
                     Ground("person", "赋予公民特定资格的许可，该公民死亡或者丧失行为能力", "The person died or lost capacity", f"{_A70}第二项"),
                     Ground("ended", "法人或者其他组织依法终止", "The organisation has ended", f"{_A70}第三项"),
                     Ground("taken_back", "许可依法被撤销、撤回，或者许可证件依法被吊销", "Revoked, withdrawn or forfeited before", f"{_A70}第四项"),
                     Ground("force_majeure", "因不可抗力许可事项无法实施", "Cannot be exercised through force majeure", f"{_A70}第五项"),
                     Ground("asked", "持证人申请注销", "At the holder's request", f"{_A70}第六项"),
                     Ground("other_law", "法律、法规规定的其他情形", "Other cases of the law", f"{_A70}第六项")),
        ),
        LifeRow(
            Act.MOVE, "转出", "Move out", frozenset({_S.VALID}), _S.MOVED, CREDENTIAL_MOVED, agreed=False, letter=True,
            grounds=(Ground("moved", "持证人迁往其他地方，由迁入地发证机关管理", "The holder moved; another authority takes it over", _A49),),
        ),
        LifeRow(
            Act.REISSUE, "换发、补发", "Reissue", frozenset({_S.VALID}), _S.CANCELLED, CREDENTIAL_REPLACED, agreed=False, letter=False,
            grounds=(Ground("changed", "登载内容变更", "What it says has changed", _A49),
                     Ground("wrong", "登载内容有误，予以更正", "What it says was wrong", _A49),
                     Ground("lost", "原件遗失、损毁", "Lost or damaged", _A49)),
        ),
    ]
}  # fmt: skip
if set(LIFE) != set(Act):
    raise AssertionError("every act needs its row")


class ActNotPossible(Problem):
    """The state of the credential does not allow this act."""

    code = "credential.act_not_possible"
    status = 409


def require(state: CredentialState, act: Act) -> LifeRow:
    """The row of an act from a state; raises ActNotPossible, naming what is possible."""
    row = LIFE[act]
    if state not in row.before:
        possible = [other for other in LIFE.values() if state in other.before]
        raise ActNotPossible(
            sentence_zh=f"这份证照现在的状态是“{STATE_NAMES[state][0]}”，不能{row.zh}。",
            sentence_en=f"The credential is now '{STATE_NAMES[state][1]}', so '{row.en}' is not possible.",
            todo_zh=f"现在可以：{'、'.join(one.zh for one in possible) or '无'}。",
            todo_en=f"Possible now: {', '.join(one.en for one in possible) or 'nothing'}.",
        )
    return row


STATE_NAMES = {
    _S.VALID: ("有效", "In force"),
    _S.SUSPENDED: ("暂扣", "Suspended"),
    _S.REVOKED: ("已撤销", "Revoked"),
    _S.CANCELLED: ("已注销", "Cancelled"),
    _S.EXPIRED: ("已过期", "Expired"),
    _S.MOVED: ("已转出", "Moved out"),
    _S.FORFEITED: ("已吊销", "Forfeited"),
}
USE_NAMES = {
    UseKind.CHECK: ("核验", "Check"),
    UseKind.PRESENT: ("亮证", "Shown"),
    UseKind.CASE: ("办事使用", "Used in a case"),
    UseKind.LEND: ("授权用证", "Lent"),
    UseKind.COPY: ("加注件", "Annotated copy"),
}
