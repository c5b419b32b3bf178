"""The shape of the code, held by tests: which way imports point, and what may stand where."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.guards import browser_source as browser
from tests.guards import python_source as python
from tests.guards.directions import DIRECTIONS, HOMES, MODULES

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300


class Rule(NamedTuple):
    """A guard, the files it reads, and a text that it must catch and one that it must let pass."""

    guard: Callable[[str, str], list[str]]
    files: tuple[str, ...]
    path: str
    wrong: str
    right: str


def too_long(path: str, source: str) -> list[str]:
    lines = len(source.splitlines())
    return [f"{path}:1 has {lines} lines, over {LONGEST}"] if lines > LONGEST else []


directions = partial(python.misdirected_imports, directions=DIRECTIONS)
homes = partial(python.libraries_away_from_home, homes=HOMES)
modules = partial(browser.misdirected_modules, directions=MODULES)

PYTHON = ("server/**/*.py",)
TESTS = ("tests/**/*.py",)
SCRIPTS = ("static/**/*.js", "overlays/**/*.js")
STYLES = ("static/**/*.css", "overlays/**/*.css")
PAGES = ("server/**/*.html", "static/**/*.html", "overlays/**/*.html")
DRAWN = (
    *(f"static/js/{folder}/**/*.js" for folder in ("shared", "shop", "stage", "viewer", "control")),
    "overlays/**/*.js",
)
# The modules that fetch what a page shows.
ASKING = {
    "static/js/control/access/keys.js",
    "static/js/control/model.js",
    "static/js/shop/following.js",
    "static/js/shop/your-bag.js",
    "static/js/viewer/bag.js",
}
QUEUES = ("server/vetrina/realtime/**/*.py", "server/vetrina/bus/**/*.py")
DOMAIN = ("server/vetrina/domain/**/*.py",)
INNER = (*DOMAIN, "server/vetrina/protocol/**/*.py")
EVERYWHERE = (
    *(f"{top}/**/*.py" for top in ("server", "tests", "loadtests", "deploy", "docs")),
    *("tests/**/*.js", *SCRIPTS, *STYLES, *PAGES),
)
# The roles themselves; an operation that is called `hook`; words that are no buyer's name.
ROLE_WORDS = {
    "server/vetrina/domain/access.py",
    "server/vetrina/web/hooks.py",
    "server/vetrina/domain/buyer_names.py",
}
EDGES = {"server/vetrina/settings.py"}


def environment(path: str, source: str) -> list[str]:
    return [] if path in EDGES else python.environment_reads(path, source)


def waits(path: str, source: str) -> list[str]:
    """The one pause between two looks has its home in `tests/waiting.py`."""
    return [] if path == "tests/waiting.py" else python.waits(path, source)


def network(path: str, source: str) -> list[str]:
    return [] if path in ASKING else browser.network_uses(path, source)


def roles(path: str, source: str) -> list[str]:
    return [] if path in ROLE_WORDS else python.role_literals(path, source)


RULES = {
    "imports point one way": Rule(
        directions, PYTHON, "server/vetrina/live/service.py",
        "from vetrina.store import sql", "from vetrina.store.ports.store import Store",
    ),
    "a library has one home": Rule(
        homes, PYTHON, "server/vetrina/app.py",
        "import sqlalchemy.ext.asyncio", "from redis.asyncio import Redis",
    ),
    "the domain needs no library": Rule(
        python.foreign_libraries, DOMAIN, "server/vetrina/domain/money.py",
        "from pydantic import BaseModel", "from dataclasses import dataclass",
    ),
    "domain and protocol are pure": Rule(
        python.impurities, INNER, "server/vetrina/domain/show/rules.py",
        "import random", "from datetime import datetime\ndef decide(now: int): return now",
    ),
    "the environment is read at the edge": Rule(
        environment, PYTHON, "server/vetrina/web/http/auth.py",
        "key = os.environ['VETRINA_KEY']", "key = settings.control_key",
    ),
    "roles have one home": Rule(
        roles, PYTHON, "server/vetrina/web/http/auth.py",
        'allowed = key.role == "control"', "allowed = may(key.role, Permission.PIN)",
    ),
    "a queue has a bound": Rule(
        python.unbounded_queues, QUEUES, "server/vetrina/realtime/history.py",
        "frames = collections.deque()", "frames = deque(maxlen=256)",
    ),
    "a test waits for no time to pass": Rule(
        waits, TESTS, "tests/test_x.py",
        "async def test(): await asyncio.sleep(0.1)", "async def test(): await asyncio.sleep(0)",
    ),
    "modules point one way": Rule(
        modules, SCRIPTS, "static/js/viewer/pin.js",
        'import { start } from "../pages/viewer.js";',
        'import {\n  formatMoney,\n} from "../shared/offer.js";',
    ),
    "the client has no page": Rule(
        browser.dom_uses, ("static/js/client/**/*.js",), "static/js/client/session.js",
        "const root = document.body;", 'const note = "a document"; // no window here',
    ),
    "what draws has no network": Rule(
        network, DRAWN, "static/js/viewer/pin.js",
        "const got = await fetch(url);", "/* fetch is elsewhere */ this.prefetched = 1;",
    ),
    "data never becomes markup": Rule(
        browser.markup_from_text, (*SCRIPTS, *PAGES), "overlays/pin/graphic.js",
        "node.innerHTML = title;", "node.textContent = title; // not innerHTML",
    ),
    "pages have nothing inline": Rule(
        browser.inline_code, PAGES, "server/vetrina/web/pages/templates/viewer.html",
        '<p style="color: red">',
        '<script type="application/json" id="data"></script><script src="a.js"></script>',
    ),
    "styles run on an old OBS": Rule(
        browser.too_new_css, STYLES, "static/css/viewer/card.css",
        ".v-pin:has(img) { width: 9px }",
        '.v-pin::before { --v-scale: 1; transform: scale(1.1); content: "a & b" }',
    ),
    "styles mean the same when minified": Rule(
        browser.glued_selectors, STYLES, "static/css/viewer/card.css",
        "@layer a { .v-pin :is(b, i) { width: 9px } }",
        "@layer a { .v-pin *:is(b, i), .v-pin:hover { width: 9px; height:calc(1px) } }",
    ),
    "a file is read in one sitting": Rule(
        too_long, EVERYWHERE, "server/vetrina/app.py",
        "x = 1\n" * (LONGEST + 1), "x = 1\n" * LONGEST,
    ),
}  # fmt: skip


# More texts that the guard of the named rule must catch, one for each way to break it.
ALSO_WRONG = [
    ("imports point one way", "import vetrina.store.sql.store"),
    ("imports point one way", "from .. import app"),
    ("imports point one way", "from ..bus.redis import RedisBus"),
    ("imports point one way", "if TYPE_CHECKING:\n    from vetrina.web import routes"),
    ("a library has one home", "def later():\n    from sqlalchemy import text"),
    ("domain and protocol are pure", "from time import monotonic"),
    ("domain and protocol are pure", "def load(): return open('bag.json')"),
    ("domain and protocol are pure", "today = date.today()"),
    ("domain and protocol are pure", "now = datetime.datetime.now(UTC)"),
    ("the environment is read at the edge", "from os import environ"),
    ("the environment is read at the edge", "key = os.getenv('VETRINA_KEY')"),
    ("a queue has a bound", "frames = asyncio.Queue()"),
    ("a test waits for no time to pass", "def test(): time.sleep(1)"),
    ("a test waits for no time to pass", "async def test(): await asyncio.sleep(delay)"),
    ("a test waits for no time to pass", "async def test(): await page.wait_for_timeout(100)"),
    ("a test waits for no time to pass", "@pytest.mark.flaky(reruns=3)\ndef test(): ..."),
    ("modules point one way", 'export { start } from "../pages/viewer.js";'),
    ("modules point one way", 'import "../pages/viewer.js";'),
    ("modules point one way", 'import { html } from "lit";'),
    ("modules point one way", 'await import("/static/js/client/api.js")'),
    ("the client has no page", "class Thing extends HTMLElement {}"),
    ("what draws has no network", "this.socket = new WebSocket(url);"),
    ("data never becomes markup", 'node.insertAdjacentHTML("beforeend", title);'),
    ("pages have nothing inline", '<button onclick="pin()">'),
    ("pages have nothing inline", "<style>p { color: red }</style>"),
    ("pages have nothing inline", "<script>start()</script>"),
    ("styles run on an old OBS", "p { color: color-mix(in srgb, red, blue) }"),
    ("styles run on an old OBS", "@container (width > 9px) { p { top: 0 } }"),
    ("styles run on an old OBS", "p { top: 0; rotate: 3deg }"),
    ("styles run on an old OBS", "p { height: 100dvh }"),
    ("styles run on an old OBS", "p {\n  &:hover { top: 0 }\n}"),
]


def sources(patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Path and text of the repository's files that match."""
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RULES)
def test_the_code_keeps_the_rule(name):
    rule = RULES[name]
    found = [line for path, text in sources(rule.files) for line in rule.guard(path, text)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("name", RULES)
def test_the_guard_catches_what_is_wrong(name):
    rule = RULES[name]
    assert rule.guard(rule.path, rule.wrong) != []


@pytest.mark.parametrize("name", RULES)
def test_the_guard_lets_pass_what_is_right(name):
    rule = RULES[name]
    assert rule.guard(rule.path, rule.right) == []


@pytest.mark.parametrize(("name", "wrong"), ALSO_WRONG)
def test_the_guard_knows_every_way_to_break_the_rule(name, wrong):
    assert RULES[name].guard(RULES[name].path, wrong) != []


def test_every_folder_has_its_place():
    assert directions("server/vetrina/misc/text.py", "") == [
        "server/vetrina/misc/text.py:1 'misc' has no row in the table of directions"
    ]


@pytest.mark.parametrize("unit", DIRECTIONS)
def test_the_table_of_directions_has_no_way_back(unit):
    """Following the table downwards from a unit never leads back to it."""
    reached, ahead = set(), [name.partition(".")[0] for name in DIRECTIONS[unit]]
    while ahead:
        below = ahead.pop()
        if below not in reached:
            reached.add(below)
            ahead += [name.partition(".")[0] for name in DIRECTIONS[below]]
    assert unit not in reached


@pytest.mark.parametrize("pattern", [PYTHON, TESTS, SCRIPTS, STYLES, PAGES, DRAWN, QUEUES, INNER])
def test_the_guards_have_files_to_read(pattern):
    assert next(sources(pattern), None) is not None
