"""From a table of operations to routes: who may, how often, what came, then the handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vetrina.store.ports.shows import Key
from vetrina.web.context import Context
from vetrina.web.http.auth import bearer, forbidden, unauthorized
from vetrina.web.http.compression import compress_answer
from vetrina.web.http.idempotency import Once
from vetrina.web.http.key_lookup import admitted
from vetrina.web.http.operation import Call, Operation, Upload
from vetrina.web.http.problem import problem_of
from vetrina.web.http.rate_limiter import address_of, is_own
from vetrina.web.http.request_body import check_media_type, read_body

Endpoint = Callable[[Request], Awaitable[Response]]


def routes_of(operations: Sequence[Operation], context: Context) -> list[Route]:
    """One route for each path, in the order of the table."""
    paths = dict.fromkeys(operation.path for operation in operations)
    return [
        Route(
            path,
            endpoint_of([each for each in operations if each.path == path], context),
            methods=[each.method for each in operations if each.path == path],
            name=path,
        )
        for path in paths
    ]


def endpoint_of(operations: Iterable[Operation], context: Context) -> Endpoint:
    """The operations of one path, by method."""
    by_method = {operation.method: operation for operation in operations}

    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        operation = by_method.get(method)  # type: ignore[call-overload]
        # A HEAD must have no effect, and a GET of a hook has one.
        if operation is None or (request.method == "HEAD" and operation.who == "hook"):
            raise HTTPException(405, headers={"allow": ", ".join(by_method)})
        answered = await measured(context, operation.path, perform(operation, context, request))
        return compress_answer(request, answered)

    return answer


async def measured(context: Context, route: str, work: Awaitable[Response]) -> Response:
    """Count the answer and its time, whatever becomes of it."""
    started = context.clock.monotonic()
    status = 500
    try:
        response = await work
        status = response.status_code
    except Exception as error:
        status = problem_of(error).status
        raise
    finally:
        context.metrics.request(route, status, context.clock.monotonic() - started)
    return response


async def perform(operation: Operation, context: Context, request: Request) -> Response:
    """Every step that comes before a handler, in an order that gives nothing away."""
    call = Call(context, request)
    if operation.who == "provider":
        return await operation.handler(call)
    if operation.who == "control":
        call.key = await control_key(context, request)
        _check_scope(operation, call.key, request)
        await _take(context, operation, call.key.id)
    elif not is_own(address_of(request)):
        await _take(context, operation, address_of(request))
    if operation.method in ("GET", "DELETE") and not operation.once:
        return await operation.handler(call)
    raw = await _raw_body(operation, request)
    if not operation.once:
        return await _handle(operation, call, raw, None)
    secret = (bearer(request) or "") if call.key else ""

    async def run(once: Once | None) -> Response:
        return await _handle(operation, call, raw, once)

    return await context.answers.once(request, secret, raw, run)


async def control_key(context: Context, request: Request) -> Key:
    """The control key of the request. Raises `unauthorized` or `forbidden`."""
    key = await admitted(context, request, bearer(request))
    if key is None:
        raise unauthorized()
    if key.role != "control":
        raise forbidden()
    return key


def _check_scope(operation: Operation, key: Key, request: Request) -> None:
    if key.show is None or operation.scope == "some":
        return
    if operation.scope == "all" or request.path_params.get("slug") != key.show:
        raise forbidden()


async def _take(context: Context, operation: Operation, who: str) -> None:
    reading = operation.method == "GET" or operation.who != "control"
    await context.limiter.take(context.reads if reading else context.changes, who)


async def _raw_body(operation: Operation, request: Request) -> bytes:
    if operation.body is None:
        return await read_body(request)
    if isinstance(operation.body, Upload):
        check_media_type(request, operation.body.media_types)
        return await read_body(request, operation.body.most_bytes)
    check_media_type(request)
    return await read_body(request)


async def _handle(operation: Operation, call: Call, raw: bytes, once: Once | None) -> Response:
    call.once = once
    if isinstance(operation.body, Upload):
        call.body = raw
    elif operation.body is not None:
        call.body = operation.body.decode(raw)
    return await operation.handler(call)
