"""Names of organisations: their parts, banned words, sameness against the register and against what is reserved."""

from datetime import timedelta

import pytest

from tests import city
from tests.packs.reading import load
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.names import actions, calc, queries
from tongban.kernel.names.models import ReservedName

RULES = load("names.yaml")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("东莞市荔湖里餐饮管理有限公司", ("东莞市", "荔湖里", "餐饮管理", "有限公司")),
        ("东莞荔湖里餐饮有限责任公司", ("东莞", "荔湖里", "餐饮", "有限责任公司")),
        ("荔湖里（东莞）科技有限公司", ("东莞", "荔湖里", "科技", "有限公司")),
        ("荔湖里有限公司", ("", "荔湖里", "", "有限公司")),
        ("东莞市", ("东莞市", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_name_is_taken_apart_from_both_ends(text, parts):
    name = calc.apart(text, RULES)
    assert (name.district, name.word, name.trade, name.form) == parts


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("东莞市荔湖里餐饮管理有限公司", []),
        ("荔湖里餐饮管理有限公司", ["district"]),
        ("东莞市荔湖里餐饮管理", ["form"]),
        ("东莞市荔湖里有限公司", ["trade"]),
        ("东莞市荔餐饮管理有限公司", ["word"]),
        ("东莞市ABC餐饮管理有限公司", ["word"]),
        ("东莞市中华荔餐饮管理有限公司", ["banned"]),
        ("开个店", ["district", "form", "trade"]),
    ],
)
def test_every_fault_of_a_name_is_said(text, codes):
    found = calc.faults(text, RULES, [])
    assert [one.code for one in found] == codes
    assert all(one.zh and one.en for one in found)


@pytest.mark.parametrize(
    ("other", "reserved", "codes"),
    [
        ("东莞市荔湖里餐饮管理有限公司", False, ["same"]),
        ("东莞荔湖里餐饮服务有限责任公司", False, ["same"]),  # the trade in other words, another form
        ("东莞市荔湖里餐饮有限公司", True, ["reserved"]),
        ("东莞市荔湖里科技有限公司", False, []),  # another trade
        ("东莞市小荔湖里餐饮管理有限公司", False, []),  # another trade name
    ],
)
def test_the_same_trade_name_in_the_same_trade_is_taken(other, reserved, codes):
    taken = [calc.Taken(other, reserved=reserved)]
    assert [one.code for one in calc.faults("东莞市荔湖里餐饮管理有限公司", RULES, taken)] == codes


@pytest.mark.django_db
def test_a_registered_company_has_its_name(clock):
    city.organisation(city.person(), name="东莞市荔湖里餐饮服务有限公司")
    found = queries.faults("东莞市荔湖里餐饮管理有限公司", time.today())
    assert [one.code for one in found] == ["same"]
    assert queries.faults("东莞市荔湖里物流有限公司", time.today()) == []


@pytest.mark.django_db
def test_a_reserved_name_stands_in_others_way_until_it_expires(clock):
    first, second = city.person(), city.person("何伟")
    name = "东莞市莲塘里餐饮管理有限公司"
    row = actions.reserve(name=name, person_id=first.pk, case_id=None, by=SYSTEM)
    assert row.until == time.today() + timedelta(days=59)
    assert queries.faults(name, time.today(), first.pk) == []
    assert [one.code for one in queries.faults(name, time.today(), second.pk)] == ["reserved"]
    with pytest.raises(actions.NameTaken):
        actions.reserve(name="东莞莲塘里餐饮有限公司", person_id=second.pk, case_id=None, by=SYSTEM)
    time.shift(timedelta(days=60))
    taken = actions.reserve(name=name, person_id=second.pk, case_id=None, by=SYSTEM)
    assert (taken.pk, taken.person_id) == (row.pk, second.pk)
    assert ReservedName.objects.count() == 1
