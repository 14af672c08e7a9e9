"""Figures of groups of items, the pages that show them, and the command that prints them."""

import csv
import io
import json
from fractions import Fraction

import pytest
from django.test import Client

from tests import city
from tests.packs.reading import items as pack_items
from tongban.modules.dashboards import calc
from tongban.site.cli import main


def item(code, **more):
    made = {
        "code": code,
        "agency": "health",
        "handled_at": "city",
        "kind": "promised",
        "online_depth": "IV",
        "visits": 0,
        "materials": [],
        "form": [],
        "limits": {
            "statutory": {"value": 20, "unit": "workdays"},
            "promised": {"value": 5, "unit": "workdays"},
        },
    }
    return made | more


def test_what_is_spared_is_counted_by_part():
    materials = [{"id": "a", "waived_by": {"fact": "org.name"}}, {"id": "b"}, {"id": "c"}]
    form = [{"fields": [{"id": "x", "fact": "org.name"}, {"id": "y"}]}, {"fields": [{"id": "z"}]}]
    found = calc.figures([item("one", materials=materials, form=form), item("two", kind="instant")])
    assert (found.items, found.instant, found.on_the_spot) == (2, 1, "50.0%")
    assert (found.materials, found.spared, found.not_asked_materials) == (3, 1, "33.3%")
    assert (found.fields, found.filled, found.not_asked_fields) == (3, 1, "33.3%")


def test_limits_of_both_units_are_added_in_working_days():
    natural = {"statutory": {"value": 7, "unit": "days"}, "promised": {"value": 0, "unit": "instant"}}
    found = calc.figures([item("one"), item("two", limits=natural)])
    assert (found.legal, found.promised) == (Fraction(25), Fraction(5))
    assert found.faster == "80.0%"
    assert calc.figures([]).faster == calc.figures([]).visits_each == "—"


def test_what_keeps_a_rate_from_all():
    items = [
        item("fine"),
        item("lawful", visits=1, online_depth="II", presence="law"),
        item("deep", online_depth="II"),
        item("walk", visits=1, online_depth="III"),
        item("part", online_depth="III"),
    ]
    found = [(one.code, one.why) for one in calc.obstacles(items)]
    assert found == [("deep", "depth"), ("lawful", "depth"), ("walk", "visits"), ("part", "partly")]
    assert calc.wholly_online(items).excluded == ("lawful",)


def test_the_command_needs_no_database(capsys):
    assert main(["metrics", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    codes = {one["code"] for one in pack_items()}
    assert found["items"] == len(codes)
    for name in ("online_rate", "wholly_online_rate"):
        rate = found[name]
        assert {*rate["met"], *rate["missing"], *rate["excluded"]} == codes
        assert rate["percent"].endswith("%")
    assert sum(one["items"] for one in found["by_agency"].values()) == len(codes)
    assert {one["item"] for one in found["obstacles"]} >= set(found["wholly_online_rate"]["missing"])
    assert main(["metrics"]) == 0
    assert "all" in capsys.readouterr().out


@pytest.mark.django_db
class TestPages:
    """What people read."""

    def test_everybody_reads_the_rates_and_the_items_behind_them(self, clock):
        page = Client().get("/figures/").content.decode()
        found = calc.figures(pack_items())
        for figure in (found.online.percent, found.wholly_online.percent, found.faster):
            assert figure in page
        for code in (*found.wholly_online.missing, *found.wholly_online.excluded):
            assert f'href="/items/{code}/"' in page

    def test_the_table_says_the_same(self, clock):
        answer = Client().get("/figures/table/")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        found = calc.figures(pack_items())
        assert rows[1][1:4] == [str(found.items), found.online.percent, found.wholly_online.percent]
        assert sum(int(row[1]) for row in rows[2:]) == found.items
        assert answer["Content-Type"].startswith("text/csv")

    def test_the_console_says_what_is_missing(self, clock):
        client = city.signed_in(city.officer("bureau", agency="", place=city.CITY))
        page = client.get("/console/").content.decode()
        for one in calc.obstacles(pack_items()):
            assert f'href="/console/items/{one.code}/"' in page
