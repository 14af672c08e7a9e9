"""`tongban credentials import FILE --type T`: take over a department's older licences from a table (CSV)."""

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path

EXIT_SOME_REFUSED = 2


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """What to take over, and where the report goes."""
    parser.add_argument("verb", choices=["import"])
    parser.add_argument(
        "file", type=Path, help="CSV with column names in the first line; - reads standard input"
    )
    parser.add_argument("--type", required=True, help="code of the credential in the pack")
    parser.add_argument("--encoding", default="utf-8-sig", help="utf-8-sig (default) or gb18030")
    parser.add_argument("--report", type=Path, help="write what became of each row as JSON lines")


def run(options: argparse.Namespace) -> int:
    """Take rows over one by one; prints the refused ones and the counts; exit code 2 when any was refused."""
    from tongban.kernel.outcomes import actions

    counts: Counter[str] = Counter()
    report = options.report.open("w", encoding="utf-8") if options.report else None
    try:
        with _opened(options.file, options.encoding) as lines:
            table = csv.DictReader(lines)
            rows = actions.take_over(rows=table, columns=table.fieldnames or [], type=options.type)
            for taken in rows:
                counts[taken.outcome] += 1
                if report is not None:
                    report.write(json.dumps(vars(taken), ensure_ascii=False) + "\n")
                if taken.outcome == "refused":
                    print(
                        f"第 {taken.line} 行 {taken.number}：{taken.why_zh} {taken.why_en}", file=sys.stderr
                    )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        print(f"读不了表格 / cannot read the table: {options.file}: {error}", file=sys.stderr)
        return EXIT_SOME_REFUSED
    finally:
        if report is not None:
            report.close()
    print(
        f"收录 {counts['accepted']}，已有 {counts['known']}，未收 {counts['refused']} / "
        f"taken over {counts['accepted']}, known {counts['known']}, refused {counts['refused']}"
    )
    return EXIT_SOME_REFUSED if counts["refused"] else 0


def _opened(path: Path, encoding: str):
    if str(path) == "-":
        return sys.stdin
    return path.open(encoding=encoding, newline="")
