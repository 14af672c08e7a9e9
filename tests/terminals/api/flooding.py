"""Calls that nobody thought of: made by schemathesis from the description, sent in process, answers held to the description.

Half of them fit the description and half break it in one place. Addresses get the identifiers of rows that are there as
often as made-up ones, or the code behind them would never be reached.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import city
from tests.modules.appeals.filing import filed
from tongban.kernel.cases import actions as cases
from tongban.kernel.catalogue import queries as catalogue
from tongban.site.wsgi import application

HELD = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TOKEN = "a" * 32  # of cross-site requests: what the cookie says and the header repeats
_ITEMS = ("old-age-allowance", "social-insurance-proof", "food-licence", "sole-trader", "company-start")


@dataclass
class World:
    """Who calls, and what is there to be called by its name."""

    callers: dict[str, Any]
    known: dict[str, list[str]] = field(default_factory=dict)


def world() -> World:
    """A resident and a firm with something of each kind, officers in whose hands it is, and people without anything."""
    elder, person = city.account(city.person("何秀珍", born="1940-05-01")), city.person("邓文彬")
    firm, head = city.organisation(person, "东莞市诉求示例电子有限公司"), city.account(person)
    own = cases.open_draft(item_code="old-age-allowance", by=city.actor(elder))
    own, (food, _by) = cases.submit(case_id=own.pk, by=city.actor(elder)), city.food()
    waiting = filed(city.actor(head), firm.pk)
    callers = {
        "nobody": None,
        "level 1": city.account(city.person("林小满", born="1991-04-05"), level=1),
        "resident": elder,
        "head of a firm": head,
        "clerk": city.officer("clerk"),
        "reviewer": city.officer("reviewer", "decider", agency="market-regulation"),
        "bureau": city.officer("bureau", agency="", place=""),
    }
    known = {
        "case_id": [str(own.pk), str(food.pk)],
        "id": [str(waiting.pk)],
        "organisation": [str(firm.pk)],
        "item": [one for one in _ITEMS if one in catalogue.snapshot().items],
        "category": ["rights", "labour"],
    }
    return World(callers, known)


def schema() -> Any:
    """The description, as the product serves it."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


@contextmanager
def one_connection() -> Iterator[None]:
    """The product ends a request by looking after its connections; here the test's own must stay open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def operations() -> list[Any]:
    """Every address with each of its methods."""
    with one_connection():
        return [found.ok() for found in schema().get_all_operations()]


@dataclass
class Flood:
    """Sends and counts. `begin` makes every run another one."""

    world: World
    begin: int
    sent: int = 0
    by_status: dict[int, int] = field(default_factory=dict)
    faults: dict[str, str] = field(
        default_factory=dict
    )  # what an answer broke: where and how → the first such call

    def pour(self, operation: Any, mode: GenerationMode, many: int) -> None:
        """`many` calls of one operation, each sent by every caller; what they changed is undone."""
        with one_connection(), transaction.atomic():
            cookies = [self._signed_in(account) for account in self.world.callers.values()]
            self._run(operation, mode, many, lambda call: [self._send(call, one) for one in cookies])
            transaction.set_rollback(True)

    def _signed_in(self, account: Any) -> dict[str, str]:
        client = city.signed_in(account) if account is not None else Client()
        return {name: one.value for name, one in client.cookies.items()} | {"csrftoken": TOKEN}

    def _run(self, operation: Any, mode: GenerationMode, many: int, send: Callable[[Any], Any]) -> None:
        known = self.world.known

        @seed(self.begin)
        @settings(
            max_examples=many,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(call=operation.as_strategy(generation_mode=mode), pick=st.randoms(use_true_random=False))
        def each(call: Any, pick: Any) -> None:
            _name_what_is_there(call, known, pick)
            send(call)

        with suppress(Unsatisfiable):  # an address that takes nothing cannot be called wrongly
            each()

    def _send(self, call: Any, cookies: dict[str, str]) -> None:
        answer = call.call(cookies=cookies, headers={"X-CSRFToken": TOKEN})
        self.sent += 1
        self.by_status[answer.status_code] = self.by_status.get(answer.status_code, 0) + 1
        try:
            call.validate_response(answer, checks=HELD)
        except FailureGroup as failures:
            for one in failures.exceptions:
                self.faults.setdefault(f"{call.operation.label}: {one.title}", str(one)[:2000])


def _name_what_is_there(call: Any, known: dict[str, list[str]], pick: Any) -> None:
    for name in call.path_parameters or {}:
        if name in known and pick.random() < 0.6:
            call.path_parameters[name] = pick.choice(known[name])
    if not isinstance(call.body, dict):
        return
    for name in ("organisation", "item", "category"):
        if name in call.body and pick.random() < 0.6:
            call.body[name] = pick.choice(known[name])
    if "submission_id" in call.body and pick.random() < 0.5:
        call.body["submission_id"] = str(uuid.UUID(int=pick.getrandbits(128), version=4))
