"""Guards over JavaScript, CSS and HTML; each returns lines of "path:line what breaks the rule"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from posixpath import normpath

_STRING = r"(?P<string>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"
_COMMENT = {
    ".js": r"//[^\n]*|/\*.*?\*/",
    ".css": r"/\*.*?\*/",
    ".html": r"<!--.*?-->|{#.*?#}",
}
_SKIPPED = {
    suffix: re.compile(
        f"(?P<comment>{comment})" + ("" if suffix == ".html" else f"|{_STRING}"), re.S
    )
    for suffix, comment in _COMMENT.items()
}
_IMPORT = re.compile(
    r"^\s*(?:import|export)\b[^;\"'()]*?\bfrom\s*[\"']([^\"']+)[\"']"
    r"|^\s*import\s*[\"']([^\"']+)[\"']"
    r"|\bimport\(\s*[\"']([^\"']+)[\"']",
    re.MULTILINE,
)
_DOM = re.compile(r"\b(document|window|customElements|HTMLElement|localStorage)\b")
_NETWORK = re.compile(r"\b(fetch|WebSocket|XMLHttpRequest|EventSource|sendBeacon)\b")
_MARKUP = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|document\.write\w*)\b")
_INLINE = re.compile(
    r"<style\b|<[^<>]*\s(?:style|on[a-z]+)\s*=|<script(?![^>]*(?:\bsrc=|importmap|application/(?:ld\+)?json))",
    re.IGNORECASE,
)
_TOO_NEW = re.compile(
    r":has\(|@container\b|\bcolor-mix\(|\b\d+(?:\.\d+)?[dsl]v[hw]\b|(?:^|[;{}\s])&"
    r"|(?:^|[;{])\s*(?:translate|rotate|scale)\s*:",
    re.MULTILINE,
)
_GLUED = re.compile(r"(?<=[\w\])]) :[\w:-]+")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def without_comments(path: str, source: str) -> str:
    """The text with comments blanked, strings kept, line numbers unchanged."""
    skipped = _SKIPPED[PurePosixPath(path).suffix]
    return skipped.sub(lambda match: _blank(match) if match["comment"] else match[0], source)


def code_only(path: str, source: str) -> str:
    """The text with comments and strings blanked; `${…}` in a template is blanked with it."""
    return _SKIPPED[PurePosixPath(path).suffix].sub(_blank, source)


def _found(path: str, text: str, pattern: re.Pattern[str], what: str) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1} {what}: {match[0].strip()}"
        for match in pattern.finditer(text)
    ]


def js_imports(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Every module named in an import, static or dynamic, or in a re-export."""
    text = without_comments(path, source)
    for match in _IMPORT.finditer(text):
        yield text.count("\n", 0, match.end()) + 1, next(filter(None, match.groups()))


def misdirected_modules(
    path: str, source: str, directions: Mapping[str, Sequence[str]]
) -> list[str]:
    """Imports that are not relative, or that go where the table of directions does not."""
    folder = str(PurePosixPath(path).parent)
    row = next((key for key in directions if PurePosixPath(path).is_relative_to(key)), None)
    if row is None:
        return [f"{path}:1 has no row in the table of directions"]
    found = []
    for line, name in js_imports(path, source):
        target = normpath(f"{folder}/{name}")
        if not name.startswith(("./", "../")):
            found.append(f"{path}:{line} imports {name}, which is not a relative path")
        elif not any(PurePosixPath(target).is_relative_to(to) for to in (row, *directions[row])):
            found.append(f"{path}:{line} must not import {target}")
    return found


def dom_uses(path: str, source: str) -> list[str]:
    return _found(path, code_only(path, source), _DOM, "touches the page")


def network_uses(path: str, source: str) -> list[str]:
    return _found(path, code_only(path, source), _NETWORK, "talks to a server")


def markup_from_text(path: str, source: str) -> list[str]:
    """Ways to turn a text into elements: data goes in by `textContent`."""
    return _found(path, without_comments(path, source), _MARKUP, "makes markup of a text")


def inline_code(path: str, source: str) -> list[str]:
    """What the pages' Content-Security-Policy would refuse."""
    return _found(path, without_comments(path, source), _INLINE, "is inline")


def too_new_css(path: str, source: str) -> list[str]:
    """CSS that the browser inside an OBS of some years ago (Chromium 103) does not know."""
    return _found(path, code_only(path, source), _TOO_NEW, "is unknown to Chromium 103")


def glued_selectors(path: str, source: str) -> list[str]:
    """Pseudo-classes after a space: within an at-rule the minifier takes the space away."""
    return _found(path, code_only(path, source), _GLUED, "needs a * before it")
