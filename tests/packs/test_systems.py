"""Systems of a pack: read with the line of every fault, loaded once, and told what their examples say."""

import pytest
from django.conf import settings

from tongban.foundation.packs import read_yaml
from tongban.kernel.access.calc import SYSTEM
from tongban.modules.signon import actions
from tongban.modules.signon.calc import Asserted, user_claims
from tongban.modules.signon.forms import FILE, read_systems
from tongban.modules.signon.models import RelyingSystem

SYSTEMS = read_systems(settings.PACK)[0]
EXAMPLES = [(one, example) for one in SYSTEMS for example in one["examples"]]


def test_the_pack_names_systems_of_both_kinds():
    assert {one["realm"] for one in SYSTEMS} == {"people", "staff"}
    agencies = {one["code"] for one in read_yaml(settings.PACK / "agencies.yaml").data["agencies"]}
    assert {one["agency"] for one in SYSTEMS} <= agencies


@pytest.mark.parametrize(
    ("system", "example"), EXAMPLES, ids=lambda one: str(one.get("client_id", one.get("scopes")))
)
def test_a_system_is_told_what_its_example_says(system, example):
    assert set(example["scopes"]) <= {"openid", *system["scopes"]}
    of = Asserted(
        issuer="https://city",
        client_id=system["client_id"],
        sub="1",
        sid="2",
        acr="三级",
        scopes=tuple(example["scopes"]),
        name="陈晓雯",
        agency="housing" if system["realm"] == "staff" else "",
        acting_for={"name": "示例公司", "uscc": "91441900MA0000000X"},
    )
    assert sorted(user_claims(of)) == sorted(["sub", *example["told"]])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("realm: people", "realm: everybody", "'everybody'"),
        (
            "https://gjj.example.gov.cn/sign-on/back",
            "http://gjj.example.gov.cn/back",
            "must begin with https://",
        ),
        ("https://gjj.example.gov.cn/sign-on/back", "https://gjj.example.gov.cn/*", "patterns"),
        ("client_id: market-filing", "client_id: housing-fund-online", "is there already"),
        ("scopes: [profile, realname]", "scopes: [everything]", "everything"),
        ("least_level: 2", "least_level: 7", "7"),
        ("    agency: housing-fund\n", "", "agency"),
        ("client_id: market-filing", "client_secret: x", "client_secret"),
    ],
)
def test_a_fault_names_file_line_and_what_to_do(tmp_path, old, new, said):
    text = (settings.PACK / FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new), encoding="utf-8")
    systems, errors = read_systems(tmp_path)
    assert systems == []
    assert errors
    assert any(said in error.text("en") for error in errors), [error.text("en") for error in errors]
    for error in errors:
        assert error.file == FILE
        assert error.line > 0
        assert error.text("zh") != error.text("en")


def test_a_pack_without_the_file_names_none(tmp_path):
    assert read_systems(tmp_path) == ([], [])


@pytest.mark.django_db
def test_a_pack_is_loaded_once_and_brings_no_secret(clock):
    loaded = RelyingSystem.objects.filter(client_id__in=[one["client_id"] for one in SYSTEMS])
    assert loaded.count() == len(SYSTEMS)
    assert set(loaded.values_list("secret_digest", flat=True)) == {""}
    assert actions.load_systems(systems=SYSTEMS, by=SYSTEM) == 0
    changed = [{**SYSTEMS[0], "scopes": ["profile"]}, *SYSTEMS[1:]]
    assert actions.load_systems(systems=changed, by=SYSTEM) == 1
