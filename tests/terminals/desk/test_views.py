"""Saved views on the desk: kept from a list's filters, drawn as chips, applied by their address."""

import pytest
from django.test import RequestFactory

from tests import city
from tongban.modules.worklists import queries
from tongban.terminals.desk import views

pytestmark = pytest.mark.django_db


def chips(officer, address, *, mine=True):
    """The chips above a list, as the page draws them."""
    request = RequestFactory().get(address)
    request.actor = city.actor(officer)
    drawn = views.chips(request, mine=mine)
    return [(chip.name, chip.url, chip.own, chip.current) for chip in drawn["chips"]], drawn["filters"]


def test_saved_drawn_applied_deleted(clerk, numbers):
    city.allowance()
    food, _ = city.food()
    client = city.signed_in(clerk)
    sent = {"list": "all", "item": "food-licence", "state": "", "name": "食品", "shared": "1"}
    answer = client.post("/desk/views/save/", sent)
    assert (answer.status_code, answer.url) == (302, "/desk/all/?item=food-licence")
    assert numbers(client.get(answer.url)) == [food.short_no]
    here = "/desk/all/?item=food-licence"
    assert chips(clerk, here, mine=False) == ([("食品", here, True, True)], [])
    assert chips(clerk, "/desk/?lamp=red&page=2") == ([("食品", here, True, False)], [("lamp", "red")])
    (row,) = queries.views(city.actor(clerk))
    stranger = city.officer("reviewer", agency="market-regulation")
    assert city.signed_in(stranger).post(f"/desk/views/{row.pk}/delete/").status_code == 404
    assert client.post(f"/desk/views/{row.pk}/delete/").url == "/desk/"
    assert queries.views(city.actor(clerk)) == []


def test_a_view_without_a_name_is_asked_again(clerk):
    answer = city.signed_in(clerk).post("/desk/views/save/", {"list": "queue", "lamp": "red", "name": " "})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "视图需要 1 到 20 个字的名称" in text
    assert 'name="lamp" value="red"' in text


def test_a_colleagues_shared_view_cannot_be_deleted_by_its_chip(clerk):
    city.signed_in(clerk).post(
        "/desk/views/save/", {"list": "queue", "lamp": "red", "name": "红灯", "shared": "1"}
    )
    colleague = city.officer("reviewer", agency="")
    assert chips(colleague, "/desk/") == ([("红灯", "/desk/?lamp=red", False, False)], [])


def test_the_chips_as_they_are_drawn(clerk, rf):
    from django.template.loader import render_to_string

    city.signed_in(clerk).post("/desk/views/save/", {"list": "queue", "lamp": "red", "name": "<b>红灯"})
    request = rf.get("/desk/?lamp=yellow")
    request.actor = city.actor(clerk)
    text = render_to_string("desk/saved_views.html", {"saved": views.chips(request, mine=True)}, request)
    assert ("&lt;b&gt;红灯" in text, "<b>红灯" in text) == (True, False)
    assert ('href="/desk/?lamp=red"' in text, 'name="lamp" value="yellow"' in text) == (True, True)


def test_a_citizen_saves_nothing():
    client = city.signed_in(city.account(city.person()))
    assert client.post("/desk/views/save/", {"lamp": "red", "name": "x"}).status_code == 404
