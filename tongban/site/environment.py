"""Every setting that an operator may change, read from the environment once, with a sentence for each.

`docs/operations.md` lists them all; a test fails when one is missing there.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tongban.foundation.errors import Problem
from tongban.foundation.packs import read_yaml
from tongban.kernel.parties.calc import limits
from tongban.kernel.parties.states import Scope
from tongban.kernel.records.calc import AES, FORMATS
from tongban.modules.signon.calc import claims

ROOT = Path(__file__).resolve().parents[2]


class SettingProblem(Problem):
    """A setting has a value that cannot work; raised before anything is served."""

    code = "setting.invalid"
    status = 500


@dataclass(frozen=True)
class Setting:
    """One setting: its environment variable, the value used without it, and what it does."""

    name: str
    default: str
    sentence: str

    def read(self) -> str:
        """The value in force: the environment's, else the default."""
        return os.environ.get(self.name, self.default)


SETTINGS = [
    Setting("TONGBAN_DATABASE", "", "Address of the database; empty means an SQLite file in TONGBAN_VAR."),
    Setting(
        "TONGBAN_PREPARED",
        "1",
        "0 sends PostgreSQL every statement anew: for poolers that keep no session.",
    ),
    Setting(
        "TONGBAN_ROW_SECURITY",
        "",
        "PostgreSQL role for which the database checks whose rows it reads; empty: it checks none.",
    ),
    Setting(
        "TONGBAN_DATABASE_OWNER",
        "",
        "Address of the database for the owner of its tables, who changes and guards them; empty: TONGBAN_DATABASE.",
    ),
    Setting("TONGBAN_VAR", str(ROOT / "var"), "Folder for the database file, keys, uploaded files and logs."),
    Setting("TONGBAN_PACK", "", "Folder of the city's pack; empty means the only folder in packs/."),
    Setting(
        "TONGBAN_SECRET_KEY",
        "",
        "Key for sessions and tokens; empty makes one in TONGBAN_VAR on first start.",
    ),
    Setting("TONGBAN_HOST", "127.0.0.1", "Address the server listens on."),
    Setting("TONGBAN_PORT", "8000", "Port the server listens on."),
    Setting(
        "TONGBAN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Host names the server answers to, by comma."
    ),
    Setting("TONGBAN_PUBLIC_URL", "", "Public address that QR codes carry; empty means http://HOST:PORT."),
    Setting("TONGBAN_HTTPS", "0", "1 behind TLS: secure cookies and HSTS."),
    Setting("TONGBAN_DEMO", "1", "1 shows demo accounts and codes and marks all papers as samples."),
    Setting("TONGBAN_DEBUG", "0", "1 shows Django's debug pages; never in production."),
    Setting("TONGBAN_THREADS", "8", "Threads of the web server's one process on each core."),
    Setting("TONGBAN_EXPORT_DAYS", "7", "Days after which the file of an export is deleted."),
    Setting(
        "TONGBAN_DOSSIER_DAYS",
        "7",
        "Days after which the copy that people made of their own data is deleted.",
    ),
    Setting(
        "TONGBAN_LOOKS_MOST",
        "60",
        "Looks at people's data without a case that an officer has in a span; more are stopped and told.",
    ),
    Setting("TONGBAN_LOOKS_MINUTES", "60", "That span, in minutes."),
    Setting("TONGBAN_LOOK_VISIT_MINUTES", "5", "Minutes in which the same look counts as one visit."),
    Setting(
        "TONGBAN_LOOK_YEARS", "3", "Years for which looks are kept; the database refuses to delete earlier."
    ),
    Setting("TONGBAN_LOOK_NAMES", "0", "1 tells people the names of the officers who looked at their data."),
    Setting(
        "TONGBAN_FIGURES_LEAST",
        "5",
        "Fewest recipients of a group in the public figures; smaller ones are put together.",
    ),
    Setting("TONGBAN_UPLOADS_OPEN", "10", "Uploads that one account may have half finished."),
    Setting(
        "TONGBAN_UPLOAD_HOURS", "24", "Hours after its last piece for which an upload can be gone on with."
    ),
    Setting("TONGBAN_UPLOAD_PIECE_KB", "512", "Largest piece of an upload, in KB."),
    Setting(
        "TONGBAN_PROXIES",
        "0",
        "How many proxies of ours add to X-Forwarded-For; 0 means the header is not read.",
    ),
    Setting(
        "TONGBAN_CIPHERS",
        AES,
        "Ciphers of encrypted columns: aes, or sm (SM4, SM3). Used where a key is made; keys rotate moves a city over.",
    ),
    Setting(
        "TONGBAN_REQUEST_LIMITS",
        "account=600 device=300 address=6000 exchange=60000",
        "Requests a minute in each process; names left out keep these. `off`: none is counted.",
    ),
    Setting(
        "TONGBAN_SIGN_IN_LIMITS",
        "",
        "Limits on codes that differ from the defaults: scope=most/seconds/free/pause, several with spaces between.",
    ),
    Setting(
        "TONGBAN_STAFF_IDLE_MINUTES", "30", "Minutes without a request after which an officer is signed out."
    ),
    Setting("TONGBAN_STAFF_HOURS", "10", "Hours after which an officer signs in again in any case."),
    Setting(
        "TONGBAN_PERSON_IDLE_MINUTES",
        "480",
        "Minutes without a request after which anybody else is signed out.",
    ),
    Setting("TONGBAN_PERSON_HOURS", "72", "Hours after which anybody else signs in again in any case."),
    Setting(
        "TONGBAN_FRESH_MINUTES",
        "15",
        "Minutes for which a check of identity holds where one decides, seals or gives rights.",
    ),
    Setting("TONGBAN_GLASS_HOURS", "4", "Hours after which an emergency access to a case ends by itself."),
    Setting(
        "TONGBAN_GLASS_REVIEW_HOURS",
        "24",
        "Hours within which a supervisor reviews an emergency access.",
    ),
    Setting(
        "TONGBAN_SCANNER",
        "none",
        "Virus scanner of uploads: none looks for nothing, clamd asks a ClamAV daemon.",
    ),
    Setting(
        "TONGBAN_SCANNER_ADDRESS",
        "/run/clamav/clamd.ctl",
        "Where clamd listens: the path of a socket, or host:port.",
    ),
    Setting("TONGBAN_SCANNER_SECONDS", "30", "Seconds that the scanner may take for one file."),
    Setting(
        "TONGBAN_STAMPER",
        "none",
        "Who stamps the log's time: none, or rfc3161 for an authority asked over HTTP.",
    ),
    Setting("TONGBAN_STAMPER_URL", "", "Address of the time stamping authority (RFC 3161)."),
    Setting("TONGBAN_STAMPER_ROOTS", "", "PEM file of the root certificates that vouch for the authority."),
    Setting("TONGBAN_STAMPER_MINUTES", "60", "Minutes between two time stamps."),
    Setting(
        "TONGBAN_BACKUP_FOLDER", "", "Folder into which the worker makes a backup each night; empty: none."
    ),
    Setting(
        "TONGBAN_BACKUP_RECIPIENT",
        "",
        "Public keys (age) to which backups are encrypted, with blanks between; the secret ones lie elsewhere.",
    ),
    Setting("TONGBAN_BACKUP_KEEP", "14", "How many backups the nightly one keeps; 0 keeps all."),
    Setting("TONGBAN_PRESENT_SECONDS", "60", "Seconds for which a code that shows a licence is valid."),
    Setting(
        "TONGBAN_PUSH", "push", "Carrier of pushes: push writes files and rings nowhere, web-push is real."
    ),
    Setting(
        "TONGBAN_PUSH_CONTACT", "", "mailto: or https: address by which push services reach the operator."
    ),
    Setting(
        "TONGBAN_PROVINCE_URL",
        "",
        "Address to which records for the province are sent; empty means the pack's, or where it has called from.",
    ),
    Setting(
        "TONGBAN_ACR",
        "",
        "Names of the levels of assurance told to other systems, as 1=name 2=name; empty means 二级 to 五级.",
    ),
    Setting("TONGBAN_WORKERS", "1", "Processes of the web server."),
    Setting(
        "TONGBAN_NOW", "", "ISO moment at which the movable clock starts; empty means the machine's time."
    ),
]
DEMO_TIMES = 20
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def value(name: str) -> str:
    """The value of the setting `name`; raises KeyError for a name that is not declared above."""
    return _BY_NAME[name].read()


