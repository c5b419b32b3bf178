"""Serving the browser's files and the uploaded pictures."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from vetrina.web.assets.registry import Asset, Assets
from vetrina.web.context import Context
from vetrina.web.http.compression import best_encoding
from vetrina.web.http.etags import matches
from vetrina.web.http.security_headers import FOR_EVERYBODY

FOREVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """`/static/…`, `/overlays/…` and the pictures of the handbook, from memory."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def answer(self, request: Request) -> Response:
        """The file, or 304 when the browser has it."""
        found = self._assets.find(request.url.path)
        if found is None:
            raise HTTPException(404)
        asset, forever = found
        encoding = best_encoding(request, asset.encoded)
        headers = _headers(asset, encoding, forever)
        if matches(request.headers.get("if-none-match"), headers.get("etag", "")):
            return Response(None, 304, headers)
        body = asset.encoded[encoding] if encoding else asset.body
        return Response(body, 200, headers, asset.media_type)


class Media:
    """`/media/…`: pictures whose name is the hash of their content."""

    def __init__(self, context: Context) -> None:
        self._pictures = context.pictures

    async def answer(self, request: Request) -> Response:
        """The picture, or one of its smaller sizes."""
        path = await self._pictures.find(str(request.path_params["name"]))
        if path is None:
            raise HTTPException(404)
        headers = {
            "cache-control": FOREVER,
            "content-security-policy": "default-src 'none'",
            "x-content-type-options": "nosniff",
            **FOR_EVERYBODY,
        }
        return FileResponse(path, headers=headers, media_type="image/webp")


def _headers(asset: Asset, encoding: str | None, forever: bool) -> dict[str, str]:
    headers = {
        "cache-control": FOREVER if forever else "no-cache",
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
        **FOR_EVERYBODY,
    }
    if not forever:
        headers["etag"] = f'"{asset.digest}{f"-{encoding}" if encoding else ""}"'
    if encoding:
        headers["content-encoding"] = encoding
    return headers
