"""Which modules a page's script needs: told to the browser at once, not found out one by one.

Without this a phone asks for a module, reads it, asks for what that one imports, and so on; each
step costs the way to the server and back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname, normpath

# A type in a comment has a name behind it: `import("./money.js").Money`.
_LATER = re.compile(rb"\bimport\(\s*[\"'](\.[^\"']+)[\"']\s*\)(?!\.[A-Z])")
_IMPORT = re.compile(
    rb"^\s*(?:import|export)\b[^;\"'()]*?\bfrom\s*[\"'](\.[^\"']+)[\"']"
    rb"|^\s*import\s*[\"'](\.[^\"']+)[\"']",
    re.MULTILINE,
)


def needed_modules(url: str, files: Mapping[str, bytes]) -> list[str]:
    """The module and all that it imports, each once, nearest first.

    Dynamic imports are left out: they wait for their moment. So is what is not among the files.
    """
    return _reached(url, files, later=False)


def possible_modules(url: str, files: Mapping[str, bytes]) -> list[str]:
    """The same with what is imported dynamically, and what that needs."""
    return _reached(url, files, later=True)


def _reached(url: str, files: Mapping[str, bytes], *, later: bool) -> list[str]:
    reached = {url: None}
    waiting = [url]
    for module in waiting:
        for target in _imports(module, files[module], later):
            if target in files and target not in reached:
                reached[target] = None
                waiting.append(target)
    return list(reached)


def _imports(url: str, source: bytes, later: bool) -> list[str]:
    paths = [(match[1] or match[2]).decode() for match in _IMPORT.finditer(source)]
    if later:
        paths += [match[1].decode() for match in _LATER.finditer(source)]
    return [normpath(f"{dirname(url)}/{path}") for path in paths]