def flag(name: str) -> bool:
    """True when the setting is 1, true, yes or on."""
    return value(name).lower() in {"1", "true", "yes", "on"}


def whole(name: str) -> int:
    """The setting as a whole number; raises SettingProblem when it is none."""
    text = value(name)
    if not text.isdigit():
        raise SettingProblem(
            sentence_zh=f"设置 {name} 应为整数，现为“{text}”。",
            sentence_en=f"The setting {name} must be a whole number, not '{text}'.",
            todo_zh="改正环境变量后重新启动。",
            todo_en="Correct the environment variable and start again.",
        )
    return int(text)


def row_security() -> str:
    """The role for which the database checks whose rows it reads, or nothing; raises SettingProblem for no name of one."""
    role = value("TONGBAN_ROW_SECURITY")
    if role and not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_ROW_SECURITY 应为角色名，现为“{role}”。",
            sentence_en=f"The setting TONGBAN_ROW_SECURITY must be the name of a role, not '{role}'.",
            todo_zh="用小写字母、数字和下划线，例如 tongban_rows。",
            todo_en="Use small letters, digits and underscores, as in tongban_rows.",
        )
    return role


def sign_in_limits() -> dict[Scope, limits.Limit]:
    """How often codes may be asked for and tried; raises SettingProblem when the setting cannot be read.

    In a demonstration one person signs in as everybody from one machine, so everything is taken 20 times as often.
    """
    known = limits.eased(limits.DEFAULTS, DEMO_TIMES if flag("TONGBAN_DEMO") else 1)
    try:
        return limits.read_limits(value("TONGBAN_SIGN_IN_LIMITS"), known)
    except ValueError as error:
        scopes = ", ".join(one.value for one in Scope)
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_SIGN_IN_LIMITS 中的“{error}”无法识别。",
            sentence_en=f"The setting TONGBAN_SIGN_IN_LIMITS has '{error}', which cannot be read.",
            todo_zh=f"写成 ask.place=5/3600/2/30 的样子；可用的范围：{scopes}。",
            todo_en=f"Write it like ask.place=5/3600/2/30; the scopes are {scopes}.",
        ) from error


