"""The pages of docs/ by their addresses, their contents, and the pictures that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final

from markupsafe import Markup
from PIL import Image

from vetrina.web.assets.locations import DOCS_DIR
from vetrina.web.assets.registry import Assets
from vetrina.web.handbook.markdown import Picture, Section, render

PREFIX: Final = "/handbook"
_FRONT: Final = "README.md"
"""A folder's front page; that of docs/ itself is the table of contents."""
_VIEW_BOX: Final = re.compile(rb'viewBox="0 0 (\d+) (\d+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """One page, at `address` (with the path below which the server is).

    `path` is its place in docs/: pages in folders are for those who build the project.
    """

    path: str
    address: str
    html: Markup
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """Its first heading; "" in a page without any."""
        return self.sections[0].title if self.sections else ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One group of the table of contents; each page as its words and its address."""

    title: str
    pages: tuple[tuple[str, str], ...]


class Book:
    """All Markdown below a folder. Making one reads and renders everything."""

    def __init__(self, folder: Path, root: str = "") -> None:
        self._root = root
        self.files = Assets({PREFIX: folder}, root)
        sources = {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*.md"))
        }
        self._known = frozenset(sources)
        self.pages: Mapping[str, Page] = {
            path_of(name): self._page(name, text) for name, text in sources.items()
        }
        self.contents = tuple(self._chapters())

    def _page(self, name: str, source: str) -> Page:
        told = render(source, lambda to: self._link(name, to), lambda to: self._picture(name, to))
        return Page(path_of(name), self._address(name), told.html, told.sections)

    def _address(self, name: str) -> str:
        return f"{self._root}{PREFIX}/{path_of(name)}".rstrip("/")

    def _link(self, name: str, target: str) -> str | None:
        """What is not below the folder, such as a source file, is not served."""
        if re.match(r"https?://|#", target):
            return target
        path, hash_, anchor = target.partition("#")
        inside = normpath(join(dirname(name), path))
        for page in (inside, f"{inside}/{_FRONT}"):
            if page in self._known:
                return f"{self._address(page)}{hash_}{anchor}"
        return self._file(inside)

    def _file(self, inside: str) -> str | None:
        found = self.files.find(f"{PREFIX}/{inside}")
        return self._root + found[0].hashed_url if found else None

    def _picture(self, name: str, target: str) -> Picture | None:
        inside = normpath(join(dirname(name), target))
        found, url = self.files.find(f"{PREFIX}/{inside}"), self._file(inside)
        return Picture(url, *_size_of(found[0].body)) if found and url else None

    def _chapters(self) -> Iterator[Chapter]:
        """The second headings of the front page, and the links to pages below each."""
        for section in self.pages[""].sections if "" in self.pages else ():
            inside = [link for link in section.links if link[1].startswith(self._root + PREFIX)]
            if section.level == 2:
                yield Chapter(section.title, tuple(inside))


def path_of(name: str) -> str:
    """`contributing/tour.md` → `contributing/tour`, `decisions/README.md` → `decisions`."""
    if name == _FRONT:
        return ""
    return name.removesuffix(f"/{_FRONT}").removesuffix(".md")


@cache
def program_handbook(root: str) -> Book:
    """The program's own handbook: about half a second, so never in the event loop."""
    return Book(DOCS_DIR, root)


def _size_of(body: bytes) -> tuple[int, int]:
    """The width and height of a picture in pixels."""
    if (box := _VIEW_BOX.search(body)) is not None:
        return int(box[1]), int(box[2])
    with Image.open(BytesIO(body)) as picture:
        return picture.size
