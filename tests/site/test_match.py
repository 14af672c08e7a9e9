"""`tongban match`: answers as JSON and as lines; what cannot be used is a sentence and exit code 2."""

import json

import pytest

from tests.modules.policies.sample import read
from tongban.site.cli import main
from tongban.site.commands import match as command

GOOD = """
org.above_scale: {value: true, as_of: "2025-03-01"}
org.since: 2024
org.dishonest: false
org.penalty: 0
org.awards: []
"""


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """The exit code, what was printed, and what was said on standard error."""
    monkeypatch.setattr(
        "tongban.modules.policies.forms.policies_in", lambda _folder: read(tmp_path / "pack").policies
    )

    def asked(profile, *more, day="2025-09-01"):
        path = tmp_path / "profile.yaml"
        path.write_text(profile, encoding="utf-8")
        code = main(["match", "--profile", str(path), "--as-of", day, *more])
        return code, *capsys.readouterr()

    return asked


def test_everything_is_printed_as_json(ask):
    code, out, _ = ask(GOOD, "--json")
    answer = json.loads(out)
    assert (code, answer["as_of"], answer["not_in_force"]) == (0, "2025-09-01", [])
    new, big = answer["items"]
    assert (new["item"], new["verdict"], new["amount"], new["edition"]) == (
        "scale-new",
        "yes",
        5_000_000,
        "2025",
    )
    listed = new["conditions"][0]
    assert listed["clause"]["ref"]["en"] == "Article 3"
    part = listed["parts"][0]
    assert (part["value"], part["threshold"], part["as_of"], part["verdict"]) == (
        True,
        True,
        "2025-03-01",
        "yes",
    )
    assert (big["verdict"], big["amount"]) == ("needs-data", None)
    assert [(one["fact"], one["source"]["en"]) for one in big["missing"]] == [("org.equipment", "statistics")]


def test_lines_are_short(ask):
    code, out, _ = ask(GOOD)
    assert code == 0
    assert out.splitlines() == [
        "yes\tscale-new\t首次上规模\t50,000.00\t",
        "needs-data\tscale-big\t更高的\t\torg.equipment",
    ]


@pytest.mark.parametrize(
    ("profile", "sentence"),
    [
        ("org.sinse: 2024\n", "There is no fact 'org.sinse'. Nearest: org.since"),
        ("org.since: many\n", "The value of the fact 'org.since' is not of type int."),
        ("org.size: huge\n", "'org.size' has no option 'huge'. Options: micro, small, large."),
        ("org.since: {value: 3}\n", "'org.since' is a mapping, but not one of value and as_of."),
        ("- 1\n", "A profile is a list of facts and values."),
        ("a: [\n", "profile.yaml' cannot be read: line 2: the text is not YAML"),
    ],
)
def test_a_profile_that_cannot_be_used_is_explained(ask, profile, sentence):
    code, out, said = ask(profile)
    assert (code, out) == (command.WRONG, "")
    assert sentence in said


def test_days_and_items_that_are_not_there_are_explained(ask):
    assert "is not a day" in ask(GOOD, day="2025-02-30")[2]
    code, _, said = ask(GOOD, "--item", "unheard")
    assert (code, "There is no subsidy item 'unheard'." in said) == (command.WRONG, True)


def test_the_vocabulary_is_listed(ask, capsys):
    assert main(["match", "--vocabulary", "--json"]) == 0
    rows = {row["fact"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["org.size"]["options"] == ["micro", "small", "large"]
    assert (rows["award.scale_new"]["type"], rows["org.since"]["source"]) == ("money", "statistics局")
