"""Kinds of factors and ways to sign in, states of a pairing, ways to raise a level, and the names of their events."""

from enum import StrEnum

from tongban.kernel.events.states import declare

FACTOR_ADDED = declare("factor.added", "登记了登录的第二道验证", "A factor for signing in was added")
FACTOR_REMOVED = declare("factor.removed", "移除了登录的第二道验证", "A factor for signing in was removed")
PASSWORD_SET = declare(
    "password.set", "设置或者更改了登录密码", "A password for signing in was set or changed"
)
PASSWORD_REMOVED = declare("password.removed", "移除了登录密码", "The password for signing in was removed")
RECOVERY_CODES_MADE = declare("recovery_codes.made", "生成了备用码", "Recovery codes were made")
RECOVERY_CODE_USED = declare("recovery_code.used", "使用了备用码", "A recovery code was used")
SESSION_BEGUN = declare("session.begun", "登录了", "A session was begun")
SESSION_BEGUN_ANEW = declare(
    "session.begun_on_new_device",
    "在没有用过的设备上登录了",
    "A session was begun on a device that was not used before",
)
DEVICES_FORGOTTEN = declare(
    "known_devices.forgotten", "不再记住用过的设备", "Devices used before were forgotten"
)
SESSION_CHECKED = declare("session.checked", "重新验证了身份", "Identity was checked again in a session")
SESSION_ENDED = declare("session.ended", "登录结束了", "A session was ended")
PAIRING_ANSWERED = declare(
    "pairing.answered", "在手机上答复了扫码登录", "Signing in by QR code was answered on the telephone"
)
IDENTITY_GIVEN = declare("identity.given", "填报了身份信息", "Particulars of an identity were given")
ACCOUNT_DROPPED = declare(
    "account.dropped", "删除了没有完成开通的账号", "An account that was never finished was dropped"
)
LEVEL_RAISED = declare("level.raised", "提高了实名等级", "A level of assurance was raised")
AUDIT_EXPORTED = declare("audit.exported", "导出了审计记录", "Records were exported for an audit")
ACCOUNT_DISABLED = declare("account.disabled", "停用了账号", "An account was closed")
ACCOUNT_ENABLED = declare("account.enabled", "恢复了账号", "An account was opened again")
RESET_ASKED = declare("factor_reset.asked", "申请重置第二道验证", "A reset of a second factor was asked for")
RESET_DONE = declare("factor_reset.done", "重置了第二道验证", "A second factor was reset by a second person")
RESET_REFUSED = declare(
    "factor_reset.refused", "没有同意重置第二道验证", "A reset of a second factor was refused"
)
CONSENT_WITHDRAWN = declare(
    "level.consent_withdrawn", "撤回了人脸核验的同意", "The consent to a comparison of faces was withdrawn"
)
LEVEL_REFUSED = declare("level.refused", "核验身份没有通过", "A verification of identity did not succeed")

KEPT_DAYS = 180  # sign-ins that ended: logs are kept for six months at least (网络安全法 article 21)


MOST_KNOWN = 30  # devices kept for an account: a browser that forgets its cookies is another one each time
COUNTER_MINUTES = 10  # for which a window finds an account by its code


class FactorKind(StrEnum):
    """What an account can have besides the code that is sent to it."""

    TOTP = "totp"  # numbers of an authenticator, RFC 6238
    PASSKEY = "passkey"  # WebAuthn, with user verification: possession and knowledge in one


class Way(StrEnum):
    """How somebody has shown who they are; the names are those of RFC 8176 where it has one."""

    CODE = "sms"
    PASSWORD = "pwd"  # noqa: S105  # the name of a way
    TOTP = "otp"
    PASSKEY = "hwk"
    RECOVERY = "recovery"
    PAIRED = "paired"  # by a telephone that was signed in


# Ways in words: (Chinese, English).
WAY_NAMES = {
    Way.CODE: ("验证码", "Code"),
    Way.PASSWORD: ("密码", "Password"),
    Way.TOTP: ("动态码", "Number"),
    Way.PASSKEY: ("通行密钥", "Passkey"),
    Way.RECOVERY: ("备用码", "Recovery code"),
    Way.PAIRED: ("手机扫码", "By telephone"),
}
if set(WAY_NAMES) != set(Way):
    raise AssertionError("every way needs its name")

# What makes a staff session: a number or a recovery code besides the code, a passkey, or a telephone that was signed in
# with two factors itself and on which one of them was shown again.
SECOND = frozenset({Way.TOTP, Way.PASSKEY, Way.RECOVERY, Way.PAIRED})


class PairingState(StrEnum):
    """What became of a code that was shown for scanning."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    USED = "used"


class Ended(StrEnum):
    """Why a session is over."""

    OUT = "out"  # its owner signed out in it
    REMOTE = "remote"  # its owner ended it from another one
    TIME = "time"
    CLOSED = "closed"  # the account was closed by an administrator
    FACTOR = "factor"  # a factor was removed, and what stood on it went too
    PASSWORD = "password"  # noqa: S105  # the password was set, changed or removed


class DocumentType(StrEnum):
    """Documents that open an account (GA/T 2000.156)."""

    RESIDENT = "111"
    PASSPORT = "414"
    HONG_KONG_MACAO = "516"
    TAIWAN = "511"
    RESIDENCE = "553"  # foreigner's permanent residence card