def ciphers() -> str:
    """Which ciphers new keys of the encrypted columns are for; raises SettingProblem for any others."""
    name = value("TONGBAN_CIPHERS")
    if name not in FORMATS:
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_CIPHERS 只能是 {'、'.join(FORMATS)}，现为“{name}”。",
            sentence_en=f"The setting TONGBAN_CIPHERS is one of {', '.join(FORMATS)}, not '{name}'.",
            todo_zh="改正环境变量后重新启动。",
            todo_en="Correct the environment variable and start again.",
        )
    return name


def request_limits() -> dict[str, int]:
    """Requests a minute by what they are counted over; empty when off. Raises SettingProblem.

    In a demonstration one person is everybody, so everything is taken 20 times as often.
    """
    text, known = value("TONGBAN_REQUEST_LIMITS"), _BY_NAME["TONGBAN_REQUEST_LIMITS"].default
    if text == "off":
        return {}
    found: dict[str, int] = {}
    names = {word.partition("=")[0] for word in known.split()}
    times = DEMO_TIMES if flag("TONGBAN_DEMO") else 1
    for word in (*known.split(), *text.split()):
        name, _, number = word.partition("=")
        if name not in names or not number.isdecimal() or not 0 < int(number) < 10**9:
            raise SettingProblem(
                sentence_zh=f"设置 TONGBAN_REQUEST_LIMITS 中的“{word}”无法识别。",
                sentence_en=f"The setting TONGBAN_REQUEST_LIMITS has '{word}', which cannot be read.",
                todo_zh=f"写成 {known} 的样子，或者写 off。",
                todo_en=f"Write it like {known}, or off.",
            )
        found[name] = int(number) * times
    return found


