"""`tongban verify FILE`."""

import argparse
import json
import sys
from pathlib import Path

EXIT_NOT_GENUINE = 2


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the verdict; exit code 0 only for an original whose credential is still in force."""
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
