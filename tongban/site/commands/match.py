"""`tongban match`: what a profile is entitled to, how much, why, and what is missing. No database."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

WRONG = 2  # exit code for a profile, a date or a pack that cannot be used


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """The profile and the day, or the vocabulary."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--profile", help="YAML or JSON of facts and values; - for standard input")
    what.add_argument("--vocabulary", action="store_true", help="list every fact that a profile may have")
    parser.add_argument("--as-of", help="the day, YYYY-MM-DD; by default today")
    parser.add_argument("--item", help="only this subsidy item")
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    parser.add_argument("--folder", help="the pack's folder; by default the one in use")


def run(options: argparse.Namespace) -> int:
    """Print the matches; a profile that cannot be used is a sentence and exit code 2."""
    from tongban.foundation.errors import Problem
    from tongban.modules.policies.forms import policies_in
    from tongban.site import environment

    try:
        policies = policies_in(Path(options.folder) if options.folder else environment.pack_folder())
        if options.vocabulary:
            return _vocabulary(policies, as_json=options.json)
        return _match(policies, options)
    except Problem as problem:
        print(
            f"{problem.sentence_zh} {problem.todo_zh}\n{problem.sentence_en} {problem.todo_en}",
            file=sys.stderr,
        )
        return WRONG


def _vocabulary(policies: Any, *, as_json: bool) -> int:
    from tongban.modules.policies.calc.profiles import vocabulary

    rows = vocabulary(policies)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        options = f" [{'|'.join(row['options'])}]" if row["options"] else ""
        unit = f" {row['unit']}" if row["unit"] else ""
        print(f"{row['fact']}\t{row['type']}{unit}{options}\t{row['label']['zh']}\t{row['source']}")
    return 0


def _match(policies: Any, options: argparse.Namespace) -> int:
    from tongban.modules.policies.calc import Matcher, terms_on
    from tongban.modules.policies.calc.explaining import explained
    from tongban.modules.policies.calc.profiles import BadProfile, read_profile

    profile = read_profile(_written(options.profile), policies)
    terms = terms_on(policies, day_of(options.as_of))
    if options.item and not any(item.code == options.item for item in policies.items):
        raise BadProfile(
            sentence_zh=f"没有补贴项目“{options.item}”。",
            sentence_en=f"There is no subsidy item '{options.item}'.",
            todo_zh="请改正编码。",
            todo_en="Correct the code.",
        )
    found = [
        explained(one, policies, profile.dates)
        for one in Matcher(terms).match(profile.values)
        if options.item in (None, one.offer.code)
    ]
    resting = [one.code for one in terms.resting if options.item in (None, one.code)]
    if options.json:
        answer = {"as_of": terms.as_of.isoformat(), "items": found, "not_in_force": resting}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for one in found:
            print(_line(one))
    return 0


def _line(one: dict[str, Any]) -> str:
    from tongban.foundation.money import format_yuan

    amount = "" if one["amount"] is None else format_yuan(one["amount"])
    why = [*one["fails"], *one["excluded_by"], *(need["fact"] for need in one["missing"])]
    outdone = f"< {one['outdone_by']}" if one["outdone_by"] else ""
    return "\t".join([one["verdict"], one["item"], one["name"]["zh"], amount, outdone or ", ".join(why)])


def _written(name: str) -> object:
    """The plain data of a profile's file."""
    from tongban.foundation.packs import PackProblem, read_text
    from tongban.kernel.catalogue.calc import plain_data
    from tongban.modules.policies.calc.profiles import BadProfile

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text) if name.endswith(".json") else plain_data(read_text(text, name=name).data)
    except (OSError, ValueError, PackProblem) as error:
        first = error.errors[0] if isinstance(error, PackProblem) else None
        zh, en = (
            (f"第 {first.line} 行{first.what_zh}", f"line {first.line}: {first.what}")
            if first
            else (error, error)
        )
        raise BadProfile(
            sentence_zh=f"画像文件“{name}”无法读取：{zh}。",
            sentence_en=f"The profile '{name}' cannot be read: {en}.",
            todo_zh="请给出 UTF-8 编码的 YAML 或 JSON 文件。",
            todo_en="Give a UTF-8 file of YAML or JSON.",
        ) from error


def day_of(written: str | None) -> Any:
    """The day as it was written, today by default; raises BadProfile."""
    import datetime as dt

    from tongban.foundation import time
    from tongban.modules.policies.calc.profiles import BadProfile

    try:
        return dt.date.fromisoformat(written) if written else time.today()
    except ValueError as error:
        raise BadProfile(
            sentence_zh=f"“{written}”不是日期。",
            sentence_en=f"'{written}' is not a day.",
            todo_zh="请写作 YYYY-MM-DD。",
            todo_en="Write YYYY-MM-DD.",
        ) from error
