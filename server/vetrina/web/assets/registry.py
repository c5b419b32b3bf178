"""The browser's files, read once at start: hashed names for the cache, plain ones for everybody.

`/static/js/client/session.js` works everywhere and is asked for anew each time; its twin
`/static/js/client/session.4f1c09a2b7.js` never changes and is kept for a year. Modules import each
other by relative paths; the import map sends those to the hashed twins, with no build step.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import orjson

from vetrina.web.assets.comment_stripping import without_comments
from vetrina.web.assets.css_urls import with_hashed_urls
from vetrina.web.assets.module_graph import needed_modules

HASH_CHARS = 10
VERSION_CHARS = 8
COMPRESS_FROM_BYTES = 512
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
_LEAN = (".css", ".js", ".mjs")
_ALREADY_SMALL = ("image/gif", "image/jpeg", "image/png", "image/webp", "audio/", "font/")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in memory. `gzipped` is None where compressing saves nothing."""

    url: str
    hashed_url: str
    media_type: str
    body: bytes
    gzipped: bytes | None
    digest: str


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
        self._needed: dict[str, list[str]] = {}
        for url, body in with_hashed_urls(read, hashed_url).items():
            asset = _asset(url, hashed_url(url, body), body)
            self._by_url[url] = asset
            lean = without_comments(body.decode()).encode() if url.endswith(_LEAN) else body
            self._hashed[asset.hashed_url] = _asset(url, asset.hashed_url, lean)
        whole = hashlib.sha256("".join(sorted(self._hashed)).encode())
        self.version = whole.hexdigest()[:VERSION_CHARS]

    def url(self, path: str) -> str:
        """The hashed address of a file, by its path below /static/ or its whole plain address.

        Raises LookupError: a page that names a missing file must not go out.
        """
        return self._root + self._asset(path).hashed_url

    def modules(self, path: str) -> list[str]:
        """The hashed addresses of a script and of all that it imports. Raises LookupError."""
        return [self.url(url) for url in self._modules(path)]

    def import_map(self, path: str | None) -> str:
        """The import map of a page with this script: what it imports, by plain address.

        What it imports later, by `import()`, comes from a plain address. Raises LookupError.
        """
        modules = {}
        if path is not None:
            modules = {self._root + url: self.url(url) for url in self._modules(path)}
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

    def _modules(self, path: str) -> list[str]:
        entry = self._asset(path).url
        if entry not in self._needed:
            sources = {url: asset.body for url, asset in self._by_url.items()}
            self._needed[entry] = needed_modules(entry, sources)
        return self._needed[entry]

    def _asset(self, path: str) -> Asset:
        asset = self._by_url.get(path if path.startswith("/") else f"/static/{path}")
        if asset is None:
            raise LookupError(f"there is no file {path!r} under static/ or overlays/")
        return asset


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
        gzipped=_gzipped(media_type, body),
        digest=hashlib.sha256(body).hexdigest()[:32],
    )


def _gzipped(media_type: str, body: bytes) -> bytes | None:
    if len(body) < COMPRESS_FROM_BYTES or media_type.startswith(_ALREADY_SMALL):
        return None
    small = gzip.compress(body, mtime=0)
    return small if len(small) < len(body) else None
