"""The handbook as the server answers it: a page, a picture, or what a search found."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vetrina.web.assets.static_files import StaticFiles
from vetrina.web.handbook.book import Book, program_handbook
from vetrina.web.handbook.search import MOST_CHARS, search


@dataclass(frozen=True, slots=True)
class Filled:
    """A template, and the values that it is given."""

    template: str
    values: dict[str, Any]


class HandbookPages:
    """Answers below /handbook. `root`: the path below which the server is."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._reading = asyncio.Lock()

    async def answer(self, request: Request) -> Filled | Response | None:
        """What is at this address; None where nothing is."""
        book = await self._book()
        if book.files.find(request.url.path) is not None:
            return await StaticFiles(book.files).answer(request)
        page = book.pages.get(str(request.path_params.get("path", "")))
        if page is None:
            return None
        query = request.query_params.get("q", "").strip()[:MOST_CHARS]
        values: dict[str, Any] = {"contents": book.contents, "query": query}
        if query:
            values |= {"title": query, "here": None, "hits": search(book.pages.values(), query)}
            return Filled("handbook-search.html", values)
        values |= {"title": page.title, "here": page.address, "html": page.html}
        return Filled("handbook.html", values)

    async def _book(self) -> Book:
        """Read beside the event loop when the first reader comes; the others wait for it."""
        async with self._reading:
            return await asyncio.to_thread(program_handbook, self._root)