def backup_folder() -> str:
    """Where the nightly backup goes, or nothing; raises SettingProblem where it would go there unencrypted."""
    folder, to = value("TONGBAN_BACKUP_FOLDER"), value("TONGBAN_BACKUP_RECIPIENT").split()
    wrong = [one for one in to if not re.fullmatch(r"age1[0-9a-z]{58}", one)]
    if wrong or (folder and not to):
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_BACKUP_RECIPIENT 没有写 age 公钥，或者“{' '.join(wrong)}”不是。",
            sentence_en=f"The setting TONGBAN_BACKUP_RECIPIENT names no public key of age, or '{' '.join(wrong)}' is none.",
            todo_zh="填写 age-keygen 给出的以 age1 开头的公钥，几个之间用空格隔开；每晚的备份总是加密的。",
            todo_en="Give the key that age-keygen printed, which begins with age1; the nightly backup is always encrypted.",
        )
    return folder


def acr_names() -> dict[int, str]:
    """What levels of assurance are called towards other systems; raises SettingProblem when it cannot be read."""
    try:
        return claims.read_levels(value("TONGBAN_ACR"))
    except ValueError as error:
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_ACR 中的“{error}”无法识别，或者有重名。",
            sentence_en=f"The setting TONGBAN_ACR has '{error}', which cannot be read or is there twice.",
            todo_zh="写成 1=名称 2=名称 3=名称 4=名称 的样子，名称里没有空格。",
            todo_en="Write it like 1=name 2=name 3=name 4=name, with no blanks in names.",
        ) from error


def address(name: str) -> str:
    """The setting as an address of the web, or nothing; raises SettingProblem for anything else."""
    text = value(name)
    if text and not text.startswith(("http://", "https://")):
        raise SettingProblem(
            sentence_zh=f"设置 {name} 应为 http:// 或者 https:// 开头的地址，现为“{text}”。",
            sentence_en=f"The setting {name} must be an address that begins with http:// or https://, not '{text}'.",
            todo_zh="改正环境变量后重新启动。",
            todo_en="Correct the environment variable and start again.",
        )
    return text


def passkeys(public_url: str) -> tuple[str, str]:
    """The name of the site that passkeys belong to, and the origin from which browsers use them (WebAuthn, 5.1.2)."""
    parts = urlsplit(public_url)
    name = parts.hostname or "localhost"
    if re.fullmatch(r"[\d.]+|.*:.*", name):
        name = "localhost"
    port = f":{parts.port}" if parts.port else ""
    return name, f"{parts.scheme}://{name}{port}"


def push_contact() -> str:
    """Whom push services write to when something is wrong; raises SettingProblem where real pushes have nobody."""
    contact = value("TONGBAN_PUSH_CONTACT")
    if value("TONGBAN_PUSH") == "web-push" and not contact.startswith(("mailto:", "https:")):
        raise SettingProblem(
            sentence_zh="启用浏览器推送时没有写联系方式。",
            sentence_en="Pushes to browsers are on, but there is no contact.",
            todo_zh="把 TONGBAN_PUSH_CONTACT 设为 mailto: 或者 https: 开头的地址。",
            todo_en="Set TONGBAN_PUSH_CONTACT to an address that begins with mailto: or https:.",
        )
    return contact


def pack_folder() -> Path:
    """The folder of the pack in use; raises SettingProblem when it cannot be decided."""
    chosen = value("TONGBAN_PACK")
    if chosen:
        return Path(chosen).resolve()
    packs = sorted(path.parent for path in (ROOT / "packs").glob("*/pack.yaml"))
    if len(packs) != 1:
        raise SettingProblem(
            sentence_zh=f"packs/ 下有 {len(packs)} 个城市包，无法确定使用哪一个。",
            sentence_en=f"There are {len(packs)} packs in packs/; which one to use is not decided.",
            todo_zh="请设置 TONGBAN_PACK 为城市包所在目录。",
            todo_en="Set TONGBAN_PACK to the pack's folder.",
        )
    return packs[0]


def demo_usernames(pack: Path) -> list[str]:
    """The accounts named in the pack's demo file, in its order; none without that file."""
    path = pack / "demo.yaml"
    if not path.exists():
        return []
    data: Any = read_yaml(path).data
    return [one["username"] for one in [*data["people"], *data["staff"]]]


def var_folder() -> Path:
    """The folder for everything that is written; made when it is missing."""
    folder = Path(value("TONGBAN_VAR")).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
