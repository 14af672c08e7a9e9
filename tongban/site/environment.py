"""What the settings of `declared` say, read from the environment once, or a clear refusal to start."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tongban.foundation.errors import Problem
from tongban.foundation.packs import read_yaml
from tongban.kernel.parties.calc import limits
from tongban.kernel.parties.states import Scope
from tongban.kernel.records.calc import FORMATS
from tongban.modules.signon.calc import claims
from tongban.site.declared import BY_NAME, ROOT

DEMO_TIMES = 20


class SettingProblem(Problem):
    """A setting has a value that cannot work; raised before anything is served."""

    code = "setting.invalid"
    status = 500


def value(name: str) -> str:
    """The value of the setting `name`; raises KeyError for a name that is not declared."""
    return BY_NAME[name].read()


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


def hall_networks() -> list[IPv4Network | IPv6Network]:
    """The networks of the halls' public computers; raises SettingProblem for what is none."""
    try:
        return [ip_network(word) for word in value("TONGBAN_HALL_NETWORKS").split()]
    except ValueError as error:
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_HALL_NETWORKS 无法识别：{error}。",
            sentence_en=f"The setting TONGBAN_HALL_NETWORKS cannot be read: {error}.",
            todo_zh="写成 10.20.0.0/16 2001:db8::/48 的样子，用空格分开。",
            todo_en="Write it like 10.20.0.0/16 2001:db8::/48, with blanks between.",
        ) from error


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


def one_of(name: str, known: Iterable[str]) -> str:
    """The setting as one of the words that it can be; raises SettingProblem for any others."""
    text = value(name)
    if text not in known:
        raise SettingProblem(
            sentence_zh=f"设置 {name} 只能是 {'、'.join(known)}，现为“{text}”。",
            sentence_en=f"The setting {name} is one of {', '.join(known)}, not '{text}'.",
            todo_zh="改正环境变量后重新启动。",
            todo_en="Correct the environment variable and start again.",
        )
    return text


def ciphers() -> str:
    """Which ciphers new keys of the encrypted columns are for; raises SettingProblem for any others."""
    return one_of("TONGBAN_CIPHERS", FORMATS)


def logs() -> str:
    """How log lines are written; plain in a demonstration, where a person reads them, unless something is said."""
    if not value("TONGBAN_LOGS"):
        return "plain" if flag("TONGBAN_DEMO") else "json"
    return one_of("TONGBAN_LOGS", ["json", "plain"])


def breaches() -> tuple[str, str, str]:
    """Who knows leaked passwords, where, and what happens while that one is down; raises SettingProblem."""
    kind, url = one_of("TONGBAN_BREACHES", ["list", "range"]), address("TONGBAN_BREACHES_URL")
    if kind == "range" and not url:
        raise SettingProblem(
            sentence_zh="TONGBAN_BREACHES 设为 range，却没有写服务地址。",
            sentence_en="TONGBAN_BREACHES is range, but there is no address of the service.",
            todo_zh="把 TONGBAN_BREACHES_URL 设为它的地址。",
            todo_en="Set TONGBAN_BREACHES_URL to its address.",
        )
    return kind, url, one_of("TONGBAN_BREACHES_DOWN", ["allow", "refuse"])


def request_limits() -> dict[str, int]:
    """Requests a minute by what they are counted over; empty when off. Raises SettingProblem.

    In a demonstration one person is everybody, so everything is taken 20 times as often.
    """
    text, known = value("TONGBAN_REQUEST_LIMITS"), BY_NAME["TONGBAN_REQUEST_LIMITS"].default
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


def files_url(public_url: str) -> str:
    """The address of the host that serves files alone, or nothing. Raises SettingProblem for one that shares our cookies."""
    text = address("TONGBAN_FILES_URL").rstrip("/")
    parts, pages = urlsplit(text), urlsplit(public_url)
    if text and (not parts.hostname or parts.path or parts.query or parts.hostname == pages.hostname):
        raise SettingProblem(
            sentence_zh=f"设置 TONGBAN_FILES_URL 应为另一个主机名的地址，不带路径，现为“{text}”。",
            sentence_en=f"The setting TONGBAN_FILES_URL must be an address under another host name, without a path, not '{text}'.",
            todo_zh="换一个主机名（只换端口不够：浏览器不按端口区分 Cookie），或者留空。",
            todo_en="Use another host name (another port is not enough: cookies do not tell ports apart), or leave it empty.",
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
