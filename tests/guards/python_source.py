"""Guards over Python source: each takes a path and its text and returns what breaks a rule.

A guard is a pure function, so that a test can show it a violation. Lines are "path:line what".
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath

SOURCE = "server"
"""The folder in which the package stands."""
PACKAGE = "vetrina"
UNPREDICTABLE = {"random", "secrets", "time", "uuid"}
SIDE_EFFECTS = {
    "asyncio", "io", "logging", "os", "pathlib", "socket", "sqlite3", "subprocess", "threading",
}  # fmt: skip
ROLES = {
    "viewer", "overlay", "hook", "control", "moderator", "analyst", "shopkeeper", "creator",
}  # fmt: skip
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
ROLE_TEXT = re.compile(f"""["']({"|".join(sorted(ROLES))})["']""")
ENVIRONMENT = re.compile("environ|getenv")
WAITING = re.compile("sleep|wait_for_timeout|flaky|rerun")
"""Where a source has none of the words there is nothing to find, and it need not be parsed."""


@cache
def imports(path: str, source: str) -> tuple[tuple[int, str], ...]:
    """Every imported name, absolute and with the imported symbol: `vetrina.clock.Clock`.

    Kept, since four guards look at the same files.
    """
    return tuple(_imports(path, source))


def _imports(path: str, source: str) -> Iterator[tuple[int, str]]:
    package = PurePosixPath(path).relative_to(SOURCE).parent.parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def calls(source: str) -> Iterator[tuple[ast.Call, str]]:
    """Every call whose function is a plain name, dotted or not: `asyncio.sleep`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node, dotted(node.func)


def dotted(function: ast.expr) -> str:
    """`asyncio.sleep`; of what is no plain name, as a call or an index, only what follows it.

    `ast.unparse` took most of the time of these tests.
    """
    names: list[str] = []
    while isinstance(function, ast.Attribute):
        names.append(function.attr)
        function = function.value
    names.append(function.id if isinstance(function, ast.Name) else "")
    return ".".join(reversed(names))


def is_within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def unit(path: str) -> str:
    """The folder or the module of the package: `server/vetrina/web/api/shows.py` is of `web`."""
    return PurePosixPath(path).parts[2].removesuffix(".py")


def misdirected_imports(
    path: str, source: str, directions: Mapping[str, Sequence[str]]
) -> list[str]:
    """Imports within the package that the table of directions does not allow."""
    own = unit(path)
    if own not in directions:
        return [f"{path}:1 {own!r} has no row in the table of directions"]
    allowed = [f"{PACKAGE}.{name}" for name in (own, *directions[own])]
    return [
        f"{path}:{line} {own} must not import {name}"
        for line, name in imports(path, source)
        if is_within(name, PACKAGE) and not any(is_within(name, prefix) for prefix in allowed)
    ]


def libraries_away_from_home(
    path: str, source: str, homes: Mapping[str, Sequence[str]]
) -> list[str]:
    """Imports of a library outside the folders and modules where it may be named."""
    return [
        f"{path}:{line} {library} belongs in {' and '.join(homes[library])}"
        for line, name in imports(path, source)
        if (library := name.partition(".")[0]) in homes
        and not any(PurePosixPath(path).is_relative_to(home) for home in homes[library])
    ]


def foreign_libraries(path: str, source: str) -> list[str]:
    """Imports that are neither the package's own nor the standard library's."""
    return [
        f"{path}:{line} {name} is not in the standard library"
        for line, name in imports(path, source)
        if name.partition(".")[0] not in {*sys.stdlib_module_names, PACKAGE}
    ]


def impurities(path: str, source: str) -> list[str]:
    """Clocks, chance and the outside world: a pure module takes them as arguments."""
    found = [
        f"{path}:{line} imports {name}"
        for line, name in imports(path, source)
        if name.partition(".")[0] in UNPREDICTABLE | SIDE_EFFECTS
    ]
    for call, name in calls(source):
        if ".".join(name.split(".")[-2:]) in CLOCK_CALLS or name in {"open", "print", "input"}:
            found.append(f"{path}:{call.lineno} calls {name}")
    return found


def role_literals(path: str, source: str) -> list[str]:
    """Texts that are a role's name: code names the role, or better the permission that it needs."""
    if not ROLE_TEXT.search(source):
        return []
    texts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [
        f"{path}:{text.lineno} {text.value!r} is a role" for text in texts if text.value in ROLES
    ]


def environment_reads(path: str, source: str) -> list[str]:
    """`os.environ` and `os.getenv`: settings are read once, at the edge."""
    if not ENVIRONMENT.search(source):
        return []
    found = [
        f"{path}:{line} imports {name}"
        for line, name in imports(path, source)
        if name in {"os.environ", "os.environb", "os.getenv"}
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
            found.append(f"{path}:{node.lineno} reads the environment")
    return found


def unbounded_queues(path: str, source: str) -> list[str]:
    """Queues without a size: a slow reader would fill the memory."""
    limits = {"deque": "maxlen", "Queue": "maxsize", "LifoQueue": "maxsize"}
    return [
        f"{path}:{call.lineno} {name} without {limits[kind]}"
        for call, name in calls(source)
        if (kind := name.rpartition(".")[2]) in limits
        and limits[kind] not in {keyword.arg for keyword in call.keywords}
    ]


def waits(path: str, source: str) -> list[str]:
    """Sleeps and reruns: a test waits for a condition, on a clock that it moves itself."""
    found: list[str] = []
    if not WAITING.search(source):
        return found
    for call, name in calls(source):
        what = name.rpartition(".")[2]
        yields = len(call.args) == 1 and ast.unparse(call.args[0]) == "0"
        if (what == "sleep" and not yields) or what == "wait_for_timeout":
            found.append(f"{path}:{call.lineno} waits for time to pass: {name}")
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name in {"flaky", "rerun", "reruns"}:
            found.append(f"{path}:{node.lineno} is allowed to fail: {name}")
    return found
