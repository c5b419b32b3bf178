"""Pages from Jinja templates: everything escaped, every name that a template uses must exist."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from vetrina.protocol.root_path import Rewrite, below, located, unchanged
from vetrina.web.assets.picture_sizes import srcset
from vetrina.web.assets.registry import Assets
from vetrina.web.pages.viewer_view import countdown

TEMPLATES_DIR = Path(__file__).resolve().parent / "templates"


class Templates:
    """The templates of this folder; `asset('css/tokens.css')` gives a file's hashed address,
    `modules('js/pages/viewer.js')` those of a script and all that it imports; `root` stands before
    every other address of ours."""

    def __init__(self, assets: Assets, root: str = "") -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES_DIR),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["coded"] = coded
        self._environment.globals["root"] = root
        self._environment.filters["below"] = partial(below, root)
        self._environment.filters["srcset"] = srcset
        self._environment.filters["json"] = partial(json_in_html, rewrite=located(root))
        self._environment.globals["countdown"] = countdown
        self._environment.globals["icon"] = data_url(assets, "icon.svg")
        self._environment.globals["asset"] = assets.url
        self._environment.globals["modules"] = assets.modules

    def render(self, name: str, *, lang: str, page_data: Mapping[str, Any], **more: Any) -> str:
        """A whole page. `page_data` is what its scripts read from #page-data."""
        template = self._environment.get_template(name)
        return template.render(lang=lang, page_data=dict(page_data), **more)


@lru_cache(maxsize=8)
def templates_for(assets: Assets, root: str = "") -> Templates:
    """The templates over these files, compiled once for a process and not for each application."""
    return Templates(assets, root)


def data_url(assets: Assets, path: str) -> str:
    """A small picture of ours as an address that holds it: one request less on every page."""
    body = base64.b64encode(assets.text(path).encode()).decode()
    return f"data:image/svg+xml;base64,{body}"


def json_in_html(value: Any, rewrite: Rewrite = unchanged) -> Markup:
    """JSON that may stand inside a script element: nothing in it can end the element.

    `rewrite` puts the root before addresses of ours.
    """
    text = rewrite(orjson.dumps(value)).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704


def coded(text: str) -> Markup:
    """A text with `names` in backticks as HTML: the names become <code>, all is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    marked = (
        Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts)
    )
    return Markup("").join(marked)
