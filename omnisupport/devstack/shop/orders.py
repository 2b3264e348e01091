"""The shop's own order service: a handful of known orders, whose dates move with the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from omnisupport.devstack.shop.catalogue import load_catalogue


@dataclass(frozen=True)
class Order:
    """An order as the shop's database would hold it."""

    status: str
    arrives_in: int | None
    """Days from today until it arrives; None where no date is known."""
    items: Sequence[tuple[str, int]]
    delivery: int = 290


ORDERS = {
    "AB-123456": Order("shipped", 2, [("te-guan-yin", 2), ("matcha", 1)]),
    "AB-123457": Order("new", None, [("dian-hong", 3)]),
    "AB-123458": Order("packed", 3, [("shu-puer", 1), ("gaba", 1), ("bai-mu-dan", 2)], delivery=0),
    "AB-123459": Order("delivered", -4, [("acquaintance", 1)], delivery=190),
    "AB-123460": Order("cancelled", None, [("long-jing", 1)], delivery=0),
    "AB-200100": Order("shipped", 1, [("sheng-puer", 2), ("da-hong-pao", 1)], delivery=0),
}


def find_order(number: str, today: date) -> dict[str, Any] | None:
    """The order as JSON: number, status, eta (ISO date or null), total, items; None for an unknown number."""
    order = ORDERS.get(number.strip().upper())
    if order is None:
        return None
    eta = today + timedelta(days=order.arrives_in) if order.arrives_in is not None else None
    items = [_item(slug, quantity) for slug, quantity in order.items]
    amount = sum(item["price"] * item["quantity"] for item in items) + order.delivery
    return {
        "number": number.strip().upper(),
        "status": order.status,
        "eta": eta.isoformat() if eta else None,
        "total": {"amount": amount, "currency": "RUB"},
        "items": items,
    }


def _item(slug: str, quantity: int) -> dict[str, Any]:
    tea = load_catalogue().find(slug)
    if tea is None:
        raise LookupError(f"order of an unknown tea: {slug}")
    return {
        "sku": slug,
        "name": tea.name["ru"],
        "name_en": tea.name["en"],
        "quantity": quantity,
        "price": tea.price,
    }
