"""Realms, scopes, lives of codes, tokens and keys; names of events. Seconds where nothing else is said."""

from enum import StrEnum

from tongban.kernel.events.states import declare

SYSTEM_REGISTERED = declare(
    "relying_system.registered", "登记了接入系统", "A system that signs people on through us was registered"
)
SYSTEM_CHANGED = declare(
    "relying_system.changed", "修改了接入系统的登记", "The registration of a system was changed"
)
SYSTEM_STOPPED = declare("relying_system.stopped", "停用了接入系统", "A system was stopped")
SYSTEM_RESUMED = declare("relying_system.resumed", "恢复了接入系统", "A system was let in again")
SECRET_RENEWED = declare("relying_system.secret_renewed", "更换了接入系统的密钥", "A system got a new secret")
KEY_MADE = declare("signing_key.made", "生成了令牌签名密钥", "A key that signs tokens was made")
CONSENT_GIVEN = declare(
    "system_consent.given", "同意向接入系统提供信息", "Somebody agreed that a system is told who they are"
)
CONSENT_REVOKED = declare(
    "system_consent.revoked", "撤回了对接入系统的同意", "Somebody took back that agreement"
)
SIGN_ON_BEGUN = declare("sign_on.begun", "登录了接入系统", "Somebody signed on to a system")
SIGN_ON_REDEEMED = declare("sign_on.redeemed", "接入系统换取了令牌", "A system redeemed its code")
SIGN_ON_REFRESHED = declare("sign_on.refreshed", "接入系统更新了令牌", "A system renewed its tokens")
SIGN_ON_ENDED = declare("sign_on.ended", "在接入系统的登录结束了", "A sign-on at a system ended")

CODE_SECONDS = 60
ACCESS_SECONDS = 300
ID_SECONDS = 300
REFRESH_SECONDS = 2 * 3600
SIGN_ON_SECONDS = 12 * 3600  # whatever is renewed, after this somebody has to be there again
LOGOUT_SECONDS = 120

KEY_DAYS = 90  # a key signs for so long
KEY_LEAD_HOURS = 24  # published before it signs: systems keep our keys for a while
KEY_OVERLAP_HOURS = 24  # and published after it has signed the last time
KEPT_DAYS = 180  # ended sign-ons, which people see as what they did

MOST_TEXT = 500  # of `state` and `nonce`: both are ours to carry, not to store books in


class Realm(StrEnum):
    """Two issuers, because who serves and who is served never meet: each has addresses and accounts of its own."""

    PEOPLE = "people"
    STAFF = "staff"


class Scope(StrEnum):
    """What a system may ask for; everything beyond `openid` stands on the page of consent."""

    OPENID = "openid"
    PROFILE = "profile"  # the name with its middle hidden; of staff the agency too
    REALNAME = "realname"  # the whole name
    ACTING_FOR = "acting_for"  # the organisation acted for
    OFFLINE_ACCESS = "offline_access"  # tokens that can be renewed, until signing out


class TokenKind(StrEnum):
    """Kinds of tokens that are kept; codes stand in the sign-on, identity tokens nowhere."""

    ACCESS = "access"
    REFRESH = "refresh"


class Ending(StrEnum):
    """Why a sign-on ended."""

    SIGNED_OUT = "signed_out"  # here, of everything
    SYSTEM_SIGNED_OUT = "system_signed_out"  # asked for by the system
    REVOKED = "revoked"  # its owner took the consent back
    WITHDRAWN = "token_revoked"  # by the system, at the address that revokes tokens
    CODE_REPLAYED = "code_replayed"
    REFRESH_REPLAYED = "refresh_replayed"
    MANDATE_ENDED = "mandate_ended"
