"""The first administrators by the command line: one side each, and only where there are none."""

import pytest

from tests import city
from tongban.kernel.parties.models import Account
from tongban.site.cli import main

pytestmark = pytest.mark.django_db
BEGIN = ["administrators", "--agency", "data-bureau"]


def roles(username: str) -> list[str]:
    return [one.role for one in city.actor(Account.objects.get(username=username)).grants]


def test_the_first_of_each_kind(clock, capsys):
    named = [
        "--system",
        "zhan=湛文博",
        "--security",
        "lian=练志安",
        "--security",
        "xian=冼丽娟",
        "--audit",
        "she-gz=佘国正",
    ]
    assert main([*BEGIN, *named]) == 0
    assert [roles(one) for one in ("zhan", "lian", "xian", "she-gz")] == [
        ["system_admin"],
        ["security_admin"],
        ["security_admin"],
        ["audit_admin"],
    ]
    assert main([*BEGIN, "--security", "other=某人"]) == 1
    assert "already" in capsys.readouterr().out
    assert not Account.objects.filter(username="other").exists()


@pytest.mark.parametrize(
    "arguments", [["--system", "Zhan=湛文博"], ["--system", "zhan"], ["--system", "zhan="]]
)
def test_what_cannot_be_is_said(clock, arguments, capsys):
    before = Account.objects.count()
    assert main([*BEGIN, *arguments]) == 1
    assert "system" in capsys.readouterr().out
    assert Account.objects.count() == before


def test_only_an_agency_of_the_pack(clock):
    assert main(["administrators", "--agency", "nowhere", "--system", "zhan=湛文博"]) == 1
