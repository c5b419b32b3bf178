"""Whether every connector does what its provider documents: `vetrina webhook check`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from vetrina.connectors import CONNECTORS
from vetrina.connectors.port import BadSignature, Connector, ConnectorError, Headers
from vetrina.connectors.samples import Sample, Vector, samples, told, vectors

NOW_MS = 1_795_199_460_000
WINDOW_MS = 300_000
OPTIONS = {"app_key": "68xu5ks"}
# The providers that sign the time of sending.
TIMED = ("stripe", "generic")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; `wrong` says what came instead, None when it is right."""

    kind: str
    name: str
    wrong: str | None


def check_all() -> Iterator[Finding]:
    """Every signature and every sample of every provider."""
    for vector in vectors():
        yield Finding(vector.kind, f"signature: {vector.about}", _vector_fault(vector))
    for kind in CONNECTORS:
        for sample in samples(kind):
            for name, check in CHECKS.items():
                yield Finding(kind, f"{sample.name}: {name}", check(CONNECTORS[kind], sample))


def _vector_fault(vector: Vector) -> str | None:
    connector, now_ms = CONNECTORS[vector.kind], vector.at * 1000
    good = (vector.headers, vector.body, vector.secret, now_ms, vector.options)
    changed = (vector.headers, vector.body + b" ", *good[2:])
    if (why := _refusal(connector, *good)) is not None:
        return why
    return "a changed body passes" if _refusal(connector, *changed) is None else None


def _is_read(connector: Connector, sample: Sample) -> str | None:
    try:
        delivery = connector.read(_signed(connector, sample)[0], sample.body, lambda order: order)
    except ConnectorError as error:
        return f"refused: {error}"
    found = [told(report) for report in delivery.reports]
    return None if _same(found, sample.expect) else f"read as {found}"


def _is_private(connector: Connector, sample: Sample) -> str | None:
    delivery = connector.read(sample.headers, sample.body, lambda order: order)
    kept = json.dumps([asdict(report) for report in delivery.reports], ensure_ascii=False)
    left = [text for text in sample.personal if text in kept]
    return f"kept: {', '.join(left)}" if left else None


def _is_verified(connector: Connector, sample: Sample) -> str | None:
    headers, secret = _signed(connector, sample)
    why = _refusal(connector, headers, sample.body, secret, NOW_MS, OPTIONS)
    return None if why is None else f"refused: {why}"


def _is_refused(connector: Connector, sample: Sample) -> str | None:
    """Another secret, a shorter body, a changed one, no signature, and a late one."""
    headers, secret = _signed(connector, sample)
    body, other = sample.body, "whsec_" + "b3RoZXIgdGhhbiB0aGUgb25lIGFib3Zl"
    forged: dict[str, tuple[Headers, bytes, str, int]] = {
        "another secret": (headers, body, other, NOW_MS),
        "a truncated body": (headers, body[:-1], secret, NOW_MS),
        "a changed body": (headers, body.replace(b"0", b"1", 1) + b" ", secret, NOW_MS),
        "no signature": (sample.headers, body, secret, NOW_MS),
    }
    if connector.kind in TIMED:
        forged["an old one"] = (headers, body, secret, NOW_MS + WINDOW_MS + 1000)
        forged["one of the future"] = (headers, body, secret, NOW_MS - WINDOW_MS - 1000)
    passed = [n for n, (h, b, s, at) in forged.items() if not _refusal(connector, h, b, s, at)]
    return f"passes: {', '.join(passed)}" if passed else None


CHECKS: Mapping[str, Callable[[Connector, Sample], str | None]] = {
    "signed and verified": _is_verified,
    "forged and refused": _is_refused,
    "read": _is_read,
    "nothing personal kept": _is_private,
}


def _signed(connector: Connector, sample: Sample) -> tuple[Headers, str]:
    """Freshly signed under a secret of the provider's form; the sample's own ids stay."""
    secret = "whsec_" + "c2VjcmV0IG9mIHRoZSBjb25mb3JtYW5jZSB0ZXN0"
    fresh = connector.sign(sample.headers, sample.body, secret, NOW_MS, OPTIONS)
    return {**fresh, **sample.headers}, secret


def _refusal(
    connector: Connector,
    headers: Headers,
    body: bytes,
    secret: str,
    now_ms: int,
    options: Mapping[str, str] = OPTIONS,
) -> str | None:
    try:
        connector.verify(headers, body, [secret], now_ms, options)
    except BadSignature as error:
        return str(error)
    return None


def _same(found: object, expected: object) -> bool:
    return json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)
