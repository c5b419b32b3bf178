"""Style sheets name fonts, pictures and each other; here those names get their hashes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from posixpath import dirname, join, normpath, relpath

_REFERENCE = re.compile(
    rb"(?P<before>url\(\s*[\"']?|@import\s+[\"'])(?P<path>[^\"')\s?#]+)(?P<after>[\"']?)"
)
_IMPORT = re.compile(rb"^@import\s+[\"'](?P<path>[^\"']+\.css)[\"'];[^\S\n]*$", re.MULTILINE)


def with_hashed_urls(
    files: Mapping[str, bytes], hashed_url: Callable[[str, bytes], str]
) -> dict[str, bytes]:
    """The files with the relative references in style sheets pointing at hashed names.

    A sheet's hash follows from those of the files it names, so those come first. What is not
    among the files stays as it is, and so does a circle of imports.
    """
    finished: dict[str, bytes] = {
        url: body for url, body in files.items() if not url.endswith(".css")
    }
    for url in files:
        _finish(url, files, finished, hashed_url, ())
    return {url: finished[url] for url in files}


def with_imports(url: str, files: Mapping[str, bytes], finished: Mapping[str, bytes]) -> bytes:
    """A finished style sheet with those that it imports put in their place: one request for all.

    `files` has the plain names, `finished` the hashed ones. What is not ours stays an import.
    """
    names = [match["path"].decode() for match in _IMPORT.finditer(files[url])]
    targets = iter([normpath(join(dirname(url), name)) for name in names])

    def put(match: re.Match[bytes]) -> bytes:
        target = next(targets)
        if target not in files:
            return match[0]
        return _rebased(with_imports(target, files, finished), dirname(target), dirname(url))

    return _IMPORT.sub(put, finished[url])


def _rebased(body: bytes, old: str, new: str) -> bytes:
    """A sheet's relative references, as they read from another folder."""

    def moved(match: re.Match[bytes]) -> bytes:
        path = match["path"].decode()
        if ":" in path or path.startswith("/"):
            return match[0]
        return match["before"] + relpath(normpath(join(old, path)), new).encode() + match["after"]

    return body if old == new else _REFERENCE.sub(moved, body)


def _finish(
    url: str,
    files: Mapping[str, bytes],
    finished: dict[str, bytes],
    hashed_url: Callable[[str, bytes], str],
    above: tuple[str, ...],
) -> None:
    if url in finished:
        return

    def hashed(match: re.Match[bytes]) -> bytes:
        target = normpath(join(dirname(url), match["path"].decode()))
        if target not in files or target in (*above, url):
            return match[0]
        _finish(target, files, finished, hashed_url, (*above, url))
        path = relpath(hashed_url(target, finished[target]), dirname(url))
        return match["before"] + path.encode() + match["after"]

    finished[url] = _REFERENCE.sub(hashed, files[url])
