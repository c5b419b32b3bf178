"""One page of Markdown as HTML: anchors as GitHub gives them, tables and code that scroll.

Nothing inline comes out of it: no style, no script, no HTML that stood in the text but pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

_IMG: Final = re.compile(r'<img src="([^"]+)" width="(\d{1,4})" alt="([^"]*)">\s*')
"""The one HTML element in docs/: a picture that GitHub shows smaller than it is."""
WHOLE_CHARS: Final = 20
"""Code up to this length fits into one line of the smallest phone."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture is served, and its size in CSS pixels: room is kept before it is there."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the words below it. `level` is 1 for the page's title."""

    level: int
    title: str
    anchor: str
    text: str
    links: tuple[tuple[str, str], ...]
    """Each link's words and where it leads."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page; its first section has its title."""

    html: Markup
    sections: tuple[Section, ...]


Link = Callable[[str], str | None]
"""Where a reference of the page leads; None where the handbook has nothing at that place."""
Pictured = Callable[[str], Picture | None]


def render(source: str, link: Link, picture: Pictured) -> Rendered:
    """The page. A link that leads nowhere is left as its words, a missing picture as its text."""
    markdown = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer).enable("table")
    tokens = markdown.parse(source)
    anchored = _anchors(tokens)
    for token in tokens:
        _relink(token, link)
    html = markdown.renderer.render(tokens, markdown.options, {"picture": picture})
    return Rendered(Markup(html), tuple(_sections(tokens, anchored)))  # noqa: S704


def slug(title: str) -> str:
    """A heading's name in addresses, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


def words_of(token: Token) -> str:
    """What people read of a paragraph, a heading or a piece of code."""
    if token.type == "inline":
        return "".join(words_of(child) for child in token.children or ())
    return " " if token.type in ("softbreak", "hardbreak") else token.content


class _Renderer(RendererHTML):
    """markdown-it's own, with boxes that scroll and pictures that keep their room."""

    def heading_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        anchor = escape(str(tokens[at - 2].attrs["id"]))
        mark = f'<a class="anchor" href="#{anchor}" aria-hidden="true" tabindex="-1">#</a>'
        return f"{mark}</{tokens[at].tag}>\n"

    def table_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        token = tokens[at]
        aligned = str(token.attrs.get("style", "")).removeprefix("text-align:")
        return f'<{token.tag} class="{escape(aligned)}">' if aligned else f"<{token.tag}>"

    td_open = th_open

    def fence(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'

    def code_inline(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        content = tokens[at].content
        # A line may end at a hyphen, but `--` and `host` on two lines are hard to read.
        whole = ' class="whole"' if len(content) <= WHOLE_CHARS else ""
        return f"<code{whole}>{escape(content)}</code>"

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        token = tokens[at]
        return _img(str(token.attrs["src"]), token.content, None, env)

    def html_block(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        content = tokens[at].content
        if (found := _IMG.fullmatch(content)) is None:
            return f"<p>{escape(content)}</p>\n"
        return f"<p>{_img(found[1], unescape(found[3]), int(found[2]), env)}</p>\n"

    def html_inline(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return str(escape(tokens[at].content))


def _img(src: str, alt: str, width: int | None, env: dict[str, Any]) -> str:
    picture: Picture | None = env["picture"](src)
    if picture is None:
        return str(escape(alt))
    wide = min(width or picture.width, picture.width)
    high = round(picture.height * wide / picture.width)
    # The first one is seen at once, the others when somebody scrolls to them.
    later = ' loading="lazy"' if env.get("pictured") else ""
    env["pictured"] = True
    size = f'width="{wide}" height="{high}"'
    return f'<img src="{escape(picture.url)}" {size} alt="{escape(alt)}" decoding="async"{later}>'


def _anchors(tokens: Sequence[Token]) -> dict[int, str]:
    """Gives each heading its name; where in the page it stands → that name."""
    found: dict[int, str] = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            name = plain = slug(words_of(tokens[at + 1]))
            repeated = 0
            while name in found.values():
                repeated += 1
                name = f"{plain}-{repeated}"
            token.attrSet("id", name)
            found[at] = name
    return found


def _relink(token: Token, link: Link) -> None:
    """Points the links of one inline token at where they lead, and takes the others away."""
    kept: list[Token] = []
    target: str | None = None
    for child in token.children or ():
        if child.type == "link_open":
            target = link(str(child.attrs["href"]))
            child.attrs = {"href": target or ""}
        if target is not None or not child.type.startswith("link_"):
            kept.append(child)
        if child.type == "link_close":
            target = None
    if token.children is not None:
        token.children = kept


def _sections(tokens: Sequence[Token], anchored: dict[int, str]) -> Iterator[Section]:
    starts = [*anchored, len(tokens)]
    for start, end in pairwise(starts):
        below = tokens[start + 3 : end]
        text = " ".join(" ".join(words_of(each) for each in below).split())
        links = tuple(each for token in below for each in _links(token))
        level, title = int(tokens[start].tag[1:]), words_of(tokens[start + 1])
        yield Section(level, title, anchored[start], text, links)


def _links(token: Token) -> Iterator[tuple[str, str]]:
    words, target = "", ""
    for child in token.children or ():
        if child.type == "link_open":
            words, target = "", str(child.attrs["href"])
        elif child.type == "link_close":
            yield words, target
        else:
            words += words_of(child)
