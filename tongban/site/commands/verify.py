"""`tongban verify FILE` for sealed papers, `tongban verify --qr TEXT` for the code on a licence."""

import argparse
import json
import sys
from pathlib import Path

EXIT_NOT_GENUINE = 2


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Which file, or which text of a code."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?")
    what.add_argument("--qr", metavar="TEXT", help="text of a QR code, checked without asking for its state")
    parser.add_argument(
        "--keys", type=Path, help="with --qr: keys.json of another installation instead of the database"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the verdict; exit code 0 only for an original whose credential is still in force."""
    return _code(options) if options.qr is not None else _file(options)


def _code(options: argparse.Namespace) -> int:
    """Judge the text of a code: as of its issue, which is all that it can say."""
    from tongban.foundation import time
    from tongban.kernel.credentials.calc import signed

    try:
        reading = signed.read(options.qr, _keys(options.keys))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"读不懂公钥文件 / cannot read the keys: {options.keys}: {error}", file=sys.stderr)
        return EXIT_NOT_GENUINE
    body = reading.body if reading.genuine else None
    over = body is not None and body.valid_until is not None and body.valid_until < time.today()
    if options.json:
        said = {"genuine": reading.genuine, "why": reading.why, "signed_by": reading.signer, "expired": over}
        fields = {key: str(value) for key, value in vars(body).items()} if body else None
        print(json.dumps({**said, "body": fields}, ensure_ascii=False))
    else:
        print(_CODES[reading.why].format(by=reading.signer))
        if body is not None:
            print(
                f"{body.name} {body.number} {body.holder}\n{body.valid_from} – {body.valid_until or '长期'}"
            )
            print(_EXPIRED if over else _AS_OF_ISSUE)
    return 0 if reading.genuine and not over else EXIT_NOT_GENUINE


def _keys(path: Path | None) -> list:
    from tongban.kernel.credentials.calc import signed
    from tongban.kernel.seals import queries as seals

    if path is None:
        return seals.public_keys()
    return signed.keys_from(json.loads(path.read_text(encoding="utf-8"))["keys"])


def _file(options: argparse.Namespace) -> int:
    import hashlib

    from tongban.foundation import time
    from tongban.kernel.credentials import queries as credentials
    from tongban.kernel.documents import queries as documents
    from tongban.kernel.seals import queries as seals
    from tongban.kernel.seals.states import SealVerdict

    try:
        content = options.file.read_bytes()
    except OSError as error:
        print(f"打不开文件 / cannot open: {options.file}: {error.strerror}", file=sys.stderr)
        return EXIT_NOT_GENUINE
    verdict = seals.verify_pdf(content)
    digest = hashlib.sha256(content).hexdigest()
    credential = credentials.by_digest(digest)
    # A signature leaves bytes of its own container uncovered; what we issued we know byte for byte.
    original = credential is not None or documents.letter_by_digest(digest) is not None
    state = credentials.state_on(credential, time.today()) if credential else None
    if options.json:
        print(
            json.dumps(
                {
                    "verdict": verdict.verdict,
                    "sealed_by": verdict.sealed_by,
                    "sealed_at": verdict.sealed_at.isoformat() if verdict.sealed_at else None,
                    "covers_whole_file": verdict.whole,
                    "original": original,
                    "credential": credential.number if credential else None,
                    "state": state,
                },
                ensure_ascii=False,
            )
        )
    else:
        print(_SENTENCES[verdict.verdict].format(by=verdict.sealed_by, at=verdict.sealed_at))
        if verdict.verdict == SealVerdict.VALID and not original:
            print(_NOT_ORIGINAL)
        if credential is not None:
            print(f"{credential.name_zh} {credential.number}：{state}")
    genuine = verdict.verdict == SealVerdict.VALID and original and state in (None, "valid")
    return 0 if genuine else EXIT_NOT_GENUINE


_NOT_ORIGINAL = "但这个文件与本平台存档的原件不是逐字节相同的。But it is not, byte for byte, a file that this platform issued."

_SENTENCES = {
    "valid": "真：由{by}于 {at:%Y-%m-%d %H:%M} 签章，签章后没有改动。Genuine, unchanged since it was sealed.",
    "changed": "假：文件在签章后被改动过。Not genuine: the file was changed after it was sealed.",
    "untrusted": "不能确认：不是本平台机构的签章。Sealed by somebody unknown to this platform.",
    "unsealed": "没有电子签章。The file has no seal.",
    "unreadable": "读不懂这个文件，它不是完好的 PDF。The file is not a readable PDF.",
}

_AS_OF_ISSUE = (
    "这是签发时的情况；是否撤销、暂扣，请联网核验。As of its issue: ask online whether it was revoked."
)
_EXPIRED = "有效期已过。It has expired."
_CODES = {
    "": "真：由{by}签发，内容没有改动。Genuine, issued and unchanged.",
    "unreadable": "不是可以离线核验的二维码内容。Not the text of a signed code.",
    "unknown_key": "不能确认：没有这把公钥。Signed with a key that is not known here.",
    "wrong_signature": "假：内容被改动过，或者不是签发机关所签。Not genuine: changed, or not signed by its issuer.",
    "wrong_address": "假：网址和签名属于不同的证照。Not genuine: address and signature belong to different licences.",
}
