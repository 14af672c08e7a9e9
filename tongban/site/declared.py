"""Every setting there is: its environment variable, what holds without it, and what it does.

`docs/operations.md` lists them all; a test fails when one is missing there.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.records.calc import AES

ROOT = Path(__file__).resolve().parents[2]


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
    Setting(
        "TONGBAN_FILES_URL",
        "",
        "Address, under another host name, from which files are sent; empty: from that of the pages.",
    ),
    Setting("TONGBAN_HTTPS", "0", "1 behind TLS: secure cookies and HSTS."),
    Setting("TONGBAN_DEMO", "1", "1 shows demo accounts and codes and marks all papers as samples."),
    Setting("TONGBAN_DEBUG", "0", "1 shows Django's debug pages; never in production."),
    Setting("TONGBAN_LOGS", "", "json or plain lines of the log; unset: json, plain in a demonstration."),
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
        "Requests a minute, over all processes of a machine; names left out keep these. `off`: none is counted.",
    ),
    Setting(
        "TONGBAN_SIGN_IN_LIMITS",
        "",
        "Limits on codes that differ from the defaults: scope=most/seconds/free/pause, several with spaces between.",
    ),
    Setting("TONGBAN_PASSWORD_LEAST", "8", "Fewest signs of a password, 8 to 64."),
    Setting("TONGBAN_BREACHES", "list", "Who knows leaked passwords: list (ours), or range for a service."),
    Setting("TONGBAN_BREACHES_URL", "", "Address of that service; five signs of a digest are added."),
    Setting("TONGBAN_BREACHES_DOWN", "allow", "allow or refuse: passwords set while that service is down."),
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
    Setting(
        "TONGBAN_KNOWN_DEVICE_DAYS",
        "180",
        "Days without use after which a device counts as new: its owner is told when it signs in.",
    ),
    Setting(
        "TONGBAN_HALL_NETWORKS",
        "",
        "Networks of the halls' public computers, with blanks between: signing in there is told to nobody.",
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
BY_NAME = {setting.name: setting for setting in SETTINGS}
