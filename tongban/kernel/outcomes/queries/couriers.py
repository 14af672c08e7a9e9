"""The port to couriers, and a made-up one that says so. A city registers its own and names it in the settings."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.conf import settings

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.registries import Registry


class ParcelState(StrEnum):
    """What a courier says of a parcel."""

    MOVING = "moving"
    DELIVERED = "delivered"
    RETURNED = "returned"


@dataclass(frozen=True)
class Scan:
    """One station of a parcel."""

    at: datetime
    zh: str
    en: str


@dataclass(frozen=True)
class Tracking:
    """A parcel as the courier knows it now; `signed_by` where it was delivered."""

    state: ParcelState
    scans: tuple[Scan, ...]
    signed_by: str = ""


class ParcelNotTaken(Problem):
    """The courier refuses this parcel for good: the address is out of reach or cannot be read."""

    code = "courier.not_taken"
    status = 422


class CourierDown(Problem):
    """The courier's system does not answer; trying again later may help."""

    code = "courier.down"
    status = 503


class Courier(Protocol):
    """A courier's system."""

    def hand_in(self, *, name: str, phone: str, address: str, key: str) -> str:
        """The waybill number of the parcel. The same key again gives the same parcel. Raises ParcelNotTaken, CourierDown."""
        ...

    def track(self, waybill: str) -> Tracking:
        """How far it has come. Raises CourierDown."""
        ...


COURIERS: Registry = Registry("couriers")
# What a demonstration writes into an address to see what goes wrong.
REFUSED, UNREACHABLE, SENT_BACK = "（不揽收）", "（系统忙）", "（拒收）"


@COURIERS.register("fake", label="演示快递（虚构，不寄送）")
class FakeCourier:
    """Carries nothing and says so. Its parcels move with the clock: on their way for a day, there after two, back after
    three where the address says that the addressee refuses. It keeps nothing: the number holds day and fate.
    """

    def hand_in(self, *, name: str, phone: str, address: str, key: str) -> str:
        if UNREACHABLE in address:
            raise CourierDown(
                sentence_zh="快递系统没有应答。",
                sentence_en="The courier's system does not answer.",
                todo_zh="系统会自动重试。",
                todo_en="It is tried again by itself.",
            )
        if REFUSED in address:
            raise ParcelNotTaken(
                sentence_zh="快递不揽收：地址不在服务范围。",
                sentence_en="The courier does not deliver to this address.",
                todo_zh="请与申请人核对地址，或者改为窗口领取。",
                todo_en="Check the address with the applicant, or let them collect it.",
            )
        fate = "R" if SENT_BACK in address else "D"
        number = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 10**10
        return f"DEMO{time.today():%Y%m%d}{fate}{number:010}"

    def track(self, waybill: str) -> Tracking:
        begun = time.moment(f"{waybill[4:8]}-{waybill[8:10]}-{waybill[10:12]}T18:00")
        back, now = waybill[12] == "R", time.now()
        stations = [
            Scan(begun, "【演示】快递员已收件", "[demo] Taken by the courier"),
            Scan(begun + timedelta(days=1), "【演示】到达派送网点", "[demo] At the delivery office"),
            Scan(
                begun + timedelta(days=2),
                "【演示】收件人拒收，退回" if back else "【演示】已签收",
                "[demo] Refused, going back" if back else "[demo] Delivered and signed for",
            ),
        ]
        if back:
            stations.append(
                Scan(begun + timedelta(days=3), "【演示】已退回寄件人", "[demo] Back with the sender")
            )
        seen = tuple(one for one in stations if one.at <= now)
        if len(seen) < len(stations):
            return Tracking(ParcelState.MOVING, seen)
        return Tracking(
            ParcelState.RETURNED if back else ParcelState.DELIVERED, seen, "" if back else "本人签收"
        )


def courier() -> Courier:
    """The courier that the settings choose."""
    return COURIERS.get(settings.COURIER)()


def courier_label(key: str) -> str:
    """Its name for people; the key where it is not registered any more."""
    return COURIERS.label(key) if key in COURIERS else key
