"""Health checks and metrics for operators: alive, able to serve, and in numbers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from vetrina.store.errors import StoreAway, StoreError, StoreFault
from vetrina.web.context import Context
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Caller, Operation

log = logging.getLogger(__name__)
PROBE_S = 2.0
LATER = "Nothing is lost; other processes hear of changes some seconds later."


@dataclass(frozen=True)
class Health:
    """The process answers."""

    status: Literal["ok"]


@dataclass(frozen=True)
class Readiness:
    """Whether the process can serve, and everything that is not as it should be."""

    ready: bool
    reasons: list[str]


async def healthz(_: Call) -> Response:
    """The process answers; nothing else is asked."""
    return json_answer(Health("ok"))


async def readyz(call: Call) -> Response:
    """200 when shows can be served, else 503; with every reason.

    A bus that is away makes no process unready: all share it, and a balancer would drop them all.
    Nor does a clock that is off, since shows go by the same time everywhere, or one damaged show.
    """
    context = call.context
    grave, others = await asyncio.gather(_grave(context), _others_away(context))
    ready = not grave
    others += _damaged(context)
    others += [] if context.clock_sync is None else context.clock_sync.reasons
    return json_answer(Readiness(ready, grave + others), 200 if ready else 503)


async def metrics(call: Call) -> Response:
    """The Prometheus text format; of several workers, each sample with the worker it is of."""
    own, of_all = call.context.metrics, call.context.cluster_metrics
    text = own.render() if of_all is None else await of_all()
    return Response(text, 200, {"cache-control": "no-store", "content-type": own.content_type})


async def _grave(context: Context) -> list[str]:
    """Why the process cannot serve. One that is alone needs its bus for its own viewers."""
    probes = [_probe("The store", context.store.ping)]
    if not context.bus.shared:
        probes.append(_probe("The bus", context.bus.ping))
    reasons = [reason for reason in await asyncio.gather(*probes) if reason is not None]
    reasons += [
        f"The task {name} failed ({error}) and is being started again."
        for name, error in context.supervisor.failing.items()
    ]
    if context.hub.draining:
        reasons.append("The server is shutting down.")
    return reasons


def _damaged(context: Context) -> list[str]:
    """Without names: this page is public, and a draft's name is not."""
    count = len(context.shows.damaged)
    if not count:
        return []
    which = "One show is" if count == 1 else f"{count} shows are"
    return [f"{which} set aside: the log cannot be read. `vetrina doctor` says which and why."]


async def _others_away(context: Context) -> list[str]:
    """What keeps the other processes from hearing at once."""
    if not context.bus.shared:
        return []
    health = context.bus.health
    if health.ok:
        fault = await _probe("The bus", context.bus.ping)
    else:
        fault = f"The bus: {health.reason}."
    return [] if fault is None else [f"{fault} {LATER}"]


async def _probe(name: str, ping: Callable[[], Awaitable[None]]) -> str | None:
    """What is wrong, without details: this page is public, the log is not."""
    try:
        async with asyncio.timeout(PROBE_S):
            await ping()
    except TimeoutError:
        return f"{name} did not answer within {PROBE_S:g} s."
    except StoreAway as error:
        return f"{name}: {error}"
    except StoreFault as error:
        log.warning("%s cannot write: %s", name, error)
        return f"{name} cannot write now; the log says why."
    except (OSError, StoreError) as error:
        log.warning("%s does not answer: %s", name, error)
        return f"{name} does not answer ({type(error).__name__})."
    return None


OPERATIONS = (
    Operation(
        method="GET",
        path="/healthz",
        name="healthz",
        summary="Is the process alive?",
        handler=healthz,
        caller=Caller.OPERATOR,
        answer=Health,
    ),
    Operation(
        method="GET",
        path="/readyz",
        name="readyz",
        summary="Can it serve?",
        about="503 with the reasons when the store does not answer, or a part of the server failed "
        "and is being started again. 200 with a reason when other processes cannot be told, "
        "a clock is off by more than half a second, or a show is set aside, whose log is damaged.",
        handler=readyz,
        caller=Caller.OPERATOR,
        answer=Readiness,
    ),
    Operation(
        method="GET",
        path="/metrics",
        name="metrics",
        summary="Numbers for Prometheus",
        handler=metrics,
        caller=Caller.OPERATOR,
        media_type="text/plain",
    ),
)
