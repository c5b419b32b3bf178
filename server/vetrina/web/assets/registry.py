"""The browser's files, read once at start: hashed names for the cache, plain ones for everybody.

`/static/js/client/session.js` works everywhere and is asked for anew each time; its twin
`/static/js/client/session.4f1c09a2b7.js` never changes and is kept for a year. Modules import each
other by relative paths; the import map sends those to the hashed twins, with no build step.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

import orjson
import rcssmin
import rjsmin

from vetrina.web.assets.css_urls import with_hashed_urls, with_imports
from vetrina.web.assets.locations import OVERLAYS_DIR, STATIC_DIR
from vetrina.web.assets.module_graph import needed_modules, possible_modules
from vetrina.web.http.compression import encodings

HASH_CHARS = 10
VERSION_CHARS = 8
# The platform's own table differs from machine to machine, and a module with a wrong type is dead.
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_MINIFIERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".css": rcssmin.cssmin,
    ".js": rjsmin.jsmin,
    ".mjs": rjsmin.jsmin,
}
_ALREADY_SMALL = ("image/gif", "image/jpeg", "image/png", "image/webp", "audio/", "font/")


@dataclass(frozen=True)
class Asset:
    """One file in memory."""

    url: str
    hashed_url: str
    media_type: str
    body: bytes
    digest: str

    @cached_property
    def encoded(self) -> Mapping[str, bytes]:
        """The encodings in which it is smaller, the best first: made once, when first asked for."""
        return {} if self.media_type.startswith(_ALREADY_SMALL) else encodings(self.body)


class Assets:
    """All files below some folders, each folder under its URL prefix such as /static.

    Addresses that are told begin with `root`, the path below which the server is; `find` takes
    those without it.
    """

    def __init__(self, folders: Mapping[str, Path], root: str = "") -> None:
        self._root = root
        read = {url: path.read_bytes() for url, path in _files(folders)}
        self._by_url: dict[str, Asset] = {}
        self._hashed: dict[str, Asset] = {}
        self._graphs: dict[tuple[str, str], list[str]] = {}
        bodies = with_hashed_urls(read, hashed_url)
        for url, body in bodies.items():
            asset = _asset(url, hashed_url(url, body), body)
            self._by_url[url] = asset
            whole_sheet = with_imports(url, read, bodies) if url.endswith(".css") else body
            self._hashed[asset.hashed_url] = _asset(
                url, asset.hashed_url, minified(url, whole_sheet)
            )
        whole = hashlib.sha256("".join(sorted(self._hashed)).encode())
        self.version = whole.hexdigest()[:VERSION_CHARS]

    def url(self, path: str) -> str:
        """The hashed address of a file, by its path below /static/ or its whole plain address.

        Raises LookupError: a page that names a missing file must not go out.
        """
        return self._root + self._asset(path).hashed_url

    def text(self, path: str) -> str:
        """What a file of ours says, by its path below /static/. Raises LookupError."""
        return self._asset(path).body.decode()

    def modules(self, path: str) -> list[str]:
        """The hashed addresses of a script and of all that it imports. Raises LookupError."""
        return [self.url(url) for url in self._graph(path, needed_modules)]

    def import_map(self, path: str | None) -> str:
        """The import map of a page with this script: what it imports, at once or later, by plain
        address. Raises LookupError."""
        modules = {}
        if path is not None:
            graph = self._graph(path, possible_modules)
            modules = {self._root + url: self.url(url) for url in graph}
        text = orjson.dumps({"imports": modules}).decode()
        # Inside a script element only this could end it.
        return text.replace("<", "\\u003c")

    def find(self, url: str) -> tuple[Asset, bool] | None:
        """The file at an address, and whether the address is the one that never changes.

        Nothing but this table is looked into, so no address leads out of the folders.
        """
        if (asset := self._hashed.get(url)) is not None:
            return asset, True
        if (asset := self._by_url.get(url)) is not None:
            return asset, False
        return None

    def _graph(self, path: str, walk: Callable[[str, Mapping[str, bytes]], list[str]]) -> list[str]:
        entry = self._asset(path).url
        known = (entry, walk.__name__)
        if known not in self._graphs:
            sources = {url: asset.body for url, asset in self._by_url.items()}
            self._graphs[known] = walk(entry, sources)
        return self._graphs[known]

    def _asset(self, path: str) -> Asset:
        asset = self._by_url.get(path if path.startswith("/") else f"/static/{path}")
        if asset is None:
            raise LookupError(f"there is no file {path!r} under static/ or overlays/")
        return asset


@cache
def program_assets(root: str = "") -> Assets:
    """The program's own files; read once, for they stay the same while it runs."""
    return Assets({"/static": STATIC_DIR, "/overlays": OVERLAYS_DIR}, root)


def minified(url: str, body: bytes) -> bytes:
    """A script or style sheet without comments and needless white space; anything else as it is.

    The plain address of a file gives it as it was written; its hashed twin is what pages load.
    """
    minify = _MINIFIERS.get(PurePosixPath(url).suffix)
    return body if minify is None else minify(body)


def policy_hash(import_map: str) -> str:
    """How a Content-Security-Policy names an inline import map."""
    digest = hashlib.sha256(import_map.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def hashed_url(url: str, body: bytes) -> str:
    """`/static/css/viewer.css` → `/static/css/viewer.0a1b2c3d4e.css`."""
    path = PurePosixPath(url)
    digest = hashlib.sha256(body).hexdigest()[:HASH_CHARS]
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


def _files(folders: Mapping[str, Path]) -> list[tuple[str, Path]]:
    """Known kinds of files below the folders; symbolic links, dot files and the rest stay out."""
    found = []
    for prefix, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in inside.parts)
            plain = path.is_file() and not path.is_symlink()
            if plain and not hidden and path.suffix in MEDIA_TYPES:
                found.append((f"{prefix}/{inside.as_posix()}", path))
    return found


def _asset(url: str, hashed: str, body: bytes) -> Asset:
    media_type = MEDIA_TYPES[PurePosixPath(url).suffix]
    return Asset(
        url=url,
        hashed_url=hashed,
        media_type=media_type,
        body=body,
        digest=hashlib.sha256(body).hexdigest()[:32],
    )
