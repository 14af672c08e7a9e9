"""Faces of credentials, and credentials issued without a case behind them."""

import datetime as dt
import uuid
from dataclasses import replace

from tests.kernel.documents.hostile import pdf
from tongban.kernel.credentials import actions
from tongban.kernel.credentials.actions import Face
from tongban.kernel.credentials.models import Credential

MONDAY = dt.date(2026, 3, 2)
USCC = "11441900MB9900013G"
FIELDS = [
    {"id": "name", "label": {"zh": "姓名"}, "value": "陈晓雯", "privacy": "personal"},
    {"id": "scope", "label": {"zh": "范围"}, "value": "餐饮", "privacy": "public"},
    {"id": "illness", "label": {"zh": "病情"}, "value": "秘密", "privacy": "sensitive"},
]


def face(holder, number="n1", type="food-business-licence", kind="person", **changes) -> Face:
    """A face for a holder."""
    serial = int("".join(c for c in number if c.isdigit()))
    made = Face(
        type=type,
        name=("许可证", "Licence"),
        number=number,
        identifier=actions.identifier_for("11441900MB9900013G001", USCC, serial),
        verify_code=f"{type[0].upper()}{number.upper():X<15}",
        holder_kind=kind,
        holder_id=holder.pk,
        holder_name=holder.name,
        issuer="civil-affairs",
        issuer_name="民政局",
        fields=FIELDS,
        valid_from=MONDAY,
        valid_until=None,
    )
    return replace(made, **changes)


def issue(made: Face, key: str = "", case_id: uuid.UUID | None = None) -> Credential | None:
    """Issue it, with an effect and a case of its own unless others are named."""
    effect = key or made.number + made.type
    return actions.issue(face=made, pdf=pdf(), case_id=case_id or uuid.uuid4(), effect_key=effect)
