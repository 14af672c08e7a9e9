"""The two rates, from small catalogues whose answer is plain."""

import pytest

from tongban.modules.dashboards import calc as rates


def item(code, depth="IV", visits=0, reason=None):
    return {"code": code, "online_depth": depth, "visits": visits} | (
        {"visit_reason": reason, "presence": "law"} if reason else {}
    )


def test_online_counts_depth_three_and_four():
    rate = rates.online([item("a", "I"), item("b", "II"), item("c", "III"), item("d", "IV")])
    assert (rate.met, rate.missing, rate.percent) == (("c", "d"), ("a", "b"), "50.0%")


def test_wholly_online_leaves_out_only_what_law_or_site_makes_people_come_for():
    items = [
        item("a"),
        item("b", visits=1),
        item("c", "III"),
        item("d", "III", 1, "核对本人"),
        item("e", "IV", 1, "现场"),
    ]
    rate = rates.wholly_online(items)
    assert (rate.met, rate.missing, rate.excluded) == (("a",), ("b", "c"), ("d", "e"))
    assert rate.percent == "33.3%"


@pytest.mark.parametrize(
    ("met", "whole", "percent"), [(0, 0, "—"), (2, 3, "66.6%"), (1999, 2000, "99.9%"), (3, 3, "100.0%")]
)
def test_a_share_is_cut_not_rounded_up(met, whole, percent):
    assert rates.Rate(("x",) * met, ("y",) * (whole - met)).percent == percent
