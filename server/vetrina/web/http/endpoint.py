"""Request pipeline: from a row of the operations table to a route.

Authentication, authorization, rate limit, body, idempotency, then the handler.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vetrina.domain.access import may
from vetrina.store.ports.keys import Key
from vetrina.store.ports.shows import Appended
from vetrina.web.context import Context
from vetrina.web.http import file_upload
from vetrina.web.http.auth import bearer, forbidden, unauthorized
from vetrina.web.http.compression import compress_answer
from vetrina.web.http.idempotency import Attempt
from vetrina.web.http.key_lookup import find_key
from vetrina.web.http.operation import Call, Caller, FileUpload, Operation, Upload
from vetrina.web.http.problem import problem_of
from vetrina.web.http.rate_limiter import address_of, is_own
from vetrina.web.http.request_body import JSON_BYTES, check_media_type, media_type_of, read_body

Endpoint = Callable[[Request], Awaitable[Response]]


def routes_of(operations: Sequence[Operation], context: Context) -> list[Route]:
    """One route for each path, in the order of the table."""
    paths = dict.fromkeys(operation.path for operation in operations)
    return [
        Route(
            # A SKU may hold slashes, and %2F is one by the time that a path is matched.
            path.replace("/{value}", "/{value:path}").replace("/{sku}", "/{sku:path}"),
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
        if operation is None or (request.method == "HEAD" and operation.caller is Caller.HOOK):
            raise HTTPException(405, headers={"allow": ", ".join(by_method)})
        answered = await measured(context, operation.path, perform(operation, context, request))
        if isinstance(answered, StreamingResponse):
            return answered  # it does both for itself, chunk by chunk
        return compress_answer(request, located(context, answered))

    return answer


def located(context: Context, response: Response) -> Response:
    """The answer with the path below which the server is before addresses of ours."""
    media_type = response.headers.get("content-type", "").partition(";")[0]
    if not context.settings.root or not media_type.endswith("json"):
        return response
    response.body = context.located(bytes(response.body))
    response.headers["content-length"] = str(len(response.body))
    return response


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
    if operation.caller is Caller.PROVIDER:
        return await operation.handler(call)
    if operation.caller is Caller.KEY:
        call.key = await _permitted_key(operation, context, request)
        await _take(context, operation, call.key.id)
    elif not is_own(address_of(request)):
        await _take(context, operation, address_of(request))
    if operation.method in ("GET", "DELETE") and not operation.idempotent:
        return await operation.handler(call)
    if isinstance(operation.body, FileUpload) and media_type_of(request) == file_upload.MEDIA_TYPE:
        received = await file_upload.receive_file(request, operation.body.most_bytes)
        with received.file:
            call.body = received
            return await _answer_once(operation, call, received.digest)
    return await _answer_once(operation, call, await _raw_body(operation, request))


async def _answer_once(operation: Operation, call: Call, raw: bytes) -> Response:
    """The answer to a body that is read, or that of the request that came before it."""
    if not operation.idempotent:
        return await _handle(operation, call, raw, None)
    secret = (bearer(call.request) or "") if call.key else ""

    async def run(attempt: Attempt | None) -> Response:
        return await _handle(operation, call, raw, attempt)

    def rebuild(appended: Appended) -> Response:
        if operation.rebuild is None:
            raise LookupError(f"{operation.name} appends and cannot rebuild its answer")
        return operation.rebuild(call, appended)

    return await call.context.idempotency.respond(call.request, secret, raw, run, rebuild)


async def _permitted_key(operation: Operation, context: Context, request: Request) -> Key:
    """The key of the request. Raises `unauthorized` or `forbidden`."""
    key = await find_key(context, request, bearer(request))
    if key is None:
        raise unauthorized()
    if operation.needs is None or not may(key.role, operation.needs):
        raise forbidden()
    if not _covers(key, operation, request):
        raise forbidden()
    return key


def _covers(key: Key, operation: Operation, request: Request) -> bool:
    """Whether a key is good for the show, or for all shows, as the operation asks."""
    if key.show is None or operation.scope == "some":
        return True
    return operation.scope == "show" and request.path_params.get("slug") == key.show


async def _take(context: Context, operation: Operation, who: str) -> None:
    reading = operation.method == "GET" or operation.caller is not Caller.KEY
    await context.limiter.take(context.reads if reading else context.changes, who)


async def _raw_body(operation: Operation, request: Request) -> bytes:
    if operation.body is None:
        return await read_body(request)
    if isinstance(operation.body, Upload):
        check_media_type(request, operation.body.media_types)
        return await read_body(request, operation.body.most_bytes)
    if isinstance(operation.body, FileUpload):
        check_media_type(request, ("application/json", file_upload.MEDIA_TYPE))
    else:
        check_media_type(request)
    return await read_body(request, operation.most_bytes or JSON_BYTES)


async def _handle(
    operation: Operation, call: Call, raw: bytes, attempt: Attempt | None
) -> Response:
    call.attempt, call.raw = attempt, raw
    if isinstance(operation.body, Upload):
        call.body = raw
    elif operation.body is not None and call.body is None:
        call.body = operation.body.decode(call.context.as_kept(raw))
    return await operation.handler(call)
