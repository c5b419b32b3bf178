"""Deliveries as providers document them, and the signatures that others computed.

They travel with the program: `vetrina webhook check` runs them on the seller's own machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vetrina.connectors.port import Headers
from vetrina.domain.selling.order import Buyer, Order, OrderLine, Refund, Report, Reversal

FIXTURES = Path(__file__).with_name("fixtures")


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored delivery. `expect` is its normal form; `personal` is what must not be left of it."""

    kind: str
    name: str
    headers: Headers
    body: bytes
    about: str = ""
    expect: list[dict[str, Any]] = field(default_factory=list)
    personal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vector:
    """A signature that another implementation made. `at`: when, in seconds, where that matters."""

    kind: str
    about: str
    secret: str
    headers: Headers
    body: bytes
    at: int = 0
    options: Mapping[str, str] = field(default_factory=dict)


def samples(kind: str) -> list[Sample]:
    """The samples of a provider, by name."""
    return [read_sample(path, kind) for path in sorted((FIXTURES / kind).glob("*.json"))]


def vectors() -> list[Vector]:
    """All signatures."""
    told = json.loads((FIXTURES / "vectors.json").read_text(encoding="utf-8"))
    return [Vector(**{**one, "body": one["body"].encode()}) for one in told]


def read_sample(path: Path, kind: str) -> Sample:
    """A stored delivery: with its headers, as ours are, or a body alone. Raises ValueError."""
    raw = path.read_bytes()
    told = json.loads(raw)
    if not isinstance(told, dict) or not {"headers", "body"} <= told.keys():
        return Sample(kind, path.stem, {}, raw)
    body = told["body"]
    headers = {str(name).lower(): str(value) for name, value in told["headers"].items()}
    return Sample(
        kind,
        path.stem,
        headers,
        body.encode() if isinstance(body, str) else encoded(body),
        told.get("about", ""),
        told.get("expect", []),
        tuple(told.get("personal", ())),
    )


def encoded(body: Any) -> bytes:
    """JSON as short as it gets, in UTF-8: what most providers send."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def told(report: Report) -> dict[str, Any]:
    """A report as `expect` writes it."""
    if isinstance(report, Reversal):
        return {
            "reversal": report.purchase,
            "reason": report.reason,
            "items": dict(report.items),
            "id": report.id,
            "amount": _amount(report.amount),
            "so_far": _amount(report.so_far),
            **_said(complete=report.complete, undone=report.undone, apart=report.apart),
        }
    return _told_order(report)


def _told_order(order: Order) -> dict[str, Any]:
    return {
        "order": order.purchase,
        "lines": [_told_line(line) for line in order.lines],
        "region": order.region,
        "test": order.test,
        "buyer": _told_buyer(order.buyer),
        **_said(
            beside=[_amount(money) for money in order.beside],
            refunds={id: _told_refund(each) for id, each in (order.refunds or {}).items()},
            late=order.late,
            renewal=order.renewal,
        ),
    }


def _told_refund(refund: Refund) -> dict[str, Any]:
    return _said(items=dict(refund.items), amount=_amount(refund.amount), undone=refund.undone)


def _said(**facts: Any) -> dict[str, Any]:
    """Only what there is."""
    return {name: fact for name, fact in facts.items() if fact}


def _told_line(line: OrderLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "amount": _amount(line.amount),
        "title": line.title,
        "key": line.key,
        "refs": list(line.refs),
        **_said(extra=not line.goods, parent=line.parent),
    }


def _told_buyer(buyer: Buyer | None) -> dict[str, Any] | None:
    if buyer is None:
        return None
    told = {"first_name": buyer.first_name, "nickname": buyer.nickname}
    return {**told, **_said(initial=buyer.initial)}


def _amount(money: Any) -> str | None:
    return None if money is None else f"{money.amount} {money.currency}"
