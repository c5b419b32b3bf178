"""Sub-path: serving everything below a path such as `/vetrina`, whatever the proxy leaves of it."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

METRICS: Final = "/metrics"
"""For Prometheus, which asks each process itself: never below the path."""
NOWHERE: Final = "/nothing"


class SubPath:
    """Takes requests with the path before their own, as from a proxy that leaves it, and without.

    The application knows only its own paths: it routes as at the top of a site.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what came, without the path."""
        path: str = scope.get("path", "")
        if path == self._root + METRICS:
            # A proxy that takes the path away would let this through as /vetrina/vetrina/metrics.
            scope = {**scope, "path": NOWHERE, "raw_path": NOWHERE.encode()}
        elif path == self._root or path.startswith(f"{self._root}/"):
            raw = scope.get("raw_path")
            scope = {**scope, "path": path.removeprefix(self._root) or "/"}
            if raw is not None:
                scope["raw_path"] = raw.removeprefix(self._root.encode()) or b"/"
        await self._app(scope, receive, send)
