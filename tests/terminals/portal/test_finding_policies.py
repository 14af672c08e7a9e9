"""Policies in the search of the portal: by name, own words, pinyin and English; as a kind of their own, with its count."""

import re

import pytest
from django.test import Client

from tests.terminals.console.filling import body
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.forms import read_pack
from tongban.modules.policies import actions
from tongban.modules.policies.forms import read_policies

pytestmark = pytest.mark.django_db


def shown(query, **more):
    """The items of policies that a search page links to, in their order."""
    page = body(Client().get("/search/", {"q": query, **more}))
    main = page.split("<main")[1].split("</main")[0]
    return list(dict.fromkeys(re.findall(r'href="/policies/([a-z0-9-]+)/"', main))), main


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("首次上规模奖励", "scale-up-new"),
        ("上规模", "scale-up-new"),
        ("shangguimo", "scale-up-new"),
        ("Award for being listed first", "scale-up-new"),
        ("高龄津贴", "senior-monthly"),
    ],
)
def test_a_policy_is_found_in_any_way_of_saying_it(query, code):
    found, _page = shown(query, kind="policy")
    assert code in found[:6], found


def test_a_kind_of_its_own_with_its_count():
    all_found, page = shown("补贴", kind="policy")
    assert len(all_found) > 3
    few, page = shown("补贴")
    assert few == all_found[: len(few)]
    assert 1 <= len(few) <= 3
    [count] = re.findall(r"<span>惠企利民政策</span><span class=\"facet-count\">(\d+)", page)
    assert int(count) == len(all_found)
    assert "kind=policy" in page


def test_what_is_taken_out_of_the_pack_is_found_no_more(settings):
    reading = read_pack(settings.PACK)
    policies = read_policies(reading)
    policies.policies = type(policies.policies)(
        **{**vars(policies.policies), "policies": tuple(
            one for one in policies.policies.policies if one.code != "old-age")}
    )  # fmt: skip
    assert "senior-monthly" in shown("高龄津贴", kind="policy")[0]
    actions.load(reading=policies, by=SYSTEM)
    assert "senior-monthly" not in shown("高龄津贴", kind="policy")[0]
    others = catalogue.find("高龄津贴", others=True).others
    assert "senior-monthly" not in {one.code for one in others}
